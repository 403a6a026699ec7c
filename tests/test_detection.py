"""Holds what is found in the labelled snippets at the level that has been reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.detection import core_cases, score, taskfix_hits
from tests.labelled import CASES, MORE


@pytest.mark.parametrize(("path", "recall"), [(CASES, 1.0), (MORE, 0.98)], ids=["first", "more"])
def test_no_false_alarm_and_no_less_found_than_before(path: Path, recall: float) -> None:
    cases = core_cases([path])
    result = score("taskfix", taskfix_hits(cases), cases)
    assert [f"{case.id}:{line}" for case, line in result.false] == []
    missed = [f"{case.id}:{line}" for case, line in result.missed]
    assert result.recall >= recall, missed
