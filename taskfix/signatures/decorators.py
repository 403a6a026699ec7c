"""Which decorators neither read what a function takes nor stand between it and its callers."""

from __future__ import annotations

from taskfix.apis.signature_readers import CALLING_DECORATORS, MARKS, PLAIN_DECORATORS, WRAPS
from taskfix.facts.receiving import CALLED
from taskfix.index.project import Project
from taskfix.model import Function, Reference
from taskfix.signatures.receivers import Receivers

_CALLABLES = ("typing.Callable", "collections.abc.Callable")


class Decorators:
    """Answers for the decorators of one project."""

    def __init__(self, project: Project, receivers: Receivers) -> None:
        self.project = project
        self.receivers = receivers
        self._known: dict[str, bool] = {}

    def are_plain(self, values: frozenset[str], path: str) -> bool:
        """Report whether a decorator is one that leaves the function as callers know it."""
        resolved = self.project.resolve_all(values, path)
        resolved = frozenset(value for value in resolved if not value.startswith(_CALLABLES))
        return bool(resolved) and all(map(self._is_plain, resolved))

    def _is_plain(self, value: str) -> bool:
        told = self.receivers.told
        if told.reads(value):
            return False
        return value in PLAIN_DECORATORS or told.calls(value) or self._passes_on(value)

    def are_calling(self, values: frozenset[str], path: str) -> bool:
        """Report whether a decorator keeps the function for others, who call it."""
        return any(
            value in CALLING_DECORATORS or self.receivers.told.calls(value)
            for value in self.project.resolve_all(values, path)
        )

    def _passes_on(self, value: str) -> bool:
        """A decorator of the project whose wrapper takes all arguments, and passes all on."""
        if value not in self._known:
            function = self.project.functions.get(value)
            self._known[value] = False
            self._known[value] = function is not None and self._is_wrapper(function)
        return self._known[value]

    def _is_wrapper(self, function: Function) -> bool:
        path = self.project.path_of(function.id)
        taken = [p.name for p in function.parameters if p.kind == "positional"]
        if len(taken) != 1 or function.is_async or function.decorators or function.gives is None:
            return False
        module = self.project.modules[path]
        reads = module.reads(function.id, taken[0])
        if reads is None or not all(self._is_harmless(path, read) for read in reads):
            return False
        if function.gives == taken[0]:
            return True
        wrapper = self.project.functions.get(f"{function.id}.{function.gives}")
        if wrapper is None or wrapper.duplicated or not wrapper.forwards_kwargs:
            return False
        if not {"args", "kwargs"} <= {p.kind for p in wrapper.parameters}:
            return False
        calls = [call for call in module.calls_named(taken[0]) if call.text == taken[0]]
        calls = [call for call in calls if (call.function or "").startswith(f"{function.id}.")]
        plain = all(self.are_plain(values, path) for values in wrapper.decorators)
        return plain and bool(calls) and all(call.stars for call in calls)

    def _is_harmless(self, path: str, read: Reference) -> bool:
        if read.slot == CALLED or read.kind == "kept":
            return True
        resolved = self.project.resolve_all(read.given, path)
        if read.kind == "annotation" and resolved and resolved <= MARKS:
            return True
        return (bool(resolved) and resolved <= WRAPS) or self.receivers.only_calls(path, read)
