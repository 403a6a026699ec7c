"""Runs every case under ``cases/`` through the one door; the name of the file is the sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.casefile import read_case
from tests.door import check

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.rglob("*.md"))


def _id(path: Path) -> str:
    return path.relative_to(CASES).with_suffix("").as_posix()


@pytest.mark.parametrize("path", FILES, ids=_id)
def test_case(path: Path, request: pytest.FixtureRequest) -> None:
    case = read_case(path)
    if case.not_yet:
        request.applymarker(pytest.mark.xfail(reason=case.not_yet, strict=True))
    assert case.why, "a case says why in a sentence"
    check(case.before, case.after, config=case.config(), read_only=case.read_only)


def test_restraint_is_tested_as_well() -> None:
    """At least two cases that leave code alone for every three that fix some."""
    cases = [read_case(path) for path in FILES]
    left_alone = sum(not case.after for case in cases)
    assert 3 * left_alone >= 2 * (len(cases) - left_alone)
