"""The command line: arguments in, output and exit code out."""

from __future__ import annotations

import io
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

import click
from rich.console import Console, RenderableType

from taskfix import __version__, files
from taskfix.config import ConfigError, Overrides, load_config
from taskfix.explain import explain_finding, explain_rule
from taskfix.formats import NAMES, find_format
from taskfix.formats.concise import render_findings
from taskfix.model import Finding, Problem, Report, Source, StrategyName
from taskfix.outcome import Mode, Outcome, exit_code, judge, sentence
from taskfix.pipeline import run
from taskfix.rules import RULES

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])

INTERNAL_ERROR = 70
INTERRUPTED = 130
_VERBOSE = "taskfix.verbose"


class _Program(click.Group):
    """A group that turns an interrupt and our own bugs into their exit codes."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Interrupted. Files are changed all together or not at all.", err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:  # the outermost place: here a bug gets its exit code
            _report_bug(error, verbose=bool(ctx.meta.get(_VERBOSE)))
            ctx.exit(INTERNAL_ERROR)


def _report_bug(error: Exception, *, verbose: bool) -> None:
    if verbose:
        click.echo("".join(traceback.format_exception(error)), err=True)
    click.echo(
        f"taskfix {__version__} has a bug: {type(error).__name__}: {error}\n"
        "Files are changed all together or not at all. Please report what you see with -v, and "
        "if you can the file that it happens with.",
        err=True,
    )


# -- commands ------------------------------------------------------------------------------------


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
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
    """


@dataclass(frozen=True, slots=True)
class _Options:
    """The options that the commands share; None leaves a choice to the configuration."""

    strategy: StrategyName | None
    max_depth: int | None
    ignore_noqa: bool | None
    exclude: tuple[str, ...]
    quiet: bool
    verbose: bool
    color: str


