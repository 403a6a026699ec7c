"""The files whose trees are open: as many as fit, those that were used last."""

from __future__ import annotations

from collections import OrderedDict

from taskfix.facts.analysis import Analysis
from taskfix.facts.parsing import parse
from taskfix.model import Problem, Source

# A tree with its scopes takes some fifty times the size of its text.
_MOST_BYTES = 6_000_000


class WorkingSet:
    """Opens files, and closes those that were used longest ago when there are too many."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._open: OrderedDict[tuple[str, bytes], Analysis] = OrderedDict()
        self._bytes = 0
        self.parsed = 0  # how often a file was parsed, for the statistics
        self.parsed_bytes = 0

    def read(self, source: Source) -> Problem | None:
        """Open a file; the problem where it cannot be read."""
        parsed = parse(source)
        if isinstance(parsed, Problem):
            return parsed
        self._keep(source, Analysis(parsed))
        return None

    def analysis(self, source: Source) -> Analysis:
        """The open tree of a file that can be read."""
        key = source.path, source.data
        if key not in self._open:
            problem = self.read(source)
            assert problem is None, "a module is made only of what can be read"
        self._open.move_to_end(key)
        return self._open[key]

    def _keep(self, source: Source, analysis: Analysis) -> None:
        self.parsed += 1
        self.parsed_bytes += len(source.data)
        self._open[source.path, source.data] = analysis
        self._bytes += len(source.data)
        while self._bytes > self._most_bytes and len(self._open) > 1:
            (_, data), analysis = self._open.popitem(last=False)
            self._bytes -= len(data)
            analysis.close()
