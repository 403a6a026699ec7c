"""What an object that gets out of sight may meet: code that calls, or reads, whatever it has."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cached_property

from taskfix.apis.plain_callers import CONTAINERS, LOOKERS
from taskfix.index.project import Project
from taskfix.model import Function, Reference
from taskfix.paths import is_test
from taskfix.signatures.instance_names import InstanceNames
from taskfix.signatures.receivers import Receivers


class Strangers:
    """Answers for the objects of one project. May raise ``TooFar``."""

    def __init__(self, project: Project, receivers: Receivers) -> None:
        self.project = project
        self.receivers = receivers
        self.instances = InstanceNames(project)

    @cached_property
    def reading_scans(self) -> tuple[tuple[str, Reference], ...]:
        """The places where parameters of members of something unknown may be read.

        Whatever object gets out of sight may get there.
        """
        scans = self.project.reading_scans
        found = ((path, scan) for path, scan in scans if not self.receivers.only_calls(path, scan))
        return (*found, *self.project.some_members)

    def _leaves(self, path: str, reference: Reference) -> bool:
        """Report whether the standard library gets an object, and may call methods of it."""
        given = self.project.resolve_all(reference.given, path)
        return any(
            one.partition(".")[0] in sys.stdlib_module_names
            and "::" not in one
            and (one not in LOOKERS or not reference.slot.isdigit())  # `print(text, file=sink)`
            and not one.startswith(CONTAINERS)
            for one in given
        ) or any(self._leaves(path, end) for end in reference.ends or ())

    def callers(self, function: Function) -> Iterator[tuple[str, Reference]]:
        """The places that an object gets to, where any method of it may be called."""
        if function.class_ is None:
            return
        handed = False
        for path, reference in self._objects_handed_over(function.class_):
            handed = True
            if not function.name.startswith("_") and self._leaves(path, reference):
                yield path, reference
        if handed:
            yield from self.project.called_members

    def _objects_handed_over(self, class_: str) -> Iterator[tuple[str, Reference]]:
        """The mentions of a class or of its objects that give them to others."""
        family = self.project.relatives(class_)
        found = {*family}
        meant = found | {f"{id_}()" for id_ in family} | self.instances.factories(found)
        names = {one.name for one in family.values()} | self.instances.names(found)
        home = self.project.path_of(class_)
        for name in sorted(names):
            for path, reference in self.project.mentions_whole(name, home):
                if reference.kind != "value" or is_test(path):
                    continue
                if not meant.isdisjoint(self.project.resolve_all(reference.values, path)):
                    yield path, reference
