"""Who calls a function, who makes an instance of a class, who inherits from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from taskfix.index.lazily import Lazily
from taskfix.index.library import Library
from taskfix.index.places import Places
from taskfix.index.too_far import nearest
from taskfix.model import Call, Class, Function

# `class A[T](Base):`, over several lines
_INHERITING = (
    rb"\bclass\s+[\w\x80-\xff]+\s*(?:\[[^\]]*\]\s*)?\((?:[^()]|\([^()]*\))*\b(?:%(names)b)\b"
)


class Callers(Places):
    """Finds calls and subclasses."""

    def __init__(self, library: Library, roots: Iterable[str]) -> None:
        super().__init__(library, roots)
        self._calls_to: dict[str, Lazily[tuple[str, Call]]] = {}
        self._below: dict[str, tuple[Class, ...]] = {}

    def calls_to(self, id_: str) -> Lazily[tuple[str, Call]]:
        """The calls of a function or class of the project, nearest first, as (path, call).

        They are looked for as far as somebody goes on asking; that may raise ``TooFar``.
        """
        if id_ not in self._calls_to:
            self._calls_to[id_] = Lazily(self._find_calls(id_))
        return self._calls_to[id_]

    def _find_calls(self, id_: str) -> Iterator[tuple[str, Call]]:
        for path in self.files_of(id_):
            module = self.library.module(path)
            if module is None:
                continue
            found = {call for name in self.names_of(id_) for call in module.calls_named(name)}
            for call in sorted(found, key=lambda call: call.number):
                if id_ in self.resolve_all(call.callee, path):
                    yield path, call

    def calls_spelled(self, name: str, home: str = "") -> Iterator[tuple[str, Call]]:
        """The calls that spell a name, whatever it means, as (path, call). Raises ``TooFar``."""
        for path in self.library.few(name, nearest(self.library.spelling(name), home)):
            module = self.library.module(path)
            for call in module.calls_named(name) if module is not None else ():
                if call.method == name:
                    yield path, call

    def calls_of_class(self, class_: Class) -> Lazily[tuple[str, Call]]:
        """The places where instances of a class are made, as (path, call)."""
        return self.calls_to(class_.id)

    # -- classes -----------------------------------------------------------------------------

    def subclasses_of(self, id_: str) -> tuple[Class, ...]:
        """Every project class that inherits from one, by place. Raises ``TooFar``."""
        if id_ not in self._below:
            found: dict[str, Class] = {}
            new = [id_]
            while new:
                direct = [class_ for one in new for class_ in self._inheriting(one)]
                new = [class_.id for class_ in direct if class_.id not in found]
                found.update((class_.id, class_) for class_ in direct)
            found.pop(id_, None)
            self._below[id_] = tuple(
                sorted(found.values(), key=lambda c: (self.path_of(c.id), c.line))
            )
        return self._below[id_]

    def _inheriting(self, id_: str) -> Iterator[Class]:
        words = [name.encode() for name in self.names_of(id_)]
        pattern = _INHERITING % {b"names": b"|".join(map(re.escape, words))}
        inheriting = set(self.library.matching(pattern, *words))
        for path in self.files_of(id_):
            if path not in inheriting:
                continue
            module = self.library.module(path)
            for class_id in sorted(module.class_ids) if module is not None else ():
                assert module is not None
                bases = frozenset[str]().union(*module.bases(class_id))
                if bases and id_ in self.resolve_all(bases, path):
                    yield self.classes[class_id]

    def relatives(self, id_: str) -> dict[str, Class]:
        """A class, its subclasses and all that these inherit from, by their ids."""
        below = [id_, *(class_.id for class_ in self.subclasses_of(id_))]
        return {one.id: one for start in below for one in self.ancestors(start)}

    def methods_named(self, name: str) -> Iterator[Function]:
        """The methods of a name, of whatever class. Raises ``TooFar``."""
        word = name.encode("utf-8", "surrogateescape")
        pattern = rb"\bdef\s+%b\s*[(\[]" % re.escape(word)
        for path in self.library.few(name, self.library.matching_near(pattern, word)):
            module = self.library.module(path)
            ids = sorted(module.function_ids) if module is not None else ()
            for id_ in ids:
                if id_.endswith(f".{name}") and self.functions[id_].class_ is not None:
                    yield self.functions[id_]

    def classes_defining(self, name: str) -> Iterator[Class]:
        """The classes that define a method or an attribute of a name. Raises ``TooFar``."""
        for path in self.library.few(name, self.library.spelling(name)):
            module = self.library.module(path)
            for class_ in module.classes if module is not None else ():
                if name in class_.methods or name in dict(class_.attributes):
                    yield class_
