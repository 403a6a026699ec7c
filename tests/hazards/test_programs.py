"""Uses of real frameworks: the parameter is never added, and the task gets another owner."""

from __future__ import annotations

import pytest

from taskfix.config import Config
from tests.hazards.judge import STRATEGIES, fix, got_parameter, threading_refused
from tests.hazards.programs import Program, read_programs

PROGRAMS = read_programs()


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: f"{p.group}: {p.name}")
def test_a_framework_function_gets_no_parameter(program: Program, strategy: str) -> None:
    config = Config(strategy=strategy)  # type: ignore[arg-type]
    report, after = fix(program.files, config)
    assert got_parameter(program.files, after) == set()
    refused = {
        (f.function.rpartition(".")[2], threading_refused(f)) for f in report.findings if f.function
    }
    assert refused >= set(program.never())
    if strategy == "auto":
        assert [f.message for f in report.findings if f.holder is None] == []
        again, _ = fix(after, config)
        assert again.findings == ()


def test_there_are_programs_of_many_frameworks() -> None:
    assert len(PROGRAMS) > 50
    assert {program.group for program in PROGRAMS} >= {"fastapi", "commands", "tools", "python"}
