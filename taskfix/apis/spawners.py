"""The APIs that start a task: which one a call means, and how code spells them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias, get_args

from taskfix.apis.row import Api
from taskfix.apis.table import callees, doing, giving, is_given, pattern, words

Product: TypeAlias = Literal["task", "future", "concurrent"]
_RECEIVER = re.compile(r"^\{(?P<kind>[\w-]+)\}\.(?P<method>\w+)$")


@dataclass(frozen=True, slots=True)
class Spawner:
    """An API that starts a task. ``makes`` is the kind of object that it gives back."""

    name: str
    makes: Product = "task"


def find_spawner(values: Iterable[str]) -> Spawner | None:
    """What a call of any of these values starts; None where no row knows any of them."""
    return next(filter(None, map(_spawner, sorted(values))), None)


@cache
def all_spawners() -> tuple[tuple[str, Product], ...]:
    """(last word of the name, what it makes) of every row that starts a task."""
    found = {(row.word, _made_by(row).makes) for rows in _spawning().values() for row in rows}
    return tuple(sorted(found))


@cache
def spawner_names() -> frozenset[str]:
    """The words of which code that starts a task spells one."""
    return frozenset(_spawning())


@cache
def _spawning() -> dict[str, list[Api]]:
    """The rows that start a task, by how code spells them."""
    found: dict[str, list[Api]] = defaultdict(list)
    for row in (*doing("starts"), *doing("starts-otherwise")):
        found[row.word].append(row)
    return found


def _spawner(value: str) -> Spawner | None:
    word = value.rpartition(".")[2]
    found = (row for row in _spawning().get(word, ()) if _means(value, row))
    return next(map(_made_by, found), None)


def _means(value: str, row: Api) -> bool:
    """Report whether a canonical value is the callable of a row."""
    match = _RECEIVER.match(row.name)
    if match is None:
        return re.fullmatch(pattern(row), value) is not None
    return is_given(value.rpartition(".")[0], match["kind"])  # type: ignore[arg-type]


def _made_by(row: Api) -> Spawner:
    makes = next(kind for kind in row.gives if kind in get_args(Product))
    return Spawner(row.name.replace("{", "").replace("}", ""), makes)  # type: ignore[arg-type]


# The class of what each of them gives.
CLASSES: dict[Product, str] = {
    kind: row.name for kind in get_args(Product) for row in giving(kind) if "instance" in row.gives
}
# What a set may be declared for, so that it takes that: a task is a future.
TAKEN: dict[Product, frozenset[str]] = {
    "task": frozenset({CLASSES["task"], CLASSES["future"]}),
    "future": frozenset({CLASSES["future"]}),
    "concurrent": frozenset({CLASSES["concurrent"]}),
}
# The method of a loop, for receivers that are only spelled like one.
LOOP_SPAWNER = next(_made_by(row) for row in giving("task") if row.name.startswith("{loop}."))
LOOP_METHOD = LOOP_SPAWNER.name.rpartition(".")[2]
# A receiver of unknown origin that is spelled like a loop is taken for one.
LOOP_BY_NAME = re.compile(
    r"(?:^|[._])(?:event_?|io_?|main_?|running_?|async_?)*loop(?:\(\))?$", re.I
)
# Makes tasks that it shows to nobody.
SHOWS_NOTHING = callees(doing("starts-otherwise")) & callees(giving("result"))
# Start a task on the loop that runs, and not on one that an object has chosen, nor at once.
STARTS_HERE = callees(doing("starts"))
STARTS_HERE_NAMES = words(doing("starts"))
# The same, of those that take nothing but a coroutine.
TAKES_COROUTINES = STARTS_HERE - callees(doing("passes"))
# Give a future back as it is, instead of starting a task, where they are given one.
ADOPTING_NAMES = words(doing("starts")) & words(doing("passes"))
# Make one future of all that they are given, which may be tasks already.
WRAPPING_NAMES = words(doing("wraps"))
# Spelled like something that starts a task: judged even where the callee is unknown.
SPAWNER_NAMES = spawner_names() | words(doing("awaits"))
# Start nothing where they are given what is a future already.
GIVEN_FUTURES = (callees(doing("starts")) & callees(doing("passes"))) | callees(doing("wraps"))
