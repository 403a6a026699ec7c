"""Tells what has been taken back of a run, and what has not."""

from __future__ import annotations

from collections.abc import Sequence

import click

from taskfix.cli.console import report_problems
from taskfix.disk.journal import Recorded
from taskfix.disk.names import display_name
from taskfix.disk.undo import Undone
from taskfix.reports.outcome import FAILED, REFUSED


def report_undone(undone: Undone) -> int:
    """Say what has come of it on standard error. Returns the exit code."""
    report_problems([*undone.refused, *undone.problems])
    for path in undone.restored:
        click.echo(f"restored {path}", err=True)
    number = len(undone.restored)
    summary = f"Restored {number} file{'' if number == 1 else 's'}"
    if undone.refused:
        summary += f"; {len(undone.refused)} left as they are"
    click.echo(f"{summary}.", err=True)
    if undone.problems:
        return FAILED
    return REFUSED if undone.refused else 0


def show_runs(runs: Sequence[Recorded]) -> None:
    """List runs on standard output, the latest first."""
    for run in runs:
        when = run.started.astimezone().strftime("%Y-%m-%d %H:%M")
        names = [display_name(file) for file in run.files]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        end = "" if run.finished else " (not finished)"
        click.echo(f"{run.name}  {when}  {', '.join(names[:3])}{more}{end}")
