"""Brings changes to the disk, as far as the user allows it and the project's check passes."""

from __future__ import annotations

from pathlib import Path

from taskfix.cli.analysis import Analysis
from taskfix.cli.guard import Allowed, blocking
from taskfix.cli.options import Options
from taskfix.cli.verification import Asked, Check, apply_verified, failing_before
from taskfix.disk import contents, transaction
from taskfix.reports.outcome import Outcome, judge, together


def carry_out(
    analysis: Analysis, root: Path, options: Options, allowed: Allowed, asked: Asked
) -> tuple[Outcome, str]:
    """Write the changes, and judge by what then is on the disk.

    Returns the outcome, and why nothing was written, for the user to read; empty if all was.
    """
    report, check = analysis.report, None
    blocked = blocking(report.changes, allowed)
    if report.changes and not blocked:
        check = asked.check(analysis.config, root, options)
        blocked = failing_before(check) if check is not None else ""
    if blocked:
        return judge("check", report, analysis.sources, problems=analysis.problems), blocked
    outcome = _verified(analysis, check) if check is not None else _written(analysis, root)
    return outcome, ""


def _verified(analysis: Analysis, check: Check) -> Outcome:
    work = analysis.work
    assert work is not None
    report, names = analysis.report, analysis.names
    applied = apply_verified(work.prepared, work.settled, report, check, names)
    problems = (*analysis.problems, *applied.problems)
    return judge("apply", applied.report, analysis.sources, applied.written, problems)


def _written(analysis: Analysis, root: Path) -> Outcome:
    report = analysis.report
    problems = transaction.write(report.changes, root, together(report))
    written = [one.path for one in report.changes if contents.holds(one.path, one.after)]
    problems = (*analysis.problems, *problems)
    return judge("apply", report, analysis.sources, written, problems)
