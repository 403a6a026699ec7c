"""Finds the files of a project, each real file once, and tells which of them are selected."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from taskfix.disk import git
from taskfix.disk.names import display_name
from taskfix.model import Problem
from taskfix.patterns import excludes, includes

ROOT_MARKERS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")


class Selection(Protocol):
    """What discovery asks of the configuration; patterns are relative to the project's root."""

    @property
    def include(self) -> tuple[str, ...]: ...
    @property
    def exclude(self) -> tuple[str, ...]: ...
    @property
    def extend_exclude(self) -> tuple[str, ...]: ...
    @property
    def respect_gitignore(self) -> bool: ...
    @property
    def force_exclude(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Found:
    """One file to read; ``selected`` tells whether the user asked for it to be changed."""

    path: Path  # absolute, links resolved
    selected: bool

    @property
    def name(self) -> str:
        """The path as reports show it."""
        return display_name(self.path)


def find_root(paths: Sequence[Path]) -> Path:
    """The nearest directory above all paths that looks like the root of a project.

    Where none does, it is the nearest directory above all of them.
    """
    located = [_locate(path) for path in paths]
    starts = [path if path.is_dir() else path.parent for path in located]
    common = Path(os.path.commonpath(starts))
    for directory in (common, *common.parents):
        if any((directory / marker).exists() for marker in ROOT_MARKERS):
            return directory
    return common


def discover(
    paths: Sequence[Path], root: Path, config: Selection
) -> tuple[list[Found], list[Problem]]:
    """All Python files of the project, each real file once, sorted by their shown name.

    Files under ``paths`` are selected, and a file that is named itself is taken even if it is
    excluded. Links are not followed: what they lead to within the root is found there, and what
    lies outside is not part of the project.
    """
    selected: set[Path] = set()
    problems: list[Problem] = []
    for path in map(_locate, paths):
        if path.is_dir():
            selected.update(_files_below(path, root, config))
            continue
        problem = _objection(path, root)
        if problem:
            problems.append(problem)
        elif _is_taken(path.resolve(), root, config):
            selected.add(path.resolve())
    everything = selected.union(_files_below(root, root, config))
    found = [Found(path, path in selected) for path in everything]
    return sorted(found, key=lambda one: one.name), problems


def _locate(path: Path) -> Path:
    """Where a path given by the user is: a directory is resolved, a file may be a link."""
    return path.resolve() if path.is_dir() else path.parent.resolve() / path.name


def _is_taken(file: Path, root: Path, config: Selection) -> bool:
    relative = file.relative_to(root).as_posix()
    return not (config.force_exclude and excludes(relative, _exclusions(config)))


def _objection(path: Path, root: Path) -> Problem | None:
    if not path.resolve().is_relative_to(root):
        return Problem(display_name(path), None, "TF908", "is a link to a file outside the project")
    if path.suffix == ".ipynb":
        return Problem(display_name(path), None, "TF909", "notebooks are not supported")
    return None


def _files_below(start: Path, root: Path, config: Selection) -> Iterator[Path]:
    depth = len(start.relative_to(root).parts)
    for path in _listing(start, config):
        if _is_wanted(path, root, config, depth) and not path.is_symlink() and not path.is_dir():
            yield path


def _is_wanted(path: Path, root: Path, config: Selection, depth: int) -> bool:
    relative = path.relative_to(root).as_posix()
    return includes(relative, config.include) and not excludes(
        relative, _exclusions(config), 0 if config.force_exclude else depth
    )


def _exclusions(config: Selection) -> tuple[str, ...]:
    return (*config.exclude, *config.extend_exclude)


def _listing(start: Path, config: Selection) -> Iterable[Path]:
    listed = git.listing(start) if config.respect_gitignore else None
    return _walk(start, config) if listed is None else listed


def _walk(start: Path, config: Selection) -> Iterator[Path]:
    # Excluded directories are left out by the caller as well; not to enter them saves time only.
    patterns = _exclusions(config)
    for directory, subdirectories, names in os.walk(start):
        subdirectories[:] = [name for name in subdirectories if not excludes(name, patterns)]
        yield from (Path(directory, name) for name in names)
