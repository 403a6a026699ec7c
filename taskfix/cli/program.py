"""The program around every command: an interrupt and our own bugs get their exit codes."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import click

from taskfix import __version__
from taskfix.cli.streams import open_closed_streams
from taskfix.disk import interrupts
from taskfix.disk.names import why
from taskfix.reports.exit_codes import INTERNAL_ERROR, INTERRUPTED

VERBOSE = "taskfix.verbose"


class Program(click.Group):
    """A group that turns an interrupt and our own bugs into their exit codes."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            open_closed_streams()
            _expect_directory()
            with interrupts.raised():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Interrupted. Files are changed all together or not at all.", err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:  # the outermost place: here a bug gets its exit code
            _report_bug(error, verbose=bool(ctx.meta.get(VERBOSE)))
            ctx.exit(INTERNAL_ERROR)


def _expect_directory() -> None:
    """Every path is shown relative to the working directory, which may have been deleted."""
    try:
        Path.cwd()
    except OSError as error:
        raise click.UsageError(f"the working directory cannot be used: {why(error)}") from error


def _report_bug(error: Exception, *, verbose: bool) -> None:
    if verbose:
        click.echo("".join(traceback.format_exception(error)), err=True)
    click.echo(
        f"taskfix {__version__} has a bug: {type(error).__name__}: {error}\n"
        "Files are changed all together or not at all. Please report what you see with -v, and "
        "if you can the file that it happens with.",
        err=True,
    )
