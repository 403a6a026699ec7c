"""Which functions run in the task that a site starts, as far as calls can be followed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from taskfix.index.project import Project
from taskfix.lifetime.sites import Site
from taskfix.model import Call, Function

UNKNOWN = "?"
# Nobody looks further: what is not seen by then is unknown.
_MOST_FUNCTIONS = 60
_MOST_FILES = 8
# A parameter itself, and not something that it has.
_PARAMETER = re.compile(r"#\w+$")


class Reaching:
    """Follows the calls of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._elsewhere: dict[str, frozenset[str]] = {}

    def started(self, site: Site) -> tuple[Function, ...]:
        """The functions of the project that are given to the call of a site as coroutines."""
        found = (self.called(site.path, call) for call in self._given(site))
        return tuple(function for functions in found for function in functions)

    def meets(self, site: Site, started: tuple[Function, ...], ends: Collection[str]) -> str | None:
        """Which of some functions the task of a site may run, "?" where that is not known."""
        given = list(self._given(site))
        if not given:
            callers = self._callers_give(site)
            if callers is None:
                return UNKNOWN
            started = callers
        names = self._names_of(ends, site.path)
        for call in given:
            met = self._meets_unseen(site.path, call, names)
            if met is not None:
                return met
        return self._search(list(started), ends, names)

    def elsewhere(self, path: str) -> frozenset[str]:
        """The functions that a module runs in another thread, and those that these call there."""
        if path not in self._elsewhere:
            resolved = self.project.resolve_all(self.project.modules[path].run_elsewhere, path)
            left = [id_ for id_ in resolved if self.project.path_of(id_) == path]
            found: set[str] = set()
            while left:
                function = self.project.functions.get(left.pop())
                if function is not None and function.id not in found:
                    found.add(function.id)
                    calls = self.project.calls_in(function)
                    for call in calls:
                        called = self.called(path, call)
                        left += [one.id for one in called if self.project.path_of(one.id) == path]
            self._elsewhere[path] = frozenset(found)
        return self._elsewhere[path]

    def _search(
        self, left: list[Function], ends: Collection[str], names: dict[str, str]
    ) -> str | None:
        seen: set[str] = set()
        files: set[str] = set()
        while left:
            function = left.pop()
            if function.id in ends:
                return function.id
            if function.id in seen:
                continue
            seen.add(function.id)
            path = self.project.path_of(function.id)
            files.add(path)
            if len(seen) > _MOST_FUNCTIONS or len(files) > _MOST_FILES:
                return UNKNOWN
            for call in self.project.calls_in(function):
                called = self.called(path, call)
                met = None if called else self._meets_unseen(path, call, names)
                if met is not None:
                    return met
                left += called
        return None

    def _given(self, site: Site) -> Iterator[Call]:
        """The calls in the arguments of a site."""
        whole = site.call.span
        start, end = (whole.line, whole.column), (whole.end_line, whole.end_column)
        for call in self.project.modules[site.path].calls_in(site.call.function):
            span = call.span
            first, last = (span.line, span.column), (span.end_line, span.end_column)
            if start <= first and last <= end and span != whole:
                if call.callee_span is None or call.callee_span != site.call.callee_span:
                    yield call

    def _callers_give(self, site: Site) -> tuple[Function, ...] | None:
        """The coroutines that callers give to a function which starts its parameter."""
        function, name = site.function, site.call.first_name
        if function is None or name is None:
            return None
        names = [p.name for p in function.parameters if p.kind == "positional"]
        if function.kind in {"method", "classmethod"}:
            names = names[1:]
        if names[:1] != [name]:
            return None
        found: list[Function] = []
        for path, call in self.project.calls_to(function.id):
            values = self.project.resolve_all(call.first_callee, path)
            functions = [self.project.functions[v] for v in values if v in self.project.functions]
            if not values or any("#" in v for v in values) or not functions:
                return None
            found += functions
        return tuple(found) or None

    def called(self, path: str, call: Call) -> list[Function]:
        """The functions of the project that a call runs, those of subclasses among them."""
        found = []
        for value in sorted(self.project.resolve_all(call.callee, path)):
            function = self.project.functions.get(value)
            if function is None and value in self.project.classes:
                function = self.project.functions.get(f"{value}.__init__")
            if function is not None:
                found += [function, *self._overriding(function)]
        return found

    def _overriding(self, function: Function) -> Iterator[Function]:
        """The methods of subclasses that may be called in the place of a method."""
        if function.class_ is None or function.name == "__init__":
            return
        for below in self.project.subclasses_of(function.class_):
            other = self.project.functions.get(f"{below.id}.{function.name}")
            if other is not None:
                yield other

    def _meets_unseen(self, path: str, call: Call, names: dict[str, str]) -> str | None:
        """What a call may run that nobody can see: by the name of the method, or anything."""
        values = self.project.resolve_all(call.callee, path)
        if any(_PARAMETER.search(value) for value in values) or not call.method:
            return UNKNOWN
        if values and not any("#" in value or value.startswith("?") for value in values):
            return None
        return names.get(call.method)

    def _names_of(self, ends: Collection[str], path: str) -> dict[str, str]:
        """The names of some functions, and of those that call them where these are."""
        names = {id_.rpartition("::")[2].rpartition(".")[2]: id_ for id_ in sorted(ends)}
        paths = sorted({path, *map(self.project.path_of, ends)})
        new = list(names)
        while new:
            name = new.pop()
            for module in (self.project.modules[one] for one in paths):
                for call in module.calls_named(name):
                    caller = (call.function or "").rpartition("::")[2].rpartition(".")[2]
                    if caller and caller not in names:
                        names[caller] = names[name]
                        new.append(caller)
        return names
