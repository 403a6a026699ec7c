"""Reads a project and finds what there is to do in it, or remembers what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from taskfix.cli.console import progress
from taskfix.cli.memory import Memory, cache_of
from taskfix.cli.options import Options
from taskfix.cli.reading import Files
from taskfix.cli.shown import Names
from taskfix.config import Config, ConfigError, Overrides, load_config
from taskfix.disk import discovery
from taskfix.disk.names import display_name
from taskfix.model import Problem, Report, Source

if TYPE_CHECKING:
    from taskfix.planning.pipeline import Prepared, Settled


@dataclass(frozen=True, slots=True)
class Work:
    """An analysis from which changes can be made, and made anew."""

    prepared: Prepared
    settled: Settled


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was read and what the pipeline made of it."""

    report: Report
    sources: Mapping[str, bytes]  # of the files with findings
    problems: tuple[Problem, ...]  # of the files that did not reach the pipeline
    config: Config
    names: Names
    work: Work | None  # None where the report is a remembered one


def analyse(
    paths: Sequence[Path],
    options: Options,
    *,
    writing: bool = True,
    judging: bool = True,
    remembering: bool = False,
) -> Analysis:
    """Read the project around the paths and plan; ``writing`` tells whether modes are obeyed.

    ``judging`` tells whether the changes are made and judged, ``remembering`` whether a report
    will do, so that it may be a remembered one.
    """
    root = root_of(paths)
    with discovery.Search(paths, root) as search:
        config = _config_of(root, options)
        found, problems = search.discover(config)
    if config.respect_gitignore and search.is_unheard:
        message = "git cannot be asked, so that files which it ignores are read as well."
        click.echo(f"warning: {message}", err=True)
    config = _config_of(root, options, [one.name for one in found])
    cache = cache_of(root, config, options) if remembering else None
    memory = Memory(cache, root, config, judging=judging) if cache is not None else None
    files = Files(found, memory, writing=writing)
    report, work = files.remembered(), None
    if report is None:
        work = _work(files.sources(), root, config, options, judging=judging)
        report = work.prepared.report(work.settled)
        files.remember(report)
    else:
        _tell(root, len(files.names), files.selected(files.names), options)
    names = Names(root, files.names)
    sources = {names.path(name): data for name, data in files.data(report).items()}
    problems.extend(files.problems())
    return Analysis(names.report(report), sources, tuple(problems), config, names, work)


def _work(
    sources: Sequence[Source], root: Path, config: Config, options: Options, *, judging: bool
) -> Work:
    from taskfix.planning.pipeline import Prepared  # all of the analysis takes a while to load

    _tell(root, len(sources), sum(source.selected for source in sources), options)
    with progress(f"Analysing {len(sources)} files", quiet=options.quiet):
        prepared = Prepared(sources, config)
        # What can be fixed is known from the plan; only what is written has to be judged as well.
        return Work(prepared, prepared.settle() if judging else prepared.proposed())


def _tell(root: Path, read: int, selected: int, options: Options) -> None:
    if options.verbose:
        text = f"Root {display_name(root)}: {read} files read, {selected} selected."
        click.echo(text, err=True)


def root_of(paths: Sequence[Path]) -> Path:
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
