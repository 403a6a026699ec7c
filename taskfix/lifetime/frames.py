"""Which function frames outlive the tasks that they start, so that their locals hold.

Rooted frames (section 5 of the design): entry points, context-manager generators before their
yield, functions that never return, functions that await what they hold at their end.
"""

from __future__ import annotations

from taskfix.apis.callables import ALL_TASKS, APPLICATIONS, MANAGERS
from taskfix.apis.plain_callers import LIFESPAN
from taskfix.index.project import Project
from taskfix.index.too_far import if_too_far
from taskfix.lifetime.runs import Runs
from taskfix.model import Call, Function
from taskfix.paths import is_test


class Frames:
    """Answers for the functions of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.runs = Runs(project)
        self._entered: list[str] = []  # the managers that are being judged

    @if_too_far(False)
    def outlives(self, function: Function, line: int) -> bool:
        """Report whether a local that is bound at ``line`` lives as long as a task may run."""
        if any(value.endswith((".NoReturn()", ".Never()")) for value in function.returns):
            return True
        return self.is_entry_point(function) or self.is_manager(function, line)

    @if_too_far(False)
    def goes_on(self, function: Function, line: int) -> bool:
        """After ``line`` it comes to a statement that never completes.

        Where a caller catches what it raises, and goes on itself, it may end all the same.
        """
        if function.endless is None or function.endless < line:
            return False
        return not any(
            call.caught and not is_test(path) for path, call in self.project.calls_to(function.id)
        )

    def looks_at_all_tasks(self, function: Function, line: int) -> bool:
        """It asks for all tasks of the loop after ``line``, perhaps to wait until none is left."""
        path = self.project.path_of(function.id)
        return function.is_async and any(
            call.span.line > line and self.project.resolve_all(call.callee, path) & ALL_TASKS
            for call in self.project.calls_in(function)
        )

    @if_too_far(False)
    def is_manager(self, function: Function, line: int) -> bool:
        """A generator behind ``contextmanager``: its frame waits at the yield.

        That is long enough unless some `with` statement plainly ends before the program does.
        """
        if function.yields is None or line > function.yields or not self.is_decorated(function):
            return False
        if function.id in self._entered:
            return True
        self._entered.append(function.id)
        calls = self.project.calls_to(function.id)
        brief = any(self._is_brief(path, call) for path, call in calls)
        self._entered.pop()
        return not brief

    @if_too_far(False)
    def may_own(self, function: Function, line: int) -> bool:
        """Report whether a new set at the start of a function keeps what starts at a line."""
        return self.is_entry_point(function) or self.is_lifespan(function, line)

    @if_too_far(False)
    def is_lifespan(self, function: Function, line: int) -> bool:
        """What an application runs around all requests: its frame waits at the yield meanwhile."""
        if not self.is_manager(function, line):
            return False
        path = self.project.path_of(function.id)
        return any(
            reference.slot == LIFESPAN
            and self.project.resolve_all(reference.given, where) & APPLICATIONS
            and function.id in self.project.resolve_all(reference.values, where)
            for where, reference in self.project.mentions(function.name, path)
        )

    def is_decorated(self, function: Function) -> bool:
        """Report whether a generator is made a context manager."""
        path = self.project.path_of(function.id)
        return any(
            self.project.resolve_all(values, path) & MANAGERS for values in function.decorators
        )

    def _is_brief(self, path: str, call: Call) -> bool:
        caller = self.project.functions.get(call.function or "")
        if not call.brief or caller is None or is_test(path):
            return False
        return not self.outlives(caller, call.span.line)

    @if_too_far(False)
    def is_entry_point(self, function: Function) -> bool:
        """A coroutine after which its loop runs nothing more, wherever it is called.

        A function that is also awaited somewhere returns there to a loop that goes on; tests aside,
        every call must hand it to a runner.
        """
        if not function.is_async:
            return False
        if not self.runs.is_given(function) or self.project.is_far(function.id):
            return False
        called = False
        for path, call in self.project.calls_to(function.id):
            if not is_test(path):
                if not self.runs.is_given_to_last(path, call):
                    return False
                called = True
        return called
