"""Applies taskfix to pinned real packages and checks the result: ``python -m benchmarks.packages``.

For each package: ``taskfix apply`` ends well, every changed file compiles, a second run changes
nothing, and whatever RUF006 still reports has a reason in ``taskfix check``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import libcst

from benchmarks.archives import CACHE, ArchiveError, Package, fetch, read_manifest, unpack
from benchmarks.tools import TaskfixRun, installed, markdown_table, ruff_hits, run_taskfix, site_hit

HEADER = ["package", "version", "sites", "fixed", "refused", "suppressed", "unread", "seconds", ""]


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table, and everything that is wrong with it."""

    package: Package
    run: TaskfixRun
    seconds: float
    wrong: list[str] = field(default_factory=list)

    def row(self) -> list[object]:
        status = Counter(site["status"] for site in self.run.sites)
        codes = Counter(site["reason"]["code"] for site in self.run.sites if site["reason"])
        by_code = ", ".join(f"{count} {code}" for code, count in sorted(codes.items()))
        refused = f"{status['refused']} ({by_code})" if status["refused"] else 0
        return [
            *(self.package.name, self.package.version, len(self.run.sites), status["fixed"]),
            *(refused, status["suppressed"], len(self.run.document.get("errors", []))),
            *(f"{self.seconds:.1f}", f"{len(self.wrong)} wrong" if self.wrong else "ok"),
        ]


def main() -> int:
    """Print the table; 1 where anything is wrong."""
    options = _options()
    results = []
    for package in read_manifest():
        if not options.names or package.name in options.names:
            print(f"{package.name} {package.version} ...", file=sys.stderr, flush=True)
            results.append(_try_package(package, options.dir, options.strategy))
    print(markdown_table(HEADER, [result.row() for result in results]))
    for result in results:
        for wrong in result.wrong:
            print(f"\n{result.package.directory}: {wrong}")
    return int(any(result.wrong for result in results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.packages", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="packages; all unless told")
    parser.add_argument("--dir", type=Path, default=CACHE, help="where the archives are kept")
    parser.add_argument("--strategy", default="auto", help="the strategy that taskfix is told")
    return parser.parse_args()


def _try_package(package: Package, cache: Path, strategy: str) -> Result:
    with tempfile.TemporaryDirectory(prefix="taskfix-") as scratch:
        before, after = Path(scratch) / "before", Path(scratch) / "after"
        try:
            archive = fetch(package, cache)
        except (ArchiveError, OSError) as error:
            return Result(package, TaskfixRun(-1, {}, ""), 0.0, [str(error)])
        unpack(archive, before)
        unpack(archive, after)
        started = time.perf_counter()
        run = run_taskfix("apply", after, "--strategy", strategy)
        seconds = time.perf_counter() - started
        return Result(package, run, seconds, list(_wrong(run, before, after, strategy)))


def _wrong(run: TaskfixRun, before: Path, after: Path, strategy: str) -> Iterator[str]:
    if not run.ended_well:
        yield f"exit code {run.code}: {run.messages.strip()[-600:]}"
        return
    yield from _broken(run.changed, before, after)
    again = run_taskfix("apply", after, "--strategy", strategy)
    if not again.ended_well:
        yield f"a second run ends with exit code {again.code}: {again.messages.strip()[-600:]}"
        return
    if again.changed:
        yield f"a second run changes {', '.join(again.changed)}"
    yield from _unexplained(again, after)


def _broken(changed: Sequence[str], before: Path, after: Path) -> Iterator[str]:
    for path in changed:
        error = _syntax_error(after / path)
        # Syntax that is newer than this interpreter is judged by LibCST, which reads it.
        if error and (not _syntax_error(before / path) or not _libcst_reads(after / path)):
            yield f"{path} does not compile: {error}"


def _syntax_error(path: Path) -> str | None:
    try:
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return str(error)
    return None


def _libcst_reads(path: Path) -> bool:
    try:
        libcst.parse_module(path.read_bytes())
    except (libcst.ParserSyntaxError, UnicodeDecodeError):
        return False
    return True


def _unexplained(again: TaskfixRun, after: Path) -> Iterator[str]:
    """What RUF006 still reports, and taskfix does not know or has no reason for."""
    if not installed("ruff"):
        yield "what RUF006 still reports was not looked at: ruff is not installed here"
        return
    known = [site_hit(site) for site in again.sites if site["reason"]]
    for hit in ruff_hits(after):
        if not any(site.covers(hit.path, hit.line) for site in known):
            source = (after / hit.path).read_text("utf-8").splitlines()[hit.line - 1].strip()
            yield f"RUF006 still reports {hit.path}:{hit.line}: {source}"


if __name__ == "__main__":
    sys.exit(main())
