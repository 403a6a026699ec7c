"""Asks before a run changes what the user could not get back, or finds what an earlier one left."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from taskfix.disk.names import display_name
from taskfix.disk.state import remembers_runs
from taskfix.model import Change
from taskfix.reports.exit_codes import REFUSED
from taskfix.reports.outcome import Mode


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which uncommitted changes the user does not mind."""

    dirty: bool = False
    staged: bool = False


NOTHING = Allowed()


def blocking(changes: Sequence[Change], allowed: Allowed) -> str:
    """Why the files must not be changed now, for the user to read; empty if they may be."""
    if allowed.dirty:
        return ""
    from taskfix.disk import git

    files = [Path(change.path).resolve() for change in changes]
    found = [one for one in git.uncommitted(files) if not (one.staged and allowed.staged)]
    if not found:
        return ""
    lines = [
        f"  {display_name(one.path)} ({'staged' if one.staged else 'modified'})" for one in found
    ]
    flag = "--allow-staged" if all(one.staged for one in found) else "--allow-dirty"
    return "\n".join(
        [
            "error: nothing was changed, for these files have changes that are not committed:",
            *lines,
            f"Commit or stash them first, or use {flag}. `taskfix apply --diff` shows what would"
            " change.",
        ]
    )


def settle_killed_run(root: Path, mode: Mode) -> None:
    """Before a project is looked at: was an earlier run of taskfix in it stopped half way?"""
    if not remembers_runs():
        return  # as mostly; and what follows takes longer to load than to run
    from taskfix.cli.taken_back import report_undone
    from taskfix.disk import undo

    run = next((one for one in undo.runs_in(root) if not one.finished), None)
    if run is None:
        return
    if run.alive:
        _refuse_or_warn(mode, "another run of taskfix is changing these files now.")
        return
    what = f"an earlier run of taskfix ({run.name}) was stopped before it was done"
    if mode == "apply" and sys.stdin.isatty() and sys.stderr.isatty():
        click.echo(f"{what[0].upper()}{what[1:]}.", err=True)
        if click.confirm("Restore the files as they were before it?", default=True, err=True):
            report_undone(undo.undo(run))
        else:
            run.finish()
        return
    _refuse_or_warn(mode, f"{what}; `taskfix undo` restores the files.")


def _refuse_or_warn(mode: Mode, message: str) -> None:
    click.echo(f"{'error' if mode == 'apply' else 'warning'}: {message}", err=True)
    if mode == "apply":
        sys.exit(REFUSED)
