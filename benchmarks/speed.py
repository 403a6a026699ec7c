"""Measures how fast taskfix is, beside others: ``python -m benchmarks.speed``.

Real packages and a synthetic tree that grows, each with taskfix (check cold and warm, apply),
ruff's RUF006, flake8-async's ASYNC300 and the same fix as an ordinary LibCST codemod. The commands
run in turn, A B C A B C, so that whatever else the machine does meets all of them; a first round
warms up and measures the memory. ``--packages``, ``--files`` or ``--sites`` without a value leave
that part out.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import synthetic
from benchmarks.archives import CACHE, ArchiveError, Package, fetch, read_manifest, unpack
from benchmarks.counters import VARIABLE, read_counters
from benchmarks.measured import Run, run_measured
from benchmarks.speed_page import Measured, Row, page
from benchmarks.tools import ROOT, installed

_CODEMOD = "benchmarks.plain_codemod.KeepTasksCommand"
_JSON = ("--output-format", "json")
_RUFF = ("--isolated", "--no-cache", "--select", "RUF006", "--exit-zero")
_FLAKE8 = ("--isolated", "--select", "ASYNC300", "--exit-zero")
_TASKFIX_CACHE = ".taskfix_cache"


@dataclass(frozen=True, slots=True)
class Command:
    """One of the commands that are compared."""

    name: str
    needs: str
    arguments: tuple[str, ...]
    ends_well: tuple[int, ...] = (0,)
    changes: bool = False
    is_cold: bool = False
    is_warm: bool = False
    series: str | None = None  # the only one it is run in


def commands() -> tuple[Command, ...]:
    """All commands in the order of a round: those whose ratio is told stand side by side."""
    python = (sys.executable, "-m")
    check = (*python, "taskfix", "check", ".", "-q", *_JSON)
    apply = (*python, "taskfix", "apply", ".", "-q", *_JSON)
    # The program itself: the Python module of that name would only look for it and start it.
    ruff = shutil.which("ruff", path=f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}")
    codemod = (*python, "libcst.tool", "codemod", "--no-format", "--hide-progress", "-x", _CODEMOD)
    told = (0, 1, 3)  # findings remain, and some files cannot be parsed
    return (
        Command("help", "taskfix", (*python, "taskfix", "--help"), series="start"),
        Command("apply", "taskfix", apply, told, changes=True, is_cold=True),
        Command("check", "taskfix", check, told, is_cold=True),
        Command("ruff", "ruff", (ruff or "ruff", "check", ".", *_RUFF, *_JSON)),
        Command("warm", "taskfix", check, told, is_warm=True),
        Command("flake8", "flake8_async", (*python, "flake8", ".", *_FLAKE8)),
        # It ends with 1 where it cannot parse a file.
        Command("codemod", "libcst", (*codemod, "."), (0, 1), changes=True),
    )


@dataclass(frozen=True, slots=True)
class Tree:
    """What is measured; ``make`` writes it into a directory that is not there yet."""

    series: str
    name: str
    make: Callable[[Path], None]
    step: int = 0


def main() -> int:
    """Print the page, or write it."""
    options = _options()
    chosen = [one for one in commands() if not options.only or one.name in options.only]
    rows: list[Row] = []
    for tree in _trees(options):
        print(f"{tree.name} ...", file=sys.stderr, flush=True)
        given_up = _given_up(rows, tree.series)
        fitting = [one for one in chosen if one.series in (None, tree.series)]
        try:
            rows.append(measure(tree, fitting, options.runs, options.timeout, given_up))
        except (ArchiveError, OSError) as error:
            print(f"{tree.name} is left out: {error}", file=sys.stderr)
    text = page(rows, options.runs, _command_line(sys.argv[1:]))
    if options.markdown is None:
        print(text)
    else:
        options.markdown.write_text(text, "utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add, names = parser.add_argument, [command.name for command in commands()]
    packages = "names of the manifest, with or without a version, or directories; all unless told"
    add("--packages", nargs="*", metavar="NAME", help=packages)
    add("--runs", type=int, default=5, metavar="N", help="timed runs of each; 5 unless told")
    growing = "sizes of the tree that grows; 1000 10000 100000 unless told"
    add("--files", type=int, nargs="*", default=[1000, 10000, 100000], metavar="N", help=growing)
    sites = "lost tasks in the tree of the first size; 10 100 1000 unless told"
    add("--sites", type=int, nargs="*", default=[10, 100, 1000], metavar="N", help=sites)
    add("--only", nargs="+", choices=names, help="the commands that are run; all unless told")
    add("--timeout", type=float, default=600.0, metavar="S", help="seconds a command may take")
    add("--markdown", type=Path, metavar="FILE", help="where the page is written")
    add("--dir", type=Path, default=CACHE, help="where the archives are kept")
    return parser.parse_args()


def _command_line(arguments: Sequence[str]) -> str:
    """What was asked for, without where on this machine a directory lies."""
    shown = [f"path/to/{Path(one).name}" if Path(one).is_dir() else one for one in arguments]
    return " ".join(["python -m benchmarks.speed", *shown])


# -- trees ---------------------------------------------------------------------------------------


def _trees(options: argparse.Namespace) -> Iterator[Tree]:
    for name in options.packages or ():
        if Path(name).is_dir():
            source = Path(name).resolve()
            yield Tree("packages", source.name, partial(_copy, source))
    for package in read_manifest():
        wanted = options.packages is None or {package.name, package.directory} & {*options.packages}
        if wanted:
            make = partial(_unpack, options.dir, package)
            yield Tree("packages", f"{package.name} {package.version}", make)
    if options.files:
        yield Tree("start", "three files", partial(synthetic.write, synthetic.Size(3)))
    for count in options.files:
        write = partial(synthetic.write, synthetic.Size(count))
        yield Tree("files", f"{count:,} files", write, count)
    for count in options.sites if options.files else ():
        write = partial(synthetic.write, synthetic.Size(options.files[0], count))
        yield Tree("sites", f"{count:,} sites in {options.files[0]:,} files", write, count)


def _unpack(cache: Path, package: Package, target: Path) -> None:
    unpack(fetch(package, cache), target)


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(".git"))


def _given_up(rows: Sequence[Row], series: str) -> dict[str, str]:
    """The commands that took too long on a smaller tree, and what was noted then."""
    return {
        name: measured.note
        for row in rows
        if row.series == series in ("files", "sites")
        for name, measured in row.measured.items()
        if measured.note is not None
    }


# -- runs ----------------------------------------------------------------------------------------


def measure(
    tree: Tree,
    chosen: Sequence[Command],
    runs: int,
    timeout: float,
    given_up: dict[str, str] | None = None,
) -> Row:
    """All commands on one tree, in turn, after a round that warms up and measures the memory."""
    with tempfile.TemporaryDirectory(prefix="taskfix-") as scratch:
        bench = _Bench(Path(scratch), timeout)
        tree.make(bench.pristine)
        shutil.copytree(bench.pristine, bench.tree, symlinks=True)
        measured = {command.name: Measured() for command in chosen}
        for command in chosen:
            if not installed(command.needs):
                measured[command.name].note = "not installed"
            elif given_up and command.name in given_up:
                measured[command.name].note = given_up[command.name]
        for round_ in range(runs + 1):
            for command in chosen:
                if measured[command.name].note is None:
                    bench.turn(command, measured[command.name], watch=round_ == 0)
        python = [path for path in bench.pristine.rglob("*.py") if path.is_file()]
        size = sum(path.stat().st_size for path in python)
        return Row(tree.series, tree.name, tree.step, len(python), size, measured)


class _Bench:
    """A tree that the commands run in, and the same tree as it was."""

    def __init__(self, scratch: Path, timeout: float) -> None:
        self.pristine, self.tree = scratch / "pristine", scratch / "tree"
        self.output, self.statistics = scratch / "output", scratch / "statistics"
        self.timeout = timeout
        self.filled = False
        self.environment = {
            **os.environ,
            # This checkout is what is measured, and no module of the tree stands in for another.
            "PYTHONPATH": str(ROOT),
            "PYTHONSAFEPATH": "1",
            "TASKFIX_STATE_DIR": str(scratch / "state"),
        }

    def turn(self, command: Command, measured: Measured, *, watch: bool) -> None:
        """Run a command once; a run that is watched counts for the memory and not for the time."""
        if command.is_cold:
            shutil.rmtree(self.tree / _TASKFIX_CACHE, ignore_errors=True)
        if command.is_warm and not self.filled:
            self._run(command, watch=False)
        run = self._run(command, watch=watch)
        if command.changes:
            _restore(self.tree, self.pristine)
        self.filled = not command.changes and (command.is_cold or command.is_warm or self.filled)
        if run.timed_out:
            measured.note, measured.runs = f"> {self.timeout:g} s", []
        elif run.code not in command.ends_well:
            measured.note, measured.runs = f"failed ({run.code})", []
            errors = self.output.with_suffix(".err").read_text("utf-8", "replace")
            print(f"{command.name}: {errors.strip()[-600:]}", file=sys.stderr)
        elif watch:
            measured.peak = run.peak
            measured.counters = read_counters(self.output, self.statistics)
        else:
            measured.runs.append(run)

    def _run(self, command: Command, *, watch: bool) -> Run:
        self.statistics.unlink(missing_ok=True)
        counted = {VARIABLE: str(self.statistics)} if watch else {}
        return run_measured(
            command.arguments,
            self.tree,
            self.output,
            environment={**self.environment, **counted},
            timeout=self.timeout,
            watch=watch,
        )


def _restore(tree: Path, pristine: Path) -> None:
    """Give every file that was changed its bytes and its time back, and remove what is new."""
    for path in sorted(tree.rglob("*"), reverse=True):
        before = pristine / path.relative_to(tree)
        if not before.is_symlink() and not before.exists():
            path.rmdir() if path.is_dir() else path.unlink()
        elif path.is_file() and not path.is_symlink() and _state(path) != _state(before):
            shutil.copy2(before, path)
    for before in pristine.rglob("*"):
        path = tree / before.relative_to(pristine)
        if before.is_file() and not path.exists():
            shutil.copy2(before, path)


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


if __name__ == "__main__":
    sys.exit(main())
