"""The ``diff`` format: a unified diff, exact to the byte, that ``git apply`` accepts."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from taskfix.model import Change
from taskfix.reports.outcome import Outcome

SHOWS_CHANGES = True

_CONTEXT = 3
_NO_NEWLINE = b"\\ No newline at end of file\n"
_COLORS = ((b"--- ", b"1"), (b"+++ ", b"1"), (b"@@ ", b"36"), (b"-", b"31"), (b"+", b"32"))


def render(outcome: Outcome, color: bool) -> bytes:
    """The changes of all files, in the order of the report."""
    lines = (line for change in outcome.report.changes for line in _diff(change))
    return b"".join(map(_colored, lines) if color else lines)


def _diff(change: Change) -> Iterator[bytes]:
    # There is no "diff --git" line: without it git takes the names as relative to the working
    # directory, and so do patch and people.
    before, after = _lines(change.before), _lines(change.after)
    old, new = _header_name(f"a/{change.path}"), _header_name(f"b/{change.path}")
    for line in difflib.diff_bytes(difflib.unified_diff, before, after, old, new, n=_CONTEXT):
        yield line
        if not line.endswith(b"\n"):
            yield b"\n" + _NO_NEWLINE


def _lines(data: bytes) -> list[bytes]:
    """Lines as git counts them: only a line feed ends one."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _header_name(name: str) -> bytes:
    data = name.encode("utf-8", "surrogateescape")
    if any(byte < 32 or byte in b'"\\\x7f' for byte in data):
        escaped = b"".join(b"\\%03o" % b if b < 32 or b in b'"\\\x7f' else bytes([b]) for b in data)
        return b'"' + escaped + b'"'
    # A tab tells where a name with spaces ends.
    return data + b"\t" if b" " in data else data


def _colored(line: bytes) -> bytes:
    code = next((code for start, code in _COLORS if line.startswith(start)), None)
    if code is None:
        return line
    text = line.rstrip(b"\r\n")
    return b"\x1b[" + code + b"m" + text + b"\x1b[0m" + line[len(text) :]
