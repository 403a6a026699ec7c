"""Judges a run as it stands on the disk: which findings are fixed, the counts, the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from taskfix.model import Finding, Problem, Report, Status
from taskfix.reports.exit_codes import FAILED, INTERNAL_ERROR, LEFT, REFUSED, ROLLED_BACK
from taskfix.reports.measure import measure

Mode: TypeAlias = Literal["check", "preview", "apply"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run has come to, and all that an output format may show of it."""

    mode: Mode
    report: Report  # its findings have the status that the disk gives them
    changed: tuple[str, ...]  # the files that were changed, or would be in a preview
    sources: Mapping[str, bytes] = field(default_factory=dict)  # as they were analysed


@dataclass(frozen=True, slots=True)
class Summary:
    """How many findings there are of each status; ``found`` counts them all."""

    found: int
    fixed: int
    fixable: int
    refused: int
    suppressed: int
    errors: int


def judge(
    mode: Mode,
    report: Report,
    sources: Mapping[str, bytes],
    written: Collection[str] = (),
    problems: Sequence[Problem] = (),
) -> Outcome:
    """The outcome of a run of which the files ``written`` have reached the disk."""
    planned = tuple(change.path for change in report.changes)
    missing = frozenset(planned).difference(written)
    findings = report.findings
    if mode == "apply":
        findings = tuple(_as_on_disk(finding, missing) for finding in findings)
        planned = tuple(path for path in planned if path in written)
    all_problems = sorted(
        {*report.problems, *problems}, key=lambda one: (one.path, one.line or 0, one.code)
    )
    final = replace(report, findings=findings, problems=tuple(all_problems))
    return Outcome(mode, final, () if mode == "check" else planned, sources)


# The strategies that give functions a parameter.
_THREADED = frozenset({"thread", "boundary"})


def summarize(report: Report) -> Summary:
    """Count the findings by status."""
    count: Counter[Status] = Counter(finding.status for finding in report.findings)
    return Summary(
        found=len(report.findings),
        fixed=count["fixed"],
        fixable=count["fixable"],
        refused=count["refused"],
        suppressed=count["suppressed"],
        errors=len(report.problems),
    )


def together(report: Report) -> list[frozenset[str]]:
    """The files that are right only with each other's changes."""
    groups: list[frozenset[str]] = []
    for finding in report.findings:
        group = frozenset(finding.files)
        for other in [one for one in groups if one & group]:
            groups.remove(other)
            group |= other
        groups.append(group)
    return [group for group in groups if len(group) > 1]


def bugs(outcome: Outcome) -> list[Finding]:
    """The findings that are left because a fix did not pass a gate: that is always our bug."""
    return _refused_for(outcome, "did-not-verify")


def exit_code(outcome: Outcome) -> int:
    """Judge by what is left to do, and by what could not be done."""
    if bugs(outcome):
        return INTERNAL_ERROR
    if _refused_for(outcome, "verify-failed"):
        return ROLLED_BACK
    summary = summarize(outcome.report)
    if any(problem.code == "TF907" for problem in outcome.report.problems):
        return REFUSED
    if summary.errors:
        return FAILED
    would_change = outcome.mode == "preview" and bool(outcome.changed)
    return LEFT if summary.fixable or summary.refused or would_change else 0


def sentence(outcome: Outcome) -> str:
    """The one line that tells how the run ended."""
    summary = summarize(outcome.report)
    extras = [f"{summary.suppressed} suppressed"] if summary.suppressed else []
    if summary.errors:
        extras.append(f"{_count(summary.errors, 'problem')}, see above")
    return "; ".join([_main_clause(outcome, summary), *extras]) + "."


def unthreaded(outcome: Outcome) -> str:
    """The line that tells how many functions got no parameter, and why; empty if all did.

    For whoever asked for it.
    """
    sites = [f for f in outcome.report.findings if f.status in {"fixable", "fixed", "refused"}]
    left = [f for f in sites if f.holder is None or f.holder.strategy not in _THREADED]
    if not left:
        return ""
    reasons = Counter(
        next((c.reason.code for c in f.considered if c.strategy in _THREADED), "") for f in left
    )
    codes = sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
    told = ", ".join(f"{number} {code or 'otherwise'}" for code, number in codes)
    where = f"{left[0].path}:{left[0].span.line}"
    return f"Not threaded: {len(left)} of {len(sites)} ({told}); see `taskfix explain {where}`."


def lossless(outcome: Outcome, path: str | None = None) -> str:
    """The line that tells how little has changed, of one file or of all; empty if nothing has."""
    paths = outcome.changed if path is None else (path,)
    measured = measure(change for change in outcome.report.changes if change.path in paths)
    if not measured.changed:
        return ""
    verb = "would change" if outcome.mode == "preview" else "changed"
    edits = "inside one edit" if measured.edits == 1 else f"all inside {measured.edits} edits"
    return f"{measured.changed:,} of {measured.total:,} bytes {verb}, {edits}."


def _main_clause(outcome: Outcome, summary: Summary) -> str:
    tasks = _count(summary.found - summary.suppressed, "dangling task")
    if summary.found == summary.suppressed:
        return f"No dangling tasks in {_count(outcome.report.scanned, 'file')}"
    if outcome.mode == "check":
        files = len({f.path for f in outcome.report.findings if f.status != "suppressed"})
        fixable = f"{summary.fixable} can be fixed with `taskfix apply`"
        return f"Found {tasks} in {_count(files, 'file')}; {fixable}"
    done, number = "Fixed", summary.fixed
    if outcome.mode == "preview":
        done, number = "Would fix", summary.fixable
    clause = f"{done} {number} of {tasks} in {_count(len(outcome.changed), 'file')}"
    return f"{clause}; {summary.refused} refused" if summary.refused else clause


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _refused_for(outcome: Outcome, code: str) -> list[Finding]:
    refused = [finding for finding in outcome.report.findings if finding.status == "refused"]
    return [f for f in refused if f.reason is not None and f.reason.code == code]


def _as_on_disk(finding: Finding, missing: frozenset[str]) -> Finding:
    """A fix is done if every planned change of a file it goes through is on the disk."""
    if finding.status != "fixable" or missing.intersection(finding.files):
        return finding
    return replace(finding, status="fixed")
