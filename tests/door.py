"""The one door to taskfix: says what must come out for some sources, and what must always hold."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

import libcst

from taskfix.config import Config
from taskfix.model import Finding, Report, Source
from taskfix.planning.pipeline import run

Files = Mapping[str, str]

# A mark says, in the source of a case, that the site on its line is reported but not fixed:
#     asyncio.create_task(work())  #! refused generated-code
# It is taken out before the source is used, so that it never changes what is analysed.
MARK = re.compile(r"[ \t]*#! (?P<status>refused|suppressed)(?: (?P<code>[a-z0-9-]+))?[ \t]*$", re.M)


def check(
    before: Files | str,
    after: Files | str | None = None,
    *,
    config: Config | None = None,
    read_only: frozenset[str] = frozenset(),
) -> Report:
    """Run taskfix on ``before`` and expect ``after``, which names the files that change.

    A file that ``after`` does not name must be left as it is. Always checked as well: the result
    compiles, a second run changes nothing and does not find a fixed site again, the order of the
    files does not matter, and each site that is not fixed has a reason and a mark.
    """
    config = config or Config()
    marked = _by_path(before)
    sources = {path: MARK.sub("", text) for path, text in marked.items()}
    report = _run(sources, config, read_only)
    _expect_text(sources, report, {**sources, **_by_path(after or {})})
    _expect_marks(marked, report)
    _expect_compiles(sources, report)
    _expect_stable(sources, report, config, read_only)
    return report


@dataclass(frozen=True, slots=True, order=True)
class Unfixed:
    """A site that is reported and stays as it is."""

    path: str
    line: int
    status: str
    code: str


def result_of(sources: Files, report: Report) -> dict[str, str]:
    """All files as they are after the run."""
    return {**sources, **{change.path: change.after.decode() for change in report.changes}}


def is_fixed(finding: Finding) -> bool:
    """Whether the changes of the report give this site a holder."""
    return finding.status in ("fixable", "fixed")


def _by_path(files: Files | str) -> dict[str, str]:
    return {"app.py": files} if isinstance(files, str) else dict(files)


def _run(sources: Files, config: Config, read_only: frozenset[str]) -> Report:
    return run(
        [Source(path, sources[path].encode(), path not in read_only) for path in sources], config
    )


def _expect_text(sources: Files, report: Report, expected: Files) -> None:
    assert not report.problems, [f"{p.path}:{p.line} {p.code} {p.message}" for p in report.problems]
    actual = result_of(sources, report)
    if actual != expected:
        wrong = [path for path in expected if actual[path] != expected[path]]
        diffs = [_diff(path, expected[path], actual[path]) for path in wrong]
        raise AssertionError("\n".join([*diffs, *map(_describe, report.findings)]))


def _diff(path: str, expected: str, actual: str) -> str:
    lines = difflib.unified_diff(
        expected.splitlines(),
        actual.splitlines(),
        f"expected {path}",
        f"actual {path}",
        "",
        "",
        99,
        "",
    )
    return "\n" + "\n".join(lines)


def _describe(finding: Finding) -> str:
    holder = f" in {finding.holder.name} ({finding.holder.strategy})" if finding.holder else ""
    reason = f": {finding.reason.code}, {finding.reason.message}" if finding.reason else ""
    considered = "".join(
        f"\n    not {c.strategy}: {c.reason.code}, {c.reason.message}" for c in finding.considered
    )
    where = f"{finding.path}:{finding.span.line}"
    return f"{where} {finding.rule} {finding.status}{holder}{reason}{considered}"


def _expect_marks(marked: Files, report: Report) -> None:
    """Every site that is not fixed is marked, has a reason where it is refused, and no other is."""
    expected = sorted(
        Unfixed(path, text.count("\n", 0, mark.start()) + 1, mark["status"], mark["code"] or "")
        for path, text in marked.items()
        for mark in MARK.finditer(text)
    )
    coded = {(u.path, u.line) for u in expected if u.code}
    actual = sorted(_unfixed(f, coded) for f in report.findings if not is_fixed(f))
    assert actual == expected, "\n".join(map(_describe, report.findings))


def _unfixed(finding: Finding, coded: set[tuple[str, int]]) -> Unfixed:
    assert finding.status == "suppressed" or finding.reason, _describe(finding)
    at = (finding.path, finding.span.line)
    code = finding.reason.code if finding.reason and at in coded else ""
    return Unfixed(*at, finding.status, code)


def _expect_compiles(sources: Files, report: Report) -> None:
    for change in report.changes:
        if _compiles(sources[change.path], change.path):
            compile(change.after, change.path, "exec", dont_inherit=True)
        else:  # The case's syntax is newer than this interpreter, but LibCST reads it.
            libcst.parse_module(change.after)


def _compiles(text: str, path: str) -> bool:
    try:
        compile(text, path, "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _expect_stable(
    sources: Files, report: Report, config: Config, read_only: frozenset[str]
) -> None:
    backwards = _run(dict(reversed(list(sources.items()))), config, read_only)
    assert backwards == report, "the order of the files matters"
    again = _run(result_of(sources, report), config, read_only)
    assert not again.changes, "a second run changes: " + "\n".join(
        _diff(c.path, c.before.decode(), c.after.decode()) for c in again.changes
    )
    left = [f for f in report.findings if not is_fixed(f)]
    assert len(again.findings) == len(left), "\n".join(map(_describe, again.findings))
