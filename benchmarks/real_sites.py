"""Compares taskfix with a list of true sites in real packages: ``python -m benchmarks.real_sites``.

The list is a JSON array of objects with ``file`` ("<name>-<version>/<path>"), ``row``, ``end`` and
``fate``; the packages are directories of that name, unpacked side by side.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.tools import Hit, installed, markdown_table, ruff_hits, run_taskfix, site_hit


@dataclass(frozen=True, slots=True)
class TrueSite:
    """One site of the list, and how its task gets lost."""

    hit: Hit
    fate: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sites of the list and of taskfix, and what ruff reports."""

    true: list[TrueSite]
    found: list[Hit]
    described: dict[Hit, str]
    ruff: list[Hit]

    @property
    def missed(self) -> list[TrueSite]:
        return [site for site in self.true if not _overlaps(site.hit, self.found)]

    @property
    def missed_of_ruff(self) -> list[Hit]:
        return [hit for hit in self.ruff if not _overlaps(hit, self.found)]

    @property
    def extra(self) -> list[Hit]:
        listed = [site.hit for site in self.true]
        return [hit for hit in self.found if not _overlaps(hit, [*listed, *self.ruff])]


def main() -> None:
    """Print recall overall and by fate, then every site on which the lists differ."""
    options = _options()
    sites = _read_sites(options.sites)
    names = sorted({site.hit.path.split("/")[0] for site in sites} | set(options.packages))
    present = [name for name in names if (options.dir / name).is_dir()]
    for name in sorted(set(names) - set(present)):
        print(f"{name} is left out: it is not in {options.dir}.", file=sys.stderr)
    known = [site for site in sites if site.hit.path.split("/")[0] in present]
    print(_render(_compare(known, options.dir, present), options.dir))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_sites", description=__doc__)
    parser.add_argument("sites", type=Path, help="the JSON file with the true sites")
    parser.add_argument("--dir", type=Path, required=True, help="where the packages are unpacked")
    parser.add_argument(
        "--packages", nargs="*", default=[], metavar="DIR", help="also look at these packages"
    )
    return parser.parse_args()


def _read_sites(path: Path) -> list[TrueSite]:
    rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return [TrueSite(Hit(row["file"], row["row"], row["end"]), row["fate"]) for row in rows]


def _compare(sites: list[TrueSite], root: Path, packages: Sequence[str]) -> Comparison:
    described: dict[Hit, str] = {}
    ruff: list[Hit] = []
    for package in packages:
        print(f"{package} ...", file=sys.stderr, flush=True)
        run = run_taskfix("check", root / package)
        if not run.ended_well:
            print(f"{package}: exit code {run.code}: {run.messages}", file=sys.stderr)
        for site in run.sites:
            what = f"{site['rule']} {site['status']} {site['use']}"
            described[_below(package, site_hit(site))] = what
        if installed("ruff"):
            hits = ruff_hits(root / package, "--ignore-noqa")
            ruff.extend(_below(package, hit) for hit in hits)
    return Comparison(sites, sorted(described), described, ruff)


def _below(package: str, hit: Hit) -> Hit:
    return Hit(f"{package}/{hit.path}", hit.line, hit.end_line)


def _overlaps(hit: Hit, others: Sequence[Hit]) -> bool:
    return any(
        hit.path == other.path and hit.line <= other.end_line and other.line <= hit.end_line
        for other in others
    )


def _render(comparison: Comparison, root: Path) -> str:
    return "\n\n".join(
        (
            _recall_table(comparison),
            _section("Missed", [(s.hit, s.fate) for s in comparison.missed], root),
            _section("Reported by RUF006 only", [(h, "") for h in comparison.missed_of_ruff], root),
            _section(
                "Found, and in neither list",
                [(hit, comparison.described[hit]) for hit in comparison.extra],
                root,
            ),
        )
    )


def _recall_table(comparison: Comparison) -> str:
    total = Counter(site.fate for site in comparison.true)
    missed = Counter(site.fate for site in comparison.missed)
    rows = [(fate, total[fate], missed[fate]) for fate in sorted(total)]
    rows.append(("all", len(comparison.true), len(comparison.missed)))
    return markdown_table(
        ["fate", "sites", "found", "recall"],
        [[fate, n, n - lost, f"{(n - lost) / max(1, n):.3f}"] for fate, n, lost in rows],
    )


def _section(title: str, entries: Sequence[tuple[Hit, str]], root: Path) -> str:
    lines = [
        f"- {hit.path}:{hit.line} {what}\n      {_source_line(root, hit)}" for hit, what in entries
    ]
    return "\n".join([f"{title}: {len(entries)}", *lines])


def _source_line(root: Path, hit: Hit) -> str:
    text = (root / hit.path).read_text("utf-8", errors="replace")
    return text.splitlines()[hit.line - 1].strip()


if __name__ == "__main__":
    main()
