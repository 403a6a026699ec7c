"""Whether whoever waits for a set of tasks would wait for ever if it held one more."""

from __future__ import annotations

from collections.abc import Iterator

from taskfix.index.project import Project
from taskfix.lifetime.holders import Holders
from taskfix.lifetime.sites import Site
from taskfix.model import Function, SetFact


def waits_for_ever(set_: SetFact | None, site: Site, holders: Holders) -> bool:
    """Report whether the set is awaited, not cancelled, and the new task may never end."""
    handled = holders.mentions.handled(set_) if set_ is not None else frozenset()
    if "awaits" not in handled or "ends" in handled:
        return False
    started = list(_started(site, holders.project))
    return not started or any(f.endless is not None or f.loops for f in started)


def _started(site: Site, project: Project) -> Iterator[Function]:
    """The coroutines that are given to the call."""
    whole = site.call.span
    start, end = (whole.line, whole.column), (whole.end_line, whole.end_column)
    for call in project.modules[site.path].calls_in(site.call.function):
        first, last = (call.span.line, call.span.column), (call.span.end_line, call.span.end_column)
        if start <= first and last <= end and call.span != whole:
            for value in project.resolve_all(call.callee, site.path):
                if value in project.functions:
                    yield project.functions[value]
