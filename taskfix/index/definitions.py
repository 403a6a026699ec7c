"""The definitions of a project by their ids, read when they are asked for.

These can be asked for one thing each and cannot be gone through: what nobody has asked for is not
there, and so would be missed without a word.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Generic, TypeVar

from taskfix.facts.module import Module
from taskfix.index.library import Library
from taskfix.model import Class, Function

Item = TypeVar("Item")


class _ById(Generic[Item]):
    """One kind of definitions, by id."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def get(self, id_: str) -> Item | None:
        raise NotImplementedError

    def __getitem__(self, id_: str) -> Item:
        found = self.get(id_)
        if found is None:
            raise KeyError(id_)
        return found

    def __contains__(self, id_: object) -> bool:
        return isinstance(id_, str) and self._has(id_)

    def _has(self, id_: str) -> bool:
        raise NotImplementedError

    def among(self, ids: Set[str]) -> frozenset[str]:
        """Those of some ids that are of such definitions."""
        return frozenset(id_ for id_ in ids if id_ in self)


class Modules(_ById[Module]):
    """The files that can be read, by path."""

    def get(self, id_: str) -> Module | None:
        return self._library.module(id_)

    def _has(self, id_: str) -> bool:
        return self.get(id_) is not None


class Functions(_ById[Function]):
    """The functions, as ``app/a.py::Server.start``."""

    def get(self, id_: str) -> Function | None:
        path, mark, _ = id_.partition("::")
        module = self._library.module(path) if mark else None
        return module.function(id_) if module is not None else None

    def _has(self, id_: str) -> bool:
        path, mark, _ = id_.partition("::")
        module = self._library.module(path) if mark else None
        return module is not None and id_ in module.function_ids


class Classes(_ById[Class]):
    """The classes, as ``app/a.py::Server``."""

    def get(self, id_: str) -> Class | None:
        path, mark, _ = id_.partition("::")
        module = self._library.module(path) if mark else None
        return module.class_(id_) if module is not None else None

    def _has(self, id_: str) -> bool:
        path, mark, _ = id_.partition("::")
        module = self._library.module(path) if mark else None
        return module is not None and id_ in module.class_ids
