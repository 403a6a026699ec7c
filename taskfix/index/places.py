"""Where a definition may be meant: the names that it has, and the files that may use them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from taskfix.index.library import Library
from taskfix.index.resolution import Resolution
from taskfix.index.too_far import FAR, nearest

# `import f as g`, `g = f`; what is called gives something else.
_GIVEN_NAME = (
    rb"\b%(name)b[ \t]+as\b"
    rb"|(?<![\w\x80-\xff])(?!%(name)b\b)[\w\x80-\xff]+[ \t]*(?::[^=\n]*)?="
    rb"(?:[^=\n()]|\((?:[^()\n]|\([^()\n]*\))*\))*(?:[(\[,\\]\s*)?\b%(name)b\b(?!\s*\()"
)
# `poll = server.poll` at the top of a module
_GIVEN_METHOD = rb"^[\w\x80-\xff][^=\n]*=[^=\n]*\.\s*%(name)b(?![\w\x80-\xff])(?!\s*\()"


class Places(Resolution):
    """Finds the files in which something of another file may be named."""

    def __init__(self, library: Library, roots: Iterable[str]) -> None:
        super().__init__(library, roots)
        self._places: dict[str, tuple[tuple[str, str], ...]] = {}

    def names_of(self, id_: str) -> tuple[str, ...]:
        """The name of a definition, and those that modules give it: ``f as g``, ``g = f``."""
        return tuple(dict.fromkeys(name for _, name in self.places_of(id_)))

    def places_of(self, id_: str) -> tuple[tuple[str, str], ...]:
        """Where a definition has a name of its own, as (path, name), its definition first."""
        if id_ not in self._places:
            found = [(self.path_of(id_), id_.rpartition("::")[2].rpartition(".")[2])]
            for home, name in found:
                found += [place for place in self._given(id_, home, name) if place not in found]
            self._places[id_] = tuple(found)
        return self._places[id_]

    def _given(self, id_: str, home: str, name: str) -> Iterator[tuple[str, str]]:
        """Where something that has a name is given another one."""
        word = name.encode("utf-8", "surrogateescape")
        kind = _GIVEN_METHOD if self._is_method(id_, home) else _GIVEN_NAME
        pattern = kind % {b"name": re.escape(word)}
        given = self.library.matching_near(pattern, word, above=3, below=1)
        for path in self._files_at(id_, home, name, given):
            module = self.library.module(path)
            for bound in module.bound_as(name) if module is not None else ():
                if id_ in self.resolve_all(self.exported(path, bound), path):
                    yield path, bound

    def files_of(self, id_: str) -> Iterator[str]:
        """The files that may mean a definition, its own first. Raises ``TooFar``."""
        home = self.path_of(id_)
        found = {home}
        yield home
        for place, name in self.places_of(id_):
            for path in self._files_at(id_, place, name):
                if path not in found:
                    found.add(path)
                    yield path

    def is_far(self, id_: str) -> bool:
        """Report whether more files may mean a definition than are worth a look at each."""
        home = self.path_of(id_)
        return len(self._meaning(id_, home, id_.rpartition("::")[2].rpartition(".")[2])) > FAR

    def files_meaning(self, home: str, name: str) -> Iterator[str]:
        """The files that may mean what a file binds to a name, nearest first. Raises ``TooFar``."""
        yield from self.library.few(name, nearest(self.imports.may_mean(home, name), home))

    def _files_at(
        self, id_: str, home: str, name: str, inside: Iterable[str] | None = None
    ) -> Iterator[str]:
        """The files that may mean a definition by one of its names, nearest first.

        A name at the top of a module comes by imports; a method through any object.
        """
        files = self._meaning(id_, home, name)
        if inside is not None:
            files = tuple(set(files).intersection(inside))
        yield from self.library.few(name, nearest(files, home))

    def _meaning(self, id_: str, home: str, name: str) -> tuple[str, ...]:
        if self._is_method(id_, home):
            return self.imports.looking_up(name)
        # What only passes all names on has this one too, and does nothing with it.
        spelling = set(self.library.spelling(name))
        meaning = self.imports.may_mean(home, name)
        return tuple(path for path in meaning if path in spelling)

    def _is_method(self, id_: str, home: str) -> bool:
        """Report whether a definition is found through an object, and not by a module's name."""
        return "." in id_.rpartition("::")[2] and home == self.path_of(id_)
