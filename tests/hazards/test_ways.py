"""Every way to reach a function other than by calling it denies the parameter, and says so."""

from __future__ import annotations

import pytest

from taskfix.config import Config
from tests.hazards.judge import STRATEGIES, fix, got_parameter, threading_refused
from tests.hazards.ways import Way, read_ways

WAYS = read_ways()
DENIED = [way for way in WAYS if way.denied]
THREADED = [way for way in WAYS if way.threaded]
ASKED = [way for way in WAYS if way.asked]


def _name(way: Way) -> str:
    return f"{way.kind}: {way.name}"


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("way", DENIED, ids=_name)
def test_it_gets_no_parameter(way: Way, strategy: str) -> None:
    report, after = fix(way.files, Config(strategy=strategy))  # type: ignore[arg-type]
    assert got_parameter(way.files, after) == set()
    assert [threading_refused(finding) for finding in report.findings] == [way.denied]
    assert all(finding.holder for finding in report.findings)


@pytest.mark.parametrize("way", THREADED, ids=_name)
def test_what_is_unrelated_does_not_deny(way: Way) -> None:
    _, after = fix(way.files, Config())
    assert got_parameter(way.files, after) == set((way.threaded or "").split(","))


@pytest.mark.parametrize("way", ASKED, ids=_name)
def test_it_gets_one_where_threading_is_preferred(way: Way) -> None:
    _, after = fix(way.files, Config())
    assert got_parameter(way.files, after) == set()
    _, after = fix(way.files, Config(strategy="thread"))
    assert got_parameter(way.files, after) == set((way.asked or "").split(","))


def test_both_kinds_are_there() -> None:
    assert len(DENIED) >= 189
    assert len(THREADED) >= 107
