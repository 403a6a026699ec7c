"""Checks that mypy has nothing against what a fix writes, in any of the cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from taskfix.model import Source
from taskfix.planning.pipeline import run
from tests.casefile import Case, read_case
from tests.door import MARK
from tests.test_cases import FILES
from tests.typed import Pair, new_errors

# How strict a project is: what taskfix is told of it, and what its type checker is told.
PROJECTS: dict[str, tuple[Mapping[str, bool], tuple[str, ...]]] = {
    "lenient": ({"keep_untyped": True}, ()),
    "strict": (
        {"strict": True, "checked_bodies": True, "typed_functions": True, "keep_untyped": False},
        # The functions of the cases may lack the annotations that a strict project has.
        ("--strict", "--allow-untyped-calls"),
    ),
}


@pytest.mark.parametrize("project", PROJECTS)
def test_no_case_gets_an_error_that_it_had_not(project: str, tmp_path: Path) -> None:
    settings, options = PROJECTS[project]
    cases = [read_case(path) for path in FILES]
    pairs = list(_fixed([case for case in cases if _is_read_here(case)], settings))
    assert len(pairs) > 100
    errors = new_errors(pairs, tmp_path, *options)
    assert not errors, "\n".join(f"{path}: {message}" for path, message in sorted(errors))


@pytest.mark.parametrize(
    "wrong",
    [
        "tasks: set[asyncio.Task[str]] = set()\n    tasks.add(asyncio.create_task(work()))",
        "task: asyncio.Task[str] = asyncio.create_task(work())",
        "def start():\n        asyncio.create_task(work())",
        "asyncio.create_task(work(), keep=True)",
    ],
)
def test_an_error_is_seen(wrong: str, tmp_path: Path) -> None:
    before = "import asyncio\n\ndef f() -> None:\n    asyncio.create_task(work())\n"
    after = before.replace("asyncio.create_task(work())", wrong)
    assert new_errors(
        [Pair("program", {"app.py": before}, {"app.py": after})], tmp_path, "--strict"
    )


def _fixed(cases: list[Case], settings: Mapping[str, bool]) -> Iterator[Pair]:
    """Each case in which something changes, as taskfix fixes it in such a project."""
    for number, case in enumerate(cases):
        before = {path: MARK.sub("", text) for path, text in case.before.items()}
        sources = [
            Source(path, text.encode(), path not in case.read_only) for path, text in before.items()
        ]
        report = run(sources, replace(case.config(), **settings))  # type: ignore[arg-type]
        after = {change.path: change.after.decode() for change in report.changes}
        if after:
            yield Pair(f"case_{number}", before, after)


def _is_read_here(case: Case) -> bool:
    """Whether this interpreter, which is the type checker's too, knows the syntax."""
    try:
        for path, text in {**case.before, **case.after}.items():
            compile(MARK.sub("", text), path, "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True
