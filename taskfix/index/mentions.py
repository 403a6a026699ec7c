"""Who mentions a name other than to call it, and which names are bound for good."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from taskfix.apis.callables import SCANNING
from taskfix.facts.loading import (
    CURRENT_NAMESPACES,
    FRAME_NAMESPACES,
    IMPORTERS,
    LOADERS,
    RUNNING_WORDS,
    SOME_MODULES,
    SOME_NAMES,
    SOMETHING,
)
from taskfix.index.callers import Callers
from taskfix.index.lazily import Lazily
from taskfix.index.library import Library
from taskfix.index.module_names import stem
from taskfix.index.too_far import TooFar, nearest
from taskfix.model import Reference
from taskfix.paths import is_test

# A module is named in a text, or by itself: `register(jobs)`, and not `jobs.poll()`.
_MODULE_IN_TEXT = rb"[\"'][\w.:/\x80-\xff]*%(name)b[\"']"
_WHOLE_MODULE = (
    rb"(?:[(,=\[:{*]|\b(?:return|yield|in|and|or|else|not|if|is|await|lambda)\b)[\s\\]*"
    rb"(?:[\w\x80-\xff]+\s*\.\s*)*"
    rb"%(name)b[\s\\]*(?:[),\]}:#;]|$|\.\s*__|\b(?:if|else|and|or|for|is|in)\b)"
)
_RENAMED_MODULE = rb"(?<![\w\x80-\xff])%(name)b[ \t\\\r\n]+as\b"
# A function is named as a value, and not only called: of an object, or in a text.
_ATTRIBUTE = rb"\.\s*%(name)b(?![\w\x80-\xff])(?!\s*\()"
_WHOLE = rb"(?<![\w\x80-\xff])%(name)b(?![\w\x80-\xff])(?!\s*\[|\s*\.(?!\s*__))"
_LOCATED = rb"[\"'][^\"'\n]*[.:/]%(name)b(?![\w\x80-\xff])"
_IN_TEXT = rb"[\"']%(name)b(?:\(\))?[\"']|" + _LOCATED
_RUNNING_WORDS = (b"eval", b"exec")
_RUNNING_TEXT = rb"\b(?:eval|exec)\s*\("
_ALL = b"__all__"
_QUOTED = rb"[\"']%(name)b[\"']"
# `globals()`, `eval(text)`, `sys.modules[__name__]`; a call in `if __name__ == "__main__":`
_CALLED_WORDS = [word.encode() for word in sorted(CURRENT_NAMESPACES)]
_READING_WORDS = [word.encode() for word in sorted(FRAME_NAMESPACES | RUNNING_WORDS | IMPORTERS)]
_READING_ITSELF = rb"\b(?:%b)\s*\(|\b(?:%b)\b" % (
    b"|".join(_CALLED_WORDS),
    b"|".join(_READING_WORDS),
)
_SCANNING_WORDS = [*sorted(name.rpartition(".")[2].encode() for name in SCANNING), b"__dict__"]
_MAIN = rb"\bif\b|\bmodules\b"
# `jobs.server = None`, by which another module binds a name anew
_BEFORE_STORE, _STORED = rb"\.", rb"[ \t]*(?:,|\)|\]|:[^=\n]+=|=(?!=)|\bin\b|[-+*/|&^@%]=)"
_PUT_TOGETHER = rb"\b(?:get|has)attr\(\s*[^\n,]+,\s*(?:f[\"']|[\w\"'.\[\]]+\s*[+%]|.*\.format)"


class Mentions(Callers):
    """Finds the places where something may be read, kept or replaced."""

    def __init__(self, library: Library, roots: Iterable[str]) -> None:
        super().__init__(library, roots)
        self._of_module: dict[tuple[str, bool], Lazily[tuple[str, Reference]]] = {}

    def mentions(
        self,
        name: str,
        home: str = "",
        *,
        inside: Iterable[str] | None = None,
        computed: bool = True,
    ) -> Iterator[tuple[str, Reference]]:
        """The mentions of a name, other than calls, as (path, reference). Raises ``TooFar``.

        Those near to the file ``home`` come first. ``inside`` are the only files that matter, if
        that is known; ``computed`` tells whether names that are put together matter as well.
        """
        spelled = set(self.library.spelling(name))
        if inside is not None:
            spelled.intersection_update(inside)
        if computed:
            spelled.update(self.library.matching(_PUT_TOGETHER, b"attr("))
        for path in self.library.few(name, nearest(spelled, home)):
            for reference in self._mentions_in(path, name):
                yield path, reference

    def mentions_whole(self, name: str, home: str = "") -> Iterator[tuple[str, Reference]]:
        """The mentions of a name in files that do more with it than to get something of it."""
        word = name.encode("utf-8", "surrogateescape")
        inside = self.library.matching_near(_WHOLE % {b"name": re.escape(word)}, word)
        yield from self.mentions(name, home, inside=inside)

    def mentions_of(
        self, id_: str, name: str, *, loaded: bool = False
    ) -> Iterator[tuple[str, Reference]]:
        """The mentions of a function by one of its names that may be of it. Raises ``TooFar``.

        At the top of a module it comes by imports, or in a text that says where it is; a method is
        an attribute of any object, and so is what is in a module that may be ``loaded`` by name.
        """
        home, word = self.path_of(id_), name.encode("utf-8", "surrogateescape")
        pattern = {b"name": re.escape(word)}
        inside = {home, *self.library.matching_near(_IN_TEXT % pattern, word)}
        # Tests give doubles a function's name in many ways, and some code runs what is in a text.
        running = {*self.library.matching(_RUNNING_TEXT, *_RUNNING_WORDS)}
        spelled = self.library.spelling(name)
        inside.update(path for path in spelled if is_test(path) or path in running)
        for place, other in self.places_of(id_):
            if other == name and not self._is_method(id_, place):
                inside.update(self.imports.may_mean(place, name))
        if loaded or self._is_method(id_, home):
            inside.update(self.library.matching_near(_ATTRIBUTE % pattern, word, above=3, below=2))
        yield from self.mentions(name, home, inside=inside)

    def mentions_of_module(
        self, module: str, *, texts: bool = True
    ) -> Lazily[tuple[str, Reference]]:
        """The mentions of a module by its own name, as (path, reference). Raises ``TooFar``.

        Files that import it have a name for it; with ``texts`` also those that spell it in a text.
        """
        key = module, texts
        if key not in self._of_module:
            self._of_module[key] = Lazily(self._find_module(module, texts))
        return self._of_module[key]

    def _find_module(self, module: str, texts: bool) -> Iterator[tuple[str, Reference]]:
        name = stem(module)
        word = name.encode("utf-8", "surrogateescape")
        pattern = {b"name": re.escape(word)}
        files = {*self.library.matching_near(_MODULE_IN_TEXT % pattern, word)} if texts else set()
        whole = re.compile(_WHOLE_MODULE % pattern, re.M)
        renamed = re.compile(_RENAMED_MODULE % pattern)
        for path in (module, *self.imports.importers_of_module(module)):
            if path in self.paths and self.imports.names_whole(path, whole, renamed):
                files.add(path)
        yield from self.mentions(name, module, inside=files, computed=False)

    def listing(self, name: str) -> tuple[str, ...]:
        """The files that may have a name in their ``__all__``."""
        word = name.encode("utf-8", "surrogateescape")
        having = set(self.library.matching(_ALL, _ALL))
        pattern = _QUOTED % {b"name": re.escape(word)}
        quoting = self.library.matching_near(pattern, word)
        return tuple(path for path in quoting if path in having)

    def reading_themselves(self) -> frozenset[str]:
        """The files that may read all names of their own module."""
        return frozenset(
            {
                *self.library.matching(_READING_ITSELF, *_CALLED_WORDS, *_READING_WORDS),
                *self.library.matching_near(_MAIN, b"__name__", above=2),
            }
        )

    def loaders(self) -> Iterator[tuple[str, Reference]]:
        """The places that load modules by names which are put together, as (path, reference).

        Where names are told, something must load them.
        """
        words = [name.encode() for name in sorted(LOADERS)]
        pattern = rb"\b(?:" + b"|".join(words) + rb")\b"
        for path in self.library.matching(pattern, *words):
            module = self.library.module(path)
            for reference in module.mentions(SOME_MODULES) if module is not None else ():
                yield path, reference
            for reference in module.mentions(SOME_NAMES) if module is not None else ():
                yield path, reference

    def scans_near(self, path: str) -> Iterator[tuple[str, Reference]]:
        """The places that go over all members of something unknown: in a file, or what imports it.

        What the file has may get there.
        """
        for where in sorted(self._scanning):
            if where == path or path in self.imports.targets(where):
                yield from ((where, scan) for scan in self.scans_in(where))

    def scans_in(self, path: str) -> tuple[Reference, ...]:
        """The places in a file that go over all members of something unknown."""
        return self._mentions_in(path, SOMETHING) if path in self._scanning else ()

    @cached_property
    def _scanning(self) -> frozenset[str]:
        pattern = rb"\b(?:" + b"|".join(_SCANNING_WORDS) + rb")\b"
        return frozenset(self.library.matching(pattern, *_SCANNING_WORDS))

    def is_steady(self, path: str, name: str) -> bool:
        """Report whether a name of a module is bound there once, and replaced from nowhere else."""
        home = self.variable(path, name)
        bound = self.library.module(home[0])
        if name not in self.modules[path].steady or (bound and home[1] not in bound.steady):
            return False
        stored = _BEFORE_STORE + re.escape(home[1]).encode() + _STORED
        places = self.library.matching_near(stored, home[1].encode())
        try:
            return not any(
                found is not None and self.variable(*found) == home
                for where in self.library.few(home[1], nearest(places, home[0]))
                for reference in self._mentions_in(where, home[1])
                if reference.kind == "store" and not reference.bare
                for found in (self.imported(value, where) for value in reference.values)
            )
        except TooFar:
            return False

    def _mentions_in(self, path: str, name: str) -> tuple[Reference, ...]:
        module = self.library.module(path)
        return module.mentions(name) if module is not None else ()
