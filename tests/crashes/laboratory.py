"""Breaks one run, and judges: the project must be as it was, or as it was to be, or restorable."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from click.testing import CliRunner, Result

from taskfix.cli import main
from taskfix.disk.state import VARIABLE
from tests.crashes.breaking import Break, arm, trace_lines
from tests.crashes.project import FILES, LINK, contents, make_project

Verdict = Literal["unchanged", "applied", "restored by undo", "BROKEN"]


@dataclass(frozen=True, slots=True)
class Trial:
    """What has come of one broken run."""

    broken_by: Break
    verdict: Verdict
    exit_code: int | None  # None for a killed run
    remark: str = ""


class Laboratory:
    """Projects to break, in a directory of their own. ``applied`` is what a whole run makes."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._number = 0
        project = self._new_project()
        self.before = contents(project)
        code, lines = _in_child(lambda: _count_lines(project))
        assert code == 0, "the project cannot be fixed even if nothing is broken"
        self.lines = lines  # how many lines of ours run while the disk is being changed
        self.applied = contents(project)
        assert self.applied != self.before

    def try_out(self, one: Break) -> Trial:
        """Break a run and look at what is left."""
        project = self._new_project()
        code, _ = _in_child(lambda: _broken_run(project, one))
        foreign = one.kind in ("edit", "remove")
        judge = self._judge_with_foreign_change if foreign else self._judge
        verdict, remark = judge(project)
        return Trial(one, verdict, None if code < 0 else code, remark)

    def _judge(self, project: Path) -> tuple[Verdict, str]:
        found = contents(project)
        linked = (project / LINK).samefile(project / "linked.py")
        if found in (self.before, self.applied) and linked:
            clean = not _has_unfinished_run(project)
            if clean:
                return ("unchanged" if found == self.before else "applied"), ""
        undone = _run(project, "undo")
        if contents(project) == self.before and linked and undone.exit_code == 0:
            again = _run(project, "apply")
            if contents(project) == self.applied:
                return "restored by undo", ""
            return "BROKEN", f"cannot be applied again: {again.output}"
        return "BROKEN", _difference(contents(project), self.before) + undone.output

    def _judge_with_foreign_change(self, project: Path) -> tuple[Verdict, str]:
        """Someone else has changed or removed windows.py, a file that no chain goes through."""
        found = contents(project)
        others = {name: data for name, data in found.items() if name != "windows.py"}
        mine = found.get("windows.py")
        for verdict, wanted in (("unchanged", self.before), ("applied", self.applied)):
            expected = {name: data for name, data in wanted.items() if name != "windows.py"}
            if others == expected and mine in (None, b"mine = 1\n", wanted["windows.py"]):
                return verdict, ""  # type: ignore[return-value]
        return "BROKEN", _difference(found, self.before)

    def _new_project(self) -> Path:
        self._number += 1
        project = self._directory / str(self._number)
        make_project(project)
        return project


@contextlib.contextmanager
def laboratory() -> Iterator[Laboratory]:
    """A laboratory that is gone afterwards."""
    with tempfile.TemporaryDirectory() as directory:
        yield Laboratory(Path(directory))


def _broken_run(project: Path, one: Break) -> tuple[int, int]:
    os.chdir(project)
    arm(one, project)
    return _invoke("apply", ".").exit_code, 0


def _count_lines(project: Path) -> tuple[int, int]:
    counts = [0]
    os.chdir(project)
    trace_lines(counts.append)
    return _invoke("apply", ".").exit_code, counts[-1]


def _in_child(work: Callable[[], tuple[int, int]]) -> tuple[int, int]:
    """An exit code and a number that are found out in a process of its own.

    Where a signal ends the process the code is the signal's number, negative.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code, number = work()
        sys.settrace(None)
        os.write(writing, str(number).encode())
        os._exit(code)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    return os.waitstatus_to_exitcode(status), int(text or 0)


def _run(project: Path, *arguments: str) -> Result:
    here = Path.cwd()
    os.chdir(project)
    try:
        return _invoke(*arguments)
    finally:
        os.chdir(here)


def _invoke(*arguments: str) -> Result:
    """What is remembered lies beside the projects, so that it goes with them."""
    return CliRunner(env={VARIABLE: str(Path("../state").absolute())}).invoke(main, arguments)


def _has_unfinished_run(project: Path) -> bool:
    return "(not finished)" in _run(project, "undo", "--list").output


def _difference(found: dict[str, bytes], wanted: dict[str, bytes]) -> str:
    names = sorted(set(found) | set(wanted))
    different = [name for name in names if found.get(name) != wanted.get(name)]
    return f"differs in {', '.join(different) or 'nothing'} of {len(FILES)} files; "
