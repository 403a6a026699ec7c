"""Small programs: what reads signatures keeps them, and what only calls is nothing to it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from taskfix.config import Config
from tests.hazards.judge import (
    STRATEGIES,
    fix,
    got_parameter,
    keyword_only,
    threading_refused,
    with_fallback,
)
from tests.hazards.observing import observe
from tests.hazards.programs import Program, read_programs

PROGRAMS = read_programs()


BY_ITSELF = [program for program in PROGRAMS if not program.requires]


def _name(program: Program) -> str:
    return f"{program.group}: {program.name}"


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("program", PROGRAMS, ids=_name)
def test_only_what_nothing_reads_gets_a_parameter(program: Program, strategy: str) -> None:
    config = Config(strategy=strategy)  # type: ignore[arg-type]
    report, after = fix(program.files, config)
    got = {
        name.rpartition("::")[2].rpartition(".")[2] for name in got_parameter(program.files, after)
    }
    # Without an owner an open chain is not begun, unless it is asked for.
    assert got == program.threaded() if strategy == "thread" else got <= program.threaded()
    refused = {
        (f.function.rpartition(".")[2], threading_refused(f)) for f in report.findings if f.function
    }
    assert got & program.open() <= with_fallback(after, config.set_name)
    assert got & program.by_keyword() <= keyword_only(after, config.set_name)
    if strategy == "thread":  # else it may be said first that nobody has a set to pass
        assert refused >= set(program.never())
    assert [f.message for f in report.findings if f.holder is None] == []
    again, _ = fix(after, config)
    assert again.findings == ()


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("program", BY_ITSELF, ids=_name)
def test_a_program_does_what_it_did(program: Program, strategy: str) -> None:
    _, after = fix(program.files, Config(strategy=strategy))  # type: ignore[arg-type]
    before = observe(program, program.files, Path(sys.executable))
    assert "Traceback" not in before, before
    assert observe(program, after, Path(sys.executable)) == before


def test_there_are_programs_of_many_frameworks() -> None:
    assert len(PROGRAMS) > 50
    assert {program.group for program in PROGRAMS} >= {"fastapi", "commands", "tools", "python"}
