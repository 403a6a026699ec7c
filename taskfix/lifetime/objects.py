"""Sets that are attributes of other objects, where the object lives as long as the tasks may run.

Either the object has a name of a module, bound once; or it is the application that serves a
request; or the frame that made the set outlives the tasks and keeps the object.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from taskfix.apis.callables import APPLICATION_INSTANCES, APPLICATIONS, REQUEST_INSTANCES
from taskfix.facts.module import Module
from taskfix.index.bytes import names_bound
from taskfix.index.project import Project
from taskfix.index.too_far import if_too_far
from taskfix.lifetime.definite_initialisation import Complete
from taskfix.lifetime.frames import Frames
from taskfix.lifetime.mentions import Mentions, attributes
from taskfix.model import Class, Function, SetFact
from taskfix.paths import is_test

_APPLICATION_NAMES = sorted({name.rpartition(".")[2].encode() for name in APPLICATIONS})
_MAKES_APPLICATION = rb"\b(?:" + b"|".join(_APPLICATION_NAMES) + rb")\s*\("
# A set that is given to an object, `app.state.tasks = set()`, or to every request of an app.
_GIVEN_SETS = (
    rb"^[ \t]*(?!self\b|cls\b)\w+(?:\.\w+)+[ \t]*(?::[^=\n]+)?=[ \t]*set\(\)"
    rb"|^[ \t]*yield[ \t]*\{"
)
# `server = Server()`
_BOUND_TO_CALL = re.compile(rb"\n[\w\x80-\xff][^=\n(]*=[^\n]*\(")
# What these have differs between threads or contexts, or is not kept.
_FLEETING = re.compile(r"(?:^|[._])[lL]ocal\(\)|^weakref\.|\bContextVar\(\)|^(?:flask|quart)\.g$")
Found = tuple[str, SetFact]  # how the set is spelled in some place, and the set


class Objects:
    """Finds such sets in one project."""

    def __init__(
        self,
        project: Project,
        frames: Frames,
        mentions: Mentions,
        complete: Complete,
        set_name: str,
    ) -> None:
        self.project = project
        self.frames = frames
        self.mentions = mentions
        self.complete = complete
        self.set_name = set_name
        self._named: dict[str, tuple[str, ...]] = {}
        self._bound_to_call: dict[str, frozenset[str]] = {}

    def of_frame(self, function: Function) -> Iterator[SetFact]:
        """The sets that a function gives to objects which its own frame keeps."""
        path = self.project.path_of(function.id)
        for set_ in self.project.modules[path].sets:
            if set_.scope == "attribute" and set_.owner == function.id and set_.root == "local":
                yield set_

    def in_scope(
        self, function: Function | None, path: str, line: int, hidden: frozenset[str]
    ) -> Iterator[Found]:
        """The sets of objects that have a name in a module, or that serve a request."""
        for name in self._names_of(path):
            if name in hidden:
                continue
            found = list(self._of_variable(name, function, path, line))
            if found and self.project.is_steady(path, name):
                yield from found
        inner = frozenset[str]()
        while function is not None:
            yield from self._of_request(function, inner)
            inner |= function.locals
            function = self.project.functions.get(function.parent or "")

    def _names_of(self, path: str) -> tuple[str, ...]:
        """The names of a module that stand for an object with sets, or may have some."""
        if path not in self._named:
            steady = sorted(self.project.modules[path].steady)
            self._named[path] = tuple(n for n in steady if self._may_have_sets(n, path))
        return self._named[path]

    def _of_variable(
        self, name: str, function: Function | None, path: str, line: int
    ) -> Iterator[Found]:
        """The sets of the object that a name of a module stands for."""
        sets = self._by_variable.get(self.project.variable(path, name), ())
        for set_ in sets:
            if self._is_there(set_, function, path, line):
                yield f"{name}.{attributes(set_)}", set_
        if function is not None and self._classes_with_sets:
            given = {attributes(set_) for set_ in sets}
            for attribute, set_ in self._of_instance(name, path):
                if attribute not in given:  # else it is replaced by another one
                    yield f"{name}.{attribute}", set_

    def _may_have_sets(self, name: str, path: str) -> bool:
        """Report whether a name of a module may stand for an object with sets, as bytes tell."""
        found = self.project.imported_name(path, name)
        home, bound = found if found is not None else (path, name)
        if any(bound == given for _, given in self._by_variable):
            return True
        if not self._classes_with_sets:
            return False
        if bound not in self._names_bound_to_calls(home):
            if not any({bound, "*"} & {*one.names} for one in self.project.imports.of(home)):
                return False
        if any(self.project.variable(path, name) == given for given in self._by_variable):
            return True
        return self._class_of(name, path) is not None

    def _names_bound_to_calls(self, path: str) -> frozenset[str]:
        """The names that some line of a file binds to what a call gives."""
        if path not in self._bound_to_call:
            data = self.project.library.data(path)
            self._bound_to_call[path] = names_bound(_BOUND_TO_CALL, data)
        return self._bound_to_call[path]

    @cached_property
    def _classes_with_sets(self) -> frozenset[str]:
        """The files in which a class may give its instances sets for all to use."""
        names = sorted({re.escape(name).encode() for name in self._for_all})
        pattern = rb"\b(?:" + b"|".join(names) + rb")\b[ \t]*(?::[^=\n]+)?=(?!=)"
        return frozenset(self.project.library.matching(pattern, *names))

    # -- is the attribute there when the code runs? --------------------------------------------

    def _is_there(self, set_: SetFact, function: Function | None, path: str, line: int) -> bool:
        own = self.project.path_of(set_.id)
        if set_.owner is None and set_.top_level:
            if path == own:
                return function is not None or set_.line < line
            # Whoever has imported the object has run the module that makes it.
            home, _ = self.project.variable(own, set_.name.partition(".")[0])
            return home == own
        if function is not None and set_.owner == function.id:
            return set_.top_level and set_.line < line
        return self._is_relied_on(set_)

    @if_too_far(False)
    def _is_relied_on(self, set_: SetFact) -> bool:
        """Other code of the project takes for granted that the attribute is there."""
        return any(
            reference.kind in {"attribute", "value", "kept"} and reference.function != set_.owner
            for _, reference in self.mentions.of(set_)
        )

    # -- objects that have a name of a module --------------------------------------------------

    @cached_property
    def _by_variable(self) -> dict[tuple[str, str], list[SetFact]]:
        found: dict[tuple[str, str], list[SetFact]] = defaultdict(list)
        for path, set_ in self._all:
            if set_.root == "module":
                found[self.project.variable(path, set_.name.partition(".")[0])].append(set_)
        return found

    @cached_property
    def _all(self) -> list[tuple[str, SetFact]]:
        return [
            (path, set_)
            for path, module in self._givers()
            for set_ in module.sets
            if set_.scope == "attribute"
            if not any(_FLEETING.search(value) for value in set_.of)
        ]

    def _givers(self) -> Iterator[tuple[str, Module]]:
        """The modules that may give sets to objects, or yield some."""
        for path in self.project.library.matching(_GIVEN_SETS, b"set()", b"yield"):
            module = None if is_test(path) else self.project.modules.get(path)
            if module is not None:
                yield path, module

    def _of_instance(self, name: str, path: str) -> Iterator[Found]:
        """The sets that the class of a module's object gives to each instance."""
        class_ = self._class_of(name, path)
        if class_ is None:
            return
        for owner in self.project.ancestors(class_.id):
            home = self.project.path_of(owner.id)
            for set_ in self.project.modules[home].sets:
                attribute = set_.name.rpartition(".")[2]
                own = set_.owner == owner.id and set_.scope in {"class", "instance"}
                if (
                    own
                    and attribute in self._for_all
                    and self.complete.is_made(set_, class_, owner)
                ):
                    yield attribute, set_

    def _class_of(self, name: str, path: str) -> Class | None:
        """The class with sets of which a name of a module is an instance."""
        exported = self.project.exported(path, name)
        made = self.project.resolve_all(exported, path)
        class_ = self.project.classes.get(next(iter(made)).removesuffix("()")) if made else None
        if class_ is None or made != {f"{class_.id}()"}:
            return None
        has = any(attribute in self._for_all for attribute, _ in self._attributes(class_))
        return class_ if has else None

    def _attributes(self, class_: Class) -> Iterator[tuple[str, frozenset[str]]]:
        for one in self.project.ancestors(class_.id):
            yield from one.attributes

    @property
    def _for_all(self) -> frozenset[str]:
        """The names of sets that are meant for tasks in general, so that others may use them."""
        return frozenset({"tasks", self.set_name})

    # -- the application that serves a request -------------------------------------------------

    def _of_request(self, function: Function, hidden: frozenset[str]) -> Iterator[Found]:
        path = self.project.path_of(function.id)
        requests = [
            parameter.name
            for parameter in function.parameters
            if parameter.name not in hidden
            and self.project.resolve_all(parameter.values, path) & REQUEST_INSTANCES
        ]
        for set_ in self._of_application if requests and self._applications == 1 else ():
            at_import = set_.owner is None and set_.top_level
            if at_import or self._is_relied_on(set_):
                yield from ((f"{request}.app.{attributes(set_)}", set_) for request in requests)
        for set_ in self._of_lifespan if requests else ():
            if self._is_relied_on(set_):
                yield from ((f"{request}.{attributes(set_)}", set_) for request in requests)

    @cached_property
    def _of_lifespan(self) -> list[SetFact]:
        """The sets that a lifespan yields: every request has them as a part of its state."""
        found = []
        for _, module in self._givers():
            for set_ in module.sets:
                owner = self.project.functions.get(set_.owner or "")
                if set_.yielded is None or owner is None or not set_.top_level:
                    continue
                if owner.is_async and self.frames.is_manager(owner, set_.line):
                    found.append(set_)
        return found

    @cached_property
    def _of_application(self) -> list[SetFact]:
        found = []
        for path, set_ in self._all:
            given = self.project.functions.get(set_.owner or "")
            lifespan = given is not None and self.frames.is_manager(given, set_.line)
            known = self.project.resolve_all(set_.of, path)
            of_application = bool(known) and known <= APPLICATION_INSTANCES
            if set_.root is not None and set_.top_level and attributes(set_).startswith("state."):
                if of_application or (lifespan and all("#" in value for value in known)):
                    found.append(set_)
        return found

    @cached_property
    def _applications(self) -> int:
        """How many applications the project makes: with one only, it is known which serves."""
        names = sorted(name.decode() for name in _APPLICATION_NAMES)
        return sum(
            bool(self.project.resolve_all(call.callee, path) & APPLICATIONS)
            for path in self.project.library.matching(_MAKES_APPLICATION, *_APPLICATION_NAMES)
            if not is_test(path) and path in self.project.modules
            for name in names
            for call in self.project.modules[path].calls_named(name)
        )
