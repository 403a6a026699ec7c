"""Checks that no type checker objects to a fix of real packages: ``python -m benchmarks.types``.

For each package and strategy: mypy (with the project's own configuration where it has one) reports
nothing of the fixed package that it did not report before, nor does pyright of the changed files.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.archives import CACHE, ArchiveError, Package, fetch, read_manifest, unpack
from benchmarks.checkers import CannotCheckError, Errors, mypy_errors, pyright_errors
from benchmarks.tools import STRATEGIES, TaskfixRun, markdown_table, run_taskfix

HEADER = ["package", "strategy", "fixed", "files", "mypy before", "new", "pyright before", "new"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one checker says: how much before, and what is new; or why it says nothing."""

    before: int
    new: Errors
    silent: str | None = None

    def cells(self) -> list[object]:
        return ["-", "-"] if self.silent else [self.before, sum(self.new.values())]


def main() -> int:
    """Print the table and each new error; 1 where there is any."""
    options = _options()
    rows, details, found = [], [], False
    for package in read_manifest():
        if package.name in options.skip or options.names and package.name not in options.names:
            continue
        print(f"{package.directory} ...", file=sys.stderr, flush=True)
        for strategy, run, verdicts in _try_package(package, options.dir, options.strategy):
            cells = [cell for verdict in verdicts for cell in verdict.cells()]
            fixed = sum(site["status"] == "fixed" for site in run.sites)
            rows.append([package.directory, strategy, fixed, len(run.changed), *cells])
            for verdict in verdicts:
                found = found or bool(verdict.new)
                details += list(_details(f"{package.directory}, {strategy}", verdict))
    print(markdown_table(HEADER, rows))
    print("".join(f"\n{line}" for line in details))
    return int(found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.types", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="packages; all unless told")
    parser.add_argument("--dir", type=Path, default=CACHE, help="where the archives are kept")
    parser.add_argument("--skip", nargs="*", default=(), metavar="NAME", help="packages to leave")
    parser.add_argument("--strategy", nargs="*", default=STRATEGIES, choices=STRATEGIES)
    return parser.parse_args()


def _details(where: str, verdict: Verdict) -> Iterator[str]:
    if verdict.silent:
        yield f"{where}: {verdict.silent}"
    for (path, message), count in sorted(verdict.new.items()):
        yield f"{where}: {path}: {message}" + (f" ({count} times)" if count > 1 else "")


def _try_package(
    package: Package, cache: Path, strategies: tuple[str, ...]
) -> Iterator[tuple[str, TaskfixRun, list[Verdict]]]:
    with tempfile.TemporaryDirectory(prefix="taskfix-") as scratch:
        pristine, tree, mypy = (Path(scratch) / name for name in ("pristine", "tree", "mypy"))
        try:
            archive = fetch(package, cache)
        except (ArchiveError, OSError) as error:
            yield "none", TaskfixRun(-1, {}, ""), [Verdict(0, Errors(), str(error))] * 2
            return
        unpack(archive, pristine)
        unpack(archive, tree)
        before = _mypy(tree, mypy)
        for strategy in strategies:
            run = run_taskfix("apply", tree, "--strategy", strategy)
            if not run.ended_well:
                failed = Errors({("taskfix", f"exit code {run.code}: {run.messages[-300:]}"): 1})
                yield strategy, run, [Verdict(0, failed), Verdict(0, Errors())]
            elif run.changed:
                by_mypy = _with_mypy(before, tree, mypy)
                if by_mypy.new:
                    # In a second run mypy may say of a file that did not change what it did not
                    # say at first, so what is new is looked at without anything remembered.
                    by_mypy = _with_mypy(before, tree, Path(scratch) / f"mypy-{strategy}")
                yield strategy, run, [by_mypy, _pyright(pristine, tree, run)]
            for path in run.changed:
                shutil.copy2(pristine / path, tree / path)


def _mypy(tree: Path, cache: Path) -> Errors | str:
    try:
        return mypy_errors(tree, cache)
    except CannotCheckError as error:
        return f"mypy: {error}"


def _with_mypy(before: Errors | str, tree: Path, cache: Path) -> Verdict:
    after = before if isinstance(before, str) else _mypy(tree, cache)
    if isinstance(before, str) or isinstance(after, str):
        return Verdict(0, Errors(), str(after))
    return Verdict(sum(before.values()), after - before)


def _pyright(pristine: Path, tree: Path, run: TaskfixRun) -> Verdict:
    paths = [path for path in run.changed if path.endswith((".py", ".pyi"))]
    try:
        before, after = pyright_errors(pristine, paths), pyright_errors(tree, paths)
    except CannotCheckError as error:
        return Verdict(0, Errors(), f"pyright: {error}")
    return Verdict(sum(before.values()), after - before)


if __name__ == "__main__":
    sys.exit(main())
