"""Which files may start a task, or hold a comment of ours: judged on bytes, before any is parsed.

It may let too much through, never too little.
"""

from __future__ import annotations

import re
from functools import cache

from taskfix.apis.spawners import all_spawners
from taskfix.index.imports import without_imports
from taskfix.index.library import Library

# Comments that silence nothing are reported wherever they stand.
_COMMENT = rb"#\s*taskfix:"
# In UTF-16 and UTF-32 words look different, so that nothing is known before it is decoded.
_WIDE = rb"\A(?:\xff\xfe|\xfe\xff|\0\0\xfe\xff)"


def commented(library: Library) -> tuple[str, ...]:
    """The files with a comment of ours."""
    return library.matching(_COMMENT, b"taskfix:")


def candidates(library: Library) -> tuple[str, ...]:
    """The files to look at, in their order."""
    names = sorted(name.encode() for name in _products())
    words = rb"\b(?:" + b"|".join(map(re.escape, names)) + rb")\b"
    starting = library.matching(words, *names)
    found = {
        *(path for path in starting if _may_start(library.data(path))),
        *commented(library),
        *library.matching(_WIDE, b"\xff\xfe", b"\xfe\xff"),
    }
    return tuple(path for path in library.sources if path in found)


def _may_start(data: bytes) -> bool:
    """Report whether a spawner is named other than to import it, or to await it at once."""
    rest, renamed = without_imports(data)
    return _use().search(rest) is not None or _renamed().search(renamed) is not None


@cache
def _products() -> dict[str, frozenset[str]]:
    """What is made by the spawners with each last name."""
    found: dict[str, frozenset[str]] = {}
    for name, makes in all_spawners():
        found[name] = found.get(name, frozenset()) | {makes}
    return found


@cache
def _use() -> re.Pattern[bytes]:
    return re.compile(b"|".join(_use_of(n, made) for n, made in sorted(_products().items())), re.M)


def _use_of(name: str, makes: frozenset[str]) -> bytes:
    word = re.escape(name).encode()
    if name[:1].isupper():
        # A class is named in annotations most of the time: it is called, bound or handed over.
        return rb"\b" + word + rb"\s*(?:\(|,)|=\s*[\w.]*\b" + word + rb"\s*(?:#|;|\)|$)"
    if makes == {"future"}:
        # What is awaited on the spot has an owner.
        return rb"(?<!await )(?<!await asyncio\.)\b" + word + rb"\b"
    return rb"\b" + word + rb"\b"


@cache
def _renamed() -> re.Pattern[bytes]:
    """``from asyncio import create_task as spawn``"""
    words = b"|".join(re.escape(name).encode() for name in sorted(_products()))
    return re.compile(rb"\b(?:" + words + rb")[ \t\\\r\n]+as\b")
