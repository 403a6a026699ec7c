"""One run: files are read, analysed and perhaps written, and the outcome is shown."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from taskfix.cli.analysis import analyse, root_of
from taskfix.cli.console import (
    is_colored,
    report_bugs,
    report_leaks,
    report_problems,
    write_out,
)
from taskfix.cli.guard import NOTHING, Allowed, settle_killed_run
from taskfix.cli.options import Options
from taskfix.cli.shown import from_above
from taskfix.disk.names import display_name
from taskfix.formats import find_format, shows_changes
from taskfix.formats.concise import render_findings
from taskfix.reports.exit_codes import REFUSED
from taskfix.reports.outcome import (
    Mode,
    Outcome,
    bugs,
    exit_code,
    judge,
    lossless,
    sentence,
    unthreaded,
)

if TYPE_CHECKING:
    from taskfix.cli.verification import Asked


def execute(
    mode: Mode,
    paths: Sequence[Path],
    output_format: str,
    options: Options,
    allowed: Allowed = NOTHING,
    asked: Asked | None = None,
) -> None:
    """Carry a command out, and say how it went."""
    from taskfix.planning.collector import no_collection  # `--help` needs nothing of an analysis

    with no_collection():
        _execute(mode, paths, output_format, options, allowed, asked)


def _execute(
    mode: Mode,
    paths: Sequence[Path],
    output_format: str,
    options: Options,
    allowed: Allowed,
    asked: Asked | None,
) -> None:
    paths = paths or [Path()]
    root = root_of(paths)
    settle_killed_run(root, mode)
    # What is only reported need not be writable.
    writing = mode != "check"
    judging = writing or shows_changes(output_format)
    analysis = analyse(paths, options, writing=writing, judging=judging, remembering=not judging)
    if mode == "apply":
        from taskfix.cli import application, verification  # only who writes waits for these

        asked = asked or verification.NOT_ASKED
        outcome, blocked = application.carry_out(analysis, root, options, allowed, asked)
    else:
        outcome = judge(mode, analysis.report, analysis.sources, problems=analysis.problems)
        blocked = ""
    color = is_colored(options.color, sys.stdout)
    shown, above = outcome, Path.cwd()
    if output_format == "diff":
        above, changes = from_above(outcome.report.changes)
        shown = replace(outcome, report=replace(outcome.report, changes=changes))
    write_out(find_format(output_format)(shown, color))
    if output_format == "diff":
        # The diff must stay one that can be applied; what it cannot show goes where it may.
        refused = [one for one in outcome.report.findings if one.status == "refused"]
        click.echo(render_findings(refused), err=True, nl=False)
    report_problems(outcome.report.problems)
    report_bugs(bugs(outcome))
    if blocked:
        click.echo(blocked, err=True)
        sys.exit(REFUSED)
    if not options.quiet:
        report_leaks(outcome.report.leaks)
        _summarize(outcome, verbose=options.verbose)
        lines = unthreaded(outcome) if analysis.config.prefers_threading else ""
        if lines:
            click.echo(lines, err=True)
        if above != Path.cwd():
            there = shlex.quote(display_name(above))
            click.echo(f"Apply the diff in {there}: `git -C {there} apply`.", err=True)
    sys.exit(exit_code(outcome))


def _summarize(outcome: Outcome, *, verbose: bool) -> None:
    click.echo(sentence(outcome), err=True)
    for path in outcome.changed if verbose else ():
        click.echo(f"{path}: {lossless(outcome, path)}", err=True)
    if outcome.changed:
        click.echo(lossless(outcome), err=True)
    if outcome.changed and outcome.mode == "apply":
        click.echo("`taskfix undo` takes it back.", err=True)
