"""Lines of text in styles, and the bytes that show them on a terminal or in a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

# A text, or a text and its style: the words of ``_CODES``, separated by blanks.
Piece: TypeAlias = "str | tuple[str, str]"

_CODES = {
    "bold": "1",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "cyan": "36",
    "bright_blue": "94",
}
# What would ring, move the cursor or colour the terminal; a tab is made blanks.
_CONTROLS = {code: None for code in (*range(32), 127) if chr(code) not in "\t\n"}
_TAB = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One line, in pieces of different styles."""

    pieces: tuple[Piece, ...]

    @property
    def plain(self) -> str:
        """Its text without any style."""
        return "".join(text for text, _ in self.styled())

    def styled(self) -> Iterator[tuple[str, str]]:
        """Its pieces, each with the name of its style, which may be none."""
        return ((piece, "") if isinstance(piece, str) else piece for piece in self.pieces)


EMPTY = Line(())


def line(*parts: Piece | Line) -> Line:
    """A line of texts, of texts with a style, and of what other lines are made of."""
    pieces: list[Piece] = []
    for part in parts:
        pieces += part.pieces if isinstance(part, Line) else (part,)
    return Line(tuple(pieces))


def to_bytes(lines: Iterable[Line], *, color: bool) -> bytes:
    """The lines as they are written, each with its end, and none with blanks before that."""
    # The same input gives the same bytes everywhere: the width of no terminal matters.
    texts = (text for one in lines for text in "".join(_shown(one, color)).split("\n"))
    return "".join(f"{text.rstrip(' ')}\n" for text in texts).encode("utf-8", "backslashreplace")


def cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # its tables take a while to load, and code is mostly ASCII

    return cell_len(text)


def _shown(one: Line, color: bool) -> Iterator[str]:
    before = ""
    for text, style in one.styled():
        text = _expanded(text.translate(_CONTROLS), before)
        before += text
        if style and text and color:
            codes = ";".join(_CODES[word] for word in style.split())
            yield f"\x1b[{codes}m{text}\x1b[0m"
        else:
            yield text


def _expanded(text: str, before: str) -> str:
    """A text of a line, with blanks up to the next stop for each tab."""
    expanded, *others = text.split("\t")
    for other in others:
        expanded += " " * (_TAB - cells(before + expanded) % _TAB) + other
    return expanded
