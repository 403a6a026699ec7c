"""The layout of a file: its indentation unit and how long its lines may become."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONG_STRING = re.compile(r"\"{3}.*?\"{3}|'{3}.*?'{3}", re.DOTALL)
_UNBREAKABLE = re.compile(r"[\"'#]|^\s*(from|import) ")
_COMMENT = re.compile(r"\s+#.*$")
_FUNCTION = re.compile(r"^[ \t]*(?:async[ \t]+)?def\b", re.M)
_DECLARED = re.compile(r"->[^\n]*:[ \t]*\.\.\.[ \t]*(?:#.*)?$", re.M)
_TAB = 4
_WIDTHS = (88, 100, 120)

# Formatters do not count these comments.
_PRAGMA = re.compile(
    r"\s*#\s*(noqa|type:|pyright:|pylint:|flake8:|ruff:|pragma:).*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Style:
    """What a new line has to look like."""

    unit: str  # one level of indentation
    width: int
    guessed: bool = False  # no formatter is known that counts every comment
    gap: int = 2  # blank lines around a function or class of the module

    def fits(self, line: str) -> bool:
        """Whether a line is short enough."""
        counted = (_COMMENT if self.guessed else _PRAGMA).sub("", line)
        return len(counted.expandtabs(_TAB)) <= self.width


def style_of(text: str, unit: str, width: int | None) -> Style:
    """The style of a file. Without a given width it is what the file's own lines show."""
    gap = 1 if _is_stub(text) else 2
    return Style(unit, width or _width(text), guessed=width is None, gap=gap)


def _is_stub(text: str) -> bool:
    """Whether all functions are typed and have no body: such a module is spaced more closely."""
    functions = len(_FUNCTION.findall(text))
    return 0 < functions == len(_DECLARED.findall(text))


def _width(text: str) -> int:
    # A line with a string or a comment may be too long for every formatter, so it shows nothing.
    code = _LONG_STRING.sub("", text)
    longest = max(
        (len(line) for line in code.splitlines() if not _UNBREAKABLE.search(line)), default=0
    )
    return next((width for width in _WIDTHS if width >= longest), _WIDTHS[-1])
