"""Functions of the project that provably hold a task: their body adds it to a rooted set.

Two kinds: a *keeper* is given the task (``_track(task)``), a *starter* is given the coroutine and
starts the task itself (``run_in_background(coro)``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from taskfix.model import Function, SetFact
from taskfix.project import Project
from taskfix.spawners import find_spawner

# What starts a task on the loop that runs, and not on one that an object has chosen.
STARTS_HERE = frozenset({"asyncio.create_task", "asyncio.ensure_future"})


@dataclass(frozen=True, slots=True)
class Keeper:
    """A function that holds a task.

    ``set_`` is where, ``gives`` tells whether it returns the task, ``spawner`` how a starter
    starts it.
    """

    function: Function
    kind: Literal["keeper", "starter"]
    set_: SetFact
    gives: bool
    takes: str | None = None  # the annotation of what it is given
    spawner: str = ""

    @property
    def is_method(self) -> bool:
        return self.function.class_ is not None


class Keepers:
    """Finds the keepers and starters of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def all(self) -> dict[str, Keeper]:
        """By the id of the function."""
        found = (self._keeper(function) for function in self.project.functions.values())
        return {keeper.function.id: keeper for keeper in found if keeper is not None}

    def in_reach(self, function: Function | None, path: str) -> Iterator[tuple[str, Keeper]]:
        """The keepers that can be named in a module or method, with the expression for it."""
        method = self._method_around(function)
        if method is not None and method.class_ is not None:
            for class_ in self.project.ancestors(method.class_):
                for name in sorted(class_.methods):
                    keeper = self.all.get(f"{class_.id}.{name}")
                    if keeper is not None and keeper.function.id != method.id:
                        yield f"self.{name}", keeper
        for name, values in self.project.modules[path].exports:
            if function is not None and name in function.locals:
                continue
            for value in sorted(self.project.resolve_all(values, path)):
                keeper = self.all.get(value)
                if keeper is not None and not keeper.is_method:
                    yield name, keeper

    def _method_around(self, function: Function | None) -> Function | None:
        """The method whose ``self`` a function sees: its own, or that of one around it."""
        while function is not None and function.class_ is None:
            if any(parameter.name == "self" for parameter in function.parameters):
                return None
            function = self.project.functions.get(function.parent or "")
        return function if function is not None and function.kind == "method" else None

    def _keeper(self, function: Function) -> Keeper | None:
        plain = not function.decorators and not function.is_async and function.parent is None
        parameters = [p for p in function.parameters if p.kind == "positional"]
        if function.class_ is not None:
            parameters = parameters[1:]
        required = [p for p in function.parameters if p.kind == "keyword" and not p.default]
        if not plain or function.yields or not parameters or required or function.duplicated:
            return None
        if not all(p.default for p in parameters[1:]):
            return None
        for holder, added in function.adds:
            set_ = self._rooted(function, holder)
            if set_ is None:
                continue
            gives = function.gives == added
            if added == parameters[0].name:
                return Keeper(function, "keeper", set_, gives, parameters[0].annotation)
            spawner = self._started_by(function, added, parameters[0].name)
            if spawner in STARTS_HERE:
                takes = parameters[0].annotation
                return Keeper(function, "starter", set_, gives, takes, spawner)
        return None

    def _rooted(self, function: Function, holder: str) -> SetFact | None:
        """The set of the module, or of the class, that is spelled ``holder``."""
        for set_ in self.project.modules[self.project.path_of(function.id)].sets:
            if set_.name.rpartition(".")[2] != holder.rpartition(".")[2] or set_.kind != "set":
                continue
            if set_.rebound or set_.holds_tasks is False:
                continue
            if set_.scope == "module" and "." not in holder and holder not in function.locals:
                return set_
            own = set_.scope in {"class", "instance"} and set_.owner == function.class_
            if own and holder.startswith("self."):
                return set_
        return None

    def _started_by(self, function: Function, variable: str, parameter: str) -> str:
        """The spawner that the function gives its parameter to, if it binds what that makes."""
        path = self.project.path_of(function.id)
        for call in self.project.modules[path].calls:
            if call.function != function.id or call.first_name != parameter:
                continue
            spawner = find_spawner(self.project.resolve_all(call.callee, path))
            held = call.use.variable == variable and call.use.fate != "lost"
            if spawner is not None and spawner.makes == "task":
                return spawner.name if held else ""
        return ""
