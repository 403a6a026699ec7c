"""Functions of the project that provably hold a task: their body adds it to a rooted set.

Two kinds: a *keeper* is given the task (``_track(task)``), a *starter* is given the coroutine and
starts the task itself (``run_in_background(coro)``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from taskfix.apis.callables import SET_ADDERS, WATCHING_METHODS
from taskfix.apis.spawners import STARTS_HERE, TAKEN, find_spawner, spawner_names
from taskfix.index.project import Project, TooFar
from taskfix.index.too_far import if_too_far
from taskfix.lifetime.holders import Holders
from taskfix.model import Call, Function, SetFact

# A file with a function that puts something into a set.
_ADD_WORDS = sorted(b".%s(" % name.encode() for name in SET_ADDERS)
_ADDING = b"|".join(map(re.escape, _ADD_WORDS))
_ADDS = re.compile(_ADDING)
_TASK_WORDS = sorted(name.encode() for name in WATCHING_METHODS | spawner_names())
_TASKLIKE = rb"\b(?:" + b"|".join(_TASK_WORDS) + rb")\b"
_TASKS = frozenset(f"{name}()" for name in TAKEN["task"])


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

    def __init__(self, project: Project, holders: Holders) -> None:
        self.project = project
        self.holders = holders
        self._known: dict[str, Keeper | None] = {}
        self._adding: dict[str, frozenset[str]] = {}

    @cached_property
    def all(self) -> dict[str, Keeper]:
        """Those of the project that others may import, by the id of the function."""
        found = (self.of(id_) for id_ in self._public())
        return {keeper.function.id: keeper for keeper in found if keeper is not None}

    def of(self, id_: str) -> Keeper | None:
        """What a function holds, if it is one that does."""
        if id_ not in self._known:
            may_be = id_ in self._adding_in(self.project.path_of(id_))
            function = self.project.functions.get(id_) if may_be else None
            self._known[id_] = self._found(function) if function is not None else None
        return self._known[id_]

    def _found(self, function: Function) -> Keeper | None:
        try:
            return self._keeper(function)
        except TooFar:
            return None

    @cached_property
    def _files(self) -> dict[str, None]:
        """The files that may have a function which puts a task into a set."""
        library = self.project.library
        adding = library.matching(_ADDING, *_ADD_WORDS)
        found = set(adding).intersection(library.matching(_TASKLIKE, *_TASK_WORDS))
        return dict.fromkeys(sorted(found))

    def _adding_in(self, path: str) -> frozenset[str]:
        """The ids of the functions of a file in which something is put into a set."""
        if path not in self._adding:
            module = self.project.modules.get(path) if path in self._files else None
            around: set[str | None] = set()
            if module is not None:
                data = self.project.library.data(path)
                lines = {data.count(b"\n", 0, match.start()) + 1 for match in _ADDS.finditer(data)}
                around = {module.id_at(line) for line in lines}
            self._adding[path] = frozenset(id_ for id_ in around if id_ is not None)
        return self._adding[path]

    @cached_property
    def _names(self) -> frozenset[str]:
        """The names of the functions in which something is put into a set."""
        ids = (id_ for path in self._files for id_ in self._adding_in(path))
        return frozenset(id_.rpartition("::")[2].rpartition(".")[2] for id_ in ids)

    def _public(self) -> Iterator[str]:
        """The functions at the top of a module that may put a task into a set."""
        for path in self._files:
            for id_ in sorted(self._adding_in(path)):
                name = id_.rpartition("::")[2]
                if "." not in name and not name.startswith("_"):
                    yield id_

    def in_reach(
        self, function: Function | None, path: str, call: Call
    ) -> Iterator[tuple[str, Keeper]]:
        """The keepers that can be named at a call, with the expression for it."""
        method = self._method_around(function)
        if method is not None and method.class_ is not None and "self" not in call.hidden:
            for name, keeper in self._of_class(method, method.class_):
                yield f"self.{name}", keeper
        hidden = call.hidden | (function.locals if function is not None else frozenset())
        module = self.project.modules[path]
        bound = {*(self._names & module.bound_names)}
        bound.update(other for name in self._names for other in module.bound_as(name))
        for name in sorted(bound - hidden):
            if name not in module.steady:
                continue
            for value in sorted(self.project.resolve_all(module.exported(name), path)):
                known = self.of(value)
                if known is None or known.is_method:
                    continue
                above = known.function.end_line < call.span.line
                if function is not None or above or self.project.path_of(value) != path:
                    yield name, known

    def _of_class(self, method: Function, id_: str) -> Iterator[tuple[str, Keeper]]:
        """The keepers among the methods of an instance, where no subclass has another one."""
        own, seen = self.project.classes[id_], set[str]()
        for class_ in self.project.ancestors(id_):
            for name in sorted(class_.methods - seen):
                keeper = self.of(f"{class_.id}.{name}")
                if keeper is None or keeper.function.id == method.id:
                    continue
                if not self._is_overridden(name, id_) and self.holders.complete.is_there(
                    keeper.set_, own, class_, method
                ):
                    yield name, keeper
            seen |= class_.methods

    @if_too_far(True)
    def _is_overridden(self, name: str, id_: str) -> bool:
        """Report whether a subclass may have another method of that name."""
        return any(name in other.methods for other in self.project.subclasses_of(id_))

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
            gives, takes = function.gives == added, parameters[0].annotation
            if added == parameters[0].name:
                # Handlers, names, clients: most sets that something is added to hold no tasks.
                path = self.project.path_of(function.id)
                given = self.project.resolve_all(parameters[0].values, path)
                known = set_.elements or added in function.watched or given & _TASKS
                return Keeper(function, "keeper", set_, gives, takes) if known else None
            spawner = self._started_by(function, added, parameters[0].name)
            if spawner in STARTS_HERE:
                return Keeper(function, "starter", set_, gives, takes, spawner)
        return None

    def _rooted(self, function: Function, holder: str) -> SetFact | None:
        """The set of the module, or of the class, that is spelled ``holder``."""
        for set_ in self.project.modules[self.project.path_of(function.id)].sets:
            if set_.name.rpartition(".")[2] != holder.rpartition(".")[2] or set_.kind != "set":
                continue
            if not self.holders.may_hold_tasks(set_):
                continue
            if set_.scope == "module" and "." not in holder and holder not in function.locals:
                return set_ if set_.top_level else None
            own = set_.scope in {"class", "instance"} and set_.owner == function.class_
            if own and holder == f"self.{set_.name.rpartition('.')[2]}":
                return set_
        return None

    def _started_by(self, function: Function, variable: str, parameter: str) -> str:
        """The spawner that the function gives its parameter to, if it binds what that makes.

        What it gives to a spawner on any path must be the parameter, and not a coroutine around
        it: whoever waits for the task gets the result and the errors of what he has given.
        """
        path, names = self.project.path_of(function.id), set()
        for call in self.project.calls_in(function):
            spawner = find_spawner(self.project.resolve_all(call.callee, path))
            if spawner is None or spawner.makes != "task":
                continue
            use = self.project.judged(path, call).use
            held = use.variable == variable and use.fate != "lost"
            names.add(spawner.name if held and call.first_name == parameter else "")
        return names.pop() if len(names) == 1 else ""
