"""Type-checks every form that a fix can take: ``python -m benchmarks.forms``.

All cases and labelled snippets are fixed for projects of different strictness and with each
strategy, and mypy and pyright are asked what they object to that they did not object to before.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.checkers import CannotCheckError, pyright_errors
from benchmarks.tools import STRATEGIES, markdown_table
from taskfix.config import Config
from taskfix.model import Source
from taskfix.planning.pipeline import run
from tests.casefile import read_case
from tests.door import MARK
from tests.labelled import CASES, MORE, read_labelled
from tests.test_cases import FILES
from tests.typed import Errors, Pair, mypy, write

HEADER = ["strategy", "project", "programs", "changed", "mypy: new", "pyright: new", "seconds"]
_CHECKED = ("--check-untyped-defs",)
# What taskfix is told of a project, what mypy is told, and what pyright is told.
PROJECTS: dict[str, tuple[Mapping[str, Any], tuple[str, ...], str]] = {
    "lenient": ({"keep_untyped": True}, (), "basic"),
    "checked": ({"checked_bodies": True}, _CHECKED, "standard"),
    "whole": (
        {"checked_bodies": True, "keep_untyped": True},
        (*_CHECKED, "--disallow-incomplete-defs"),
        "basic",
    ),
    "strict": (
        {"strict": True, "checked_bodies": True, "typed_functions": True, "keep_untyped": False},
        ("--strict", "--allow-untyped-calls"),
        "strict",
    ),
}


@dataclass(frozen=True, slots=True)
class Program:
    """One program before it is fixed, and what its project says."""

    name: str
    files: Mapping[str, str]
    config: Config
    read_only: frozenset[str] = frozenset()

    def fixed(self, strategy: str, settings: Mapping[str, Any]) -> Pair:
        config = replace(self.config, **settings)
        if strategy != "auto":
            config = replace(config, strategy=strategy)  # type: ignore[arg-type]
        sources = [
            Source(path, text.encode(), path not in self.read_only)
            for path, text in self.files.items()
        ]
        report = run(sources, config)
        after = {change.path: change.after.decode() for change in report.changes}
        return Pair(self.name, self.files, after)


def main() -> int:
    """Print the table and each new error; 1 where there is any."""
    options = _options()
    programs = [program for program in _programs() if _is_read_here(program)]
    rows, details = [], []
    for strategy in options.strategy:
        for project in options.project:
            started = time.perf_counter()
            row, errors = _try(programs, strategy, project)
            rows.append([strategy, project, *row, f"{time.perf_counter() - started:.0f}"])
            details += [f"{strategy}, {project}: {path}: {text}" for path, text in sorted(errors)]
    print(markdown_table(HEADER, rows))
    print("".join(f"\n{line}" for line in details))
    return int(bool(details))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forms", description=__doc__)
    parser.add_argument("--strategy", nargs="*", default=STRATEGIES, choices=STRATEGIES)
    parser.add_argument("--project", nargs="*", default=list(PROJECTS), choices=PROJECTS)
    return parser.parse_args()


def _programs() -> Iterator[Program]:
    for number, path in enumerate(FILES):
        case = read_case(path)
        files = {name: MARK.sub("", text) for name, text in case.before.items()}
        name = f"case_{number}_{re.sub(r'[^a-z0-9]', '_', path.stem)}"
        yield Program(name, files, case.config(), case.read_only)
    for snippet in [*read_labelled(CASES), *read_labelled(MORE)]:
        name = f"snippet_{re.sub(r'[^a-z0-9]', '_', snippet.id)}"
        yield Program(name, {"app.py": snippet.code}, Config(ignore_noqa=True))


def _is_read_here(program: Program) -> bool:
    """Whether this interpreter, which is mypy's too, knows the syntax."""
    try:
        for path, text in program.files.items():
            compile(text, path, "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _try(programs: list[Program], strategy: str, project: str) -> tuple[list[object], Errors]:
    settings, options, mode = PROJECTS[project]
    pairs = [program.fixed(strategy, settings) for program in programs]
    changed = [pair for pair in pairs if pair.after]
    with tempfile.TemporaryDirectory(prefix="taskfix-") as scratch:
        before, after = Path(scratch) / "before", Path(scratch) / "after"
        write(changed, Path(scratch))
        by_mypy = mypy(after, *options) - mypy(before, *options)
        try:
            by_pyright = _said(_pyright(after, mode)) - _said(_pyright(before, mode))
        except CannotCheckError as error:
            print(error, file=sys.stderr)
            return [len(pairs), len(changed), sum(by_mypy.values()), "-"], by_mypy
    counts = [sum(errors.values()) for errors in (by_mypy, by_pyright)]
    return [len(pairs), len(changed), *counts], by_mypy + by_pyright


def _pyright(directory: Path, mode: str) -> Errors:
    settings = {"typeCheckingMode": mode, "pythonVersion": "3.13"}
    (directory / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    return pyright_errors(directory, ["."])


def _said(errors: Errors) -> Errors:
    """Without what a task gives, which a function that keeps any task does not know.

    Nor is it new that something is unknown: only that it has a name now.
    """
    found: Errors = Counter()
    for (path, message), count in errors.items():
        if "unknown" not in message.lower():
            found[path, re.sub(r"\bTask\[[^\]]*\]", "Task", message)] += count
    return found


if __name__ == "__main__":
    sys.exit(main())
