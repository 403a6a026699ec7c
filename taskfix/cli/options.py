"""The arguments and options that the commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from taskfix.cli.program import VERBOSE
from taskfix.formats import NAMES

if TYPE_CHECKING:
    from taskfix.model import StrategyName

# The strategies that can be preferred. Their names are spelled here once more, for what else they
# are takes longer to load than a help page should take to be shown.
STRATEGIES = ("auto", "thread", "module", "instance")

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Options:
    """The options that the commands share; None leaves a choice to the configuration."""

    strategy: StrategyName | None
    max_depth: int | None
    ignore_noqa: bool | None
    exclude: tuple[str, ...]
    force_exclude: bool | None
    respect_gitignore: bool | None
    quiet: bool
    verbose: bool
    color: str
    cache: bool
    cache_dir: Path | None


def shared_options(command: AnyFunction) -> AnyFunction:
    """The options of every command that analyses code."""
    for option in reversed(_SHARED):
        command = option(command)
    return command


def _remember_verbose(ctx: click.Context, _: click.Parameter, value: bool) -> bool:
    ctx.meta[VERBOSE] = value
    return value


_SHARED = (
    click.option(
        "--strategy",
        type=click.Choice(STRATEGIES),
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
    click.option(
        "--force-exclude",
        is_flag=True,
        default=None,
        help="Leave out an excluded file even if it is named.",
    ),
    click.option(
        "--respect-gitignore/--no-respect-gitignore",
        default=None,
        help="Whether files that git ignores are left out.  [default: yes]",
    ),
    click.option(
        "--cache/--no-cache",
        default=True,
        help="Whether what was found is remembered, for when nothing changes.  [default: yes]",
    ),
    click.option(
        "--cache-dir",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        envvar="TASKFIX_CACHE_DIR",
        show_envvar=True,
        help="Where it is remembered.  [default: .taskfix_cache in the project]",
    ),
    click.option("-q", "--quiet", is_flag=True, help="No progress and no summary."),
    click.option(
        "-v",
        "--verbose",
        is_flag=True,
        callback=_remember_verbose,
        help="Say what is read, and show all that --verify writes, or the traceback of a bug.",
    ),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colours; auto also obeys NO_COLOR and FORCE_COLOR.",
    ),
)
paths_argument = click.argument(
    "paths", nargs=-1, type=click.Path(exists=True, readable=False, path_type=Path)
)
format_option = click.option(
    "--output-format",
    type=click.Choice(NAMES),
    help="How findings are shown on standard output.  [default: full]",
)
