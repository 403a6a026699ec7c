"""Whoever gets hold of a function as a value: does it only call it, or may it read more?"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from taskfix.apis.plain_bases import is_plain
from taskfix.apis.plain_callers import (
    ADDERS,
    APPENDERS,
    COMPARERS,
    CONTAINERS,
    DEFAULT,
    DOUBLED,
    DOUBLERS,
    KEEPERS,
    LOOKERS,
    PLAIN_CALLERS,
    PlainCaller,
    reads_objects,
)
from taskfix.apis.signature_readers import PLAIN_DECORATORS
from taskfix.config import Config
from taskfix.facts.loading import THIS_MODULE
from taskfix.facts.receiving import (
    BOUND,
    CALLED,
    IN_ATTRIBUTE,
    IN_VARIABLE,
    KEPT,
    METHOD_OF_VARIABLE,
    RESULT,
    RETURNED,
    STORED,
    SUBSCRIPTED,
    VARIABLE,
)
from taskfix.facts.tables import is_container
from taskfix.index.project import Project
from taskfix.model import Class, Function, Reference
from taskfix.paths import is_test
from taskfix.signatures.arguments import parameters_of
from taskfix.signatures.told import Told
from taskfix.signatures.vagueness import from_star, is_of_library

_BY_NAME: dict[str, list[PlainCaller]] = defaultdict(list)
for _row in PLAIN_CALLERS:
    for _name in _row.names:
        _BY_NAME[_name].append(_row)
_OF_NONE = "literal.NoneType."  # it has no methods, so that something else is called
_OF_VARIABLES = (VARIABLE, METHOD_OF_VARIABLE)
_OF_VALUES = frozenset({"value", "kept", "annotation"})


class Receivers:
    """Answers for the references of one project. May raise ``TooFar``."""

    def __init__(self, project: Project, config: Config) -> None:
        self.project = project
        self.config = config
        self.told = Told(config)
        self._known: dict[tuple[str, str, bool], bool] = {}
        self._named: dict[str, tuple[Function, ...]] = {}

    def only_calls(self, path: str, reference: Reference) -> bool:
        """Report whether what gets a function at a reference does no more than call it."""
        return self._is_harmless(path, reference, attributes=False)

    def only_uses(self, path: str, reference: Reference) -> bool:
        """Report whether what gets an object does no more than look up attributes by name."""
        return self._is_harmless(path, reference, attributes=True)

    def is_call(self, reference: Reference) -> bool:
        """Report whether the function may be called there, and not only be looked at."""
        return reference.slot != BOUND

    def _is_harmless(self, path: str, reference: Reference, *, attributes: bool) -> bool:
        if attributes and reference.kind in {"attribute", "kept", "annotation", "dispatch"}:
            return True
        if attributes and reference.slot == SUBSCRIPTED and not _is_class(reference):
            return True
        if attributes and is_test(path) and not self._is_for_doubles(path, reference):
            return True
        lost = not reference.given and not reference.to and reference.slot in {"", SUBSCRIPTED}
        if reference.ends is not None and (not attributes or lost):
            return not self._is_dynamic(reference.function) and all(
                self._is_harmless(path, end, attributes=attributes) for end in reference.ends
            )
        if attributes and any(self._gets_to_foreign(path, end) for end in reference.ends or ()):
            return False
        if reference.kind not in _OF_VALUES:
            return False
        if reference.slot.startswith(RESULT):
            if not attributes:
                return False
            reference = replace(reference, slot=reference.slot.removeprefix(RESULT))
        if reference.slot in {IN_ATTRIBUTE, IN_VARIABLE}:
            return self._table_is_harmless(path, reference, attributes=attributes)
        if reference.slot in {BOUND, CALLED}:
            return True  # what has the name then is a mention of its own; a call is only that
        if reference.slot == STORED:
            return attributes and self._is_stored_here(path, reference)
        if reference.slot == RETURNED:
            decorators = self.project.resolve_all(reference.given, path)
            return attributes and all(
                one in self.project.functions or one.removesuffix("()") in self.project.functions
                for one in decorators
                if not one.startswith("typing.Callable")
            )
        if reference.slot == KEPT:
            return self._attribute_is_harmless(path, reference, attributes=attributes)
        if not reference.given and not reference.to:
            return False
        variable = reference.given in _OF_VARIABLES
        given = reference.given or from_star(self.project, path, reference.to)
        given = given if variable else self.project.resolve_all(given, path)
        resolved = [one for one in sorted(given) if not f"{one}.".startswith(_OF_NONE)]
        if not resolved:
            return self._is_plain("", reference, path, attributes=attributes)
        return all(self._is_plain(one, reference, path, attributes=attributes) for one in resolved)

    def _gets_to_foreign(self, path: str, end: Reference) -> bool:
        """``parts.append(server)``, where a library gets the parts, or one of them."""
        if end.slot not in {IN_ATTRIBUTE, IN_VARIABLE}:
            return end.kind == "value" and self.is_foreign(path, end)
        home = path if end.slot == IN_VARIABLE else ""
        return any(
            self.is_foreign(where, one)
            for where, use in self.project.mentions_whole(end.to, home)
            if use.kind == "value" and (end.slot == IN_VARIABLE or not self._is_other(use))
            for one in (use, *(use.ends or ()))
        )

    def is_foreign(self, path: str, reference: Reference) -> bool:
        """Report whether neither the project nor the standard library has what gets something."""
        given = self.project.resolve_all(reference.given, path)
        return any(map(is_of_library, given))

    def _is_for_doubles(self, path: str, reference: Reference) -> bool:
        """Report whether a test may make a double of an object, or read it."""
        resolved = self.project.resolve_all(reference.given, path)
        return (
            reference.kind == "decorator"
            or reference.slot in DOUBLED
            or not DOUBLERS.isdisjoint({reference.to, *(one.partition(".")[0] for one in resolved)})
        )

    def _is_plain(self, callee: str, reference: Reference, path: str, *, attributes: bool) -> bool:
        callee = callee.removesuffix("().__class__")
        if self.told.reads(callee):
            return False
        if self.told.calls(callee):
            return True
        function = self._called(callee)
        if function is not None and callee == function.id == reference.function:
            function = self._above(function)
            if function is None:
                return attributes  # it is Python's own
        if function is not None:
            bound = callee in self.project.classes or not self._is_of_class(path, reference)
            names = parameters_of(function, reference.slot, bound=bound)
            return self._parameters_are_harmless(function, names, attributes=attributes)
        if callee.partition("::")[0] in self.project.paths and callee in self.project.classes:
            return attributes and self._is_own_object(callee)  # its fields have it
        entry = callee.startswith(CONTAINERS) and callee.endswith("()")
        vague = entry or callee in VARIABLE | METHOD_OF_VARIABLE or "::" in callee
        spelled = reference.to if vague or not callee else callee.rpartition(".")[2]
        if attributes and self._only_looks_up(callee, spelled, reference.slot):
            return True
        if attributes and vague:
            return self._may_be_given(callee, reference, path)
        if not attributes and callee.startswith(CONTAINERS) and spelled in COMPARERS:
            return True
        of_any = _BY_NAME.get(f".{spelled}", ())
        if of_any and self._is_defined_here(spelled):
            of_any = ()
        rows = (*_BY_NAME.get(callee, ()), *of_any)
        return callee in LOOKERS or any(reference.slot in row.slots for row in rows)

    def _may_be_given(self, callee: str, reference: Reference, path: str) -> bool:
        """Report whether an object may be given to what only the project has.

        A method is one of those of that name, if there are any; else it is of something foreign.
        What else is called by a variable gets no more than what it asks for by name.
        """
        if callee not in METHOD_OF_VARIABLE and not callee.endswith(f".{reference.to}"):
            return not self.project.scans_in(path)
        slot = reference.slot
        ways = [(f, parameters_of(f, slot, bound=True)) for f in self._methods(reference.to)]
        taking = [(function, names) for function, names in ways if names]
        return bool(taking) and all(
            self._parameters_are_harmless(function, names, attributes=True)
            for function, names in taking
        )

    def _methods(self, name: str) -> tuple[Function, ...]:
        if name not in self._named:
            self._named[name] = tuple(self.project.methods_named(name))
        return self._named[name]

    def _only_looks_up(self, callee: str, spelled: str, slot: str) -> bool:
        """Report whether a call gets no more of an object than what it asks for by name."""
        kept = callee.startswith(CONTAINERS) and spelled in ADDERS
        kept = kept or spelled in COMPARERS | APPENDERS
        standard = callee.partition(".")[0] in sys.stdlib_module_names and "::" not in callee
        return kept or (spelled, slot) == DEFAULT or (standard and not reads_objects(callee))

    def _called(self, callee: str) -> Function | None:
        """The function of the project that a call runs: of a class that is its ``__init__``."""
        if callee in self.project.functions:
            return self.project.functions[callee]
        for class_ in self.project.ancestors(callee):
            if "__init__" in class_.methods:
                return self.project.functions.get(f"{class_.id}.__init__")
        return None

    def _is_of_class(self, path: str, reference: Reference) -> bool:
        """``Server.refresh(server)``, where the object is an argument."""
        owners = frozenset(one.rpartition(".")[0] for one in reference.given)
        return any(one in self.project.classes for one in self.project.resolve_all(owners, path))

    def _above(self, function: Function) -> Function | None:
        """The method that ``super()`` gives in one of its name: that of the next class above."""
        for class_ in list(self.project.ancestors(function.class_ or ""))[1:]:
            if function.name in class_.methods:
                return self.project.functions.get(f"{class_.id}.{function.name}")
        return None

    def _is_defined_here(self, method: str) -> bool:
        """A class of the project has a method of that name, which may do something else."""
        return next(iter(self.project.classes_defining(method)), None) is not None

    # -- functions of the project, and their objects ---------------------------------------------

    def _parameters_are_harmless(
        self, function: Function, names: list[str], *, attributes: bool
    ) -> bool:
        if not names or function.dynamic or not self._is_bare(function):
            return False
        path = self.project.path_of(function.id)

        def judged(name: str) -> bool:
            reads = self.project.modules[path].reads(function.id, name)
            return reads is not None and all(
                self._is_harmless(path, read, attributes=attributes) for read in reads
            )

        return all(
            self._once((function.id, name, attributes), partial(judged, name)) for name in names
        )

    def _once(self, key: tuple[str, str, bool], judged: Callable[[], bool]) -> bool:
        """What is known of something. What leads to itself does nothing more by that.

        Where it is no after all, what was found on that assumption is forgotten.
        """
        if key not in self._known:
            before = len(self._known)
            self._known[key] = True
            found = False
            try:
                found = judged()
            finally:
                if not found:
                    for later in list(self._known)[before:]:
                        if self._known[later]:
                            del self._known[later]
            self._known[key] = found
        return self._known[key]

    def _is_bare(self, function: Function) -> bool:
        path = self.project.path_of(function.id)
        return all(
            bool(resolved) and resolved <= PLAIN_DECORATORS
            for values in function.decorators
            for resolved in [self.project.resolve_all(values, path)]
        )

    def _attribute_is_harmless(self, path: str, reference: Reference, *, attributes: bool) -> bool:
        """``self._callback = callback``: all that has an attribute of that name only calls it."""
        owners = self._owners(path, reference, scanned=attributes)
        if not owners and not (attributes and self._is_of_the_project(path, reference)):
            return False

        def judged() -> bool:
            find = self.project.mentions_whole if attributes else self.project.mentions
            return all(
                self._is_other(mention) or self._is_harmless(where, mention, attributes=attributes)
                for where, mention in find(reference.to, path)
            )

        return self._once(("", reference.to, attributes), judged)

    def _is_stored_here(self, path: str, reference: Reference) -> bool:
        """``self[key] = server``: the project has it, and scans nothing unknown around."""
        if not self._is_of_the_project(path, reference):
            return False
        homes = {path, *(one.partition("::")[0] for one in reference.given if "::" in one)}
        return not any(self.project.scans_in(home) for home in homes)

    def _is_of_the_project(self, path: str, reference: Reference) -> bool:
        """Report whether an object of the project gets something, as far as is known."""
        if reference.given in _OF_VARIABLES:
            return True
        if any(self.project.module_of(one, path) in self.project.paths for one in reference.given):
            return True  # a module of it
        owners = self.project.resolve_all(reference.given, path) - {_OF_NONE[:-1]}
        return bool(owners) and all(
            "::" in one or one.startswith(KEEPERS) or is_container(frozenset({one}))
            for one in owners
        )

    def _table_is_harmless(self, path: str, reference: Reference, *, attributes: bool) -> bool:
        """``self._handlers[name] = handler``: all that has the table only calls its entries."""
        key = reference.slot, f"{path}::{reference.to}", attributes
        return self._once(key, lambda: self._is_plain_table(path, reference, attributes=attributes))

    def _is_plain_table(self, path: str, reference: Reference, *, attributes: bool) -> bool:
        mentions = list(self.project.mentions(reference.to, path))
        if reference.slot == IN_VARIABLE:
            made = [self.project.modules[path].exported(reference.to)]
            own = all(where == path for where, one in mentions if one.kind == "store")
            own = own and not self.project.modules[path].mentions(THIS_MODULE)
            uses = [mention for mention in mentions if mention[1].kind != "store"]
        else:
            classes = self._owners(path, reference)
            inside = tuple(f"{class_.id}." for class_ in classes)
            found = [pair for class_ in classes for pair in class_.attributes]
            made = [values for name, values in found if name == reference.to]
            stored = (one for _, one in mentions if one.kind == "store" and not one.bare)
            stores = (one.function or "" for one in stored)
            own = all(function.startswith(inside) for function in stores)
            uses = [mention for mention in mentions if not self._is_other(mention[1])]
        # What nobody in sight takes entries from is there for somebody out of sight.
        used = own and bool(made) and any(use.ends for _, use in uses)
        return (
            used
            and all(map(is_container, made))
            and all(self._uses_entries(where, use, attributes=attributes) for where, use in uses)
        )

    def _uses_entries(self, path: str, use: Reference, *, attributes: bool) -> bool:
        """Report whether a use of a table does no harm to its entries."""
        ends = (use,) if use.ends is None else use.ends
        return not self._is_dynamic(use.function) and all(
            self._is_harmless(path, end, attributes=attributes) for end in ends
        )

    def _owners(self, path: str, reference: Reference, *, scanned: bool = False) -> list[Class]:
        """The classes of the project whose objects may have an attribute; none if others may.

        ``scanned`` tells whether all that they have may be looked at.
        """
        owners = self.project.resolve_all(reference.given, path)
        if not all(self._is_own_object(owner) for owner in owners):
            return []
        classes = [
            class_
            for owner in sorted(owners)
            for class_ in self.project.relatives(owner.removesuffix("()")).values()
        ]
        scans = not scanned and any(
            mention.kind == "scan"
            for name in sorted({class_.name for class_ in classes})
            for _, mention in self.project.mentions(name, path)
        )
        return [] if scans else classes

    def _is_dynamic(self, function: str | None) -> bool:
        """Report whether a function, or one around it, looks at its variables by name."""
        while function is not None:
            found = self.project.functions.get(function)
            if found is None or found.dynamic:
                return True
            function = found.parent
        return False

    def _is_own_object(self, value: str) -> bool:
        """Report whether only code of the project says what an object does with its attributes."""
        above = list(self.project.ancestors(value.removesuffix("()")))
        bases = {base for class_ in above for base in self.project.bases(class_)}
        return bool(above) and all(map(is_plain, bases - {class_.id for class_ in above}))

    def _is_other(self, mention: Reference) -> bool:
        """Report whether a mention is not of the value of an attribute."""
        if mention.kind in {"store", "key", "export"} or mention.made:
            return True
        attribute = f".{mention.name}"
        return mention.bare and not any(value.endswith(attribute) for value in mention.values)


def _is_class(reference: Reference) -> bool:
    """Report whether a mention may be of a class, as in ``Server[int]``, and not of an object."""
    return any(not value.endswith("()") and "#" not in value for value in reference.values)
