"""Reads a project and finds what there is to do in it, or remembers what was found."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from taskfix.cli.memory import Memory, cache_of
from taskfix.cli.options import Options
from taskfix.cli.progress import Progress
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
    with Progress(quiet=options.quiet) as progress:
        progress.phase("Looking for files")
        config, found, problems = _look(paths, root, options)
        cache = cache_of(root, config, options) if remembering else None
        memory = Memory(cache, root, config, judging=judging) if cache is not None else None
        progress.phase("Reading files", len(found))
        files = Files(found, memory, writing=writing, read=progress.advance)
        report, work = files.remembered(), None
        sources = files.sources() if report is None else ()
        if options.verbose:
            _tell(root, files)
        if report is None:
            progress.phase(f"Analysing {len(sources)} files")
            work = _work(sources, config, judging=judging)
            report = work.prepared.report(work.settled)
            files.remember(report)
            _count(work)
    names = Names(root, files.names)
    data = {names.path(name): data for name, data in files.data(report).items()}
    problems.extend(files.problems())
    return Analysis(names.report(report), data, tuple(problems), config, names, work)


def _look(
    paths: Sequence[Path], root: Path, options: Options
) -> tuple[Config, list[discovery.Found], list[Problem]]:
    """What holds for the project, and the files in it."""
    with discovery.Search(paths, root) as search:
        config = _config_of(root, options)
        found, problems = search.discover(config)
    if config.respect_gitignore and search.is_unheard:
        message = "git cannot be asked, so that files which it ignores are read as well."
        click.echo(f"warning: {message}", err=True)
    return _config_of(root, options, [one.name for one in found]), found, problems


def _work(sources: Sequence[Source], config: Config, *, judging: bool) -> Work:
    from taskfix.planning.pipeline import Prepared  # all of the analysis takes a while to load

    prepared = Prepared(sources, config)
    # What can be fixed is known from the plan; only what is written has to be judged as well.
    return Work(prepared, prepared.settle() if judging else prepared.proposed())


def _count(work: Work) -> None:
    """Write how much was read to the file that the environment names, for benchmarks."""
    name = os.environ.get("TASKFIX_STATISTICS")
    if name:
        text = json.dumps({"layers": dict(work.prepared.statistics)})
        Path(name).write_text(text, encoding="utf-8")


def _tell(root: Path, files: Files) -> None:
    names = files.names
    read, selected = len(names), files.selected(names)
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
