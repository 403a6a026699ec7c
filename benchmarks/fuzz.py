"""Runs taskfix on generated projects and checks what must hold: ``python -m benchmarks.fuzz``.

Every violation is printed with the command that shows it again; with ``--project`` that command
shows one project, its result and, with ``--reduce``, a smaller one with the same violation.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from random import Random

from tests.fuzz import Program, program, violations
from tests.fuzz.properties import after, analysed
from tests.fuzz.running import printed

# The checks that take long are made for one project in so many.
THOROUGH_EVERY = 4
BATCH = 50


@dataclass(frozen=True, slots=True)
class Tally:
    """What some projects came to."""

    counts: Counter[str]
    violations: tuple[tuple[int, str], ...]


def main() -> int:
    """Print the counts and every violation; 1 where there is one."""
    options = _options()
    _be_quiet()
    if options.project is not None:
        return _show(options.seed, options.project, reduce=options.reduce)
    started = time.perf_counter()
    counts: Counter[str] = Counter()
    found = 0
    for tally in _tallies(options):
        counts += tally.counts
        for number, sentence in tally.violations:
            found += 1
            print(f"\nproject {number}: {sentence}")
            print(
                f"    python -m benchmarks.fuzz --seed {options.seed} --project {number} --reduce"
            )
        _progress(counts, found, time.perf_counter() - started)
    print(_summary(counts, found, time.perf_counter() - started))
    return int(found > 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--modules", type=int, default=1000, help="how many modules to generate")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--project", type=int, metavar="K", help="show this one project")
    parser.add_argument("--reduce", action="store_true", help="with --project: make it smaller")
    return parser.parse_args()


def _be_quiet() -> None:
    logging.getLogger("asyncio").setLevel(logging.CRITICAL + 1)
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda _: None


def _tallies(options: argparse.Namespace) -> Iterator[Tally]:
    """The tallies of batches, until there are modules enough."""
    modules, first = 0, 0
    with ProcessPoolExecutor(options.jobs, initializer=_be_quiet) as pool:
        while modules < options.modules:
            # Most projects have one or two modules.
            batches = max(1, min((options.modules - modules) // (2 * BATCH), 20 * options.jobs))
            starts = [first + index * BATCH for index in range(batches)]
            first += batches * BATCH
            for tally in pool.map(_batch, [options.seed] * batches, starts):
                modules += tally.counts["modules"]
                yield tally


def _batch(seed: str, first: int) -> Tally:
    counts: Counter[str] = Counter()
    found: list[tuple[int, str]] = []
    for number in range(first, first + BATCH):
        one = project(seed, number)
        counts += Counter(projects=1, modules=len(one.files))
        counts["bytes"] += sum(map(len, one.files.values()))
        thorough = number % THOROUGH_EVERY == 0
        counts["projects also run, and fixed again"] += thorough
        found += [(number, sentence) for sentence in violations(one, thorough, counts)]
    return Tally(counts, tuple(found))


def project(seed: str, number: int) -> Program:
    """The same project for the same seed and number, whatever else is generated."""
    return program(Random(f"{seed}/{number}"))


def _progress(counts: Counter[str], found: int, seconds: float) -> None:
    if sys.stderr.isatty():
        done = f"{counts['modules']} modules, {found} violations, {seconds:.0f} s"
        print(f"\r{done}", end="", file=sys.stderr, flush=True)


def _summary(counts: Counter[str], found: int, seconds: float) -> str:
    rate = 1000 * seconds / max(1, counts["modules"])
    lines = [f"{name}: {count:,}" for name, count in counts.items()]
    return "\n".join(
        ["", *lines, f"violations: {found}", f"{seconds:.0f} s, {rate:.1f} ms a module"]
    )


# -- one project ---------------------------------------------------------------------------------


def _show(seed: str, number: int, *, reduce: bool) -> int:
    one = project(seed, number)
    if reduce and violations(one):
        one = _reduced(one)
    report = analysed(one, one.files)
    result = after(one.files, report)
    print(one.config, *sorted(one.read_only))
    for path in one.files:
        print(f"\n--- {path}\n{_text(one.files[path])}")
        if result[path] != one.files[path]:
            print(f"\n+++ {path}\n{_text(result[path])}")
    for finding in report.findings:
        print(
            f"{finding.path}:{finding.span.line} {finding.rule} {finding.status} {finding.reason}"
        )
    found = violations(one)
    print("\n".join(found) or "nothing is wrong with it")
    return int(bool(found))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace").replace("\r\n", "␍\n").replace("\r", "␍\n")


def _reduced(one: Program) -> Program:
    """A program that still compiles and violates the same, with as few lines as come off easily."""
    kinds = {_kind(sentence) for sentence in violations(one)}
    size = max(data.count(b"\n") + data.count(b"\r") for data in one.files.values())
    while size:
        for smaller in _without_lines(one, size):
            if kinds & {_kind(sentence) for sentence in violations(smaller)}:
                one = smaller
                break
        else:
            size //= 2
    return one


def _kind(sentence: str) -> str:
    """What a violation is about, without places."""
    return "".join(c for c in sentence.split("\n")[0] if not c.isdigit())[:60]


def _without_lines(one: Program, size: int) -> Iterator[Program]:
    for path, data in one.files.items():
        lines = data.splitlines(keepends=True)
        for start in range(0, len(lines), size):
            rest = b"".join([*lines[:start], *lines[start + size :]])
            if rest != data and _compiles(rest):
                smaller = replace(one, files={**one.files, path: rest}, comments={})
                if _ends_well(smaller.files.items()):
                    yield smaller


def _compiles(data: bytes) -> bool:
    try:
        compile(data, "<module>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _ends_well(files: Iterable[tuple[str, bytes]]) -> bool:
    """Whether a name that was taken away is not missed."""
    known = dict(files)
    return "Error" not in printed(known, "main.py") if "main.py" in known else True


if __name__ == "__main__":
    sys.exit(main())
