"""Says how far threading reaches in real code: ``python -m benchmarks.threading``.

For the pinned packages, and for applications (bots, servers, integrations) that nobody imports:
which strategy each dangling site gets, under ``auto`` and under ``thread``, and why the others get
no parameter, by the code of the reason and with three examples each.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.archives import CACHE, MANIFEST, ArchiveError, fetch, read_manifest, unpack
from benchmarks.tools import markdown_table
from taskfix.config.settings import Overrides, load_config
from taskfix.disk import contents
from taskfix.disk.discovery import discover
from taskfix.model import Finding, Source
from taskfix.planning.pipeline import run

APPLICATIONS = Path(__file__).with_name("applications.toml")
STRATEGIES = ("auto", "thread")
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of the sites of one project under one strategy."""

    project: str
    strategy: str
    findings: tuple[Finding, ...]

    def cells(self) -> list[object]:
        found = Counter(_became(finding) for finding in self.findings)
        ways = ", ".join(f"{count} {way}" for way, count in sorted(found.items()))
        threaded, sites = found["thread"] + found["boundary"], len(self.findings)
        share = f"{100 * threaded / sites:.0f} %" if sites else ""
        return [self.project, self.strategy, sites, threaded, share, ways]


def main() -> int:
    """Print both tables."""
    options = _options()
    rows = []
    for name, folder in _projects(options):
        print(f"{name} ...", file=sys.stderr, flush=True)
        rows += [Row(name, strategy, _findings(folder, strategy)) for strategy in STRATEGIES]
    header = ["project", "strategy", "sites", "threaded", "share", "ways"]
    print(markdown_table(header, [row.cells() for row in [*rows, *_totals(rows)]]))
    print("\n".join(_refusals(row for row in rows if row.strategy == "thread")))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.threading", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="projects; all unless told")
    parser.add_argument("--dir", type=Path, default=CACHE, help="where the archives are kept")
    parser.add_argument(
        "--folder", type=Path, action="append", default=[], help="a project that is unpacked"
    )
    return parser.parse_args()


def _projects(options: argparse.Namespace) -> Iterator[tuple[str, Path]]:
    for folder in options.folder:
        yield folder.name, folder
    if options.folder and not options.names:
        return
    packages = [*read_manifest(MANIFEST), *read_manifest(APPLICATIONS)]
    for package in packages:
        if options.names and package.name not in options.names:
            continue
        with tempfile.TemporaryDirectory(prefix="taskfix-") as scratch:
            try:
                unpack(fetch(package, options.dir), Path(scratch))
            except (ArchiveError, OSError) as error:
                print(f"{package.directory}: {error}", file=sys.stderr)
                continue
            yield package.directory, Path(scratch)


def _findings(root: Path, strategy: str) -> tuple[Finding, ...]:
    root = root.resolve()
    overrides = Overrides(strategy=strategy)  # type: ignore[arg-type]
    found, _ = discover([root], root, load_config(root))
    config = load_config(root, overrides, [one.name for one in found])
    read = (contents.read(one, writing=False) for one in found)
    report = run([source for source in read if isinstance(source, Source)], config)
    return tuple(f for f in report.findings if f.rule != "TF100" and f.status != "suppressed")


def _became(finding: Finding) -> str:
    return finding.holder.strategy if finding.holder is not None else "refused"


def _totals(rows: Sequence[Row]) -> Iterator[Row]:
    for strategy in STRATEGIES:
        of_one = [row.findings for row in rows if row.strategy == strategy]
        yield Row("all", strategy, tuple(finding for findings in of_one for finding in findings))


def _refusals(rows: Iterable[Row]) -> Iterator[str]:
    """Why the parameter was not used, the most frequent reasons first."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for finding in row.findings:
            reason = next((c.reason for c in finding.considered if c.strategy == "thread"), None)
            if reason is not None and _became(finding) not in {"thread", "boundary"}:
                where = f"{row.project}/{finding.path}:{finding.span.line}"
                found[reason.code].append(f"{where} {finding.function}: {reason.message}")
    for code, examples in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"\n{len(examples)} {code}"
        step = max(1, len(examples) // _EXAMPLES)
        yield from (f"- {example}" for example in examples[::step][:_EXAMPLES])


if __name__ == "__main__":
    sys.exit(main())
