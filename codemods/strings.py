"""Reads the strings of a source by scanning it, f-strings with all that is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemods.formatted import Field, Group, String

# The alternatives start with a character of their own each: a search then skips all others at once.
STRINGS = (
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""|"(?!"")[^"\\\n]*(?:\\.[^"\\\n]*)*"'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''|'(?!'')[^'\\\n]*(?:\\.[^'\\\n]*)*'"
    # What is left of one that goes on in a way that only newer f-strings do.
    r"|\"|'"
)
PARTS = re.compile(rf"#[^\n]*|{STRINGS}|\\.|!=|[()\[\]{{}}!:,\n]", re.S)
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
QUOTES = frozenset("\"'")

_PREFIX = re.compile(r"(?<!\w)(?:[fFtT][rR]?|[rR][fFtT]?|[bB][rR]?|[rR][bB]|[uU])\Z")
_DEBUG = re.compile(r"(?<![=!<>])=\s*\Z")  # f"{value = }"
_SAME_LINE = re.compile(r"(?:[ \t\f]|\\\n)*")
_IN_BRACKETS = re.compile(r"(?:\s|\\\n|#[^\n]*\n)*")


class UnclearError(Exception):
    """The text is not what it looked like."""


def read_string(source: str, match: re.Match[str]) -> String:
    """The string with its prefix that begins with a match of ``STRINGS``, at its quote."""
    quote_start = match.start()
    prefix = _PREFIX.search(source, max(quote_start - 3, 0), quote_start)
    letters = prefix[0] if prefix is not None else ""
    start, code = quote_start - len(letters), match[0]
    quote = code[0] * 3 if source.startswith(code[0] * 3, quote_start) else code[0]
    string = String(start, match.end(), letters, quote)
    if string.is_formatted:
        return _read_formatted(source, string)
    if len(code) == 1:
        raise UnclearError
    return string


def groups(source: str) -> Iterator[Group]:
    """All strings of a source, those together that are one: ``"a" f"{b}"``."""
    depth, place = 0, 0
    group: list[String] = []
    while match := PARTS.search(source, place):
        place, text = match.end(), match[0]
        if text[0] in QUOTES:
            string = read_string(source, match)
            place = string.end
            if group and not _is_joined(source, group[-1], string, inside=depth > 0):
                yield tuple(group)
                group = []
            group.append(string)
        elif text in OPENING:
            depth += 1
        elif text in CLOSING:
            depth -= 1
    if group:
        yield tuple(group)


def _is_joined(source: str, before: String, after: String, *, inside: bool) -> bool:
    between = _IN_BRACKETS if inside else _SAME_LINE
    return between.fullmatch(source, before.end, after.start) is not None


def _read_formatted(source: str, string: String) -> String:
    raw = "r" in string.prefix.lower()
    fields: list[Field] = []
    place = string.start + len(string.prefix) + len(string.quote)
    while True:
        match = _literal_end(string.quote, raw).search(source, place)
        if match is None or match[0] in "}\n":
            raise UnclearError
        place = match.end()
        if match[0] == string.quote:
            return String(string.start, place, string.prefix, string.quote, tuple(fields))
        if match[0] == "{":
            fields.append(_read_field(source, match.start(), string.quote, raw))
            place = fields[-1].end


def _read_field(source: str, start: int, quote: str, raw: bool) -> Field:
    depth, place = 0, start + 1
    strings: list[Group] = []
    rest: int | None = None
    while match := PARTS.search(source, place):
        place, text = match.end(), match[0]
        if text[0] in QUOTES:
            if text[0] == quote[0] and rest is not None:
                raise UnclearError
            string = read_string(source, match)
            place = string.end
            if strings and _is_joined(source, strings[-1][-1], string, inside=True):
                strings[-1] += (string,)
            else:
                strings.append((string,))
        elif text in OPENING:
            depth += 1
        elif depth and text in CLOSING:
            depth -= 1
        elif depth == 0 and text in ("!", ":", "}"):
            rest = match.start() if rest is None else rest
            if text != "!":
                break
    else:
        raise UnclearError
    specs: tuple[Field, ...] = ()
    if match[0] == ":":
        specs, place = _read_format(source, place, quote, raw)
    debug = _DEBUG.search(source, start + 1, rest)
    return Field(start, debug.start() if debug else rest, place, tuple(strings), specs)


def _read_format(source: str, place: int, quote: str, raw: bool) -> tuple[tuple[Field, ...], int]:
    """The fields of a format, and where the brace behind it ends."""
    fields: list[Field] = []
    while match := _format_end(quote).search(source, place):
        place = match.end()
        if match[0] == "}":
            return tuple(fields), place
        if match[0] != "{":
            break
        fields.append(_read_field(source, match.start(), quote, raw))
        place = fields[-1].end
    raise UnclearError


def _literal_end(quote: str, raw: bool) -> re.Pattern[str]:
    escape = r"\\[^{}]" if raw else r"\\N\{[^{}]*\}|\\[^{}]"
    newline = r"|\n" if len(quote) == 1 else ""
    return re.compile(rf"{escape}|\{{\{{?|\}}\}}?|{quote}{newline}", re.S)


def _format_end(quote: str) -> re.Pattern[str]:
    newline = r"|\n" if len(quote) == 1 else ""
    return re.compile(rf"\\|[{{}}]|{quote}{newline}")
