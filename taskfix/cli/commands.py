"""The commands: what each is called with, and what it promises."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from taskfix import __version__
from taskfix.cli.console import report_leaks, report_problems, write_out
from taskfix.cli.guard import Allowed
from taskfix.cli.options import Options, format_option, paths_argument, shared_options
from taskfix.cli.program import Program
from taskfix.cli.run import analyse, execute
from taskfix.cli.taken_back import report_undone, show_runs
from taskfix.cli.verification import Asked
from taskfix.disk import discovery
from taskfix.disk.names import display_name
from taskfix.disk.undo import runs_in
from taskfix.disk.undo import undo as take_back
from taskfix.model import Finding
from taskfix.reports.explain import explain_finding, explain_rule
from taskfix.reports.outcome import REFUSED, Mode, judge
from taskfix.reports.rules import RULES


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="taskfix")
def main() -> None:
    """Find asyncio tasks that nobody keeps, and give each of them an owner.

    The event loop keeps only weak references to tasks. A task whose result is dropped can be
    garbage-collected while it runs: no traceback, the work is just not done.

    \b
    Start with what would change in a project, and why:
      taskfix apply src --diff
      taskfix explain src/app.py:42
    Then let it happen:
      taskfix apply src

    \b
    Exit codes:
      0  nothing to do, or all done
      1  findings remain, or --diff or --check would change files
      2  wrong usage or configuration, or a path that does not exist
      3  some files could not be read, decoded, parsed or written
      4  refused: files have uncommitted changes, or have changed since, or --verify fails before
      5  --verify fails with some changes, and they were rolled back
    130  interrupted; the files are as they were
    """


@main.command()
@paths_argument
@click.option("--diff", is_flag=True, help="Show a unified diff and write nothing.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if files would change.")
@click.option(
    "--allow-dirty", is_flag=True, help="Also change files that have uncommitted changes."
)
@click.option(
    "--allow-staged", is_flag=True, help="Also change files whose changes are all staged."
)
@click.option(
    "--verify",
    "command",
    metavar="CMD",
    help="Run a command before and after, and keep only the changes that it passes with.",
)
@click.option("--no-verify", is_flag=True, help="Do not run the configured command.")
@format_option
@shared_options
def apply(
    paths: tuple[Path, ...],
    diff: bool,
    check: bool,
    allow_dirty: bool,
    allow_staged: bool,
    command: str | None,
    no_verify: bool,
    output_format: str | None,
    **options: Any,
) -> None:
    """Fix the files in PATHS (default: the working directory).

    The whole project is read, so that callers and tests elsewhere are seen, but only files in
    PATHS are changed, and all of them or none. Each fix is checked before anything is written,
    and `taskfix undo` takes it back.

    \b
    Examples:
      taskfix apply                   fix the project
      taskfix apply src --diff        only show what would change
      taskfix apply --diff | git apply --check
      taskfix apply --verify "pytest -q"
    """
    mode: Mode = "preview" if diff or check else "apply"
    if command is not None:
        _expect_verifiable(command, applied=mode == "apply", contradicted=no_verify)
    if diff and output_format != "json":
        output_format = "diff"
    allowed = Allowed(allow_dirty, allow_staged)
    asked = Asked(command, no_verify)
    execute(mode, paths, output_format or "full", Options(**options), allowed, asked)


def _expect_verifiable(command: str, *, applied: bool, contradicted: bool) -> None:
    if not command.strip():
        raise click.UsageError("--verify needs a command to run.")
    if contradicted:
        raise click.UsageError("--verify and --no-verify contradict each other.")
    if not applied:
        raise click.UsageError("--verify needs changes on the disk; --diff and --check make none.")


@main.command()
@paths_argument
@format_option
@shared_options
def check(paths: tuple[Path, ...], output_format: str | None, **options: Any) -> None:
    """Report the tasks in PATHS that can be lost, and change nothing.

    A finding marked [*] can be fixed with `taskfix apply`.
    """
    execute("check", paths, output_format or "full", Options(**options))


@main.command()
@click.argument("run", required=False)
@click.option("--list", "listing", is_flag=True, help="Show the runs that can be taken back.")
def undo(run: str | None, listing: bool) -> None:
    """Take back the last run of `taskfix apply` in this project, or the RUN that is named.

    A file that has been changed since is left alone, and so are the files that are right only
    together with it; each is named, and the exit code is 4.
    """
    runs = list(runs_in(discovery.find_root([Path()])))
    if listing:
        show_runs(runs)
        return
    chosen = next((one for one in runs if run in (None, one.name)), None)
    if chosen is None and run is not None:
        raise click.BadParameter(f"there is no run {run!r} in this project", param_hint="RUN")
    if chosen is None:
        click.echo("Nothing to undo: no run has changed files in this project.", err=True)
        return
    if chosen.alive:
        click.echo("error: the run is still under way.", err=True)
        sys.exit(REFUSED)
    sys.exit(report_undone(take_back(chosen)))


@main.command()
@click.argument("target", metavar="FILE:LINE | RULE")
@shared_options
def explain(target: str, **options: Any) -> None:
    """Tell what is known about the task started at FILE:LINE, or what a RULE is about.

    For a task: who creates its holder, who passes it on, who starts the task, and which other
    ways were considered and why they were not taken.

    \b
    Examples:
      taskfix explain src/app.py:42
      taskfix explain TF001
    """
    chosen = Options(**options)
    page = RULES.get(target.upper())
    if page:
        write_out(explain_rule(page), chosen.color)
        return
    path, line = _location(target)
    # What `apply` would do to the whole project, wherever the owner of the task may be.
    root = discovery.find_root([path])
    analysis = analyse([root, path] if discovery.is_project(root) else [path], chosen)
    shown = display_name(path.resolve())
    findings = [one for one in analysis.report.findings if one.path == shown]
    outcome = judge("check", analysis.report, analysis.sources, problems=analysis.problems)
    problems = [one for one in outcome.report.problems if one.path == shown]
    report_problems(problems)
    at_line = [one for one in findings if one.span.line <= line <= one.span.end_line]
    for finding in at_line:
        write_out(explain_finding(finding, analysis.sources[shown]), chosen.color)
    leaks = [one for one in analysis.report.leaks if one.path == shown and one.span.line == line]
    report_leaks(leaks)
    if not at_line and not problems and not leaks:
        click.echo(_nothing_at(shown, line, findings))
    sys.exit(3 if problems else 0)


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
