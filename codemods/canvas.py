"""The characters of a source, that can be overwritten but not moved."""

from __future__ import annotations


class Canvas:
    """One source whose length, lines and columns stay what they are. Newlines are LF."""

    def __init__(self, source: str) -> None:
        self._characters = list(source)

    def text(self, start: int = 0, end: int | None = None) -> str:
        return "".join(self._characters[start:end])

    def write(self, start: int, text: str) -> None:
        self._characters[start : start + len(text)] = text

    def blank(self, start: int, end: int) -> None:
        for index in range(start, end):
            if self._characters[index] != "\n":
                self._characters[index] = " "

    def blank_with_continuations(self, start: int, end: int) -> None:
        """Blank what stood in brackets: without them a line only goes on after a backslash."""
        self.blank(start, end)
        for index in range(start, end):
            if self._characters[index] == "\n":
                self._characters[index - 1] = "\\"
