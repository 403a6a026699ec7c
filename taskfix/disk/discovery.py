"""Finds the files of a project, each real file once, and tells which of them are selected."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from taskfix.disk.git import Listing
from taskfix.disk.listing import list_files
from taskfix.disk.names import display_name
from taskfix.disk.patterns import excludes, includes
from taskfix.model import Problem

NOTEBOOK = "*.ipynb"
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
    name: str  # relative to the project's root, with forward slashes
    selected: bool

    @property
    def shown(self) -> str:
        """The path as reports show it."""
        return display_name(self.path)


class SeveralProjectsError(Exception):
    """The paths are in projects that have nothing in common."""

    def __init__(self, projects: Iterable[Path]) -> None:
        shown = " and ".join(map(display_name, projects))
        super().__init__(f"PATHS are in several projects: run taskfix for each of {shown}.")


def find_root(paths: Sequence[Path]) -> Path:
    """The nearest directory above all paths that looks like the root of a project.

    Where none does, it is the nearest directory above all of them. Raises
    ``SeveralProjectsError`` where that would be above several projects.
    """
    located = [_locate(path) for path in paths]
    starts = [path if os.path.isdir(path) else path.parent for path in located]
    common = Path(os.path.commonpath(starts))
    root = _project_of(common)
    if root is not None:
        return root
    projects = sorted({str(_project_of(start) or common) for start in starts})
    if len(projects) > 1:
        raise SeveralProjectsError(Path(one) for one in projects)
    return common


def is_project(directory: Path) -> bool:
    """Whether a directory looks like the root of a project."""
    return any(os.path.exists(directory / marker) for marker in ROOT_MARKERS)


def _project_of(directory: Path) -> Path | None:
    return next(filter(is_project, (directory, *directory.parents)), None)


def discover(
    paths: Sequence[Path], root: Path, config: Selection
) -> tuple[list[Found], list[Problem]]:
    """All Python files of the project, each real file once, sorted by their name.

    Files under ``paths`` are selected, and a file that is named itself is taken even if it is
    excluded. Links are not followed: what they lead to within the root is found there, and what
    lies outside is not part of the project. Selected notebooks are found as well, to be told of.
    """
    selected: set[Path] = set()
    problems: list[Problem] = []
    located = [_locate(path) for path in paths]
    for path in located:
        if os.path.isdir(path):
            listed = _list_files(path, config)
            selected.update(_wanted(listed.files, path, root, config, NOTEBOOK))
            problems.extend(map(_closed, listed.closed))
            continue
        problem = _objection(path, root)
        if problem:
            problems.append(problem)
        elif _is_taken(path.resolve(), root, config):
            selected.add(path.resolve())
    everything = selected.union(_around(located, root, config))
    found = [
        Found(path, path.relative_to(root).as_posix(), path in selected) for path in everything
    ]
    return sorted(found, key=lambda one: one.name), problems


def _around(located: Sequence[Path], root: Path, config: Selection) -> Iterator[Path]:
    """The files of the project. Without one, nobody else's files are read through."""
    if is_project(root):
        yield from _wanted(_list_files(root, config).files, root, root, config)
        return
    for directory in {path.parent for path in located if not os.path.isdir(path)}:
        with contextlib.suppress(PermissionError):
            beside = [directory / name for name in os.listdir(directory)]
            yield from _wanted(beside, directory, root, config)


def _locate(path: Path) -> Path:
    """Where a path given by the user is: a directory is resolved, a file may be a link."""
    return path.resolve() if os.path.isdir(path) else path.parent.resolve() / path.name


def _is_taken(file: Path, root: Path, config: Selection) -> bool:
    relative = file.relative_to(root).as_posix()
    return not (config.force_exclude and excludes(relative, _exclusions(config)))


def _objection(path: Path, root: Path) -> Problem | None:
    if not path.resolve().is_relative_to(root):
        return Problem(display_name(path), None, "TF908", "is a link to a file outside the project")
    return unsupported(path) if is_notebook(path) else None


def is_file(path: Path) -> bool:
    """Whether there is a file, as far as one may look."""
    return os.path.isfile(path)


def is_notebook(path: Path) -> bool:
    """Whether the name of a file is that of a notebook."""
    return includes(path.name, (NOTEBOOK,))


def unsupported(path: Path) -> Problem:
    """The problem of a notebook."""
    message = "notebooks are not supported; move the code into a module, or exclude the file"
    return Problem(display_name(path), None, "TF909", message)


def _wanted(
    files: Iterable[Path], start: Path, root: Path, config: Selection, *also: str
) -> Iterator[Path]:
    """Those of the files below ``start`` that are included and not excluded."""
    depth = 0 if config.force_exclude else len(start.relative_to(root).parts)
    for path in files:
        relative = path.relative_to(root).as_posix()
        if includes(relative, (*config.include, *also)):
            excluded = excludes(relative, _exclusions(config), depth)
            if not excluded and not os.path.islink(path) and not os.path.isdir(path):
                yield path


def _exclusions(config: Selection) -> tuple[str, ...]:
    return (*config.exclude, *config.extend_exclude)


def _list_files(start: Path, config: Selection) -> Listing:
    return list_files(start, _exclusions(config), respect_gitignore=config.respect_gitignore)


def _closed(directory: Path) -> Problem:
    return Problem(display_name(directory), None, "TF901", "cannot be looked into: no permission")
