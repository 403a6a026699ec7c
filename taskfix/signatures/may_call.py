"""Calls that may reach a function, though nothing proves it: no set is passed along by them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from taskfix.apis.callables import IMPORTERS, MEMBERS
from taskfix.index.project import Project
from taskfix.model import Call, Function
from taskfix.signatures.exposure import Exposure, dotted

# What these give may be a module, or a function of one.
_DYNAMIC = (*(f"{callee}()." for callee in sorted(IMPORTERS | MEMBERS)), "sys.modules.")


class Doubtful:
    """Answers for the functions of one project."""

    def __init__(self, project: Project, exposure: Exposure) -> None:
        self.project = project
        self.exposure = exposure

    def calls(self, function: Function) -> Iterator[tuple[str, Call]]:
        """The calls that may be of ``function`` and are not known to be, as (path, call)."""
        for name in self.exposure.names_of(function):
            for path, call in self.project.calls_spelled(name, self.project.path_of(function.id)):
                if self._may_reach(function, path, call):
                    yield path, call

    def is_certain(self, family: Sequence[Function], path: str, call: Call) -> bool:
        """Report whether a call can reach nothing but a function, or what overrides it."""
        resolved = self.project.resolve_all(call.callee, path)
        return bool(resolved) and resolved <= {one.id for one in family}

    def _may_reach(self, function: Function, path: str, call: Call) -> bool:
        resolved = self.project.resolve_all(call.callee, path)
        if function.id in resolved:
            return False
        own = self.project.path_of(function.id)
        if any(self._may_mean(value, own) for value in resolved):
            return True
        # Where the receiver may be anything, it is a module only if modules are loaded by name:
        # a module that is handed over otherwise denies the parameter.
        unknown = "." in call.text and all("#" in value for value in resolved)
        return unknown and self.exposure.may_be_loaded(own)

    def _may_mean(self, value: str, own: str) -> bool:
        if value.startswith(_DYNAMIC):
            return True
        file, mark, rest = value.partition("::")
        first = rest.partition(".")[0]
        if mark:
            # A name that its module does not define: it comes from `import *`, or `__getattr__`.
            return first.isidentifier() and not self._defines(file, first) and file != own
        head = value.rpartition(".")[0]
        if not head or head.partition(".")[0] in sys.stdlib_module_names:
            return False
        # `import jobs` in a script of the package that `jobs` is in.
        return f".{dotted(own)}".endswith(f".{head}")

    def _defines(self, file: str, name: str) -> bool:
        id_ = f"{file}::{name}"
        if id_ in self.project.functions or id_ in self.project.classes:
            return True
        module = self.project.modules.get(file)
        return module is not None and name in module.bound_names
