"""Checks that the commands which compare before and after would see a difference."""

from __future__ import annotations

from pathlib import Path

from benchmarks.checkers import mypy_errors
from benchmarks.suites import differences, read_outcomes

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
