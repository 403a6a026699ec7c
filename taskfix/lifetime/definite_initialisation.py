"""Whether an instance has the set that its class gives it, when one of its methods runs."""

from __future__ import annotations

from taskfix.index.project import Project
from taskfix.index.too_far import if_too_far
from taskfix.model import Class, Function, SetFact

_MAKERS = frozenset({"__init__", "__post_init__", "__attrs_post_init__"})


class Complete:
    """Answers for the classes of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @if_too_far(False)
    def is_there(
        self, set_: SetFact, class_: Class, owner: Class, method: Function, line: int = 0
    ) -> bool:
        """Report whether a set of ``owner`` is there when a method of ``class_`` runs.

        ``line`` is where in the method it is asked for.
        """
        if not self.is_made(set_, class_, owner):
            return False
        if set_.scope == "class":
            return True
        if method.kind != "method" or method.name == "__del__":
            return False
        maker = self.project.function_at(self.project.path_of(set_.id), set_.line)
        if maker is None:
            return True
        if maker.id == method.id:
            return set_.line < line
        return method.name not in self._called_before(set_, maker, class_, owner)

    @if_too_far(False)
    def is_made(self, set_: SetFact, class_: Class, owner: Class) -> bool:
        """Report whether every complete instance of a class has a set of its ancestor."""
        name = set_.name.rpartition(".")[2]
        below = {class_, *self.project.subclasses_of(owner.id)} - {owner}
        if any(name in dict(one.attributes) or name in one.methods for one in below):
            return False  # there it is something else
        if set_.scope == "class":
            return True
        maker = self.project.function_at(self.project.path_of(set_.id), set_.line)
        if maker is None:
            return True  # a field, of which the class's own `__init__` takes care
        if maker.name not in _MAKERS or not set_.top_level:
            return False
        return self._calls_up(class_, owner, maker.name)

    @if_too_far(False)
    def calls_init_of(self, class_: Class, owner: Class) -> bool:
        """Report whether every class below ``owner`` calls its ``__init__``."""
        return self._calls_up(class_, owner, "__init__")

    def _calls_up(self, class_: Class, owner: Class, name: str) -> bool:
        """Report whether each override of a method of ``owner`` calls the one that it overrides."""
        for below in self.project.ancestors(class_.id):
            if below.id == owner.id:
                return True
            module = self.project.modules[self.project.path_of(below.id)]
            if name in below.methods and not any(
                call.method == name and not call.text.startswith("self.")
                for call in module.calls_in(f"{below.id}.{name}")
            ):
                return False
        return True

    # -- what runs before the instance is complete -------------------------------------------------

    def _called_before(
        self, set_: SetFact, maker: Function, class_: Class, owner: Class
    ) -> set[str]:
        """The methods of an instance that may run before ``maker`` has given it the set."""
        found = self._own_calls(maker, set_.line)
        if maker.name in found:  # that of a base, which may call what is overridden here
            above = [base for base in self.project.ancestors(owner.id) if base is not owner]
            found |= self._calls_of(maker.name, above)
        below = self.project.subclasses_of(class_.id)
        family = [*self.project.ancestors(class_.id), *below]
        new = found - {maker.name}
        while new:
            called = set[str]().union(*(self._calls_of(name, family) for name in new))
            new = called - found
            found |= new
        return found

    def _calls_of(self, name: str, classes: list[Class]) -> set[str]:
        """What the methods of that name call in turn."""
        functions = (self.project.functions.get(f"{class_.id}.{name}") for class_ in classes)
        return set[str]().union(*(self._own_calls(f) for f in functions if f is not None))

    def _own_calls(self, function: Function, before: int | None = None) -> set[str]:
        """The names of the methods of its own object that a function calls."""
        return {
            call.method
            for call in self.project.calls_in(function)
            if call.text.startswith(("self.", "super()"))
            if call.text.count(".") == 1 and (before is None or call.span.line < before)
        }
