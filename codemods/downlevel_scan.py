"""Overwrites newer syntax that is found by scanning: quick, but no judge of Python."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from keyword import kwlist

from codemods.canvas import Canvas
from codemods.formatted import String, inside, is_readable, mend, swap_quotes
from codemods.strings import (
    CLOSING,
    OPENING,
    PARTS,
    QUOTES,
    STRINGS,
    UnclearError,
    groups,
    read_string,
)

_HARD = "|".join(kwlist)
_NAME = r"[^\W\d]\w*"
_INTERESTING = re.compile(
    rf"#[^\n]*|{STRINGS}"
    # Most handlers have no comma outside of parentheses.
    r"|(?P<handler>except(?<!\wexcept)\b(?![ \t]*(?:\([\w\s.,]*\)|[\w.]*)(?:[ \t]+as[ \t]+\w+)?:))"
    rf"|(?P<function>def(?<!\wdef)[ \t]+{_NAME}[ \t]*\[)"
    rf"|(?P<class>class(?<!\wclass)[ \t]+{_NAME}[ \t]*\[)"
    rf"|(?P<alias>type(?<![\w.]type)[ \t]+(?!(?:{_HARD})\b)(?P<name>{_NAME})[ \t]*[\[=])",
    re.S,
)
# Such an f-string ends where it seems to, and has no string inside: f"{a.b(c)!r:>10} {{}}"
_SIMPLE = re.compile(
    r"[^{}\\]*(?:(?:\\[^N{}]|\{\{|\}\}|\{[^{}'\"#\\\n]*\})[^{}\\]*)*",
)
_LETTERS = frozenset("fFtTrR")  # at the end of the prefix of a formatted string
_NEW_STRINGS = sys.version_info < (3, 12)
_NEW_PARAMETERS = sys.version_info < (3, 13)  # those of 3.12 cannot have defaults
_NEW_GROUPS = sys.version_info < (3, 11)


def rewritten(source: str) -> str | None:
    """The source with its newer syntax overwritten; None where it is not understood.

    Newlines are LF. Whether the result is Python, only a parser can tell.
    """
    scan = _Scan(source)
    try:
        scan.run()
    except (UnclearError, RecursionError):
        return None
    return scan.canvas.text()


class _Scan:
    def __init__(self, source: str) -> None:
        self.source = source
        self.canvas = Canvas(source)
        self.suspects: list[String] = []

    def run(self) -> None:
        place = 0
        while match := _INTERESTING.search(self.source, place):
            match match.lastgroup:
                case "handler":
                    place = self._handler(match.end())
                case "function" | "class":
                    place = self._parameters(match.end() - 1)
                case "alias":
                    place = self._alias(match)
                case _ if match[0][0] == "#":
                    place = match.end()
                case _:
                    place = self._string(match)
        if _NEW_STRINGS:
            self._mend_strings()

    def _mend_strings(self) -> None:
        broken = {
            part.start
            for part in self.suspects
            if not is_readable(part, self.canvas) and not swap_quotes(part, self.canvas)
        }
        if broken:
            for group in groups(self.source):
                if any(part.start in broken for part in group):
                    mend(group, self.canvas)

    def _handler(self, start: int) -> int:
        """``except A, B:`` becomes ``except A| B:``."""
        depth, commas = 0, []
        for match in self._parts(start):
            text = match[0]
            if depth == 0 and text in (":", "\n"):
                break
            depth += (text in OPENING) - (text in CLOSING)
            if depth == 0 and text == ",":
                commas.append(match.start())
        head = self.source[start : match.start()]
        if commas and re.search(r"\bas\b", head):
            raise UnclearError
        for comma in commas:
            self.canvas.write(comma, "|")
        if _NEW_GROUPS and head.lstrip().startswith("*"):
            self.canvas.write(start + head.index("*"), " ")
        return match.end()

    def _parameters(self, opening: int) -> int:
        """``def f[T](a): ...`` becomes ``def f   (a): ...``."""
        depth = 0
        for match in self._parts(opening):
            depth += (match[0] in OPENING) - (match[0] in CLOSING)
            if depth == 0:
                break
        if _NEW_PARAMETERS:
            self.canvas.blank_with_continuations(opening, match.end())
        return match.end()

    def _alias(self, match: re.Match[str]) -> int:
        """``type X = Y`` becomes ``type_X = Y``."""
        start = match.start()
        before = self.source[self.source.rfind("\n", 0, start) + 1 : start].strip()
        if before and before[-1] not in ":;":
            raise UnclearError
        if _NEW_PARAMETERS:
            start += len("type")
            self.canvas.write(start, "_" * (match.start("name") - start))
        return self._parameters(match.end() - 1) if match[0][-1] == "[" else match.end()

    def _parts(self, place: int) -> Iterator[re.Match[str]]:
        """The brackets, separators and newlines from a place on. There must be more to come."""
        while match := PARTS.search(self.source, place):
            place = match.end()
            if match[0][0] in QUOTES:
                place = self._string(match)
            elif match[0][0] not in "#\\":
                yield match
        raise UnclearError

    def _string(self, match: re.Match[str]) -> int:
        """Where a string ends. What may be new in it is looked at when all else is old."""
        start = match.start()
        before = self.source[start - 1] if start else ""
        if match.end() - start > 1:
            if before not in _LETTERS or before in "fF" and _SIMPLE.fullmatch(match[0], 1):
                return match.end()
        string = read_string(self.source, match)
        if string.is_formatted:
            self._formatted(string)
        return string.end

    def _formatted(self, string: String) -> None:
        """``t"{a}"`` becomes ``f"{a}"``."""
        for part in (string, *inside(string)):
            if "t" in part.prefix.lower():
                prefix = part.prefix.replace("t", "f").replace("T", "F")
                self.canvas.write(part.start, prefix)
        if _is_suspicious(string, self.source):
            self.suspects.append(string)


def _is_suspicious(string: String, source: str) -> bool:
    """Report whether an f-string may have what is new in them since Python 3.12."""
    if any(part.is_formatted for part in inside(string)):
        return True
    new = {string.quote[0], "\\", "#"} | ({"\n"} if len(string.quote) == 1 else set())
    return any(new.intersection(source[field.start : field.end]) for field in string.fields)
