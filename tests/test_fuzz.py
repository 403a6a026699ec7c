"""Generated programs: what must hold for every one of them holds."""

from __future__ import annotations

import subprocess
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taskfix.cli import main
from tests.fuzz import program, violations
from tests.fuzz.running import printed


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_nothing_is_violated(random: Random) -> None:
    assert violations(program(random)) == []


@pytest.mark.parametrize("batch", range(2))
def test_nothing_is_violated_by_the_programs_of_a_seed(batch: int) -> None:
    for number in range(10):
        one = program(Random(f"{batch}/{number}"))
        assert violations(one) == [], f"batch {batch}, program {number}"


def test_git_applies_the_diff_of_a_program_and_gets_what_apply_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(6):
        root = tmp_path / str(number)
        root.mkdir()
        files = program(Random(f"diff/{number}")).files
        for path, data in files.items():
            (root / path).write_bytes(data)
        monkeypatch.chdir(root)
        subprocess.run(["git", "init", "-q"], check=True)
        diff = CliRunner().invoke(main, ["apply", "--diff", "-q"]).stdout_bytes
        apply = ["git", "-c", "core.autocrlf=false", "apply", "--allow-empty"]
        subprocess.run(apply, input=diff, check=True)
        by_git = {path: (root / path).read_bytes() for path in files}
        for path, data in files.items():
            (root / path).write_bytes(data)
        CliRunner().invoke(main, ["apply", "-q"])
        assert {path: (root / path).read_bytes() for path in files} == by_git


def test_the_generated_programs_are_worth_it() -> None:
    """They run, print, start tasks in many ways and are oddly formatted."""
    programs = [program(Random(f"worth/{number}")) for number in range(60)]
    texts = [data for one in programs for data in one.files.values()]
    for trace in (b"\r\n", b"\t", b"\xef\xbb\xbf", b"; ", b"\\\n", b"lambda", b"gather", b"noqa"):
        assert any(trace in text for text in texts), trace
    outputs = [printed(one.files, one.main) for one in programs]
    assert sum("Error" in output for output in outputs) < 15
    assert sum(output.count("\n") > 5 for output in outputs) > 40
