"""The names under which an instance of a class goes about: variables, attributes, factories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from taskfix.index.project import Project


class InstanceNames:
    """Answers for the classes of one project, by their ids."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.shared = self._index(self._shared())
        self.attributes = self._index(self._attributes())
        self._factories = self._index(
            (f.id, f.returns, project.path_of(f.id)) for f in project.functions.values()
        )

    def names(self, classes: Iterable[str]) -> set[str]:
        """The names that may stand for an instance of one of some classes."""
        wanted = [*classes]
        return self.names_in(self.shared, wanted) | self.names_in(self.attributes, wanted)

    def factories(self, classes: Iterable[str]) -> set[str]:
        """The functions that return an instance of one of some classes."""
        return self.names_in(self._factories, classes)

    @staticmethod
    def names_in(index: dict[str, set[str]], classes: Iterable[str]) -> set[str]:
        return set().union(*(index.get(id_, set()) for id_ in classes))

    def _shared(self) -> Iterator[tuple[str, frozenset[str], str]]:
        """What other modules may import: variables of a module, and functions that give one."""
        for path, module in self.project.modules.items():
            yield from ((name, values, path) for name, values in module.exports)
        for function in self.project.functions.values():
            yield function.name, function.returns, self.project.path_of(function.id)

    def _attributes(self) -> Iterator[tuple[str, frozenset[str], str]]:
        for class_ in self.project.classes.values():
            path = self.project.path_of(class_.id)
            yield from ((name, values, path) for name, values in class_.attributes)

    def _index(self, names: Iterable[tuple[str, frozenset[str], str]]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for name, values, path in names:
            for value in self.project.resolve_all(values, path):
                if value.endswith("()") and value[:-2] in self.project.classes:
                    found[value[:-2]].add(name)
        return found
