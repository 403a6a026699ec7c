"""Checks that the commands which compare before and after would see a difference."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from benchmarks.checkers import mypy_errors
from benchmarks.counters import read_counters, too_much
from benchmarks.measured import Run, memory_of, run_measured
from benchmarks.plain_codemod import KeepTasksCommand
from benchmarks.speed import Tree, commands, measure
from benchmarks.speed_page import Measured, exponent, page, ratio
from benchmarks.suites import differences, read_outcomes
from benchmarks.synthetic import Size, files, write
from taskfix.config import Config
from taskfix.model import Source
from taskfix.planning.pipeline import run

JUNIT = """
<testsuites><testsuite>
  <testcase classname="tests.test_a" name="test_one"/>
  <testcase classname="tests.test_a" name="test_two"><failure message="no"/></testcase>
  <testcase classname="tests.test_a" name="test_two"/>
  <testcase classname="tests.test_b" name="test_one"><skipped message="later"/></testcase>
</testsuite></testsuites>
"""


def test_each_test_of_a_suite_is_told_from_the_others(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(JUNIT, "utf-8")
    assert read_outcomes(tmp_path / "report.xml") == {
        "tests.test_a::test_one": ("passed",),
        "tests.test_a::test_two": ("failure", "passed"),
        "tests.test_b::test_one": ("skipped",),
    }


def test_a_test_that_ends_in_another_way_is_named() -> None:
    before = {"a": ("passed",), "b": ("passed",), "c": ("failure",)}
    after = {"a": ("passed",), "b": ("failure",), "d": ("passed",), "unsteady": ("failure",)}
    assert differences(before, after, {*before, "unsteady"}) == [
        "b was passed, is failure",
        "c was failure, is gone",
        "d is new",
    ]


def test_a_package_is_checked_as_its_own_configuration_says(tmp_path: Path) -> None:
    tree, cache = tmp_path / "tree", tmp_path / "cache"
    (tree / "app").mkdir(parents=True)
    (tree / "app" / "__init__.py").write_text("import asyncio\nx: set[asyncio.Task] = 1\n", "utf-8")
    plain = mypy_errors(tree, cache)
    assert all("[assignment]" in message for _, message in plain)
    (tree / "pyproject.toml").write_text("[tool.mypy]\nstrict = true\n", "utf-8")
    strict = mypy_errors(tree, cache)
    assert [path for path, _ in plain] == ["app/__init__.py"]
    assert any("[type-arg]" in message for _, message in strict - plain)


def test_a_synthetic_tree_is_code_and_grows_as_it_is_told() -> None:
    small, large = dict(files(Size(50))), dict(files(Size(50, sites=10)))
    assert len(small) == len(large) == 50
    assert small == dict(files(Size(50)))
    lost = [code for code in large.values() if "notify_" in code or "Watcher" in code]
    assert 0 < len(lost) <= 5
    for path, code in large.items():
        compile(code, path, "exec", dont_inherit=True)
    found = run([Source(path, code.encode()) for path, code in large.items()], Config()).findings
    assert len(found) == 10


def test_the_ordinary_codemod_keeps_a_task() -> None:
    before = "import asyncio\n\nasync def f():\n    # why\n    asyncio.create_task(g())\n"
    module = KeepTasksCommand(CodemodContext()).transform_module(cst.parse_module(before))
    assert module.code == (
        "import asyncio\n_background_tasks: set[asyncio.Task] = set()\n\nasync def f():\n"
        "    # why\n    task = asyncio.create_task(g())\n    _background_tasks.add(task)\n"
        "    task.add_done_callback(_background_tasks.discard)\n"
    )


def test_speed_is_measured_and_the_tree_is_as_before() -> None:
    tree = Tree("files", "tiny", partial(write, Size(10, sites=1)), 10)
    chosen = [one for one in commands() if one.name in ("apply", "check")]
    row = measure(tree, chosen, runs=1, timeout=600)
    assert (row.files, [len(one.runs) for one in row.measured.values()]) == (10, [1, 1])
    assert row.measured["check"].counters["scanned"] == 10
    # The last check comes after two runs of apply, and still finds something.
    assert row.measured["apply"].counters["changed"] == 1
    assert row.measured["check"].runs[0].code == 1
    shown = page([row], 1, "python -m benchmarks.speed --runs 1")
    assert "| tiny | 10 | 0.0 |" in shown
    assert "apply / check" in shown
    assert "ruff RUF006 |" not in shown


def test_a_command_that_takes_too_long_is_ended_with_all_its_processes(tmp_path: Path) -> None:
    inner = "import os, time; open('begun', 'w').write(str(os.getpid())); time.sleep(600)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    command, begun = [sys.executable, "-c", outer], tmp_path / "begun"
    for timeout in (2, 15, 120):
        ended = run_measured(
            command,
            tmp_path,
            tmp_path / "output",
            environment=os.environ,
            timeout=timeout,
            watch=True,
        )
        assert ended.timed_out
        assert ended.wall < 600
        # On a machine that has much else to do, the inner process may not have come to its start.
        if begun.exists() and begun.read_text():
            break
    if Path("/proc").is_dir():
        assert ended.peak is not None
        assert ended.peak > 2**20
        assert memory_of(int(begun.read_text())) == 0


def test_an_exponent_is_the_slope_of_all_points() -> None:
    assert exponent([(10, 3), (100, 300), (1000, 30_000)]) == pytest.approx(2)
    assert exponent([(10, 3), (10, 4)]) is None


def test_ratios_are_of_the_runs_that_stood_side_by_side() -> None:
    slow = Measured([Run(0, wall, 1) for wall in (2, 40, 6)])
    fast = Measured([Run(0, wall, 1) for wall in (1, 10, 2)])
    assert ratio(slow, fast, lambda run: run.wall) == "3.00 (2.00 to 4.00)"
    assert ratio(slow, Measured(note="> 60 s"), lambda run: run.wall) == "-"


def test_work_that_is_done_twice_or_not_counted_is_too_much(tmp_path: Path) -> None:
    output, statistics = tmp_path / "output", tmp_path / "statistics"
    output.write_text('{"files": {"scanned": 9, "changed": ["a.py"]}, "sites": []}', "utf-8")
    statistics.write_text('{"parsed": 4, "layers": {"flow": {"files": 2}}}', "utf-8")
    counters = read_counters(output, statistics)
    assert counters == {"scanned": 9, "changed": 1, "parsed": 4, "layers.flow.files": 2}
    once = [("parsed", "layers.flow.files"), ("parsed", "lost")]
    assert list(too_much(counters, {"parsed": 3, "scanned": 9}, once, changed=1)) == [
        "lost was not counted",
        "parsed is 4, not at most 3",
        "parsed is 4 for 2 layers.flow.files",
    ]
    assert not list(too_much(counters, {"parsed": 4}, once[:1], changed=2))
    assert read_counters(tmp_path / "none", tmp_path / "none") == {}
