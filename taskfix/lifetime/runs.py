"""Which calls run an event loop for the last time, so that nothing outlives what they run."""

from __future__ import annotations

import re
from functools import cached_property

from taskfix.apis.callables import (
    CLEANING_NAMES,
    LOOP_FOREVER_METHODS,
    LOOP_OWNER_NAMES,
    NEW_LOOPS,
    RUNNING,
    RUNNING_AGAIN,
    RUNNING_METHODS,
    RUNNING_NAMES,
)
from taskfix.index.project import Project
from taskfix.model import Call, Function
from taskfix.paths import is_test

# Run a loop that may run again.
_AGAIN = (*RUNNING_AGAIN, *(f".{name}" for name in RUNNING_METHODS))
# What a file must spell to run a loop: asyncio.run, run_until_complete, Runner.
_NAMES = "|".join(sorted({name.rpartition(".")[2] for name in RUNNING}))
_PACKAGES = "|".join(sorted({name.partition(".")[0] for name in RUNNING}))
_MAKERS = "|".join(sorted(RUNNING_METHODS | LOOP_OWNER_NAMES))
_RUNNING_WORDS = [word.encode() for word in f"{_MAKERS}|{_PACKAGES}".split("|")]
_RUNS = (
    rf"\b(?:{_PACKAGES})\s*\.\s*(?:{_NAMES})\b|\b(?:{_MAKERS})\b"
    rf"|\bfrom[ \t]+(?:{_PACKAGES})[ \t]+import\b[^\n(]*(?:\([^)]*)?\b(?:{_NAMES})\b"
    rf"|\bimport[ \t]+(?:{_PACKAGES})[ \t]+as\b"
).encode()
# `run(main())`, `run(main=app.main())`, whatever the runner is called there
_GIVEN = re.compile(rb"[(,=]\s*(?:[\w\x80-\xff]+\s*\.\s*)*([\w\x80-\xff]+)(?=\s*\()")
# `run_it = asyncio.run`
_BOUND = re.compile(
    rb"([\w\x80-\xff]+)[ \t]*=[ \t]*(?:[\w.\x80-\xff]+\.)?(?:"
    + _NAMES.encode()
    + rb")\b(?![ \t]*\()"
)
_RENAMED = re.compile(rb"([\w\x80-\xff]+)[ \t\\\r\n]+as\b")


class Runs:
    """Answers for the calls of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def is_given(self, function: Function) -> bool:
        """Report whether some call of a function is given to a runner, tests aside."""
        word = function.name.encode("utf-8", "surrogateescape")
        return any(
            function.id in self.project.resolve_all(call.callee, path)
            and self.is_given_to_last(path, call)
            for path in self._given.get(word, ())
            if not is_test(path) and path in self.project.modules
            for call in self.project.modules[path].calls_named(function.name)
        )

    @cached_property
    def _running(self) -> dict[str, None]:
        """The files that may run a loop: by a runner, or by what a module calls one."""
        library = self.project.library
        found = dict.fromkeys(library.matching(_RUNS, *_RUNNING_WORDS))
        names = {name for path in found for name in _BOUND.findall(library.data(path))}
        for name in sorted(names):
            found.update(dict.fromkeys(library.spelling(name.decode("utf-8", "surrogateescape"))))
        return found

    @cached_property
    def _given(self) -> dict[bytes, dict[str, None]]:
        """The files that run a loop, by the names of what they call to give it to another call.

        What is renamed may be given by its other name.
        """
        library = self.project.library
        found: dict[bytes, dict[str, None]] = {}
        for path in self._running:
            data = library.data(path)
            for word in {*_GIVEN.findall(data), *_RENAMED.findall(data)}:
                found.setdefault(word, {})[path] = None
        return found

    def is_given_to_last(self, path: str, call: Call) -> bool:
        """Report whether a call's coroutine is all that its loop is run for: ``run(main())``."""
        runners = self.project.resolve_all(call.argument_of, path)
        if runners & RUNNING:
            return True
        if not any(runner.endswith(_AGAIN) for runner in runners):
            return False
        module = self.project.modules[path]
        if any(module.calls_named(name) for name in LOOP_FOREVER_METHODS):
            return False
        calls = dict.fromkeys(c for name in RUNNING_NAMES for c in module.calls_named(name))
        runs = [one for one in calls if self._runs_some_time(path, one)]
        return len(runs) == 1 and self._is_last(path, runs[0])

    def is_in(self, function: Function, line: int) -> bool:
        """A plain function that runs a loop after ``line``: its frame waits until that is done."""
        path = self.project.path_of(function.id)
        return not function.is_async and any(
            call.span.line > line
            and (self.project.resolve_all(call.callee, path) & RUNNING or self._ends(path, call))
            for call in self.project.calls_in(function)
        )

    def _ends(self, path: str, call: Call) -> bool:
        if call.method in LOOP_FOREVER_METHODS:
            return True
        return self._runs_some_time(path, call) and self._is_last(path, call)

    def _runs_some_time(self, path: str, call: Call) -> bool:
        """``loop.run_until_complete(...)``, other than to clean up; ``runner.run(...)``."""
        if call.method in RUNNING_METHODS:
            return CLEANING_NAMES.fullmatch(call.first or "") is None
        return bool(RUNNING_AGAIN & self.project.resolve_all(call.callee, path))

    def _is_last(self, path: str, run: Call) -> bool:
        """Report whether the same place does not run the same loop a second time."""
        function = self.project.functions.get(run.function or "")
        if run.repeated or function is None:
            return not run.repeated
        made = self.project.resolve_all(run.callee, path)
        own = run.text.partition(".")[0] in function.locals
        if own and made and all(one.startswith(NEW_LOOPS) for one in made):
            return True  # each time a new one
        return self._is_called_once(function, frozenset())

    def _is_called_once(self, function: Function, seen: frozenset[str]) -> bool:
        calls: list[tuple[str, Call]] = []
        for path, call in self.project.calls_to(function.id):
            if not is_test(path):
                calls.append((path, call))
            if len(calls) > 1:
                return False
        if not calls:
            return function.name == "main"  # of a script that is installed
        if function.id in seen or calls[0][1].repeated:
            return False
        caller = self.project.functions.get(calls[0][1].function or "")
        return caller is None or self._is_called_once(caller, seen | {function.id})
