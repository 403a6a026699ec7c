"""Which files may start a task, or hold a comment of ours: judged on bytes, before any is parsed.

It may let too much through, never too little.
"""

from __future__ import annotations

import re

from taskfix.apis.spawners import spawner_names
from taskfix.index.library import Library

# Comments that silence nothing are reported wherever they stand.
_COMMENT = rb"#\s*taskfix:"
# In UTF-16 and UTF-32 words look different, so that nothing is known before it is decoded.
_WIDE = rb"\A(?:\xff\xfe|\xfe\xff|\0\0\xfe\xff)"


def candidates(library: Library) -> tuple[str, ...]:
    """The files to look at, in their order."""
    names = sorted(name.encode() for name in spawner_names())
    words = rb"\b(?:" + b"|".join(map(re.escape, names)) + rb")\b"
    found = {
        *library.matching(words, *names),
        *library.matching(_COMMENT, b"taskfix:"),
        *library.matching(_WIDE, b"\xff\xfe", b"\xfe\xff"),
    }
    return tuple(path for path in library.sources if path in found)