def _shared_options(command: AnyFunction) -> AnyFunction:
    """The options of every command that analyses code."""
    options = (
        click.option(
            "--strategy",
            type=click.Choice(get_args(StrategyName)),
            help="The kind of holder that tasks get.  [default: auto]",
        ),
        click.option(
            "--max-depth",
            type=click.IntRange(min=0),
            metavar="N",
            help="How many calls a set may be passed through.  [default: 3]",
        ),
        click.option(
            "--ignore-noqa",
            is_flag=True,
            default=None,
            help="Look behind comments that suppress findings.",
        ),
        click.option(
            "--exclude",
            multiple=True,
            metavar="GLOB",
            help="Leave out these files and directories as well.",
        ),
        click.option("-q", "--quiet", is_flag=True, help="No progress and no summary."),
        click.option(
            "-v",
            "--verbose",
            is_flag=True,
            callback=_remember_verbose,
            help="Say what is read, and show the traceback of a bug.",
        ),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            show_default=True,
            help="Colours; auto also obeys NO_COLOR and FORCE_COLOR.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _remember_verbose(ctx: click.Context, _: click.Parameter, value: bool) -> bool:
    ctx.meta[_VERBOSE] = value
    return value


_paths_argument = click.argument(
    "paths", nargs=-1, type=click.Path(exists=True, readable=False, path_type=Path)
)
_format_option = click.option(
    "--output-format",
    type=click.Choice(NAMES),
    help="How findings are shown on standard output.  [default: full]",
)


@main.command()
@_paths_argument
@click.option("--diff", is_flag=True, help="Show a unified diff and write nothing.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if files would change.")
@_format_option
@_shared_options
def apply(
    paths: tuple[Path, ...], diff: bool, check: bool, output_format: str | None, **options: Any
) -> None:
    """Fix the files in PATHS (default: the working directory).

    The whole project is read, so that callers and tests elsewhere are seen, but only files in
    PATHS are changed, and all of them or none. Each fix is checked before anything is written.

    \b
    Examples:
      taskfix apply                   fix the project
      taskfix apply src --diff        only show what would change
      taskfix apply --diff | git apply --check
    """
    mode: Mode = "preview" if diff or check else "apply"
    if diff and output_format != "json":
        output_format = "diff"
    _execute(mode, paths, output_format or "full", _Options(**options))


@main.command()
@_paths_argument
@_format_option
@_shared_options
def check(paths: tuple[Path, ...], output_format: str | None, **options: Any) -> None:
    """Report the tasks in PATHS that can be lost, and change nothing.

    A finding marked [*] can be fixed with `taskfix apply`.
    """
    _execute("check", paths, output_format or "full", _Options(**options))


@main.command()
@click.argument("target", metavar="FILE:LINE | RULE")
@_shared_options
def explain(target: str, **options: Any) -> None:
    """Tell what is known about the task started at FILE:LINE, or what a RULE is about.

    For a task: who creates its holder, who passes it on, who starts the task, and which other
    ways were considered and why they were not taken.

    \b
    Examples:
      taskfix explain src/app.py:42
      taskfix explain TF001
    """
    chosen = _Options(**options)
    page = RULES.get(target.upper())
    if page:
        _write_out(explain_rule(page), chosen.color)
        return
    path, line = _location(target)
    analysis = _analyse([path], chosen)
    shown = files.display_name(path.resolve())
    findings = [one for one in analysis.report.findings if one.path == shown]
    outcome = judge("check", analysis.report, analysis.sources, problems=analysis.problems)
    problems = [one for one in outcome.report.problems if one.path == shown]
    _report_problems(problems)
    at_line = [one for one in findings if one.span.line <= line <= one.span.end_line]
    for finding in at_line:
        _write_out(explain_finding(finding, analysis.sources[shown]), chosen.color)
    if not at_line and not problems:
        click.echo(_nothing_at(shown, line, findings))
    sys.exit(3 if problems else 0)


def _location(target: str) -> tuple[Path, int]:
    match = re.fullmatch(r"(?P<path>.+?):(?P<line>\d+)(?::\d+)?", target)
    if match is None:
        known = ", ".join(RULES)
        raise click.BadParameter(f"{target!r} is neither FILE:LINE nor a rule ({known}).")
    path = Path(match["path"])
    if not path.is_file():
        raise click.BadParameter(f"File {match['path']!r} does not exist.")
    return path, int(match["line"])


def _nothing_at(path: str, line: int, findings: Sequence[Finding]) -> str:
    lines = ", ".join(str(finding.span.line) for finding in findings)
    hint = f" There is one at: {lines}." if findings else ""
    return f"No dangling task at {path}:{line}.{hint}"


# -- one run -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Analysis:
    """What was read and what the pipeline made of it."""

    report: Report
    sources: dict[str, bytes]
    problems: tuple[Problem, ...]  # of the files that did not reach the pipeline


def _execute(mode: Mode, paths: Sequence[Path], output_format: str, options: _Options) -> None:
    analysis = _analyse(paths or [Path()], options)
    outcome = _carry_out(mode, analysis)
    color = _is_colored(options.color, sys.stdout)
    _write_out(find_format(output_format)(outcome, color), options.color)
    if output_format == "diff":
        # The diff must stay one that can be applied; what it cannot show goes where it may.
        refused = [one for one in outcome.report.findings if one.status == "refused"]
        click.echo(_rendered(render_findings(refused), color=False), err=True, nl=False)
    _report_problems(outcome.report.problems)
    if not options.quiet:
        click.echo(sentence(outcome), err=True)
    sys.exit(exit_code(outcome))


def _analyse(paths: Sequence[Path], options: _Options) -> _Analysis:
    root = files.find_root(paths)
    overrides = Overrides(options.strategy, options.max_depth, options.ignore_noqa, options.exclude)
    try:
        config = load_config(root, overrides)
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
    found, problems = files.discover(paths, root, config)
    results = [(one.selected, files.read(one)) for one in found]
    sources = [result for _, result in results if isinstance(result, Source)]
    # A file that is only read to see the whole project is not what the user asked about.
    problems.extend(one for selected, one in results if selected and isinstance(one, Problem))
    if options.verbose:
        selected = sum(source.selected for source in sources)
        shown = files.display_name(root)
        click.echo(f"Root {shown}: {len(sources)} files read, {selected} selected.", err=True)
    with _progress(f"Analysing {len(sources)} files", options):
        report = run(sources, config)
    return _Analysis(report, {one.path: one.data for one in sources}, tuple(problems))


def _carry_out(mode: Mode, analysis: _Analysis) -> Outcome:
    """Write the changes if that is what is asked for, and judge by what then is on the disk."""
    report, problems = analysis.report, analysis.problems
    written: list[str] = []
    if mode == "apply":
        problems = (*problems, *files.write(report.changes))
        written = [one.path for one in report.changes if files.holds(one.path, one.after)]
    return judge(mode, report, analysis.sources, written, problems)


# -- output --------------------------------------------------------------------------------------


def _write_out(content: RenderableType | bytes, color: str) -> None:
    """Write to standard output as bytes: a diff must arrive as it is, whatever the locale."""
    if not isinstance(content, bytes):
        text = _rendered(content, color=_is_colored(color, sys.stdout))
        content = text.encode("utf-8", "backslashreplace")
    click.echo(content, nl=False)


def _rendered(content: RenderableType, *, color: bool) -> str:
    # The console's width is that of no terminal: the same input gives the same bytes everywhere.
    console = Console(
        file=io.StringIO(),
        width=10_000,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        legacy_windows=False,
        highlight=False,
    )
    with console.capture() as capture:
        console.print(content, soft_wrap=True)
    lines = [line.rstrip(" ") for line in capture.get().split("\n")]
    return "\n".join(lines).lstrip("\n")


def _report_problems(problems: Sequence[Problem]) -> None:
    for problem in problems:
        line = f":{problem.line}" if problem.line else ""
        click.echo(f"error: {problem.path}{line}: {problem.code} {problem.message}", err=True)


def _is_colored(color: str, stream: Any) -> bool:
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return bool(stream.isatty()) and os.environ.get("TERM") != "dumb"


def _progress(text: str, options: _Options) -> AbstractContextManager[object]:
    if options.quiet or not sys.stderr.isatty():
        return nullcontext()
    return Console(stderr=True).status(text)
