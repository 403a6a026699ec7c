"""Reading with several processes gives what reading with one gives."""

from __future__ import annotations

import multiprocessing

import pytest

from taskfix.config import Config
from taskfix.index import workers
from taskfix.model import Source
from taskfix.planning.pipeline import run

SPAWNING = b"""import asyncio


async def start():
    asyncio.create_task(work())
"""


def sources() -> list[Source]:
    called = [Source(f"calls{n}.py", b"from spawning import start\nstart()\n") for n in range(8)]
    return [*called, Source("broken.py", b"create_task(\n"), Source("spawning.py", SPAWNING)]


def test_processes_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = run(sources(), Config())
    monkeypatch.setattr(workers, "WORTH_IT", 0)
    monkeypatch.setattr(workers, "_BYTES_OF_A_PORTION", 60)
    assert run(sources(), Config(), processes=2) == alone
    assert [problem.code for problem in alone.problems] == ["TF903"]
    assert len(alone.findings) == 1


def test_where_no_process_can_be_started_one_reads_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    alone = run(sources(), Config())
    monkeypatch.setattr(workers, "WORTH_IT", 0)
    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refuse)
    assert run(sources(), Config(), processes=2) == alone


def test_much_is_read_by_processes_that_end_with_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "WORTH_IT", 0)
    job = workers.Job(tuple(sources()), frozenset({"start"}), frozenset())
    with workers.Workers(2) as reading:
        assert reading.facts_of(job) == workers.facts_of(job)
        assert multiprocessing.active_children()
    assert not multiprocessing.active_children()
