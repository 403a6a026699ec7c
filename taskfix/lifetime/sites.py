"""Project -> the dangling sites: calls of spawners whose result nothing holds.

A project function that returns a new task is itself a spawner, so they are found by induction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

from taskfix.apis.callables import FUTURE_NAMES
from taskfix.apis.spawners import (
    GIVEN_FUTURES,
    LOOP_BY_NAME,
    LOOP_METHOD,
    LOOP_SPAWNER,
    SPAWNER_NAMES,
    Spawner,
    find_spawner,
)
from taskfix.apis.table import is_given
from taskfix.facts.module import Module
from taskfix.index.candidates import candidates
from taskfix.index.project import Project, TooFar
from taskfix.lifetime.frames import Frames
from taskfix.model import Call, Function, Judged, Rule, Span, Suppression, Use

_DOUBLE = re.compile(r"\bmock\.\w*Mock$")
_SAFE_DECORATORS = frozenset({"staticmethod", "classmethod", "override", "final"})


@dataclass(frozen=True, slots=True)
class Site:
    """One dangling call."""

    path: str
    call: Call
    use: Use
    rule: Rule
    spawner: Spawner
    function: Function | None
    value: Span  # the expression that is the task: the call, or the ``await`` of it
    suppression: Suppression | None = None


@dataclass(slots=True)
class _Found:
    """The calls that may start a task, and the functions that give a new one to their caller."""

    calls: dict[str, set[Call]] = field(default_factory=dict)
    wrappers: dict[str, Spawner] = field(default_factory=dict)
    fresh: list[tuple[str, Call]] = field(default_factory=list)  # not asked for wrappers yet


class Sites:
    """Finds the dangling sites of a project."""

    def __init__(self, project: Project, frames: Frames) -> None:
        self.project = project
        self.frames = frames

    @property
    def wrappers(self) -> dict[str, Spawner]:
        """The project functions that give a new task to their caller and do not keep it."""
        return self._found.wrappers

    @cached_property
    def keeping(self) -> Set[str]:
        """The files that start a task and give it to something that may keep it."""
        found = self._found
        return {path for path in found.calls if self._keeps(path, found)}

    def _keeps(self, path: str, found: _Found) -> bool:
        made = (self._made(path, call, found.wrappers) for call in found.calls[path])
        return any(one and one[1].fate == "held" and one[1].by != "awaited" for one in made)

    @cached_property
    def _found(self) -> _Found:
        """Every call that may start a task, and every function that gives the task on.

        A function that returns a new task is a spawner itself, and its callers are looked at next.
        """
        found = _Found()
        wrappers: list[str] = []
        for path in candidates(self.project.library):
            module = self.project.library.module(path)
            if module is not None:
                names = sorted(SPAWNER_NAMES | module.aliases)
                self._look(path, {c for name in names for c in module.calls_named(name)}, found)
                # All is asked of a file while its tree is open.
                wrappers += self._new_wrappers(found)
                self._follow_aliases(path, module, found)
                if self._keeps(path, found):
                    module.remember_sets()
        for id_ in wrappers:
            try:
                for path, call in self.project.calls_to(id_):
                    self._look(path, {call}, found)
            except TooFar:
                pass  # what is far away stays unseen: nothing is said of it
            wrappers += self._new_wrappers(found)
        return found

    def _look(self, path: str, calls: set[Call], found: _Found) -> None:
        """Take in some calls that may start a task."""
        found.calls.setdefault(path, set()).update(calls)
        found.fresh += ((path, call) for call in calls)

    def _follow_aliases(self, path: str, module: Module, found: _Found) -> None:
        """The calls in other files by names that a module gives to spawners: ``spawn = ...``."""
        for name in sorted(module.aliases):
            exported = self.project.resolve_all(module.exported(name), path)
            if find_spawner(exported) is not None:
                for other in self.project.imports.may_mean(path, name)[1:]:
                    there = self.project.library.module(other)
                    if there is not None:
                        self._look(other, {*there.calls_named(name)}, found)
            attributes = (v for c in module.classes for n, v in c.attributes if n == name)
            if any(find_spawner(self.project.resolve_all(v, path)) for v in attributes):
                try:
                    for other, call in self.project.calls_spelled(name, path):
                        self._look(other, {call}, found)
                except TooFar:
                    pass

    def _new_wrappers(self, found: _Found) -> list[str]:
        """The functions that are newly seen to return what a call gives them."""
        new: list[str] = []
        fresh, found.fresh = found.fresh, []
        for path, call in sorted(fresh, key=lambda one: (one[0], one[1].number)):
            if call.function is None or call.function in found.wrappers:
                continue
            made = self._made(path, call, found.wrappers)
            function = self.project.functions.get(call.function)
            if made is not None and made[1].fate == "lost":
                # Whoever makes a plan asks for these, and now the tree is open.
                self.project.modules[path].remember_head()
            if made is None or function is None or not self._is_wrapper(function, call, made[1]):
                continue
            found.wrappers[function.id] = Spawner(function.name, made[0].makes)
            new.append(function.id)
        return new

    def origins(self, site: Site) -> list[Site]:
        """Where the project function that a site calls starts its task: the place to mend."""
        found: list[Site] = []
        for id_ in self.project.resolve_all(site.call.callee, site.path) & self.wrappers.keys():
            found += self._origins_of(id_, frozenset())
        return sorted(found, key=lambda origin: (origin.path, origin.call.span))

    def _origins_of(self, id_: str, seen: frozenset[str]) -> Iterator[Site]:
        function = self.project.functions[id_]
        path = self.project.path_of(id_)
        for call in self.project.calls_in(function):
            made = self._made(path, call, self.wrappers)
            if made is None or made[1].fate != "returned":
                continue
            deeper = self.project.resolve_all(call.callee, path) & self.wrappers.keys()
            for inner in sorted(deeper - seen):
                yield from self._origins_of(inner, seen | {id_})
            if not deeper:
                shape = "binding" if made[1].variable else made[1].shape
                use = replace(made[1], fate="lost", shape=shape)
                silenced = self._suppression(path, call, "TF001")
                value = call.span
                yield Site(path, call, use, "TF001", made[0], function, value, silenced)

    def all(self) -> list[Site]:
        """Every dangling site, by path and position."""
        sites = []
        for path, calls in sorted(self._found.calls.items()):
            for call in calls:
                site = self._site(path, call)
                if site is not None:
                    sites.append(site)
        return sorted(sites, key=lambda site: (site.path, site.call.span))

    def _site(self, path: str, call: Call) -> Site | None:
        made = self._made(path, call, self.wrappers)
        if made is None or made[1].fate != "lost":
            return None
        spawner, use = made
        if spawner.name in GIVEN_FUTURES and self._is_given_future(path, call):
            return None
        droppers = self.project.resolve_all(use.dropper, path)
        if any(self.project.functions.get(one) is not None for one in droppers):
            return None  # a function of the project's own may keep what the callback returns
        function = self.project.functions.get(call.function or "")
        if use.frame and self._outlives(function, use.above, call.span.line):
            return None
        rule = use.rule
        handed_on = rule == "TF003" and use.shape == "reference"
        if (rule == "TF001" or handed_on) and self._is_project_call(path, call):
            rule = "TF004"
        if rule == "TF001" and spawner.makes != "task":
            rule = "TF005"
        awaited = call.awaited_span if use == self.project.judged(path, call).awaited else None
        suppression = self._suppression(path, call, rule)
        value = awaited or call.span
        return Site(path, call, use, rule, spawner, function, value, suppression)

    def _is_given_future(self, path: str, call: Call) -> bool:
        """``ensure_future(pool.request())``, where that is a function which gives a future."""
        if call.positional != 1 or call.stars:
            return False
        values = self.project.resolve_all(call.first_callee, path)
        if values:
            return all(map(self._gives_future, values))
        given = self.project.modules[path].given(call, "0")
        made = self.project.resolve_all(given.values, path) if given is not None else ()
        return bool(made) and all(FUTURE_NAMES.fullmatch(_last_name(one)) for one in made)

    def _gives_future(self, value: str) -> bool:
        function = self.project.functions.get(value)
        if function is None:
            return is_given(f"{value}()", "future")
        if function.is_async or function.yields is not None:
            return False
        returned = self.project.resolve_all(function.returns, self.project.path_of(value))
        made = {one for one in returned if FUTURE_NAMES.fullmatch(_last_name(one))}
        others = (self.project.functions.get(one.removesuffix("()")) for one in returned - made)
        return bool(made) and not any(one is not None and one.is_async for one in others)

    def _outlives(self, function: Function | None, above: int, line: int) -> bool:
        """Report whether the frame that holds a task lives as long as the task may run."""
        for _ in range(above if function is not None else 0):
            assert function is not None
            line = function.key.line
            function = self.project.functions.get(function.parent or "")
            if function is None:
                return False
        if function is None:
            return False
        frames = self.frames
        if frames.runs.is_in(function, line):
            return True
        return frames.outlives(function, line) or frames.looks_at_all_tasks(function, line)

    def _is_project_call(self, path: str, call: Call) -> bool:
        return bool(self.project.resolve_all(call.callee, path) & self.wrappers.keys())

    def _made(
        self, path: str, call: Call, wrappers: dict[str, Spawner]
    ) -> tuple[Spawner, Use] | None:
        """What a call starts, and the use of the object that it gives; None for other calls."""
        values = self.project.resolve_all(call.callee, path)
        spawner = find_spawner(values)
        if spawner is not None and not _is_partly_other(values):
            return spawner, self._judged(path, call).use
        if spawner is None and self._is_loop_by_name(call, values):
            return LOOP_SPAWNER, self._judged(path, call).use
        for value in sorted(values & wrappers.keys()):
            function = self.project.functions[value]
            if not function.is_async:
                return wrappers[value], self._judged(path, call).use
            awaited = self._judged(path, call).awaited
            if awaited is not None:
                return wrappers[value], awaited
        return None

    def _judged(self, path: str, call: Call) -> Judged:
        return self.project.judged(path, call)

    def _is_loop_by_name(self, call: Call, values: frozenset[str]) -> bool:
        receiver, _, method = call.text.rpartition(".")
        if method != LOOP_METHOD or not LOOP_BY_NAME.search(receiver):
            return False
        return not any(self._is_other(value) for value in values)

    def _is_other(self, value: str) -> bool:
        """Report whether a method is known to be of the project, or of a double, and no loop's."""
        if "#" in value:
            return False
        receiver = value.rpartition(".")[0].removesuffix("()")
        if value in self.project.functions or _DOUBLE.search(receiver):
            return True
        return receiver in self.project.classes and not self._has_unknown_base(receiver)

    def _has_unknown_base(self, class_id: str) -> bool:
        for class_ in self.project.ancestors(class_id):
            if any("::" not in base for base in self.project.bases(class_)):
                return True
        return False

    def _is_wrapper(self, function: Function, call: Call, use: Use) -> bool:
        if use.fate != "returned" or call.in_lambda or function.yields is not None:
            return False
        return all(text in _SAFE_DECORATORS for text in function.decorator_texts)

    def _suppression(self, path: str, call: Call, rule: Rule) -> Suppression | None:
        """The comment that silences a finding; ours before those of other tools."""
        extent = call.statement or call.span
        found = [
            suppression
            for suppression in self.project.modules[path].suppressions
            if suppression.first <= call.span.line <= suppression.last
            and suppression.first <= extent.end_line
            and not (suppression.kind == "taskfix" and rule not in (suppression.codes or (rule,)))
        ]
        return min(found, key=lambda suppression: suppression.kind != "taskfix", default=None)


def _is_partly_other(values: frozenset[str]) -> bool:
    """Report whether the callee may also be a function of the project."""
    return any("::" in value and "#" not in value for value in values)


def _last_name(value: str) -> str:
    return value.removesuffix("()").rpartition(".")[2].lower()
