"""Shows by running them that tasks are lost before the fix, and held after it."""

from __future__ import annotations

import sys

import pytest
from _pytest.mark.structures import ParameterSet

from taskfix.config import Config
from taskfix.model import Finding, Report, Source
from taskfix.planning.pipeline import run
from tests.door import is_fixed, result_of
from tests.labelled import CASES, MORE, Labelled, read_labelled
from tests.oracle import Outcome, Snippet, drive

# To run all programs takes minutes: of each so many one is run, unless `--all` asks for the others.
SAMPLE = 8


def sampled(cases: list[Labelled]) -> list[ParameterSet]:
    """The cases as parameters, most of them marked as slow."""
    return [
        pytest.param(case, marks=[pytest.mark.slow] if index % SAMPLE else [])
        for index, case in enumerate(cases)
    ]


RUNNABLE = [case for path in (CASES, MORE) for case in read_labelled(path) if case.ran]
LOSING = [case for case in RUNNABLE if case.bad_lines]
PATH = "snippet.py"


@pytest.mark.parametrize("case", sampled(RUNNABLE), ids=lambda case: case.id)
def test_the_oracle_agrees_with_the_labels(case: Labelled) -> None:
    outcome = _drive(case, case.code)
    assert outcome.lost == case.bad_lines, case.why


@pytest.mark.parametrize("case", sampled(LOSING), ids=lambda case: case.id)
def test_what_was_lost_is_held_after_the_fix(case: Labelled) -> None:
    report = _taskfix(case.code)
    _skip_unless_fixed(case, report)
    fixed = result_of({PATH: case.code}, report)[PATH]

    before, after = _drive(case, case.code), _drive(case, fixed)
    assert set(case.bad_lines) <= set(before.lost)
    assert after.error == before.error, fixed
    assert len(after.made) == len(before.made), fixed
    assert set(after.lost) <= _lines(_taskfix(fixed).findings), fixed


def test_an_owner_is_needed() -> None:
    """The oracle tells a set that is rooted from one that dies with its function."""
    idiom = "    task = asyncio.create_task(work())\n    tasks.add(task)\n"
    header = "import asyncio\nfrom app import work\n"
    local = drive(Snippet(f"{header}async def f():\n    tasks = set()\n{idiom}"))
    rooted = drive(Snippet(f"{header}tasks = set()\nasync def f():\n{idiom}"))
    assert (local.lost, rooted.lost) == ((5,), ())


def _drive(case: Labelled, code: str) -> Outcome:
    outcome = drive(Snippet(code, case.drive))
    if outcome.error and sys.version_info < (3, 11):
        pytest.skip(f"needs a newer Python: {outcome.error}")
    return outcome


def _taskfix(code: str) -> Report:
    return run([Source(PATH, code.encode())], Config(ignore_noqa=True))


def _skip_unless_fixed(case: Labelled, report: Report) -> None:
    found = _lines(report.findings)
    if not set(case.bad_lines) <= found:
        pytest.skip("not found yet")
    unfixed = [finding for finding in report.findings if not is_fixed(finding)]
    if set(case.bad_lines) <= _lines(unfixed):
        pytest.skip(", ".join(f.reason.code for f in unfixed if f.reason))


def _lines(findings: tuple[Finding, ...] | list[Finding]) -> set[int]:
    """All lines of the findings' calls: a label may stand on any of them."""
    return {line for f in findings for line in range(f.span.line, f.span.end_line + 1)}
