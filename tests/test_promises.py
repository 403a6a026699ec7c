"""Runs programs before and after the fix: none does anything else than before, none loses a task.

Each section of the files under ``promises/`` is a program. A comment says of the call on its line
that its task is ``lost``, and ``in`` which set the fix puts it, or ``not in``. The programs run
under a loop that collects garbage before each of its turns.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from taskfix.config import Config
from taskfix.model import Source
from taskfix.planning.pipeline import run
from tests.door import result_of

DIRECTORY = Path(__file__).parent / "promises"
_FENCE = re.compile(r"^```python ?(?P<path>\S*)\n(?P<body>(?:(?!```).*\n)*)```$", re.M)
_EXPECTED = re.compile(r"#\s(?P<what>lost|in|not in)(?: (?P<set>[\w.]+))?$")
_COLLECTING = """\
import asyncio, gc, runpy

turn = asyncio.SelectorEventLoop._run_once


def collecting_turn(loop):
    # What main() holds is cancelled as soon as it has returned.
    if any(task.get_coro().__name__ == "main" for task in asyncio.all_tasks(loop)):
        gc.collect()
    turn(loop)


asyncio.SelectorEventLoop._run_once = collecting_turn
gc.freeze()
runpy.run_path("app.py", run_name="__main__")
"""


@dataclass(frozen=True, slots=True)
class Program:
    """The files of one program, with what is expected at a path and line."""

    name: str
    files: dict[str, str]
    expected: dict[tuple[str, int], tuple[str, str]]


def _programs() -> list[Program]:
    return [_program(path, text) for path in sorted(DIRECTORY.glob("*.md")) for text in _of(path)]


def _of(path: Path) -> list[str]:
    return re.split(r"^## ", path.read_text("utf-8"), flags=re.M)[1:]


def _program(path: Path, text: str) -> Program:
    files = {block["path"] or "app.py": block["body"] for block in _FENCE.finditer(text)}
    expected = {
        (file, number): (match["what"], match["set"] or "")
        for file, body in files.items()
        for number, line in enumerate(body.splitlines(), 1)
        if (match := _EXPECTED.search(line)) is not None
    }
    return Program(f"{path.stem}: {text.partition(chr(10))[0].strip()}", files, expected)


PROGRAMS = _programs()


@pytest.mark.skipif(sys.version_info < (3, 11), reason="TimeoutError was not asyncio's before")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_the_program_does_what_it_did(program: Program, tmp_path: Path) -> None:
    report = run([Source(path, text.encode()) for path, text in program.files.items()], Config())
    after = result_of(program.files, report)
    held = {(f.path, f.span.line): f.holder.name for f in report.findings if f.holder is not None}
    assert held.keys() >= program.expected.keys(), report.findings
    for place, (what, set_) in program.expected.items():
        assert (held[place] == set_) is (what == "in"), held[place]
    outputs = [_output(program.files, tmp_path / "before"), _output(after, tmp_path / "after")]
    assert outputs[1].lost == "", after
    assert outputs[0].shown == outputs[1].shown, after


@dataclass(frozen=True, slots=True)
class Output:
    """What a program prints, or how it ends, and what asyncio says of tasks that are lost."""

    shown: str
    lost: str


def _output(files: dict[str, str], folder: Path) -> Output:
    for path, text in {**files, "collecting.py": _COLLECTING}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "collecting.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    problem = ran.stderr.splitlines()[-1] if ran.returncode else ""
    lost = "".join(re.findall(r"^Task was destroyed.*\n.*", ran.stderr, re.M))
    return Output(ran.stdout + problem, lost)


def test_there_are_programs_of_each_kind() -> None:
    kinds = [program.name.partition(":")[0] for program in PROGRAMS]
    assert {kind: kinds.count(kind) >= 3 for kind in kinds} == dict.fromkeys(kinds, True)
    assert len(PROGRAMS) >= 40
