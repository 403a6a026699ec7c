"""Which sets of a project may hold a task, and which of them are rooted (section 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from taskfix.apis.spawners import LOOP_SPAWNER, TAKEN, Product, Spawner, find_spawner
from taskfix.config import Config
from taskfix.facts.module import Module
from taskfix.index.bytes import names_bound
from taskfix.index.project import Project
from taskfix.index.too_far import TooFar, if_too_far
from taskfix.lifetime.definite_initialisation import Complete
from taskfix.lifetime.frames import Frames
from taskfix.lifetime.mentions import Mentions
from taskfix.lifetime.objects import Objects
from taskfix.lifetime.promises import Promises
from taskfix.lifetime.sites import Sites
from taskfix.model import Call, Function, Handling, Parameter, Reason, SetFact
from taskfix.paths import is_test

# The words in the name of a set that is for any tasks.
_GENERAL = frozenset(
    [
        *("task", "tasks", "future", "futures", "set", "refs", "references", "background", "bg"),
        *("all", "active", "alive", "live", "open", "pending", "running", "spawned", "started"),
        *("fire", "and", "forget", "async", "asyncio", "strong"),
    ]
)

# A function that fills such a set is no helper.
_NOT_HOLDING: frozenset[Handling] = frozenset({"steers", "drops", "collects"})

# `jobs.tasks.add(task)`
_ADDED_THROUGH = (
    rb"(?<![\w\x80-\xff])([\w\x80-\xff]+)\s*\.\s*[\w\x80-\xff]+\s*\.\s*(?:add|update)\b"
)
# `tasks: set[asyncio.Task] = set()`
_BOUND_TO_SET = re.compile(rb"\n[\w\x80-\xff][^=\n(]*=[^\n]*(?:\{|[sS]et\b)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A set that can be named at a site. ``expression`` is how."""

    expression: str
    path: str
    line: int | None
    guard: bool = False
    set_: SetFact | None = None
    proven: bool = True
    parameter: str | None = None  # the annotation, of a parameter
    refused: Reason | None = None  # why it is not to be used, though it holds tasks

    @property
    def annotation(self) -> str | None:
        return self.set_.annotation if self.set_ is not None else self.parameter


