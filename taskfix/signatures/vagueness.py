"""What an attribute may belong to, where it is not known what class it is of."""

from __future__ import annotations

import sys

from taskfix.apis.plain_bases import PROTOCOLS
from taskfix.apis.plain_callers import KEEPERS
from taskfix.index.project import Project
from taskfix.model import Function, Reference


class Vagueness:
    """Answers for the values of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def is_unsure(self, value: str) -> bool:
        """Report whether an attribute may be one of any class.

        A protocol says what others have, and ``__getattr__`` gives what they have.
        """
        owner, _, name = value.rpartition(".")
        above = list(self.project.ancestors(owner.removesuffix("()")))
        bases = {base for class_ in above for base in self.project.bases(class_)}
        gives = any("__getattr__" in c.methods for c in above)
        if gives and not any(name in c.methods for c in above):
            return True
        return is_vague(value) or not bases.isdisjoint(PROTOCOLS)

    def is_of_others(self, function: Function, reference: Reference) -> bool:
        """Report whether a reference says what it is an attribute of: an unrelated class."""
        owners = {
            value.rpartition(".")[0].removesuffix("()")
            for value in reference.values
            if "::" in value
        }
        if not owners or self.project.classes.among(owners) != owners:
            return False
        if any(self.is_unsure(f"{owner}.{reference.name}") for owner in owners):
            return False
        assert function.class_ is not None
        return owners.isdisjoint(self.project.relatives(function.class_))


def is_vague(value: str) -> bool:
    """Report whether a value does not say which class an attribute belongs to."""
    return "#" in value or "()" in value and "::" not in value.rpartition(".")[0]


def is_of_library(value: str) -> bool:
    """Report whether neither the project nor the standard library has a callee."""
    return (
        "::" not in value
        and not value.startswith(("literal.", "<", *KEEPERS))
        and value.partition(".")[0] not in sys.stdlib_module_names
    )


def from_star(project: Project, path: str, name: str) -> frozenset[str]:
    """``from .channel import *``: what a name means that a module has from another."""
    if not project.modules[path].imports.stars:
        return frozenset()
    found = project.resolve_all(frozenset({f"{path}::{name}"}), path)
    known = {one for one in found if one in project.functions}
    return frozenset(known | {one for one in found if one in project.classes})
