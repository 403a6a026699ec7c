"""The facts of one file: plain values, each collected when it is first asked for, and then kept.

What a fact says depends on the text of the file alone and not on who asks for it, or when.
"""

from __future__ import annotations

from functools import cached_property

from taskfix.facts.aliases import aliases
from taskfix.facts.analysis import Analysis
from taskfix.facts.elsewhere import run_elsewhere
from taskfix.facts.generated import is_generated
from taskfix.facts.scopes import is_steady
from taskfix.facts.suppressions import collect as collect_suppressions
from taskfix.facts.texts import last_name
from taskfix.facts.working_set import WorkingSet
from taskfix.model import (
    Call,
    Class,
    Function,
    Given,
    Imports,
    Judged,
    Reference,
    Remaking,
    SetFact,
    Source,
    Suppression,
    Value,
)

_NOTHING: frozenset[Value] = frozenset()


class Module:
    """One file that Python can read. Its tree is open only while the working set has room."""

    def __init__(self, source: Source, opened: WorkingSet) -> None:
        self.path = source.path
        self._source = source
        self._opened = opened
        self._bound: dict[str, frozenset[Value]] = {}
        self._functions: dict[str, Function] = {}
        self._classes: dict[str, Class] = {}
        self._properties: dict[str, bool] = {}
        self._bases: dict[str, tuple[frozenset[Value], ...]] = {}
        self._calls: dict[int, Call] = {}
        self._judged: dict[int, Judged] = {}
        self._given: dict[tuple[int, str], Given | None] = {}
        self._mentions: dict[str, tuple[Reference, ...]] = {}
        self._reads: dict[tuple[str, str], tuple[Reference, ...] | None] = {}

    # -- what is bound and defined -------------------------------------------------------------

    @cached_property
    def bound_names(self) -> frozenset[str]:
        """The names that are bound at the top of the module."""
        return frozenset(self._analysis.tree.root.bindings)

    def exported(self, name: str) -> frozenset[Value]:
        """What a name of the module may be; nothing where it binds no such name."""
        if name not in self.bound_names:
            return _NOTHING
        if name not in self._bound:
            analysis = self._analysis
            self._bound[name] = analysis.values.of_name(name, analysis.tree.root)
        return self._bound[name]

    @cached_property
    def exports(self) -> tuple[tuple[str, frozenset[Value]], ...]:
        """All names that are bound at the top of the module, with what they may be."""
        return tuple((name, self.exported(name)) for name in sorted(self.bound_names))

    @cached_property
    def function_ids(self) -> frozenset[str]:
        return frozenset(self._analysis.definitions.function_nodes)

    @cached_property
    def class_ids(self) -> frozenset[str]:
        return frozenset(self._analysis.definitions.class_nodes)

    def function(self, id_: str) -> Function | None:
        """A function of the module; of several with one name the last."""
        if id_ not in self._functions and id_ in self.function_ids:
            self._functions[id_] = self._analysis.definitions.function(id_)
        return self._functions.get(id_)

    def class_(self, id_: str) -> Class | None:
        """A class of the module; of several with one name the last."""
        if id_ not in self._classes and id_ in self.class_ids:
            self._classes[id_] = self._analysis.definitions.class_(id_)
        return self._classes.get(id_)

    def is_property(self, id_: str) -> bool:
        """Report whether a method is read as an attribute, and not called."""
        if id_ not in self._properties:
            self._properties[id_] = self._analysis.definitions.is_property(id_)
        return self._properties[id_]

    def bases(self, id_: str) -> tuple[frozenset[Value], ...]:
        """What a class inherits from."""
        if id_ not in self._bases:
            self._bases[id_] = self._analysis.definitions.bases(id_)
        return self._bases[id_]

    def bound_as(self, name: str) -> tuple[str, ...]:
        """The names of the module for what is known by another name elsewhere: ``g = f``."""
        return tuple(
            bound
            for bound in self._bound_by_word.get(name, ())
            if bound != name and any(last_name(value) == name for value in self.exported(bound))
        )

    @cached_property
    def _bound_by_word(self) -> dict[str, list[str]]:
        """The names of the module by the words of what they are bound to."""
        return self._analysis.definitions.bound_by_word()

    @property
    def functions(self) -> tuple[Function, ...]:
        found = (self.function(id_) for id_ in self._order)
        return tuple(function for function in found if function is not None)

    @property
    def classes(self) -> tuple[Class, ...]:
        found = (self.class_(id_) for id_ in self._order)
        return tuple(class_ for class_ in found if class_ is not None)

    def function_at(self, line: int) -> Function | None:
        """The innermost function around a line."""
        id_ = self.id_at(line)
        return self.function(id_) if id_ is not None else None

    def id_at(self, line: int) -> str | None:
        """The id of the innermost function around a line."""
        inside = [one for one in self._extents if one[0] <= line <= one[1]]
        return max(inside)[2] if inside else None

    @cached_property
    def _order(self) -> tuple[str, ...]:
        definitions = self._analysis.definitions
        return tuple({**definitions.function_nodes, **definitions.class_nodes})

    @cached_property
    def _extents(self) -> tuple[tuple[int, int, str], ...]:
        """(first line, last line, id) of each function."""
        return tuple(self._analysis.definitions.extents)

    # -- calls and mentions --------------------------------------------------------------------

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every call."""
        return tuple(self._call(number) for number in range(self._number_of_calls))

    def calls_named(self, name: str) -> tuple[Call, ...]:
        """The calls that spell a name, or call what is known by that name elsewhere."""
        return tuple(self._call(number) for number in self._calls_by_name.get(name, ()))

    def calls_in(self, function: str | None) -> tuple[Call, ...]:
        """The calls whose innermost named function is this one; None is the module itself."""
        return tuple(self._call(number) for number in self._calls_by_function.get(function, ()))

    def judged(self, call: Call) -> Judged:
        """What becomes of the result of one of the module's calls."""
        if call.number not in self._judged:
            self._judged[call.number] = self._analysis.calls.judged(call.number)
        return self._judged[call.number]

    def given(self, call: Call, slot: str) -> Given | None:
        """What one of the module's calls gives as an argument."""
        key = call.number, slot
        if key not in self._given:
            self._given[key] = self._analysis.calls.given(call.number, slot)
        return self._given[key]

    def mentions(self, name: str) -> tuple[Reference, ...]:
        """Every mention of a name other than as what is called."""
        if name not in self._mentions:
            self._mentions[name] = tuple(self._analysis.references.of(name))
        return self._mentions[name]

    def reads(self, function: str, parameter: str) -> tuple[Reference, ...] | None:
        """What a function does with a parameter; None where it binds the name anew."""
        key = (function, parameter)
        if key not in self._reads:
            node = self._analysis.definitions.function_nodes.get(function)
            found = None if node is None else self._analysis.references.reads(node, parameter)
            self._reads[key] = found
        return self._reads[key]

    def _call(self, number: int) -> Call:
        if number not in self._calls:
            self._calls[number] = self._analysis.calls.fact(number)
        return self._calls[number]

    @cached_property
    def _number_of_calls(self) -> int:
        return len(self._analysis.calls)

    @cached_property
    def _calls_by_name(self) -> dict[str, list[int]]:
        return self._analysis.calls.index()

    @cached_property
    def _calls_by_function(self) -> dict[str | None, list[int]]:
        return self._analysis.calls.by_function()

    # -- the rest ------------------------------------------------------------------------------

    @cached_property
    def aliases(self) -> frozenset[str]:
        """Other names that the module gives to what is spelled like a spawner."""
        return aliases(self._analysis.tree)

    @cached_property
    def sets(self) -> tuple[SetFact, ...]:
        return tuple(self._analysis.sets.collect())

    @cached_property
    def remakings(self) -> tuple[Remaking, ...]:
        """Where objects may get all new attributes."""
        return tuple(self._analysis.remakings.collect())

    @cached_property
    def run_elsewhere(self) -> frozenset[Value]:
        """What runs in another thread, or in the event loop of one."""
        analysis = self._analysis
        return frozenset(run_elsewhere(analysis.tree, analysis.values))

    @cached_property
    def suppressions(self) -> tuple[Suppression, ...]:
        analysis = self._analysis
        return collect_suppressions(analysis.text, analysis.module)

    @cached_property
    def imports(self) -> Imports:
        return self._analysis.imports()

    @cached_property
    def names(self) -> frozenset[str]:
        """Every identifier in the module."""
        analysis = self._analysis
        return analysis.tree.order.identifiers(analysis.module)

    @cached_property
    def steady(self) -> frozenset[str]:
        """The names of the module that are bound once and for all."""
        tree = self._analysis.tree
        return frozenset(name for name in tree.root.bindings if is_steady(name, tree.root, tree))

    def remember_names(self) -> None:
        """Collect what every question begins with, while the tree is open."""
        Module.bound_names.__get__(self, Module)

    def remember_sets(self) -> None:
        """Collect the sets, while the tree is open."""
        Module.sets.__get__(self, Module)

    def remember_head(self) -> None:
        """Collect what whoever makes a plan asks of a file, while its tree is open."""
        for fact in (Module.suppressions, Module.generated):
            fact.__get__(self, Module)

    @cached_property
    def generated(self) -> bool:
        analysis = self._analysis
        return is_generated(analysis.text, analysis.module)

    @property
    def _analysis(self) -> Analysis:
        return self._opened.analysis(self._source)
