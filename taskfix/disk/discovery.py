"""Finds the files of a project, each real file once, and tells which of them are selected."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Protocol

from taskfix.disk import git
from taskfix.disk.listing import Listing, beside, list_files
from taskfix.disk.names import display_name
from taskfix.disk.patterns import Filter, excludes
from taskfix.model import Problem

_NOTEBOOKS = ".ipynb"
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

    path: str  # absolute, links resolved
    name: str  # relative to the project's root, with forward slashes
    selected: bool

    @property
    def shown(self) -> str:
        """The path as reports show it."""
        return display_name(Path(self.path))


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
    """All Python files of the project, each real file once, sorted by their name."""
    with Search(paths, root) as search:
        return search.discover(config)


class Search:
    """Looks for the files of a project. Git is asked from the start on, until the end of a block.

    Files under ``paths`` are selected, and a file that is named itself is taken even if it is
    excluded. Links are not followed: what they lead to within the root is found there, and what
    lies outside is not part of the project. Selected notebooks are found as well, to be told of.
    """

    def __init__(self, paths: Sequence[Path], root: Path) -> None:
        located = list(dict.fromkeys(map(_locate, paths)))
        self._root = root
        self._directories = [path for path in located if os.path.isdir(path)]
        self._files = [path for path in located if path not in self._directories]
        self._whole = root if is_project(root) and root not in self._directories else None
        starts = [*self._directories, *([self._whole] if self._whole else ())]
        asked = [start for start in starts if git.is_in_work_tree(start)]
        self._questions = {start: git.Question(start) for start in asked}

    def __enter__(self) -> Search:
        return self

    def __exit__(self, *_: object) -> None:
        for question in self._questions.values():
            question.give_up()

    def discover(self, config: Selection) -> tuple[list[Found], list[Problem]]:
        """All Python files of the project, each real file once, sorted by their name."""
        problems: list[Problem] = []
        selected: set[str] = set()
        for directory in self._directories:
            depth = _depth(directory, self._root)
            listing = self._list(directory, _filter(config, depth, f"*{_NOTEBOOKS}"), config)
            selected.update(listing.files)
            problems.extend(map(_closed, listing.closed))
        for path in self._files:
            problem = _objection(path, self._root)
            if problem:
                problems.append(problem)
            elif _is_taken(path.resolve(), self._root, config):
                selected.add(path.resolve().relative_to(self._root).as_posix())
        top = self._root.as_posix().rstrip("/")
        everything = sorted(selected.union(self._around(config)))
        return [Found(f"{top}/{name}", name, name in selected) for name in everything], problems

    @property
    def is_unheard(self) -> bool:
        """Whether git should have something to say, and says nothing. Known in the end."""
        return any(question.is_silent for question in self._questions.values())

    def _around(self, config: Selection) -> Iterable[str]:
        """The files of the project. Without one, nobody else's files are read through."""
        if self._whole is not None:
            known = frozenset(one.relative_to(self._root).as_posix() for one in self._directories)
            return self._list(self._whole, _filter(config, known=known), config).files
        if is_project(self._root):
            return ()
        directories = {path.parent for path in self._files}
        return chain.from_iterable(self._beside(one, config) for one in directories)

    def _beside(self, directory: Path, config: Selection) -> list[str]:
        return beside(self._root, directory, _filter(config, _depth(directory, self._root)))

    def _list(self, start: Path, wanted: Filter, config: Selection) -> Listing:
        ask = config.respect_gitignore
        question = self._questions.get(start) if ask else None
        return list_files(self._root, start, wanted, question, ask=ask)


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


def is_notebook(path: Path | str) -> bool:
    """Whether the name of a file is that of a notebook."""
    return os.fspath(path).endswith(_NOTEBOOKS)


def unsupported(path: Path | str) -> Problem:
    """The problem of a notebook."""
    message = "notebooks are not supported; move the code into a module, or exclude the file"
    return Problem(display_name(Path(path)), None, "TF909", message)


def _filter(
    config: Selection, depth: int = 0, *also: str, known: frozenset[str] = frozenset()
) -> Filter:
    depth = 0 if config.force_exclude else depth
    return Filter((*config.include, *also), _exclusions(config), depth, known)


def _depth(directory: Path, root: Path) -> int:
    return len(directory.relative_to(root).parts)


def _exclusions(config: Selection) -> tuple[str, ...]:
    return (*config.exclude, *config.extend_exclude)


def _closed(directory: Path) -> Problem:
    return Problem(display_name(directory), None, "TF901", "cannot be looked into: no permission")
