"""Files that must stay as they are: they are named, and everything else is fixed around them."""

from __future__ import annotations

from dataclasses import replace

from taskfix.config import Config
from taskfix.model import Report, Source
from taskfix.planning.pipeline import run

LOST = """\
import asyncio


class Client:
    def start(self):
        asyncio.create_task(self.run())
"""
JOBS = """\
import asyncio


async def poll():
    await asyncio.sleep(1)


def boot():
    asyncio.create_task(poll())
"""
SERVER = """\
import asyncio

from jobs import boot


async def serve():
    tasks: set[asyncio.Task] = set()
    boot()
    await asyncio.wait(tasks)


asyncio.run(serve())
"""
# Python counts columns anew after a form feed, and LibCST does not.
UNEVEN = LOST.replace("    def", "\f    def")


def report_of(*sources: Source) -> Report:
    return run(sources, Config())


def source(path: str, text: str) -> Source:
    return Source(path, text.encode())


def locked(path: str, text: str) -> Source:
    return replace(source(path, text), writable=False)


def changed(report: Report) -> list[str]:
    return [change.path for change in report.changes]


def reasons(report: Report) -> list[tuple[str, str]]:
    return [(f.path, f.reason.code if f.reason else f.status) for f in report.findings]


def problems(report: Report) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in report.problems]


def test_a_file_that_cannot_be_written_is_named_and_the_others_are_fixed() -> None:
    report = report_of(source("a.py", LOST), locked("b.py", LOST), source("c.py", LOST))

    assert changed(report) == ["a.py", "c.py"]
    assert ("b.py", "not-writable") in reasons(report)
    assert problems(report) == [("b.py", "TF906")]


def test_a_file_that_cannot_be_written_and_needs_nothing_is_not_named() -> None:
    report = report_of(source("a.py", LOST), locked("b.py", "import asyncio\n" + SERVER))

    assert changed(report) == ["a.py"]
    assert problems(report) == []


def test_a_set_is_passed_from_a_caller_that_can_be_written() -> None:
    report = report_of(source("jobs.py", JOBS), source("server.py", SERVER))

    assert changed(report) == ["jobs.py", "server.py"]


def test_a_chain_through_a_file_that_cannot_be_written_gets_another_holder() -> None:
    report = report_of(source("jobs.py", JOBS), locked("server.py", SERVER))

    assert changed(report) == ["jobs.py"]
    assert reasons(report) == [("jobs.py", "fixable")]
    assert problems(report) == []


def test_a_task_that_a_locked_file_drops_is_kept_where_it_is_started() -> None:
    starts = "import asyncio\n\n\ndef start(work):\n    return asyncio.create_task(work())\n"
    drops = (
        "from jobs import start\n\n\nclass Client:\n    def go(self):\n        start(self.run)\n"
    )

    report = report_of(source("jobs.py", starts), locked("client.py", drops))

    assert changed(report) == ["jobs.py"]
    assert problems(report) == []


def test_a_file_that_only_python_can_parse_is_named_and_the_others_are_fixed() -> None:
    report = report_of(source("a.py", LOST), source("b.py", UNEVEN), source("c.py", LOST))

    assert changed(report) == ["a.py", "c.py"]
    assert ("b.py", "not-reproducible") in reasons(report)
    assert problems(report) == [("b.py", "TF904")]