class Holders:
    """Finds the sets of tasks that a place in the code can see."""

    def __init__(self, project: Project, frames: Frames, sites: Sites, config: Config) -> None:
        self.project = project
        self.frames = frames
        self.sites = sites
        self.config = config
        self.mentions = Mentions(project)
        self._imports: dict[str, tuple[tuple[str, str, SetFact], ...]] = {}
        self._bound_to_set: dict[str, frozenset[str]] = {}
        self.complete = Complete(project)
        self.objects = Objects(project, frames, self.mentions, self.complete, config.set_name)
        self.promises = Promises(project, frames, self.mentions)

    def in_scope(
        self, function: Function | None, path: str, call: Call, spawner: Spawner
    ) -> Iterator[Candidate]:
        """The rooted sets of tasks that can be named at a call, nearest first.

        Those that are not to be used are among them, with the reason.
        """
        for candidate in self._in_scope(function, path, call, spawner):
            set_ = candidate.set_
            refused = self._refusal(set_) if set_ is not None else None
            yield replace(candidate, refused=candidate.refused or refused)

    def _refusal(self, set_: SetFact) -> Reason | None:
        """Why a set that holds tasks may not take others."""
        refused = self.promises.refusal(set_)
        if refused is None and self._ends_what_is_special(set_):
            message = (
                f"somebody cancels or awaits what is in {set_.name}, which is for special tasks"
            )
            return Reason("special-tasks", message)
        return refused

    def _in_scope(
        self, function: Function | None, path: str, call: Call, spawner: Spawner
    ) -> Iterator[Candidate]:
        here, hidden, line = function, call.hidden, call.span.line
        while here is not None:
            # A nested function is called after the statements above its `def` have run.
            for set_ in self._owned(here, line, spawner):
                if set_.name not in hidden:
                    yield Candidate(set_.name, path, set_.line, set_=set_)
            for candidate in self._parameters(here, path, spawner):
                if candidate.expression not in hidden:
                    yield candidate
            hidden |= here.locals
            line = here.key.line
            here = self.project.functions.get(here.parent or "")
        if function is not None:
            for candidate in self._of_class(function, call.span.line, spawner):
                if candidate.expression.partition(".")[0] not in call.hidden:
                    yield candidate
        for set_ in self.project.modules[path].sets:
            if set_.scope != "module" or not set_.top_level or not self._fits(set_, spawner):
                continue
            if set_.name not in hidden and (function is not None or set_.line < line):
                yield Candidate(set_.name, path, set_.line, set_=set_)
        for expression, set_ in self._imported(path, hidden):
            there = function is not None or "." not in expression
            if there and self._fits(set_, spawner):
                home = self.project.path_of(set_.id)
                yield Candidate(expression, home, set_.line, set_=set_)
        for expression, set_ in self.objects.in_scope(function, path, call.span.line, hidden):
            if self._fits(set_, spawner):
                home = self.project.path_of(set_.id)
                yield Candidate(expression, home, set_.line, set_=set_)

    def _imported(self, path: str, hidden: frozenset[str]) -> Iterator[tuple[str, SetFact]]:
        """The sets of other modules that a module imports by their names."""
        module = self.project.modules[path]
        if path not in self._imports:
            self._imports[path] = tuple(self._imported_sets(module, path))
        for name, expression, set_ in self._imports[path]:
            if name not in hidden:
                yield expression, set_

    def _imported_sets(self, module: Module, path: str) -> Iterator[tuple[str, str, SetFact]]:
        """(imported name, expression, set) of each set of another module that can be named."""
        for value, name in sorted(module.imports.names, key=lambda pair: pair[1]):
            if name not in module.steady or not self._may_be_set(value, path):
                continue
            home, bound = self.project.variable(path, name)
            there = self.project.modules.get(home) if home != path else None
            for set_ in there.sets if there is not None else ():
                if set_.scope == "module" and set_.name == bound and set_.top_level:
                    yield name, name, set_
        for name, home in self._modules(path):
            for set_ in self.project.modules[home].sets:
                if set_.scope == "module" and set_.top_level and self._adds_to(set_, path):
                    yield name, f"{name}.{set_.name}", set_

    def _may_be_set(self, value: str, path: str) -> bool:
        """Report whether a module may bind what is imported from it to a set, or import it."""
        found = self.project.imported(value, path)
        if found is None:
            return False
        home, name = found
        if name in self._names_bound_to_sets(home):
            return True
        return any({name, "*"} & {*one.names} for one in self.project.imports.of(home))

    def _names_bound_to_sets(self, path: str) -> frozenset[str]:
        """The names that some line of a file may bind to a set."""
        if path not in self._bound_to_set:
            data = self.project.library.data(path)
            self._bound_to_set[path] = names_bound(_BOUND_TO_SET, data)
        return self._bound_to_set[path]

    @if_too_far(False)
    def _adds_to(self, set_: SetFact, path: str) -> bool:
        """Report whether a module adds to a set of another one already."""
        return any(where == path and mention.added for where, mention in self.mentions.of(set_))

    def _modules(self, path: str) -> Iterator[tuple[str, str]]:
        """The other modules of the project that a module has a name for, with their paths."""
        module = self.project.modules[path]
        used = set(re.findall(_ADDED_THROUGH, self.project.library.data(path)))
        for dotted, name in module.imports.names:
            if name.encode("utf-8", "surrogateescape") not in used:
                continue
            home = self.project.module_of(dotted, path)
            if home and name in module.steady and home in self.project.modules:
                yield name, home

    def owned(self, function: Function, line: int, spawner: Spawner) -> Iterator[SetFact]:
        """The local sets of a function that may take tasks, bound before ``line``.

        Its frame outlives the tasks.
        """
        for set_ in self._owned(function, line, spawner):
            if self._refusal(set_) is None:
                yield set_

    def _owned(self, function: Function, line: int, spawner: Spawner) -> Iterator[SetFact]:
        path = self.project.path_of(function.id)
        local = [
            set_
            for set_ in self.project.modules[path].sets
            if set_.scope == "local" and set_.owner == function.id
        ]
        for set_ in [*local, *self.objects.of_frame(function)]:
            if set_.line >= line:
                continue
            if set_.top_level and self._fits(set_, spawner) and self._is_rooted(function, set_):
                yield set_

    def _is_rooted(self, function: Function, set_: SetFact) -> bool:
        if self.frames.outlives(function, set_.line) or self.frames.goes_on(function, set_.line):
            return True
        return set_.awaited_at_end

    # -- what a set is for ---------------------------------------------------------------

    @if_too_far(False)
    def _fits(self, set_: SetFact, spawner: Spawner) -> bool:
        """Accept a set only on evidence that it holds what the spawner makes."""
        if set_.kind != "set":
            return False
        path = self.project.path_of(set_.id)
        if set_.elements is not None:
            return self._takes(set_.elements, path, spawner.makes)
        if spawner.makes != "task":
            return False
        added = list(self.mentions.added(set_))
        if added:
            return all(self.is_task(value, where) for where, value in added)
        return set_.name.rpartition(".")[2].lstrip("_") == self.config.set_name.lstrip("_")

    @if_too_far(True)
    def _ends_what_is_special(self, set_: SetFact) -> bool:
        """Somebody cancels or awaits its tasks, and its name says that these are not just any."""
        words = set(re.findall("[a-z]+", set_.name.rpartition(".")[2].lower()))
        general = words <= _GENERAL or words <= set(self.config.set_name.lower().split("_"))
        return not general and bool(self.mentions.handled(set_) & {"ends", "awaits"})

    @if_too_far(False)
    def may_hold_tasks(self, set_: SetFact) -> bool:
        """Report whether nothing speaks against a set to which a function adds tasks."""
        path = self.project.path_of(set_.id)
        if set_.rebound or self.mentions.is_replaced(set_):
            return False
        if self.mentions.handled(set_) & _NOT_HOLDING:
            return False
        return set_.elements is None or self._takes(set_.elements, path, "task")

    def _takes(self, elements: frozenset[str], path: str, makes: Product) -> bool:
        """Report whether a set that is declared for some classes takes what a spawner makes."""
        declared = self.project.resolve_all(elements, path)
        return bool(declared) and declared <= TAKEN[makes]

    def is_task(self, value: str, path: str) -> bool:
        """Report whether a value is a new task."""
        resolved = self.project.resolve(value, path)
        for one in resolved or {value}:
            if not one.endswith("()"):
                return False
            spawner = find_spawner({one.removesuffix("()")})
            by_loop = one.removesuffix("()").endswith(LOOP_SPAWNER.name)
            if not by_loop and (spawner is None or spawner.makes != "task"):
                return False
        return True

    # -- where sets are found ------------------------------------------------------------

    def _parameters(self, function: Function, path: str, spawner: Spawner) -> Iterator[Candidate]:
        for parameter in function.parameters:
            declared = parameter.elements or frozenset()
            if spawner.makes != "task" or parameter.name not in function.steady:
                continue  # what it is bound to then may die with the function
            if self._takes(declared, path, "task") and not self._may_be_left_out(
                function, parameter
            ):
                yield Candidate(
                    parameter.name,
                    path,
                    function.key.line,
                    guard=parameter.optional,
                    proven=False,
                    parameter=parameter.annotation,
                    refused=self._short_lived(function, parameter),
                )

    def _short_lived(self, function: Function, parameter: Parameter) -> Reason | None:
        """Why some caller's set does not outlive the tasks, or may not take them."""
        try:
            return self._worst(function, parameter, frozenset())
        except TooFar as far:
            return Reason("too-far", str(far))

    def _worst(
        self, function: Function, parameter: Parameter, seen: frozenset[str]
    ) -> Reason | None:
        slots = _slots(function, parameter)
        for path, call in () if function.id in seen else self.project.calls_to(function.id):
            module = self.project.modules[path]
            given = next(filter(None, (module.given(call, slot) for slot in slots)), None)
            if given is None or is_test(path):
                continue
            where = f"{path}:{call.span.line}"
            if given.new:
                return Reason("short-lived", f"{where} gives it a set that nobody keeps")
            around = self.project.functions.get(given.function or "")
            if around is None:
                continue
            passed = next((p for p in around.parameters if p.name == given.name), None)
            if passed is not None:
                reason = self._worst(around, passed, seen | {function.id})
                if reason is not None:
                    return reason
            for set_ in module.sets:
                if set_.scope != "local" or set_.owner != around.id or set_.name != given.name:
                    continue
                if not self._is_rooted(around, set_):
                    return Reason("short-lived", f"{where} gives it a set that dies with its frame")
                reason = self.promises.refusal(set_)
                if reason is not None:
                    return reason
        return None

    @if_too_far(True)
    def _may_be_left_out(self, function: Function, parameter: Parameter) -> bool:
        """Report whether somebody does not pass what has a default, and then keeps nothing."""
        calls = [c for p, c in self.project.calls_to(function.id) if not is_test(p)]
        return parameter.default and not (
            calls and all(_passes(call, function, parameter) for call in calls)
        )

    def _of_class(self, function: Function, line: int, spawner: Spawner) -> Iterator[Candidate]:
        method: Function | None = function
        while method is not None and method.class_ is None:
            method = self.project.functions.get(method.parent or "")
        receiver = self._receiver(method) if method is not None else None
        if receiver is None or method is None or method.class_ is None:
            return
        own = self.project.classes[method.class_]
        for class_ in self.project.ancestors(method.class_):
            path = self.project.path_of(class_.id)
            for set_ in self.project.modules[path].sets:
                if set_.owner != class_.id or not self._fits(set_, spawner):
                    continue
                name = set_.name.rpartition(".")[2]
                if name.startswith("__") and class_.id != method.class_:
                    continue
                if set_.scope == "class" and self.complete.is_made(set_, own, class_):
                    yield Candidate(f"{receiver}.{name}", path, set_.line, set_=set_)
                    continue
                # What an instance has dies with it.
                if set_.scope == "instance" and self.complete.is_there(
                    set_, own, class_, method, line
                ):
                    found = f"{receiver}.{name}"
                    yield Candidate(found, path, set_.line, set_=set_, proven=False)

    def _receiver(self, method: Function) -> str | None:
        """How a method names its instance or its class."""
        class_ = self.project.classes.get(method.class_ or "")
        if class_ is None:
            return None
        if method.kind == "staticmethod":
            at_top = class_.function is None and "." not in class_.id.partition("::")[2]
            return class_.name if at_top and class_.name not in method.locals else None
        first = next((p.name for p in method.parameters if p.kind == "positional"), None)
        return first if first == ("cls" if method.kind == "classmethod" else "self") else None


def _slots(function: Function, parameter: Parameter) -> tuple[str, ...]:
    """How a call may give a parameter: by its place, or by its name."""
    names = [p.name for p in function.parameters if p.kind == "positional"]
    if function.kind in {"method", "classmethod"}:
        names = names[1:]
    place = (str(names.index(parameter.name)),) if parameter.name in names else ()
    return (*place, parameter.name)


def _passes(call: Call, function: Function, parameter: Parameter) -> bool:
    if parameter.name in call.keywords:
        return True
    positional = [p.name for p in function.parameters if p.kind == "positional"]
    if function.kind in {"method", "classmethod"}:
        positional = positional[1:]
    return parameter.name in positional[: call.positional]
