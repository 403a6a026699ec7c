"""Which files can matter for a name: judged on bytes, before anything is parsed.

It may let too much through, never too little.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from taskfix.facts.encoding import Text, decode
from taskfix.model import Source
from taskfix.signatures.exposure import packages_of, stem

_WORD = re.compile(rb"[^\W\d]\w*")
_TEXT_WORD = re.compile(r"[^\W\d]\w*")
# `getattr(x, f"on_{y}")`: a name that is put together may be any of those that are looked for.
_PUT_TOGETHER = re.compile(
    rb"\b(?:get|has)attr\(\s*[^\n,]+,\s*(?:f[\"']|[\w\"'.\[\]]+\s*[+%]|.*\.format)"
)
_RUNNERS = re.compile(
    rb"\b(?:asyncio|anyio|uvloop|trio)\.run\b|\brun_until_complete\b|\bRunner\b|"
    rb"\bimport\b[^\n]*\brun\b"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: names anywhere, ``started`` only where coroutines are run.

    ``modules`` are the files whose functions may get a parameter: who hands such a module over,
    or may load it by its name, matters too. ``held`` are the attributes that hold instances of
    their classes: only files that are read anyway are asked for them.
    """

    names: frozenset[str] = frozenset()
    started: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()

    def __or__(self, other: Wanted) -> Wanted:
        return Wanted(
            self.names | other.names,
            self.started | other.started,
            self.modules | other.modules,
            self.held | other.held,
        )

    def __sub__(self, other: Wanted) -> Wanted:
        return Wanted(
            self.names - other.names,
            self.started - other.started,
            self.modules - other.modules,
            self.held - other.held,
        )

    def __bool__(self) -> bool:
        return bool(self.names or self.started or self.modules or self.held)

    def recorded(self) -> frozenset[str]:
        """The names whose mentions are facts."""
        packages = {stem(p) for module in self.modules for p in (module, *packages_of(module))}
        return self.names | self.started | self.held | packages


class Mentions:
    """Finds the files that mention something. Remembers the words of each."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources
        self._words: dict[str, frozenset[bytes]] = {}

    def of(self, wanted: Wanted) -> set[str]:
        if not wanted:
            return set()
        names = frozenset(name.encode() for name in wanted.names if name.isascii())
        started = frozenset(name.encode() for name in wanted.started if name.isascii())
        stems: dict[bytes, list[re.Pattern[bytes]]] = defaultdict(list)
        for module in sorted(wanted.modules):
            stems[_bytes(stem(module))].append(_hands_over(module))
        foreign = {n for n in (*wanted.names, *wanted.started) if not n.isascii()}
        foreign |= {stem(module) for module in wanted.modules if not stem(module).isascii()}
        found = set()
        for path, source in self.sources.items():
            words = self._words_of(path)
            if (
                not names.isdisjoint(words)
                or (bool(foreign) and not foreign.isdisjoint(self._foreign_words_of(path)))
                or (bool(names) and _PUT_TOGETHER.search(source.data))
                or (not started.isdisjoint(words) and _RUNNERS.search(source.data))
                or any(
                    pattern.search(source.data)
                    for word in words & stems.keys()
                    for pattern in stems[word]
                )
            ):
                found.add(path)
        return found

    def forget(self, paths: frozenset[str], other: Mentions) -> None:
        """Take over what another one knows of the other files."""
        self._words = {p: known for p, known in other._words.items() if p not in paths}

    def _words_of(self, path: str) -> frozenset[bytes]:
        if path not in self._words:
            self._words[path] = frozenset(_WORD.findall(self.sources[path].data))
        return self._words[path]

    def _foreign_words_of(self, path: str) -> frozenset[str]:
        """The words that are not ASCII, as Python reads them: several spellings are one name."""
        data = self.sources[path].data
        text = None if data.isascii() else decode(data)
        if not isinstance(text, Text):
            return frozenset()
        words = _TEXT_WORD.findall(unicodedata.normalize("NFKC", text.text))
        return frozenset(word for word in words if not word.isascii())


def _bytes(name: str) -> bytes:
    # The name of a file need not be text.
    return name.encode("utf-8", "surrogateescape")


@cache
def _hands_over(path: str) -> re.Pattern[bytes]:
    """Imports of a module, and strings that name it."""
    name = _spelled(stem(path))
    parts = path.removesuffix("/__init__.py").split("/")
    ways = [
        rb"^[ \t]*import\b[^\n#]*%s" % name,
        rb"^[ \t]*from\s+[\w.\x80-\xff]+\s+import\b(?:[^\n(#]*|\s*\([^)]*)%s" % name,
        rb"^[ \t]*from\s+[\w.\x80-\xff]*%s\s+import\s*\*" % name,
        rb"[\"']\.+%s[\"']" % name,
    ]
    if len(parts) > 1:
        ways.append(rb"%s\.%s(?!\s+import\b)" % (_spelled(parts[-2]), name))
    if len(parts) < 3:
        ways.append(rb"[\"']%s[\"']" % name)
    return re.compile(b"|".join(ways), re.M)


def _spelled(name: str) -> bytes:
    """The pattern of a name as a whole word, in whatever encoding."""
    foreign = rb"[\w\x80-\xff]*[\x80-\xff][\w\x80-\xff]*"
    word = re.escape(name).encode() if name.isascii() else foreign
    return rb"(?<![\w\x80-\xff])" + word + rb"(?![\w\x80-\xff])"
