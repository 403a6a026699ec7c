"""Scores taskfix, ruff and flake8-async on labelled snippets: ``python -m benchmarks.detection``.

A snippet has lines that lose a task and lines that look alike but do not. A report counts for the
losing lines it covers, and is a false alarm where it covers none. Suppressions are ignored by all
tools. Snippets whose label can be debated are left out.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tools import Hit, flake8_hits, installed, markdown_table, ruff_hits
from taskfix.config import Config
from taskfix.model import Source
from taskfix.planning.pipeline import run
from tests.labelled import CASES, MORE, Labelled, read_labelled


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that reads the snippets of a directory, and the module it needs."""

    name: str
    module: str
    hits: Callable[[Path, Sequence[Labelled]], list[Hit]]


TOOLS = (
    Tool("taskfix", "taskfix", lambda _, cases: taskfix_hits(cases)),
    Tool("ruff RUF006", "ruff", lambda root, _: ruff_hits(root, "--ignore-noqa")),
    Tool("ASYNC300", "flake8_async", lambda root, _: flake8_hits(root, "--disable-noqa")),
)


@dataclass(frozen=True, slots=True)
class Score:
    """The labelled lines as one tool sees them."""

    tool: str
    found: list[tuple[Labelled, int]]
    missed: list[tuple[Labelled, int]]
    false: list[tuple[Labelled, int]]

    @property
    def precision(self) -> float:
        return len(self.found) / max(1, len(self.found) + len(self.false))

    @property
    def recall(self) -> float:
        return len(self.found) / max(1, len(self.found) + len(self.missed))


def main() -> None:
    """Print the table, then what each tool gets wrong by category, then each line of taskfix's."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection", description=__doc__)
    files = "JSON Lines files of snippets"
    parser.add_argument("--cases", type=Path, nargs="+", default=[CASES, MORE], help=files)
    cases = core_cases(parser.parse_args().cases)
    scores = [score for tool in TOOLS if (score := _try_tool(tool, cases))]
    print(_totals(scores), _by_category(scores), *map(_details, scores[:1]), sep="\n\n")


def core_cases(paths: Sequence[Path]) -> list[Labelled]:
    """The snippets whose labels nobody would debate."""
    return [case for path in paths for case in read_labelled(path) if not case.debatable]


def taskfix_hits(cases: Sequence[Labelled]) -> list[Hit]:
    """What taskfix finds, each snippet being a project of its own."""
    config = Config(ignore_noqa=True)
    return [
        Hit(finding.path, finding.span.line, finding.span.end_line)
        for case in cases
        for finding in run([Source(_name(case), case.code.encode())], config).findings
    ]


def score(tool: str, hits: Sequence[Hit], cases: Sequence[Labelled]) -> Score:
    """Compare the reports of a tool with the labels."""
    bad = [(case, line) for case in cases for line in case.bad_lines]
    by_name = {_name(case): case for case in cases}
    return Score(
        tool,
        [at for at in bad if _is_hit(at, hits)],
        [at for at in bad if not _is_hit(at, hits)],
        [
            (by_name[hit.path], hit.line)
            for hit in sorted(set(hits))
            if not any(hit.covers(hit.path, line) for line in by_name[hit.path].bad_lines)
        ],
    )


def _try_tool(tool: Tool, cases: Sequence[Labelled]) -> Score | None:
    if not installed(tool.module):
        print(f"{tool.name} is left out: {tool.module} is not installed here.")
        return None
    with tempfile.TemporaryDirectory() as name:
        for case in cases:
            (Path(name) / _name(case)).write_text(case.code, encoding="utf-8")
        return score(tool.name, tool.hits(Path(name), cases), cases)


def _name(case: Labelled) -> str:
    return f"{case.id.replace('-', '_')}.py"


def _is_hit(at: tuple[Labelled, int], hits: Sequence[Hit]) -> bool:
    case, line = at
    return any(hit.covers(_name(case), line) for hit in hits)


def _totals(scores: Sequence[Score]) -> str:
    header = ["tool", "found", "missed", "false alarms", "precision", "recall"]
    return markdown_table(
        header,
        [
            [
                s.tool,
                len(s.found),
                len(s.missed),
                len(s.false),
                f"{s.precision:.3f}",
                f"{s.recall:.3f}",
            ]
            for s in scores
        ],
    )


def _by_category(scores: Sequence[Score]) -> str:
    missed = {s.tool: Counter(case.category for case, _ in s.missed) for s in scores}
    false = {s.tool: Counter(case.category for case, _ in s.false) for s in scores}
    total = Counter(case.category for s in scores[:1] for case, _ in s.found + s.missed)
    categories = sorted({c for counts in (*missed.values(), *false.values()) for c in counts})
    header = ["missed lines + false alarms", "losing lines", *(s.tool for s in scores)]
    return markdown_table(
        header,
        [
            [c, total[c], *(f"{missed[s.tool][c]} + {false[s.tool][c]}" for s in scores)]
            for c in categories
        ],
    )


def _details(score: Score) -> str:
    wrong = [("missed", at) for at in score.missed] + [("false alarm", at) for at in score.false]
    lines = [
        f"{kind}: {case.id} line {line}: {case.code.splitlines()[line - 1].strip()}\n    {case.why}"
        for kind, (case, line) in wrong
    ]
    return f"{score.tool}:\n" + ("\n".join(lines) or "nothing is wrong")


if __name__ == "__main__":
    main()
