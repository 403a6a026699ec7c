"""Writes what ``python -m benchmarks.speed`` has measured as a page of Markdown."""

from __future__ import annotations

import importlib.metadata
import math
import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import linear_regression, median

from benchmarks.measured import Run
from benchmarks.tools import markdown_table


@dataclass(slots=True)
class Measured:
    """What one command showed on one tree."""

    runs: list[Run] = field(default_factory=list)
    peak: int | None = None
    counters: Mapping[str, int] = field(default_factory=dict)
    note: str | None = None  # why there are no runs


@dataclass(frozen=True, slots=True)
class Row:
    """One tree with all that was measured on it; ``step`` is what grows in its series."""

    series: str
    name: str
    step: int
    files: int
    bytes: int
    measured: dict[str, Measured]


NAMES = {
    "help": "--help",
    "check": "check",
    "warm": "check, warm",
    "apply": "apply",
    "ruff": "ruff RUF006",
    "flake8": "flake8 ASYNC300",
    "codemod": "LibCST codemod",
}
_SERIES = {
    "packages": "Real packages",
    "start": "A small project",
    "files": "A tree whose files grow",
    "sites": "A tree whose sites grow",
}
# What is divided by what.
_RATIOS = (
    ("check", "ruff"),
    ("warm", "ruff"),
    ("apply", "check"),
    ("flake8", "check"),
    ("codemod", "check"),
)
_TOOLS = ("libcst", "ruff", "flake8", "flake8-async")
_ABOUT = """\
# Speed

How long taskfix takes, beside ruff's RUF006, flake8-async's ASYNC300 and the same fix written as an
ordinary LibCST codemod (`benchmarks/plain_codemod.py`). This page was written by

    {command}

- The commands run in turn, each {runs} times after a round that warms up; what is shown is the
  median. A ratio is the median over the rounds of one run divided by the other of the same round,
  with the smallest and the largest in brackets. The files are in the system's memory.
- `check` and `apply` start without a cache; `check, warm` is a `check` of a tree on which nothing
  has changed since the last. ruff and flake8 use no cache. All print or write what they find.
- CPU is user and system time of all processes of a run. Memory is the most that all processes of a
  run held at one time, with shared pages counted once; it was taken in the first round.
- `> 60 s` says that a command did not end in that time; it was not run again, nor on larger trees.
  `-` is what was not measured or what a command does not tell.

{machine}

To repeat it, have `ruff`, `flake8` and `flake8-async` beside taskfix, and let the machine do
nothing else. Seconds depend on it; ratios and counters do so far less.
"""
_GROWING = """\
A project written by `benchmarks/synthetic.py`: packages that import each other and export again,
tests beside them, about one file in a hundred that starts tasks. Large trees have smaller files
(about 3 kB at 1,000 files and 1.75 kB at 100,000), so an exponent against bytes is given beside the
one against files.
"""
_SITES = """\
The same project; every tenth file starts tasks, and these share the sites that are lost. A fixed
part of the time is that of the files, so the last step tells more than the line through all.
"""
_START = "Three files: what is left is mostly the start of the program.\n"
_INTRODUCTIONS = {"start": _START, "files": _GROWING, "sites": _SITES}


def page(rows: Sequence[Row], runs: int, command_line: str) -> str:
    """The whole page."""
    parts = [_ABOUT.format(command=command_line, runs=runs, machine=_machine())]
    for series, title in _SERIES.items():
        if found := [row for row in rows if row.series == series]:
            shown = [name for name in NAMES if any(name in row.measured for row in found)]
            parts += [f"## {title}", _INTRODUCTIONS.get(series, ""), *_tables(found, shown)]
            if series in ("files", "sites") and len(found) > 1:
                parts += ["### Exponents", *_exponents(found, shown)]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def ratio(first: Measured, second: Measured, value: Callable[[Run], float]) -> str:
    """The median of the ratios of the runs that stood side by side, and their range."""
    pairs = zip(first.runs, second.runs, strict=False)
    found = [value(one) / value(other) for one, other in pairs if value(other)]
    return f"{median(found):.2f} ({min(found):.2f} to {max(found):.2f})" if found else "-"


def exponent(points: Sequence[tuple[float, float]]) -> float | None:
    """The slope of the line through the points, by least squares, both axes logarithmic."""
    logs = [(math.log(x), math.log(y)) for x, y in points if x > 0 and y > 0]
    if len({x for x, _ in logs}) < 2:
        return None
    return linear_regression([x for x, _ in logs], [y for _, y in logs]).slope


