"""Wherever a run is broken off, the project is as it was, or as it was to be, or can be restored.

The many points are broken by ``python -m benchmarks.crashes``; here are some of each kind.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

import pytest

from tests.crashes.breaking import Break
from tests.crashes.laboratory import Laboratory, laboratory

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork()")


@pytest.fixture(scope="module")
def place() -> Iterator[Laboratory]:
    with laboratory() as one:
        yield one


@pytest.mark.parametrize("part", [0.3, 0.55, 0.75, 0.9])
def test_a_run_is_killed(place: Laboratory, part: float) -> None:
    trial = place.try_out(Break("kill", int(place.lines * part)))
    assert trial.exit_code is None
    assert trial.verdict != "BROKEN", trial.remark


@pytest.mark.parametrize("kind", ["interrupt", "terminate"])
def test_a_run_is_asked_to_end(place: Laboratory, kind: str) -> None:
    trial = place.try_out(Break(kind, int(place.lines * 0.8)))
    assert (trial.exit_code, trial.verdict) == (130, "unchanged")


@pytest.mark.parametrize(
    "fault",
    [
        Break("write", 12, errno.ENOSPC, lasting=True),
        Break("replace", 4, errno.EACCES),
        Break("replace", 4, errno.EIO, lasting=True),
        Break("open", 3, errno.EMFILE),
    ],
    ids=str,
)
def test_a_disk_fails(place: Laboratory, fault: Break) -> None:
    trial = place.try_out(fault)
    assert trial.exit_code == 3
    assert trial.verdict in ("unchanged", "restored by undo"), trial.remark


@pytest.mark.parametrize("kind", ["edit", "remove"])
def test_someone_else_changes_a_file_during_the_run(place: Laboratory, kind: str) -> None:
    trial = place.try_out(Break(kind, place.lines // 3))
    assert trial.verdict == "unchanged", trial.remark
    assert trial.exit_code in (3, 4)
