"""What an awkward file is, and what must become of it."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Fixed:
    """The file has exactly these bytes afterwards, and is reported as changed."""

    after: bytes


@dataclass(frozen=True, slots=True)
class Named:
    """The file is left alone, and a line of standard error says its path, a code and why."""

    codes: tuple[str, ...]
    words: str
    # Python itself cannot run such a file either, else there must be a good reason not to.
    broken: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """The file is left alone, and its sites are reported with this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Passed:
    """The file is left alone without a word: there is nothing in it for us."""


Outcome: TypeAlias = Fixed | Named | Refused | Passed


@dataclass(frozen=True, slots=True)
class Specimen:
    """One awkward file in a directory of its own."""

    what: str  # in words; unique
    before: bytes
    outcome: Outcome
    name: str = "app.py"
    # Puts into the directory what is not just the bytes of the file: modes, links, neighbours.
    arrange: Callable[[Path], None] = field(default=lambda file: None)
    newer: tuple[int, int] = (3, 0)  # the first Python that can run it

    @property
    def directory(self) -> str:
        return self.what.replace(" ", "-").replace("/", "-")

    def build(self, root: Path) -> Path:
        """Make the file below ``root``, and return its path."""
        file = root / self.directory / self.name
        file.parent.mkdir(parents=True)
        file.write_bytes(self.before)
        self.arrange(file)
        return file


@dataclass(frozen=True, slots=True)
class Sample:
    """One text before and after the fix."""

    before: str
    after: str

    def map(self, change: Callable[[str], str]) -> Sample:
        return Sample(change(self.before), change(self.after))

    def replace(self, old: str, new: str) -> Sample:
        assert old in self.before
        return self.map(lambda text: text.replace(old, new))

    def below(self, text: str) -> Sample:
        """The sample with a text above it."""
        return self.map(lambda sample: text + sample)

    def above(self, text: str) -> Sample:
        """The sample with a text below it."""
        return self.map(lambda sample: sample + text)


def sample(diff: str) -> Sample:
    """Both sides of a text that is written as a diff: each line starts with ``-``, ``+`` or " "."""
    lines = diff.removeprefix("\n").splitlines(keepends=True)
    return Sample(
        "".join(line[1:] or "\n" for line in lines if line[0] != "+"),
        "".join(line[1:] or "\n" for line in lines if line[0] != "-"),
    )


# The sample that most specimens are made of.
CLIENT = sample(
    """
 import asyncio
+
+# Strong references: the event loop keeps only weak ones to its tasks.
+_background_tasks: set[asyncio.Task] = set()


 class Client:
     def start(self):
-        asyncio.create_task(self.run())
+        task = asyncio.create_task(self.run())
+        _background_tasks.add(task)
+        task.add_done_callback(_background_tasks.discard)
""".replace("\n\n", "\n \n")
)


def fixed(
    what: str,
    text: Sample,
    encode: Callable[[str], bytes] = str.encode,
    *,
    name: str = "app.py",
    arrange: Callable[[Path], None] = lambda file: None,
    newer: tuple[int, int] = (3, 0),
) -> Specimen:
    """A specimen that gets the sample's fix and keeps every other byte."""
    outcome = Fixed(encode(text.after))
    return Specimen(what, encode(text.before), outcome, name, arrange, newer)


def named(what: str, before: bytes, code: str, words: str, *, broken: bool = True) -> Specimen:
    """A specimen that cannot be fixed, and is named."""
    return Specimen(what, before, Named((code,), words, broken))


def mode(bits: int) -> Callable[[Path], None]:
    """Arrange that the file has this mode."""
    return lambda file: file.chmod(bits)


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.lstat().st_mode)
