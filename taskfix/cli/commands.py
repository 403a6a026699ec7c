"""The commands: what each is called with, and what it promises."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal

import click

from taskfix import __version__
from taskfix.cli.options import Options, format_option, paths_argument, shared_options
from taskfix.cli.program import Program

# What a command does is imported when it is run: who asks for help waits for none of it.


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
    from taskfix.cli.guard import Allowed
    from taskfix.cli.run import execute
    from taskfix.cli.verification import Asked

    mode: Literal["preview", "apply"] = "preview" if diff or check else "apply"
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
    from taskfix.cli.run import execute

    execute("check", paths, output_format or "full", Options(**options))


@main.command()
@click.argument("run", required=False)
@click.option("--list", "listing", is_flag=True, help="Show the runs that can be taken back.")
def undo(run: str | None, listing: bool) -> None:
    """Take back the last run of `taskfix apply` in this project, or the RUN that is named.

    A file that has been changed since is left alone, and so are the files that are right only
    together with it; each is named, and the exit code is 4.
    """
    from taskfix.cli.taken_back import list_runs, undo_run

    if listing:
        list_runs()
    else:
        sys.exit(undo_run(run))


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
    from taskfix.cli.explanation import explain_target

    sys.exit(explain_target(target, Options(**options)))
