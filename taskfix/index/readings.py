"""Where the members of something unknown are read, got by a name that is not known, or called."""

from __future__ import annotations

from functools import cached_property

from taskfix.apis.signature_readers import READERS, READING_ATTRIBUTES
from taskfix.facts.loading import CALLED_MEMBER, ONE_MODULE, PARAMETERS, SOME_MEMBER
from taskfix.index.mentions import Mentions
from taskfix.model import Reference
from taskfix.paths import is_test

_MEMBER = rb"\bgetattr\(\s*[^\n,\"']+,\s*(?![frbu]*[\"'])"
_PARAMETER_WORDS = sorted(
    {name.rpartition(".")[2].encode() for name in READERS}
    | {name.encode() for name in READING_ATTRIBUTES}
)


class Readings(Mentions):
    """Finds the places where whatever object gets out of sight may be looked at."""

    def loading_one(self, path: str) -> tuple[Reference, ...]:
        """The places in a file that load a module whose name they spell."""
        return self._mentions_in(path, ONE_MODULE)

    @cached_property
    def reading_scans(self) -> tuple[tuple[str, Reference], ...]:
        """The places that go over all members of something unknown, near to what reads parameters.

        Whatever object gets out of sight may get there.
        """
        found = []
        for path in sorted(self._scanning):
            scans = () if is_test(path) else self.scans_in(path)
            if scans and self._reads_parameters(path):
                found += [(path, scan) for scan in scans]
        return tuple(found)

    @cached_property
    def some_members(self) -> tuple[tuple[str, Reference], ...]:
        """The places that get some member of something unknown, and read parameters there."""
        return tuple(
            (path, one)
            for path in sorted(self._getting & self._reading)
            for readers in [{read.function for read in self._mentions_in(path, PARAMETERS)}]
            for one in self._mentions_in(path, SOME_MEMBER)
            if one.function in readers
        )

    @cached_property
    def called_members(self) -> tuple[tuple[str, Reference], ...]:
        """The places that call some member of something unknown."""
        return tuple(
            (path, one)
            for path in sorted(self._getting)
            for one in self._mentions_in(path, CALLED_MEMBER)
        )

    @cached_property
    def _getting(self) -> frozenset[str]:
        return frozenset(self.library.matching(_MEMBER, b"getattr("))

    def _reads_parameters(self, path: str) -> bool:
        """Report whether a file, or one that imports it, reads the parameters of something."""
        near = (path, *(one for one in self._reading if path in self.imports.targets(one)))
        return any(one in self._reading and self._mentions_in(one, PARAMETERS) for one in near)

    @cached_property
    def _reading(self) -> frozenset[str]:
        pattern = rb"\b(?:" + b"|".join(_PARAMETER_WORDS) + rb")\b"
        found = self.library.matching(pattern, *_PARAMETER_WORDS)
        return frozenset(path for path in found if not is_test(path))
