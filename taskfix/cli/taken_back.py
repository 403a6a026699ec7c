"""Takes a run back, and tells what has been taken back of it and what has not."""

from __future__ import annotations

from pathlib import Path

import click

from taskfix.cli.console import report_problems
from taskfix.disk import discovery
from taskfix.disk.journal import Recorded
from taskfix.disk.names import display_name
from taskfix.disk.undo import Undone, runs_in
from taskfix.disk.undo import undo as take_back
from taskfix.reports.exit_codes import FAILED, REFUSED


def undo_run(name: str | None) -> int:
    """Take back the run with a name, or else the last one. Returns the exit code."""
    chosen = next((one for one in _runs() if name in (None, one.name)), None)
    if chosen is None and name is not None:
        raise click.BadParameter(f"there is no run {name!r} in this project", param_hint="RUN")
    if chosen is None:
        click.echo("Nothing to undo: no run has changed files in this project.", err=True)
        return 0
    if chosen.alive:
        click.echo("error: the run is still under way.", err=True)
        return REFUSED
    return report_undone(take_back(chosen))


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


def list_runs() -> None:
    """List the runs that can be taken back on standard output, the latest first."""
    for run in _runs():
        when = run.started.astimezone().strftime("%Y-%m-%d %H:%M")
        names = [display_name(file) for file in run.files]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        end = "" if run.finished else " (not finished)"
        click.echo(f"{run.name}  {when}  {', '.join(names[:3])}{more}{end}")


def _runs() -> list[Recorded]:
    return list(runs_in(discovery.find_root([Path()])))
