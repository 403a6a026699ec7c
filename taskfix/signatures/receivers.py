"""Whoever gets hold of a function as a value: does it only call it, or may it read more?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from taskfix.apis.plain_bases import PLAIN_BASES
from taskfix.apis.plain_callers import (
    ADDERS,
    COMPARERS,
    CONTAINERS,
    LOOKERS,
    PLAIN_CALLERS,
    PlainCaller,
)
from taskfix.apis.signature_readers import PLAIN_DECORATORS
from taskfix.config import Config
from taskfix.facts.loading import THIS_MODULE
from taskfix.facts.receiving import BOUND, CALLED, IN_ATTRIBUTE, IN_VARIABLE, KEPT
from taskfix.facts.tables import is_container
from taskfix.index.project import Project
from taskfix.model import Class, Function, Reference

_BY_NAME: dict[str, list[PlainCaller]] = defaultdict(list)
for _row in PLAIN_CALLERS:
    for _name in _row.names:
        _BY_NAME[_name].append(_row)
_OF_VALUES = frozenset({"value", "kept", "annotation"})


class Receivers:
    """Answers for the references of one project. May raise ``TooFar``."""

    def __init__(self, project: Project, config: Config) -> None:
        self.project = project
        self.config = config
        self._known: dict[tuple[str, str, bool], bool] = {}

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
        if attributes and reference.kind in {"attribute", "kept", "annotation"}:
            return True
        if reference.ends is not None and not attributes:
            return not self._is_dynamic(reference.function) and all(
                self._is_harmless(path, end, attributes=attributes) for end in reference.ends
            )
        if reference.kind not in _OF_VALUES:
            return False
        if reference.slot in {IN_ATTRIBUTE, IN_VARIABLE}:
            return self._table_is_harmless(path, reference)
        if reference.slot in {BOUND, CALLED}:
            return True  # what has the name then is a mention of its own; a call is only that
        if reference.slot == KEPT:
            return self._attribute_is_harmless(path, reference, attributes=attributes)
        if not reference.given and not reference.to:
            return False
        resolved = self.project.resolve_all(reference.given, path)
        if not resolved:
            return self._is_plain("", reference, attributes=attributes)
        return all(self._is_plain(one, reference, attributes=attributes) for one in resolved)

    def _is_plain(self, callee: str, reference: Reference, *, attributes: bool) -> bool:
        function = self._called(callee)
        if function is not None:
            return self._parameter_is_harmless(function, reference.slot, attributes=attributes)
        if callee.partition("::")[0] in self.project.paths and callee in self.project.classes:
            return False
        spelled = callee.rpartition(".")[2] if callee else reference.to
        if attributes:
            return callee in LOOKERS or (callee.startswith(CONTAINERS) and spelled in ADDERS)
        if callee.startswith(CONTAINERS) and spelled in COMPARERS:
            return True
        of_any = _BY_NAME.get(f".{spelled}", ())
        if of_any and self._is_defined_here(spelled):
            of_any = ()
        rows = (*_BY_NAME.get(callee, ()), *of_any)
        return callee in LOOKERS or any(reference.slot in row.slots for row in rows)

    def _called(self, callee: str) -> Function | None:
        """The function of the project that a call runs: of a class that is its ``__init__``."""
        if callee in self.project.functions:
            return self.project.functions[callee]
        for class_ in self.project.ancestors(callee):
            if "__init__" in class_.methods:
                return self.project.functions.get(f"{class_.id}.__init__")
        return None

    def _is_defined_here(self, method: str) -> bool:
        """A class of the project has a method of that name, which may do something else."""
        return next(iter(self.project.classes_defining(method)), None) is not None

    # -- functions of the project, and their objects ---------------------------------------------

    def _parameter_is_harmless(self, function: Function, slot: str, *, attributes: bool) -> bool:
        name = _parameter(function, slot)
        if name is None or function.dynamic or not self._is_bare(function):
            return False
        path = self.project.path_of(function.id)

        def judged() -> bool:
            reads = self.project.modules[path].reads(function.id, name)
            return reads is not None and all(
                self._is_harmless(path, read, attributes=attributes) for read in reads
            )

        return self._once((function.id, name, attributes), judged)

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
        if not self._owners(path, reference, scanned=attributes):
            return False

        def judged() -> bool:
            return all(
                self._is_other(mention) or self._is_harmless(where, mention, attributes=attributes)
                for where, mention in self.project.mentions(reference.to, path)
            )

        return self._once(("", reference.to, attributes), judged)

    def _table_is_harmless(self, path: str, reference: Reference) -> bool:
        """``self._handlers[name] = handler``: all that has the table only calls its entries."""
        key = reference.slot, f"{path}::{reference.to}", False
        return self._once(key, lambda: self._is_plain_table(path, reference))

    def _is_plain_table(self, path: str, reference: Reference) -> bool:
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
            stores = (one.function or "" for _, one in mentions if one.kind == "store")
            own = all(function.startswith(inside) for function in stores)
            uses = [mention for mention in mentions if not self._is_other(mention[1])]
        # What nobody in sight takes entries from is there for somebody out of sight.
        used = own and bool(made) and any(use.ends for _, use in uses)
        return (
            used
            and all(map(is_container, made))
            and all(self._is_harmless(where, use, attributes=False) for where, use in uses)
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
        return bool(above) and bases <= PLAIN_BASES | {class_.id for class_ in above}

    def _is_other(self, mention: Reference) -> bool:
        """Report whether a mention is not of the value of an attribute."""
        if mention.kind in {"store", "key", "export"} or mention.made:
            return True
        attribute = f".{mention.name}"
        return mention.bare and not any(value.endswith(attribute) for value in mention.values)


def _parameter(function: Function, slot: str) -> str | None:
    """The parameter that an argument goes to."""
    plain = [p.name for p in function.parameters if p.kind in {"positional", "keyword"}]
    if slot in plain:
        return slot
    positional = [p.name for p in function.parameters if p.kind == "positional"]
    if function.kind in {"method", "classmethod"}:
        positional = positional[1:]
    return positional[int(slot)] if slot.isdigit() and int(slot) < len(positional) else None
