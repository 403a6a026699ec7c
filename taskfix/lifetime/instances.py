"""Where the instances of a class are made, and whether each lives as long as the tasks may run."""

from __future__ import annotations

import posixpath

from taskfix.apis.callables import COPYING_NAMES, PLAIN_BASES
from taskfix.index.project import Project
from taskfix.index.too_far import if_too_far
from taskfix.lifetime.frames import Frames
from taskfix.model import Call, Class, Reason, Reference
from taskfix.paths import is_example, is_test


class Instances:
    """Answers for the classes of one project."""

    def __init__(self, project: Project, frames: Frames) -> None:
        self.project = project
        self.frames = frames

    def refusal(self, class_: Class) -> Reason | None:
        """Why some instance may die before its tasks are done, or may not keep a set."""
        family = [class_, *self.project.subclasses_of(class_.id)]
        if not any(not is_example(path) for one in family for path, _ in self._made(one)):
            return Reason("unknown-lifetime", f"nothing in the project makes a {class_.name}")
        offered = next(filter(None, map(self._offered, family)), None)
        if offered is not None:
            return Reason("unknown-lifetime", offered)
        remade = self._remade(family)
        if remade:
            return Reason("set-replaced", f"{remade} may give a {class_.name} new attributes")
        for one in family:
            for path, call in self._made(one):
                if not self._is_rooted(path, call):
                    message = f"{path}:{call.span.line} makes one that may die"
                    return Reason("unknown-lifetime", message)
            for path, reference in self.project.mentions(
                one.name, self.project.path_of(one.id), computed=False
            ):
                reason = self._mention(one, path, reference)
                if reason is not None:
                    return reason
        return None

    @if_too_far(False)
    def is_only_one(self, class_: Class) -> bool:
        """Report whether one instance is made, which lives as long as the tasks may run."""
        made = self._made(class_)
        return len(made) == 1 and not made[0][1].repeated and self._is_rooted(*made[0])

    @if_too_far("")
    def temporary(self, class_: Class, *, ended: bool) -> str:
        """Where an instance is made that dies with the statement, or the frame, that uses it.

        Nothing that it holds can have a longer life. "" where nobody can be sure of that. ``ended``
        tells that a method ends what it holds, which may be called as long as it has a name.
        """
        family = [class_, *self.project.subclasses_of(class_.id)]
        for one in family:
            above = list(self.project.ancestors(one.id))
            bases = {base for each in above for base in self.project.bases(each)}
            known = all("::" in base or base in PLAIN_BASES for base in bases)
            if not known or not all(each.discreet for each in above):
                continue
            for path, call in self._made(one):
                named = ended and not call.chained
                if call.only_used and not named and not self._may_last(path, call):
                    return f"{path}:{call.span.line}"
        return ""

    def _may_last(self, path: str, call: Call) -> bool:
        """Report whether a method of an instance may run for as long as its tasks."""
        function = self.project.functions.get(call.function or "")
        if function is None or is_example(path):
            return True
        if self.frames.outlives(function, call.span.line):
            return True
        if self.frames.goes_on(function, call.span.line):
            return True
        return self.frames.runs.is_in(function, call.span.line - 1)

    def _remade(self, family: list[Class]) -> str:
        """Where an instance that is there may get all new attributes, "" where that is nowhere."""
        relatives = {above.id for one in family for above in self.project.ancestors(one.id)}
        instances = {f"{id_}()" for id_ in relatives}
        paths = {self.project.path_of(id_) for id_ in relatives}
        paths |= {path for one in family for path, _ in self._made(one)}
        for path in sorted(paths):
            for remaking in self.project.modules[path].remakings:
                if self.project.resolve_all(remaking.of, path) & instances:
                    return f"{path}:{remaking.line}"
        return ""

    def _offered(self, class_: Class) -> str | None:
        """Where a package offers the class to other programs, which make their own instances."""
        for path in self.project.imports.may_mean(self.project.path_of(class_.id), class_.name):
            folder, _, name = path.rpartition("/")
            above = posixpath.dirname(folder)
            within = bool(folder) and posixpath.join(above, "__init__.py") in self.project.paths
            if name != "__init__.py" or within or path not in self.project.modules:
                continue
            for exported in self.project.names_of(class_.id):
                values = self.project.exported(path, exported)
                if class_.id in self.project.resolve_all(values, path):
                    return f"{path} offers {exported} to other programs"
        return None

    def _made(self, class_: Class) -> list[tuple[str, Call]]:
        # In a test an instance lives as long as the test does.
        return [(p, call) for p, call in self.project.calls_of_class(class_) if not is_test(p)]

    def _is_rooted(self, path: str, call: Call) -> bool:
        """It is bound, once and for all, in a module or in a frame that outlives the tasks."""
        use, line = self.project.judged(path, call).use, call.span.line
        variable = use.variable
        if use.fate != "held" or variable is None or call.in_lambda or call.in_class_body:
            return False
        if call.function is None:
            return self.project.is_steady(path, variable)
        function = self.project.functions[call.function]
        if variable not in function.steady:
            return False
        if self.frames.goes_on(function, line):
            return True
        # Who enters a context manager, and for how long, is not known well enough for a new set.
        lasting = self.frames.outlives(function, line) and not self.frames.is_decorated(function)
        return lasting or self.frames.runs.is_in(function, line)

    def _mention(self, class_: Class, path: str, reference: Reference) -> Reason | None:
        where = f"{path}:{reference.line}"
        resolved = self.project.resolve_all(reference.values, path)
        if is_test(path):
            return None
        if COPYING_NAMES & self.project.modules[path].names:
            return Reason("may-be-copied", f"{where} may copy or save a {class_.name}")
        if reference.kind == "scan" and resolved & {class_.id, f"{class_.id}()"}:
            message = f"{where} looks at what a {class_.name} has: {reference.text}"
            return Reason("class-scanned", message)
        made_elsewhere = class_.id in resolved or reference.kind in {"string", "key"}
        if reference.kind in {"value", "kept", "string", "key", "decorator"} and made_elsewhere:
            message = f"{where} may make a {class_.name}: {reference.text}"
            return Reason("unknown-lifetime", message)
        if reference.kind == "annotation" and "Depends" in reference.text:
            return Reason("unknown-lifetime", f"{where} may make a {class_.name} for each request")
        return None
