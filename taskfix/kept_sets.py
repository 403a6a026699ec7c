"""The types that describe sets of tasks and what is done with them: a part of the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from codemods.edits import Span

# Symbolic values are explained in facts/values.py.
Value: TypeAlias = str
# What is done with a set of tasks at one place, explained in facts/handling.py.
Handling: TypeAlias = Literal[
    "keeps",
    "guards",
    "logs",
    "counts",
    "reads",
    "passes",
    "ends",
    "awaits",
    "raises",
    "collects",
    "grows",
    "drops",
    "steers",
]


@dataclass(frozen=True, slots=True)
class Remaking:
    """A place that may give an object, which exists already, all new attributes."""

    of: frozenset[Value]
    line: int


@dataclass(frozen=True, slots=True)
class Given:
    """What a call gives as an argument.

    ``new`` is a container that is made there; ``name`` a variable, of ``function`` where that is
    its local.
    """

    new: bool = False
    name: str | None = None
    function: str | None = None
    values: frozenset[Value] = frozenset()


@dataclass(frozen=True, slots=True)
class Growth:
    """A place that adds to a set or list which its module never empties nor goes over."""

    span: Span
    function: str | None
    looped: bool  # in a `while` or `async for` loop of its function
    added: frozenset[Value]


@dataclass(frozen=True, slots=True)
class Dealing:
    """What is done with a set at one place, and by which function."""

    what: Handling
    function: str | None
    line: int
    # (who gets it, as which argument), of the callables that are not of this module.
    handed: frozenset[tuple[Value, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class SetFact:
    """A place that keeps objects: a set (or other container) with a name.

    ``id`` is ``app/a.py::NAME``, ``app/a.py::Class.NAME``, ``app/a.py::Class().NAME`` or
    ``app/a.py::f@NAME`` for a local of f. ``added`` are the values that are added to it.
    An "attribute" is one of an object with a name, ``app.state.tasks``; it belongs to the function
    that creates it, and ``root`` says where that name is bound, if it is bound just once.
    """

    id: str
    name: str
    scope: Literal["module", "class", "instance", "local", "attribute"]
    owner: str | None  # the class or function it belongs to
    line: int
    target: Span
    kind: str  # "set", "list", "weak", ...
    annotation: str | None
    elements: frozenset[Value] | None  # by its annotation; None where that says nothing
    added: frozenset[Value]
    rebound: bool
    readers: tuple[tuple[int, str], ...]  # line, what is done
    created: Span | None = None
    top_level: bool = True  # in the straight line of its function's body, before any return
    dealings: tuple[Dealing, ...] = ()  # what is done with it in its module
    awaited_at_end: bool = False  # its function ends when all is done that is in it
    grows: tuple[Growth, ...] = ()  # empty where something may be taken out
    root: Literal["module", "local"] | None = None
    of: frozenset[Value] = frozenset()  # what the object with that name may be
    yielded: str | None = None  # the key under which a generator yields it: `yield {"key": set_}`

    @property
    def handled(self) -> frozenset[Handling]:
        """All that is done with it in its module."""
        return frozenset(dealing.what for dealing in self.dealings)
