"""Finds what ``explain`` is asked about, and shows all that is known of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import click

from taskfix.cli.analysis import analyse
from taskfix.cli.console import report_leaks, report_problems, write_lines
from taskfix.cli.options import Options
from taskfix.disk import discovery
from taskfix.disk.names import display_name
from taskfix.model import Finding
from taskfix.reports.exit_codes import FAILED
from taskfix.reports.explain import explain_finding, explain_rule
from taskfix.reports.outcome import judge
from taskfix.reports.rules import RULES


def explain_target(target: str, options: Options) -> int:
    """Show what is known of a rule, or of the task at FILE:LINE. Returns the exit code."""
    page = RULES.get(target.upper())
    if page:
        write_lines(explain_rule(page), options.color)
        return 0
    path, line = _location(target)
    # What `apply` would do to the whole project, wherever the owner of the task may be.
    root = discovery.find_root([path])
    paths = [root, path] if discovery.is_project(root) else [path]
    analysis = analyse(paths, options, remembering=True)
    shown = display_name(path.resolve())
    findings = [one for one in analysis.report.findings if one.path == shown]
    outcome = judge("check", analysis.report, analysis.sources, problems=analysis.problems)
    problems = [one for one in outcome.report.problems if one.path == shown]
    report_problems(problems)
    at_line = [one for one in findings if one.span.line <= line <= one.span.end_line]
    for finding in at_line:
        write_lines(explain_finding(finding, analysis.sources[shown]), options.color)
    leaks = [one for one in analysis.report.leaks if one.path == shown and one.span.line == line]
    report_leaks(leaks)
    if not at_line and not problems and not leaks:
        click.echo(_nothing_at(shown, line, findings))
    return FAILED if problems else 0


def _location(target: str) -> tuple[Path, int]:
    match = re.fullmatch(r"(?P<path>.+?):(?P<line>\d+)(?::\d+)?", target)
    if match is None:
        known = ", ".join(RULES)
        raise click.BadParameter(f"{target!r} is neither FILE:LINE nor a rule ({known}).")
    path = Path(match["path"])
    if not discovery.is_file(path):
        raise click.BadParameter(f"File {match['path']!r} does not exist.")
    return path, int(match["line"])


def _nothing_at(path: str, line: int, findings: Sequence[Finding]) -> str:
    lines = ", ".join(str(finding.span.line) for finding in findings)
    hint = f" There is one at: {lines}." if findings else ""
    return f"No dangling task at {path}:{line}.{hint}"
