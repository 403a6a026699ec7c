"""The output formats: what each shows of a run, exact where other programs read it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from codemods.edits import Span
from taskfix.cli import main
from taskfix.formats import NAMES, find_format
from taskfix.formats.full import excerpt
from taskfix.model import Change, Finding, Holder, Hop, Problem, Reason, Report
from taskfix.reports.outcome import Outcome, exit_code, judge, sentence

LOST = "import asyncio\n\n\nasync def f():\n    asyncio.create_task(g())\n"
MARKED = "# @generated\n" + LOST


@pytest.fixture(autouse=True)
def _in_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test works in an empty project, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    Path("pyproject.toml").touch()


# Before click 8.2 both streams are one unless one asks for two.
_APART: dict[str, Any] = (
    {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
)


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner(env=environment, **_APART).invoke(main, list(arguments))


# -- concise and full ----------------------------------------------------------------------------


def test_concise_has_one_line_for_each_finding() -> None:
    Path("a.py").write_text(LOST)
    Path("b.py").write_text(MARKED)
    result = run("check", "--output-format", "concise")
    fixable, refused = result.stdout.splitlines()
    assert fixable.startswith("a.py:5:5: TF001 [*] ")
    assert refused.startswith("b.py:6:5: TF001 ")
    assert " [refused: " in refused
    assert "[*]" not in refused


def test_concise_says_what_was_fixed() -> None:
    Path("a.py").write_text(LOST)
    result = run("apply", "--output-format", "concise")
    assert result.stdout.endswith(" [fixed: _background_tasks]\n")
    summary, changed, undo = result.stderr.splitlines()
    assert summary == "Fixed 1 of 1 dangling task in 1 file."
    assert changed == "210 of 271 bytes changed, all inside 2 edits."
    assert undo == "`taskfix undo` takes it back."


def test_full_shows_the_source_and_the_holder() -> None:
    Path("a.py").write_text(LOST)
    lines = run("check").stdout.splitlines()
    assert "  5 |     asyncio.create_task(g())" in lines
    assert "    |     ^^^^^^^^^^^^^^^^^^^^^^^^" in lines
    assert any("kept in _background_tasks" in line for line in lines)


def test_marks_stand_under_the_call_after_tabs_and_wide_characters() -> None:
    lines = ["\tx = '\u6f22'; f()"]
    shown = [text.plain for text in excerpt(Span(1, 10, 1, 13), lines)]
    assert shown == ["  1 | \tx = '\u6f22'; f()", "    | \t" + " " * 10 + "^^^"]


def test_source_cannot_control_the_terminal() -> None:
    (line, _) = excerpt(Span(1, 0, 1, 3), ["f() # \x1b[31m"])
    assert "\x1b" not in line.plain


def test_suppressed_findings_are_counted_only() -> None:
    Path("a.py").write_text(LOST.replace("g())", "g())  # noqa: RUF006"))
    result = run("check")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "No dangling tasks in 1 file; 1 suppressed.\n"
    assert run("check", "--ignore-noqa").exit_code == 1


def test_quiet_leaves_out_the_summary() -> None:
    Path("a.py").write_text(LOST)
    assert run("check", "--quiet").stderr == ""


# -- json ----------------------------------------------------------------------------------------

FINDING = Finding(
    id="1",
    rule="TF001",
    path="a.py",
    span=Span(5, 4, 5, 28),
    call="asyncio.create_task",
    function="f",
    use="discarded",
    message="Nothing keeps the task.",
    status="fixable",
    holder=Holder("thread", "background_tasks", "b.py", None),
    chain=(Hop("b.py", 1, "main", "owner", "creates it"), Hop("a.py", 4, "f", "spawns")),
    files=("a.py", "b.py"),
)
REPORT = Report(
    findings=(FINDING,),
    changes=(Change("a.py", b"a", b"A", 1), Change("b.py", b"b", b"B", 2)),
    problems=(),
    scanned=2,
    parsed=2,
)


def document(outcome: Outcome) -> dict[str, object]:
    rendered = find_format("json")(outcome, True)
    assert isinstance(rendered, bytes)
    loaded: dict[str, object] = json.loads(rendered)
    return loaded


def test_json_is_the_contract_and_nothing_else() -> None:
    problem = Problem("c.py", 3, "TF903", "invalid syntax")
    assert document(judge("preview", REPORT, {}, problems=[problem])) == {
        "schema": 1,
        "sites": [
            {
                "id": "1",
                "rule": "TF001",
                "path": "a.py",
                "line": 5,
                "column": 5,
                "end_line": 5,
                "end_column": 29,
                "call": "asyncio.create_task",
                "function": "f",
                "use": "discarded",
                "status": "fixable",
                "reason": None,
                "holder": {
                    "strategy": "thread",
                    "name": "background_tasks",
                    "path": "b.py",
                    "line": None,
                },
                "chain": [
                    {"path": "b.py", "line": 1, "function": "main", "role": "owner"},
                    {"path": "a.py", "line": 4, "function": "f", "role": "spawns"},
                ],
            }
        ],
        "files": {
            "scanned": 2,
            "parsed": 2,
            "changed": ["a.py", "b.py"],
            "bytes": {"changed": 4, "total": 4, "edits": 3},
        },
        "errors": [{"path": "c.py", "line": 3, "code": "TF903", "message": "invalid syntax"}],
        "summary": {
            "found": 1,
            "fixed": 0,
            "fixable": 1,
            "refused": 0,
            "suppressed": 0,
            "errors": 1,
        },
    }


def test_json_with_diff_is_json_and_writes_nothing() -> None:
    Path("a.py").write_text(LOST)
    result = run("apply", "--diff", "--output-format", "json")
    assert json.loads(result.stdout)["files"]["changed"] == ["a.py"]
    assert Path("a.py").read_text() == LOST


# -- what the outcome says -----------------------------------------------------------------------


def test_a_fix_counts_only_if_all_files_of_its_chain_are_on_the_disk() -> None:
    half = judge("apply", REPORT, {}, written=["a.py"])
    assert (half.report.findings[0].status, half.changed, exit_code(half)) == (
        "fixable",
        ("a.py",),
        1,
    )
    whole = judge("apply", REPORT, {}, written=["a.py", "b.py"])
    assert (whole.report.findings[0].status, exit_code(whole)) == ("fixed", 0)


def test_files_that_failed_win_over_findings_that_remain() -> None:
    problem = Problem("c.py", None, "TF901", "cannot be read")
    outcome = judge("check", REPORT, {}, problems=[problem])
    assert exit_code(outcome) == 3
    assert sentence(outcome).endswith("; 1 problem, see above.")


def test_a_refused_finding_is_told_of_in_the_summary() -> None:
    reason = Reason("generated-code", "the file is generated")
    refused = replace(FINDING, status="refused", reason=reason)
    report = Report((FINDING, refused), REPORT.changes, (), 2, 2)
    outcome = judge("apply", report, {}, written=["a.py", "b.py"])
    assert sentence(outcome) == "Fixed 1 of 2 dangling tasks in 2 files; 1 refused."
    assert exit_code(outcome) == 1


# -- diff ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\nb\n", b"a\nB\n"),
        (b"a\r\nb\r\n", b"a\r\nB\r\n"),
        (b"a\rb\r", b"a\rB\r"),
        (b"a\nb", b"a\nb\nc"),
        (b"a\nb\n", b"a\nb"),
        (b"-- a\n++ b\n", b"-- a\n++ c\n"),
        (b"\x0c\na\x1cb\n", b"\x0c\na\x1cc\n"),
        ("\N{SNOWMAN}\u2028x\n".encode(), "\N{SNOWMAN}\u2028y\n".encode()),
        (b"caf\xe9\nx\n", b"caf\xe9\ny\n"),
    ],
)
@pytest.mark.parametrize("name", ["a.py", "a b.py", "t\tab.py", 'q"uote.py', "d\u00e9/\u00fc.py"])
def test_git_makes_the_new_bytes_of_the_old_ones(name: str, before: bytes, after: bytes) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_bytes(before)
    report = Report((), (Change(name, before, after),), (), 1, 1)
    patch = find_format("diff")(judge("preview", report, {}), False)
    assert isinstance(patch, bytes)
    git = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn"]
    subprocess.run(git, input=patch, check=True)
    assert Path(name).read_bytes() == after


def test_the_diff_stays_clean_when_a_site_is_refused() -> None:
    Path("a.py").write_text(MARKED)
    result = run("apply", "--diff")
    assert result.stdout == ""
    assert "a.py:6:5: TF001" in result.stderr
    assert "[refused: " in result.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "colored"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
    ],
)
@pytest.mark.parametrize("name", ["diff", "full", "concise"])
def test_colour_follows_the_option_and_then_the_environment(
    arguments: list[str], environment: dict[str, str], colored: bool, name: str
) -> None:
    Path("a.py").write_text(LOST)
    command = ["apply", "--check", "--output-format", name, *arguments]
    # CliRunner's own option keeps click from taking the colours out again.
    result = CliRunner(env=environment).invoke(main, command, color=True)
    assert ("\x1b[" in result.stdout) is colored


# -- failures ------------------------------------------------------------------------------------


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_fixed() -> None:
    Path("a.py").write_text(LOST)
    os.mkfifo("b.py")
    result = run("apply")
    assert result.exit_code == 3
    assert "error: b.py: TF901 cannot be read" in result.stderr
    assert "_background_tasks" in Path("a.py").read_text()


def test_explain_names_the_lines_that_have_something() -> None:
    Path("a.py").write_text(LOST)
    assert run("explain", "a.py:1").stdout == "No dangling task at a.py:1. There is one at: 5.\n"


@pytest.mark.parametrize("target", ["a.py", "nowhere.py:1", "TF042"])
def test_explain_of_what_does_not_exist_is_a_wrong_usage(target: str) -> None:
    assert run("explain", target).exit_code == 2


def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> Report:
        raise KeyboardInterrupt

    monkeypatch.setattr("taskfix.planning.pipeline.Prepared", interrupt)
    Path("a.py").write_text(LOST)
    assert run("apply").exit_code == 130
    assert Path("a.py").read_text() == LOST


def test_a_bug_ends_with_70_and_asks_for_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Report:
        raise ValueError("out of cheese")

    monkeypatch.setattr("taskfix.planning.pipeline.Prepared", fail)
    result = run("apply")
    assert result.exit_code == 70
    assert "out of cheese" in result.stderr
    assert "Traceback" not in result.stderr
    assert "Traceback" in run("apply", "-v").stderr


def test_every_format_can_be_chosen() -> None:
    assert NAMES == ["concise", "diff", "full", "json"]
    Path("a.py").write_text(LOST)
    for name in NAMES:
        assert run("check", "--output-format", name).exit_code == 1
