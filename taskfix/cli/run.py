"""One run: files are read, analysed and written, and the outcome is shown."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from taskfix.cli.console import (
    is_colored,
    progress,
    report_bugs,
    report_leaks,
    report_problems,
    write_out,
)
from taskfix.cli.guard import NOTHING, Allowed, blocking, settle_killed_run
from taskfix.cli.options import Options
from taskfix.cli.shown import Names
from taskfix.cli.verification import NOT_ASKED, Asked, Check, apply_verified, failing_before
from taskfix.config import Config, ConfigError, Overrides, load_config
from taskfix.disk import contents, discovery, transaction
from taskfix.disk.names import display_name
from taskfix.formats import find_format
from taskfix.formats.concise import render_findings
from taskfix.model import Problem, Report, Source
from taskfix.reports.exit_codes import REFUSED
from taskfix.reports.outcome import (
    Mode,
    Outcome,
    bugs,
    exit_code,
    judge,
    lossless,
    sentence,
    together,
)

if TYPE_CHECKING:
    from taskfix.planning.pipeline import Prepared, Settled


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was read and what the pipeline made of it."""

    report: Report
    sources: dict[str, bytes]
    problems: tuple[Problem, ...]  # of the files that did not reach the pipeline
    config: Config
    prepared: Prepared
    settled: Settled
    names: Names


def execute(
    mode: Mode,
    paths: Sequence[Path],
    output_format: str,
    options: Options,
    allowed: Allowed = NOTHING,
    asked: Asked = NOT_ASKED,
) -> None:
    paths = paths or [Path()]
    root = _root_of(paths)
    settle_killed_run(root, mode)
    # What is only reported need not be writable.
    analysis = analyse(paths, options, writing=mode != "check")
    blocked = blocking(analysis.report.changes, allowed) if mode == "apply" else ""
    check = None
    if mode == "apply" and analysis.report.changes and not blocked:
        check = asked.check(analysis.config, root, options)
        blocked = failing_before(check) if check is not None else ""
    outcome = _carry_out("check" if blocked else mode, analysis, root, check)
    color = is_colored(options.color, sys.stdout)
    write_out(find_format(output_format)(outcome, color))
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
    sys.exit(exit_code(outcome))


def analyse(paths: Sequence[Path], options: Options, *, writing: bool = True) -> Analysis:
    """Read the project around the paths and plan; ``writing`` tells whether modes are obeyed."""
    root = _root_of(paths)
    with discovery.Search(paths, root) as search:
        config = _config_of(root, options)
        found, problems = search.discover(config)
    if config.respect_gitignore and search.is_unheard:
        message = "git cannot be asked, so that files which it ignores are read as well."
        click.echo(f"warning: {message}", err=True)
    config = _config_of(root, options, [one.name for one in found])
    results = [(one.selected, contents.read(one, writing=writing)) for one in found]
    sources = [result for _, result in results if isinstance(result, Source)]
    # A file that is only read to see the whole project is not what the user asked about.
    problems.extend(one for selected, one in results if selected and isinstance(one, Problem))
    if options.verbose:
        selected = sum(source.selected for source in sources)
        shown = display_name(root)
        click.echo(f"Root {shown}: {len(sources)} files read, {selected} selected.", err=True)
    from taskfix.planning.pipeline import Prepared  # all of the analysis, which takes a while

    with progress(f"Analysing {len(sources)} files", quiet=options.quiet):
        prepared = Prepared(sources, config)
        # What can be fixed is known from the plan; only what is written has to be judged as well.
        settled = prepared.settle() if writing else prepared.proposed()
    names = Names(root, frozenset(one.path for one in sources))
    contents_read = {names.path(one.path): one.data for one in sources}
    report = names.report(prepared.report(settled))
    return Analysis(report, contents_read, tuple(problems), config, prepared, settled, names)


def _summarize(outcome: Outcome, *, verbose: bool) -> None:
    click.echo(sentence(outcome), err=True)
    for path in outcome.changed if verbose else ():
        click.echo(f"{path}: {lossless(outcome, path)}", err=True)
    if outcome.changed:
        click.echo(lossless(outcome), err=True)
    if outcome.changed and outcome.mode == "apply":
        click.echo("`taskfix undo` takes it back.", err=True)


def _root_of(paths: Sequence[Path]) -> Path:
    try:
        return discovery.find_root(paths)
    except discovery.SeveralProjectsError as error:
        raise click.UsageError(str(error)) from error


def _config_of(root: Path, options: Options, files: Sequence[str] = ()) -> Config:
    overrides = Overrides(
        options.strategy,
        options.max_depth,
        options.ignore_noqa,
        options.exclude,
        options.force_exclude,
        options.respect_gitignore,
    )
    try:
        return load_config(root, overrides, files)
    except ConfigError as error:
        raise click.UsageError(str(error)) from error


def _carry_out(mode: Mode, analysis: Analysis, root: Path, check: Check | None) -> Outcome:
    """Write the changes if that is what is asked for, and judge by what then is on the disk."""
    report, problems = analysis.report, analysis.problems
    written: list[str] = []
    if mode == "apply" and check is not None:
        applied = apply_verified(analysis.prepared, analysis.settled, report, check, analysis.names)
        return judge(
            mode,
            applied.report,
            analysis.sources,
            applied.written,
            (*problems, *applied.problems),
        )
    if mode == "apply":
        problems = (*problems, *transaction.write(report.changes, root, together(report)))
        written = [one.path for one in report.changes if contents.holds(one.path, one.after)]
    return judge(mode, report, analysis.sources, written, problems)
