"""Checks the table of APIs: every row says what it is for, and where that stands."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from taskfix.apis.row import Effect, Gives
from taskfix.apis.spawners import Spawner, all_spawners, find_spawner
from taskfix.apis.table import debts, table


def test_every_row_has_a_reason_and_a_source() -> None:
    for row in table():
        assert row.reason and not row.reason.endswith("."), row
        assert row.source.startswith("https://"), row
        assert row.does or row.gives, row


def test_every_row_uses_the_words_of_the_table() -> None:
    effects = {effect for row in table() for _, effect in row.does}
    gives = {kind for row in table() for kind in row.gives}
    assert effects <= set(get_args(Effect))
    assert gives <= set(get_args(Gives))


def test_no_two_rows_say_the_same() -> None:
    counts = Counter((row.name, row.does, row.gives) for row in table())
    assert [row for row, count in counts.items() if count > 1] == []


def test_what_goes_by_its_spelling_only_is_listed() -> None:
    found = {row.name for row in debts()}
    assert {"*.append", "*.add_done_callback", "*.get_event_loop"} <= found
    assert not found & {"asyncio.create_task", "{loop}.create_task", "builtins.set().add"}


@pytest.mark.parametrize(
    ("value", "name", "makes"),
    [
        ("asyncio.create_task", "asyncio.create_task", "task"),
        ("asyncio.gather", "asyncio.gather", "future"),
        ("asyncio.run_coroutine_threadsafe", "asyncio.run_coroutine_threadsafe", "concurrent"),
        ("asyncio.get_running_loop().create_task", "loop.create_task", "task"),
        ("asyncio.SelectorEventLoop().create_task", "loop.create_task", "task"),
        ("uvloop.Loop().create_task", "loop.create_task", "task"),
        (
            "asyncio.get_event_loop_policy().new_event_loop().create_task",
            "loop.create_task",
            "task",
        ),
        ("tornado.ioloop.IOLoop.current().asyncio_loop.create_task", "loop.create_task", "task"),
        ("typing.Any.Task().get_loop().create_task", "loop.create_task", "task"),
        ("app.Hub().get_running_loop().create_task", "loop.create_task", "task"),
    ],
)
def test_a_spawner_is_known_by_what_its_receiver_is(value: str, name: str, makes: str) -> None:
    assert find_spawner({value}) == Spawner(name, makes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value", ["create_task", "app.create_task", "asyncio.TaskGroup().create_task", "asyncio.sleep"]
)
def test_no_other_function_of_that_name_is_one(value: str) -> None:
    assert find_spawner({value}) is None


def test_every_spawner_makes_something() -> None:
    assert ("create_task", "task") in all_spawners()
    assert ("gather", "future") in all_spawners()
