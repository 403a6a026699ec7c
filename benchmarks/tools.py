"""Runs taskfix and the linters it is compared with, and says which lines each of them reports."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from taskfix.model import StrategyName

ROOT = Path(__file__).parent.parent
STRATEGIES: tuple[str, ...] = get_args(StrategyName)
_ASYNC300 = re.compile(r"^(.+):(\d+):\d+: ASYNC300", re.M)


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """One report of a tool: a file and the lines that the reported code covers."""

    path: str
    line: int
    end_line: int

    def covers(self, path: str, line: int) -> bool:
        return self.path == path and self.line <= line <= self.end_line


@dataclass(frozen=True, slots=True)
class TaskfixRun:
    """What one run of taskfix printed, its exit code and its standard error."""

    code: int
    document: dict[str, Any]
    messages: str

    @property
    def ended_well(self) -> bool:
        """Whether it did its work.

        0: all done, 1: findings remain, 3: some files cannot be parsed, which packages do contain.
        A program that cannot even start exits with 1 too, but prints no document.
        """
        return self.code in (0, 1, 3) and bool(self.document)

    @property
    def sites(self) -> list[dict[str, Any]]:
        return list(self.document.get("sites", []))

    @property
    def changed(self) -> list[str]:
        return list(self.document.get("files", {}).get("changed", []))


def installed(module: str) -> bool:
    """Whether a tool can be run by this interpreter."""
    return importlib.util.find_spec(module) is not None


def run_taskfix(command: str, directory: Path, *options: str) -> TaskfixRun:
    """Run ``taskfix COMMAND .`` in ``directory``."""
    arguments = ["taskfix", command, ".", "--output-format", "json", "-q", *options]
    done = _run_module(arguments, directory)
    return TaskfixRun(done.returncode, json.loads(done.stdout or "{}"), done.stderr)


def site_hit(site: dict[str, Any]) -> Hit:
    """The lines of a site of taskfix."""
    return Hit(site["path"], site["line"], site["end_line"])


def ruff_hits(directory: Path, *options: str) -> list[Hit]:
    """What ``ruff check --isolated --select RUF006`` reports below ``directory``."""
    selection = ["--isolated", "--select", "RUF006", "--exit-zero", "--no-cache"]
    arguments = ["ruff", "check", *selection, "--output-format", "json", *options, "."]
    rows = json.loads(_run_module(arguments, directory).stdout or "[]")
    return sorted(
        Hit(
            _relative(row["filename"], directory),
            row["location"]["row"],
            row["end_location"]["row"],
        )
        for row in rows
        if row["code"] == "RUF006"
    )


def flake8_hits(directory: Path, *options: str) -> list[Hit]:
    """What ``flake8 --isolated --select ASYNC300`` reports below ``directory``."""
    arguments = ["flake8", "--isolated", "--select", "ASYNC300", "--exit-zero", *options, "."]
    found = _ASYNC300.findall(_run_module(arguments, directory).stdout)
    return sorted(Hit(_relative(name, directory), int(line), int(line)) for name, line in found)


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; everything but the first column is aligned to the right."""
    rules = ["---", *["---:"] * (len(header) - 1)]
    lines = [header, rules, *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _run_module(arguments: Sequence[str], directory: Path) -> subprocess.CompletedProcess[str]:
    # This checkout is what is measured, and a module of the package never stands in for a real one.
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _relative(name: str, directory: Path) -> str:
    return (directory / name).resolve().relative_to(directory.resolve()).as_posix()