def _machine() -> str:
    versions = [f"{name} {version}" for name in _TOOLS if (version := _version(name))]
    system = f"{os.cpu_count()} cores ({platform.machine()}, {platform.system()})"
    return f"Measured on {system} with Python {platform.python_version()}, {', '.join(versions)}."


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


# -- tables --------------------------------------------------------------------------------------


def _tables(rows: Sequence[Row], commands: Sequence[str]) -> Iterator[str]:
    heads = [NAMES[name] for name in commands]
    yield "### Seconds, wall time"
    yield markdown_table(
        ["tree", "files", "MB", *heads],
        [[*_size(row), *_times(row, commands, _wall)] for row in rows],
    )
    yield "### Seconds, CPU"
    yield markdown_table(["tree", *heads], [[r.name, *_times(r, commands, _cpu)] for r in rows])
    if pairs := [pair for pair in _RATIOS if {*pair} <= {*commands}]:
        over = [f"{NAMES[one]} / {NAMES[other]}" for one, other in pairs]
        yield "### Ratios, pair by pair"
        for value, what in ((_wall, "wall time"), (_cpu, "CPU")):
            cells = [[row.name, *_ratios(row, pairs, value)] for row in rows]
            yield markdown_table([what, *over], cells)
    yield "### Memory at most, MiB"
    yield markdown_table(["tree", *heads], [[row.name, *_peaks(row, commands)] for row in rows])
    if worked := [name for name in ("check", "warm", "apply") if name in commands]:
        yield "### What was read"
        yield _work(rows, worked)


def _size(row: Row) -> list[object]:
    return [row.name, f"{row.files:,}", f"{row.bytes / 1e6:.1f}"]


def _wall(run: Run) -> float:
    return run.wall


def _cpu(run: Run) -> float:
    return run.cpu


def _times(row: Row, commands: Sequence[str], value: Callable[[Run], float]) -> list[str]:
    return [_time(row.measured[name], value) for name in commands]


def _time(measured: Measured, value: Callable[[Run], float]) -> str:
    if not measured.runs:
        return measured.note or "-"
    return f"{median(map(value, measured.runs)):.3g}"


def _ratios(row: Row, pairs: Sequence[tuple[str, str]], value: Callable[[Run], float]) -> list[str]:
    return [ratio(row.measured[one], row.measured[other], value) for one, other in pairs]


def _peaks(row: Row, commands: Sequence[str]) -> list[str]:
    peaks = [row.measured[name].peak for name in commands]
    return ["-" if peak is None else f"{peak / 2**20:.0f}" for peak in peaks]


def _work(rows: Sequence[Row], commands: Sequence[str]) -> str:
    """One table of all that taskfix counts itself."""
    counted = [(row.name, name, row.measured[name].counters) for row in rows for name in commands]
    names = list(dict.fromkeys(name for *_, counters in counted for name in counters))
    return markdown_table(
        ["tree", "", *names],
        [
            [tree, NAMES[command], *(_number(counters.get(name)) for name in names)]
            for tree, command, counters in counted
        ],
    )


def _number(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


# -- exponents -----------------------------------------------------------------------------------


def _exponents(rows: Sequence[Row], commands: Sequence[str]) -> Iterator[str]:
    series = rows[0].series
    header = ["", *(NAMES[name] for name in commands)]
    axes: list[tuple[str, Callable[[Row], float]]] = [(f"against {series}", lambda row: row.step)]
    if series == "files":
        axes.append(("against bytes", lambda row: row.bytes))
    lines: list[list[str]] = []
    for what, axis in axes:
        for kind, value in (("wall time", _wall), ("CPU", _cpu)):
            every = [_points(rows, name, axis, value) for name in commands]
            lines.append([f"{kind} {what}", *(_slope(points) for points in every)])
            lines.append([f"{kind} {what}, last step", *(_slope(points[-2:]) for points in every)])
    yield markdown_table(header, lines)


def _points(
    rows: Sequence[Row], name: str, axis: Callable[[Row], float], value: Callable[[Run], float]
) -> list[tuple[float, float]]:
    measured = [(axis(row), row.measured[name].runs) for row in rows]
    found = [(x, median(map(value, runs))) for x, runs in measured if runs]
    return sorted(found)


def _slope(points: Sequence[tuple[float, float]]) -> str:
    found = exponent(points)
    return "-" if found is None else f"{found:.2f}"
