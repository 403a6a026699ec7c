"""Reads the files of a project, or only those of them that must be read to know what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from taskfix.cli.memory import Memory, digest
from taskfix.disk import contents
from taskfix.disk.discovery import Found
from taskfix.model import Problem, Report, Source


class Files:
    """The files that were found, as far as they have been read."""

    def __init__(
        self,
        found: Sequence[Found],
        memory: Memory | None,
        *,
        writing: bool,
        read: Callable[[], object],
    ) -> None:
        """``read`` is called whenever a file has been read."""
        self._found = {one.name: one for one in found}
        self._memory = memory
        self._writing = writing
        self._tell = read
        self._read: dict[str, Source | Problem | None] = {}
        self._digests: dict[str, str] = {}  # of the sources, also of those that were not read

    def remembered(self) -> Report | None:
        """What was found in these very files before, None where nobody remembers."""
        if self._memory is None:
            return None
        self._digests = self._memory.digests([*self._found.values()])
        self._read_all(name for name in self._found if name not in self._digests)
        report = self._memory.report(self._key(self._memory))
        # Some lines of the files with findings are shown: they must be the ones that are meant.
        if report is None or not all(map(self._is_as_remembered, _shown(report))):
            return None
        self._memory.remember(self._digests)
        return report

    def sources(self) -> list[Source]:
        """All sources, in the order in which they were found."""
        self._read_all(name for name in self._found if name not in self._read)
        return [one for name in self._found if isinstance(one := self._read[name], Source)]

    def remember(self, report: Report) -> None:
        """Remember what was found in the sources."""
        if self._memory is not None:
            self._memory.remember(self._digests, self._key(self._memory), report)

    def data(self, report: Report) -> dict[str, bytes]:
        """The contents of the files with findings."""
        return {
            one.path: one.data
            for one in map(self._read.get, _shown(report))
            if isinstance(one, Source)
        }

    def problems(self) -> Iterator[Problem]:
        """Why selected files have no content.

        A file that is only read to see the whole project is not what the user asked about.
        """
        for name, result in self._read.items():
            if isinstance(result, Problem) and self._found[name].selected:
                yield result

    @property
    def names(self) -> frozenset[str]:
        """The names of all sources, whether they were read or not."""
        read = {name for name, one in self._read.items() if isinstance(one, Source)}
        return frozenset(read.union(self._digests))

    def selected(self, names: Iterable[str]) -> int:
        """How many of some files the user has asked for."""
        return sum(self._found[name].selected for name in names)

    def _key(self, memory: Memory) -> str:
        return memory.key([*self._found.values()], self._digests, writing=self._writing)

    def _is_as_remembered(self, name: str) -> bool:
        known = self._digests.get(name)
        self._read_all([name] if name not in self._read else [])
        return known is not None and known == self._digests.get(name)

    def _read_all(self, names: Iterable[str]) -> None:
        for name in names:
            result = contents.read(self._found[name], writing=self._writing)
            self._read[name] = result
            self._tell()
            # What was known of the file need not hold any more.
            self._digests.pop(name, None)
            if isinstance(result, Source) and self._memory is not None:
                self._digests[name] = digest(result.data)


def _shown(report: Report) -> list[str]:
    return sorted({finding.path for finding in report.findings})
