"""Whether whoever waits for a set of tasks would wait for ever if it held one more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from taskfix.model import Function, SetFact
from taskfix.project import Project
from taskfix.sites import Site

_AWAITED = re.compile(r"\bawait\b.*\b(?:gather|wait)\(")
# A loop over the set, or a comprehension, is how tasks are cancelled before they are awaited.
_MAY_CANCEL = re.compile(r"\bcancel|\bfor\b")


def waits_for_ever(set_: SetFact | None, site: Site, project: Project) -> bool:
    """Report whether the set is awaited, without being cancelled, and the new task never ends."""
    readers = [text for _, text in (set_.readers if set_ is not None else ())]
    if not any(_AWAITED.search(text) for text in readers):
        return False
    if any(_MAY_CANCEL.search(text) for text in readers):
        return False
    return any(function.endless is not None for function in _started(site, project))


def _started(site: Site, project: Project) -> Iterator[Function]:
    """The coroutines that are given to the call."""
    whole = site.call.span
    start, end = (whole.line, whole.column), (whole.end_line, whole.end_column)
    for call in project.modules[site.path].calls:
        first, last = (call.span.line, call.span.column), (call.span.end_line, call.span.end_column)
        if start <= first and last <= end and call.span != whole:
            for value in project.resolve_all(call.callee, site.path):
                if value in project.functions:
                    yield project.functions[value]
