"""How a module spells what a fix adds: annotations, imports and free names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from codemods.edits import AddImport, AddModuleCode, Edit
from taskfix.apis.spawners import CLASSES, Product, Spawner
from taskfix.config import Config
from taskfix.facts.module import Module
from taskfix.model import Function, Reason

COMMENT = "# Strong references: the event loop keeps only weak ones to its tasks."
SETS = {
    "task": "_background_tasks",
    "future": "_background_futures",
    "concurrent": "_background_threadsafe_futures",
}
_OTHER_SETS = {
    "task": ("_background_task_set", "_running_background_tasks"),
    "future": ("_background_future_set",),
    "concurrent": ("_background_threadsafe_future_set",),
}
_HELPERS = {"task": "_track", "future": "_track_future", "concurrent": "_track_threadsafe"}
VARIABLES = {"task": "task", "future": "future", "concurrent": "future"}


@dataclass(frozen=True, slots=True)
class Spelled:
    """A text to write, with the imports that it needs."""

    text: str
    imports: tuple[AddImport, ...] = ()


class Spelling:
    """Spells for one module."""

    def __init__(self, module: Module, config: Config) -> None:
        self.module = module
        self.config = config
        self._bound = dict(module.imports.names)

    # -- annotations ---------------------------------------------------------------------

    def set_of(self, makes: Product, *, optional: bool = False) -> Spelled:
        """``set[asyncio.Task]`` in the module's own spelling, ``| None`` where optional."""
        element = self.element(makes)
        imports = list(element.imports)
        modern = self.config.min_python >= (3, 9) or self.module.imports.future_annotations
        collection = "set" if modern else self._imported("typing", "Set", imports)
        # What is optional there is quoted as a whole.
        inner = element.text if optional else self._quoted(element)
        text = f"{collection}[{inner}]"
        if optional:
            text = self._optional(text, imports)
        return Spelled(text, tuple(imports))

    def parameter(self, function: Function, makes: Product) -> Spelled | None:
        """The annotation of a new parameter, or none in a function that has none.

        An annotation makes mypy check the body too, or want the rest of them.
        """
        if self.config.keep_untyped and not function.typed:
            return None
        return self.set_of(makes, optional=True)

    def _optional(self, text: str, imports: list[AddImport]) -> str:
        if self.config.min_python >= (3, 10) or self.module.imports.future_annotations:
            return f"{text} | None"
        return f'{self._imported("typing", "Optional", imports)}["{text}"]'

    def _quoted(self, element: Spelled) -> str:
        """``asyncio.Task[Any]`` in quotes where evaluating it would fail: before Python 3.9."""
        old = self.config.min_python < (3, 9) and not self.module.imports.future_annotations
        return f'"{element.text}"' if old and "[" in element.text else element.text

    def element(self, makes: Product) -> Spelled:
        module, _, name = CLASSES[makes].rpartition(".")
        imports: list[AddImport] = []
        text = self._attribute(module, name, imports)
        if self.config.strict:
            text = f"{text}[{self._imported('typing', 'Any', imports)}]"
        return Spelled(text, tuple(imports))

    def _attribute(self, module: str, name: str, imports: list[AddImport]) -> str:
        """``asyncio.Task`` through whatever import of asyncio the module has."""
        full = self._bound.get(f"{module}.{name}")
        if full is not None:
            return full
        if module in self._bound:
            return f"{self._bound[module]}.{name}"
        again = [name for path, name in self._bound.items() if path.endswith(f".{module}")]
        if again and module == "asyncio":
            return f"{again[0]}.{name}"  # what another package imported under that name
        style = any(path.startswith(f"{module}.") for path in self._bound)
        if style and name not in self.module.names and "*" not in self.module.imports.stars:
            imports.append(AddImport(module, name))
            return name
        imports.append(AddImport(module))
        return f"{module}.{name}"

    def member(self, module: str, *names: str) -> Spelled:
        """One of the names of a module, preferably one that is imported already."""
        imports: list[AddImport] = []
        bound = [name for name in names if f"{module}.{name}" in self._bound]
        return Spelled(self._imported(module, (bound or names)[0], imports), tuple(imports))

    def _imported(self, module: str, name: str, imports: list[AddImport]) -> str:
        bound = self._bound.get(f"{module}.{name}")
        if bound is not None:
            return bound
        if module in self._bound:
            return f"{self._bound[module]}.{name}"
        imports.append(AddImport(module, name))
        return name

    # -- the module's own set ------------------------------------------------------------

    def module_set(self, makes: Product) -> str | Reason:
        """The name of the module's set."""
        for name in (SETS[makes], *_OTHER_SETS[makes]):
            if name not in self.module.names:
                return name
        return Reason("no-free-name", f"{SETS[makes]} and its like mean something else here")

    def module_code(
        self, makes: Product, before_line: int | None, helper: str | None
    ) -> list[Edit] | Reason:
        """The edits that create the module's set, and the function that fills it if asked for."""
        name = self.module_set(makes)
        if isinstance(name, Reason):
            return name
        annotation = self.set_of(makes)
        if self._needs_name_that_is_taken(annotation):
            return Reason("no-free-name", "asyncio is the name of something else in this module")
        code = f"{COMMENT}\n{name}: {annotation.text} = set()\n"
        if helper is not None:
            code += self._helper_code(makes, name, helper)
        return [*annotation.imports, AddModuleCode(code, before_line)]

    def helper(self, makes: Product) -> str | Reason:
        """The name of the function that puts a task into the module's set and returns it."""
        plain = _HELPERS[makes]
        for name in (plain, f"{plain}_background", f"_keep{plain}"):
            if name not in self.module.names:
                return name
        return Reason("no-free-name", f"{plain} means something else here")

    def _helper_code(self, makes: Product, holder: str, helper: str) -> str:
        element, variable = self._quoted(self.element(makes)), VARIABLES[makes]
        return (
            f"\n\ndef {helper}({variable}: {element}) -> {element}:\n"
            f'    """Keep a {variable} until it is done."""\n'
            f"    {holder}.add({variable})\n"
            f"    {variable}.add_done_callback({holder}.discard)\n"
            f"    return {variable}\n"
        )

    def _needs_name_that_is_taken(self, spelled: Spelled) -> bool:
        """Report whether an import would bind a name that the module binds to something else."""
        own = {name: set(values) for name, values in self.module.exports}
        return any(
            own.get(name, {value}) != {value} for name, value in map(_binding, spelled.imports)
        )

    # -- local names ---------------------------------------------------------------------

    def variable(self, function: Function | None, spawner: Spawner, coroutine: str | None) -> str:
        """A name for the new local that nothing in the function uses."""
        return next(
            name
            for name in self._variables(spawner, coroutine)
            if name not in self._taken(function)
        )

    def specific(
        self, function: Function | None, spawner: Spawner, coroutine: str | None, number: int = 0
    ) -> str:
        """The same, but named after the coroutine even where the plain name is free.

        ``number`` counts what has the same name already.
        """
        names = (n for n in self._variables(spawner, coroutine) if n not in self._taken(function))
        specific = (name for name in names if name != VARIABLES[spawner.makes])
        return next(islice(specific, number, None))

    def _taken(self, function: Function | None) -> frozenset[str]:
        return function.names if function is not None else self.module.names

    def _variables(self, spawner: Spawner, coroutine: str | None) -> Iterator[str]:
        plain = VARIABLES[spawner.makes]
        yield plain
        words = _words(coroutine) if coroutine else plain
        named = f"background_{plain}" if words.endswith(plain) else f"{words}_{plain}"
        yield named
        number = 2
        while True:
            yield f"{named}_{number}"
            number += 1


def _words(name: str) -> str:
    """``sendAll`` and ``_send_all`` are both ``send_all``."""
    spaced = "".join(f"_{c.lower()}" if c.isupper() else c for c in name.strip("_"))
    return spaced.strip("_").replace("__", "_") or "background"


def _binding(add: AddImport) -> tuple[str, str]:
    """The name that an import binds, and what it stands for."""
    package = add.module.partition(".")[0]
    return (add.name, f"{add.module}.{add.name}") if add.name else (package, package)
