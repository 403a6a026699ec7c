"""The progress of a run: shown on a terminal where a run takes its time, and nowhere else."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from taskfix.cli import progress
from taskfix.cli.progress import Progress

ROOT = Path(__file__).parent.parent
LOADED = """\
import sys
from taskfix.cli import main
try:
    main({arguments!r})
except SystemExit:
    pass
print([name for name in {names!r} if name in sys.modules], file=sys.stderr)
"""
LOST = "import asyncio\n\n\nasync def f():\n    asyncio.create_task(g())\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    def wait_for(self, text: str) -> None:
        """Wait until a text is shown; what shows it may take a while to load."""
        end = time.monotonic() + 30
        while text not in self.getvalue():
            assert time.monotonic() < end, self.getvalue()
            time.sleep(0.01)


def terminal(monkeypatch: pytest.MonkeyPatch, moment: float = 0.0) -> Terminal:
    """A terminal to which standard error goes until the end of the test."""
    opened = Terminal()
    monkeypatch.setattr(sys, "stderr", opened)
    monkeypatch.setattr(progress, "MOMENT", moment)
    monkeypatch.setenv("TERM", "xterm")
    return opened


def test_what_takes_long_is_shown_with_its_count(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    with Progress(quiet=False) as shown:
        shown.phase("Looking for files")
        screen.wait_for("Looking for files")
        shown.phase("Reading files", 1234)
        shown.advance()
        screen.wait_for("Reading files")
        screen.wait_for("1/1234")
    assert screen.getvalue().endswith("\x1b[2K")  # the line is gone


def test_what_is_quick_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch, moment=60.0)
    with Progress(quiet=False) as shown:
        shown.phase("Looking for files")
    assert screen.getvalue() == ""


@pytest.mark.parametrize("quiet", [True, False])
def test_nothing_is_shown_to_who_is_quiet_or_no_terminal(
    quiet: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = terminal(monkeypatch)
    monkeypatch.setattr(Terminal, "isatty", lambda _: quiet)
    with Progress(quiet=quiet) as shown:
        shown.phase("Looking for files")
        time.sleep(0.2)
    assert screen.getvalue() == ""


# -- what is loaded ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--version"], ["libcst", "rich", "taskfix.model", "taskfix.planning", "asyncio"]),
        (["--help"], ["libcst", "rich", "taskfix.model", "taskfix.planning", "asyncio"]),
        (["check", "--help"], ["libcst", "rich", "taskfix.model", "taskfix.planning"]),
        (["explain", "TF001"], ["rich", "taskfix.planning.pipeline"]),
        (["check"], ["rich", "taskfix.planning.pipeline", "taskfix.disk.transaction", "libcst"]),
        (["check", "--no-cache", "--color", "always"], ["rich", "taskfix.disk.transaction"]),
    ],
)
def test_what_is_not_needed_is_not_loaded(
    arguments: list[str], unwanted: list[str], tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "a.py").write_text(LOST)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in range(2):  # the second time what was found is remembered
        done = subprocess.run(
            [sys.executable, "-c", LOADED.format(arguments=arguments, names=unwanted)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stderr.splitlines()[-1] == "[]"
