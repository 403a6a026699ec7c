"""The files of a project: their bytes, which of them spell a word, and their facts on demand.

Whoever asks for the facts of a file gets them, so that "not looked at" is never "not there". What
is looked for in bytes may let too much through, never too little.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from taskfix.facts.encoding import Text, decode
from taskfix.facts.module import Module
from taskfix.facts.working_set import WorkingSet
from taskfix.index.bytes import Bytes, lines_with
from taskfix.index.too_far import MOST_FILES, few
from taskfix.model import Change, Problem, Source

_FOREIGN_WORD = re.compile(r"[^\W\d]\w*")
# A whole word in bytes; a byte above 127 is a part of some letter.
_BEFORE, _AFTER = rb"(?<![\w\x80-\xff])", rb"(?![\w\x80-\xff])"


class Library:
    """The sources of one state of a project, with the facts of those that were asked for."""

    def __init__(
        self, sources: Iterable[Source], opened: WorkingSet, most_files: int = MOST_FILES
    ) -> None:
        self.most_files = most_files
        self.sources: dict[str, Source] = {source.path: source for source in sources}
        self._bytes = Bytes(self.sources)
        self.problems: dict[str, Problem] = {}
        self._opened = opened
        self._modules: dict[str, Module | None] = {}
        self._spelling: dict[str, tuple[str, ...]] = {}
        self._matching: dict[bytes, tuple[str, ...]] = {}

    def after(self, changes: Sequence[Change]) -> Library:
        """The project with some files changed; all that is known of the others stays known."""
        new = {change.path: change.after for change in changes}
        sources = [
            replace(source, data=new[path]) if path in new else source
            for path, source in self.sources.items()
        ]
        changed = Library(sources, self._opened, self.most_files)
        changed.problems = {p: known for p, known in self.problems.items() if p not in new}
        changed._modules = {p: known for p, known in self._modules.items() if p not in new}
        return changed

    def few(self, name: str, files: Iterable[str]) -> Iterator[str]:
        """As many files as are looked at for one question about a name. Raises ``TooFar``."""
        return few(name, files, self.most_files)

    @property
    def looked_at(self) -> dict[str, Module]:
        """The files whose facts somebody has asked for, by path."""
        known = sorted(self._modules.items())
        return {path: module for path, module in known if module is not None}

    @property
    def statistics(self) -> Mapping[str, int]:
        """How much was read: files, files and bytes that were parsed, and how often."""
        return {
            "files": len(self.sources),
            "modules": len(self.looked_at),
            "parsed": self._opened.parsed,
            "parsed_bytes": self._opened.parsed_bytes,
        }

    def data(self, path: str) -> bytes:
        """The bytes of a file to search in, with line feeds also where it has none."""
        data = self.sources[path].data
        return data if b"\n" in data else data.replace(b"\r", b"\n")

    def text(self, path: str) -> Text:
        """The decoded text of a file that can be read."""
        text = decode(self.sources[path].data)
        assert isinstance(text, Text)
        return text

    def module(self, path: str) -> Module | None:
        """The facts of a file; None for what is no file of the project, or cannot be read."""
        if path not in self._modules:
            self._modules[path] = self._read(path)
        return self._modules[path]

    def _read(self, path: str) -> Module | None:
        source = self.sources.get(path)
        if source is None:
            return None
        problem = self._opened.read(source)
        if problem is not None:
            self.problems[path] = problem
            return None
        module = Module(source, self._opened)
        module.remember_names()
        return module

    # -- what bytes tell -----------------------------------------------------------------------

    def spelling(self, word: str) -> tuple[str, ...]:
        """The files that have an identifier as a whole word, in code or in a text."""
        if word not in self._spelling:
            if word.isascii():
                self._spelling[word] = self.matching_near(_whole(word), word.encode())
            else:
                self._spelling[word] = self._with_foreign(word)
        return self._spelling[word]

    def matching(self, pattern: bytes, *guards: bytes) -> tuple[str, ...]:
        """The files that match a pattern. One of the ``guards`` is a part of whatever does."""
        if pattern not in self._matching:
            search = re.compile(pattern, re.M).search
            having = self._bytes.having(*guards)
            self._matching[pattern] = tuple(path for path in having if search(self.data(path)))
        return self._matching[pattern]

    def matching_near(
        self, pattern: bytes, word: bytes, *, above: int = 0, below: int = 0
    ) -> tuple[str, ...]:
        """The files that match a pattern in lines around a word, which is a part of the match.

        Such a match starts at most so many lines ``above`` the word, and ends so many ``below``.
        """
        if pattern not in self._matching:
            search = re.compile(pattern, re.M).search
            self._matching[pattern] = tuple(
                path
                for path in self._bytes.having(word)
                for data in (self.data(path),)
                if any(search(data, *part) for part in lines_with(word, data, above, below))
            )
        return self._matching[pattern]

    def _with_foreign(self, word: str) -> tuple[str, ...]:
        return tuple(path for path, words in self._foreign_words.items() if word in words)

    @cached_property
    def _foreign_words(self) -> dict[str, frozenset[str]]:
        """The words that are not ASCII, as Python reads them: several spellings are one name."""
        found = {}
        for path, source in self.sources.items():
            text = None if source.data.isascii() else decode(source.data)
            if isinstance(text, Text):
                words = _FOREIGN_WORD.findall(unicodedata.normalize("NFKC", text.text))
                found[path] = frozenset(word for word in words if not word.isascii())
        return found


def _whole(word: str) -> bytes:
    return _BEFORE + re.escape(word).encode() + _AFTER
