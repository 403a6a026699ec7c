"""Writes to the terminal: results to standard output, all else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

import click

from taskfix import __version__
from taskfix.disk.names import why
from taskfix.formats._lines import Line, to_bytes
from taskfix.model import Finding, Leak, Problem
from taskfix.paths import visible
from taskfix.reports.exit_codes import FAILED


def write_lines(lines: Iterable[Line], color: str) -> None:
    """Write lines to standard output, coloured as the option, or else the terminal, says."""
    write_out(to_bytes(lines, color=is_colored(color, sys.stdout)))


def write_out(content: bytes) -> None:
    """Write to standard output as bytes: a diff must arrive as it is, whatever the locale."""
    try:
        click.echo(content, nl=False)
    except BrokenPipeError:
        _silence(sys.stdout)  # who reads it has seen enough; how it ended is told all the same
    except OSError as error:
        _silence(sys.stdout)
        raise NotShownError(f"the result cannot be shown: {why(error)}") from error


class NotShownError(click.ClickException):
    """Standard output takes no more."""

    exit_code = FAILED


def _silence(stream: TextIO) -> None:
    """Let what is still to be written go nowhere, also what is written at the very end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def report_problems(problems: Sequence[Problem]) -> None:
    for problem in problems:
        line = f":{problem.line}" if problem.line else ""
        message = f"error: {problem.path}{line}: {problem.code} {problem.message}"
        click.echo(visible(message), err=True)


def report_bugs(findings: Sequence[Finding]) -> None:
    for finding in findings:
        why = finding.reason.message if finding.reason else ""
        click.echo(
            f"bug of taskfix {__version__}: {finding.path}:{finding.span.line}: the fix did not "
            f"verify and is left out ({why}). Please report it, if you can with the file.",
            err=True,
        )


def report_leaks(leaks: Sequence[Leak]) -> None:
    """Warn of tasks that are kept for ever: none is lost, so it is no finding."""
    for leak in leaks:
        place = f"{leak.path}:{leak.span.line}:{leak.span.column + 1}"
        click.echo(visible(f"warning: {place}: TF006 {leak.message}"), err=True)


def is_colored(color: str, stream: Any) -> bool:
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return bool(stream.isatty()) and os.environ.get("TERM") != "dumb"
