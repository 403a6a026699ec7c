"""The names under which an instance of a class goes about: variables, attributes, factories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from taskfix.index.project import Project


@dataclass(frozen=True, slots=True)
class Carrier:
    """A name for an instance; where it is a function that gives one, its id."""

    name: str
    function: str | None = None


class InstanceNames:
    """Answers for the classes of one project, by their ids."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._carriers: dict[str, tuple[Carrier, ...]] = {}

    def names(self, classes: Iterable[str]) -> set[str]:
        """The names that may stand for an instance of one of some classes. Raises ``TooFar``."""
        return {carrier.name for id_ in classes for carrier in self._of(id_)}

    def factories(self, classes: Iterable[str]) -> set[str]:
        """The functions that return an instance of one of some classes. Raises ``TooFar``."""
        found = (carrier.function for id_ in classes for carrier in self._of(id_))
        return {function for function in found if function is not None}

    def _of(self, id_: str) -> tuple[Carrier, ...]:
        """What gives an instance of a class: where the class is named, and where that is, ..."""
        if id_ not in self._carriers:
            home = self.project.path_of(id_)
            places = [(home, name) for name in self.project.names_of(id_)]
            found: dict[Carrier, None] = {}
            for place in places:
                for path in self.project.files_meaning(*place):
                    for carrier in self._in(path, id_):
                        if carrier not in found:
                            found[carrier] = None
                            places.append((path, carrier.name))
            self._carriers[id_] = tuple(found)
        return self._carriers[id_]

    def _in(self, path: str, id_: str) -> Iterator[Carrier]:
        module = self.project.modules.get(path)
        if module is None:
            return
        named = [(Carrier(name), values) for name, values in module.exports]
        named += [(Carrier(f.name, f.id), f.returns) for f in module.functions]
        named += [(Carrier(n), values) for c in module.classes for n, values in c.attributes]
        for carrier, values in named:
            if values and f"{id_}()" in self.project.resolve_all(values, path):
                yield carrier
