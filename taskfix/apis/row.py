"""What a row of the table says of a callable: what it does with its arguments, what it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

# What becomes of an argument. "It" is the argument; the receiver of a method is the argument self.
Effect: TypeAlias = Literal[
    "drops",  # it is looked at, and not kept
    "passes",  # it is given back: itself, a container of it or an iterator over it
    "wraps",  # a future that stands for it is given back
    "weak",  # it is held by a weak reference only
    "calls-later",  # what is given back can be called in its place
    "calls",  # it is called, and what it returns is given back
    "calls-and-drops",  # it is called, and what it returns is dropped
    "runs-elsewhere",  # it is called, or awaited, in another thread or its loop
    "calls-at-end",  # it is called when the program, or what is entered, ends
    "stores",  # it is put into the receiver
    "stores-each",  # the elements of it are put into the receiver
    "stores-in-first",  # it is put into the first argument
    "removes",  # it is taken out of the receiver, and not kept
    "looks-up",  # it is looked for in the receiver, and not kept
    "starts",  # it becomes a task on the loop that runs, which begins after the caller
    "starts-otherwise",  # it becomes a task of another loop, or begins at once
    "awaits",  # it is waited for
    "limits",  # it says when to stop to wait, though something may be pending
    "chooses",  # it says for which of all that is waited for to wait
    "tolerates",  # it says that exceptions are results, or takes them for such
    "runs",  # a loop runs until it is done, and is closed then
    "runs-again",  # a loop runs until it is done, and may run again
    "cancels",  # nothing of it goes on
    "ends",  # nothing of it goes on, or the caller blocks until it is done
    "aside",  # its elements are not read out
    "takes-out",  # one of its elements is taken out and given back
    "empties",  # elements are taken out of it and dropped
    "copies",  # it may be copied or written down with all that it has
    "looks-at",  # something is told of it, and none of its members is given to others
    "scans",  # all that it has may be looked at
    "sets-member",  # it gets an attribute
    "shows-members",  # the attributes that it has are given back, to be changed
    "names-member",  # it is the name of what is looked up in an object
    "runs-text",  # it is run as code
    "stands-for",  # the call is it
    "decorates",  # it stays the function that it was, with the signature that it had
    "reads-signature",  # its parameters are read
]
# What a call gives.
Gives: TypeAlias = Literal[
    "task",
    "future",
    "concurrent",  # a future of another thread
    "instance",  # an instance of itself, for it is a class
    "tasks",  # the tasks of a loop
    "loop",
    "new-loop",  # one that nobody else has
    "clean-up",  # a coroutine that only closes what the loop has left
    "entered",  # what a `with` statement binds
    "shutdown",  # by its name it ends what its object does
    "container",
    "weak-set",
    "bounded",  # a container that drops what does not fit
    "copy",  # a collection of what it is given
    "iterator",  # one over all of its argument, in its order
    "elements",  # the elements of its receiver
    "everything",  # said of what is waited for: all of it
    "truth",
    "size",
    "result",  # what a task gives in the end
    "pause",
    "output",
    "logger",
    "never",  # nothing: awaited, or called as a statement, it never completes
    "manager",  # a context manager whose frame waits at its yield
    "field",  # the attribute of a class, which its `__init__` makes
    "factory",
    "dataclass",  # a class whose fields its `__init__` makes
    "attrs-class",
    "final-class",
    "plain-base",  # a base that brings no attributes and no metaclass that matters
    "namespace",  # an object that only has attributes
    "application",  # it serves requests, and is there as long as the program
    "request",  # its `app` is the application that serves it
    "double",  # a stand-in of a test
    "module",
    "member",  # what the object has by that name
    "member-getter",  # a function that gets it
    "base-instance",
    "method-wrapper",  # the function, which knows when it gets an instance or a class
    "set-type",  # in an annotation: a set
    "wrapper-type",  # in an annotation: what is in its brackets, and something beside it
    "optional-type",
    "code",  # a function that is run from text, or reads all names around it
]


@dataclass(frozen=True, slots=True)
class Api:
    """One callable.

    ``name`` is how its canonical value begins, before the brackets of the call:

    =====================  =====================================================
    ``asyncio.wait``       a function or class
    ``asyncio.Event().x``  a method of what a function gives
    ``asyncio.*Loop``      ``*`` stands for letters, ``**`` for letters and dots
    ``{loop}.x``           a method of whatever gives a loop
    ``*.x``                anything that is spelled so: a guess, see ``debts``
    =====================  =====================================================

    ``does`` tells what becomes of each argument: ``self``, ``0`` and so on, ``*`` for all, or the
    name of a keyword. What is not told is not known.
    """

    name: str
    does: tuple[tuple[str, Effect], ...]
    gives: tuple[Gives, ...]
    reason: str
    source: str
    is_attribute: bool = False  # what it gives is there without a call

    @property
    def word(self) -> str:
        """The last part of its name: how code spells it that has imported it."""
        return self.name.rpartition(".")[2]

    @property
    def is_plain(self) -> bool:
        """Report whether its name is one canonical value, and stands for no others."""
        return "*" not in self.name and "{" not in self.name

    @property
    def is_guess(self) -> bool:
        """Report whether it is known by its spelling only, whatever it is a method of."""
        return self.name.startswith("*.")


def rows(
    prefix: str,
    words: str,
    does: Mapping[str, Effect | tuple[Effect, ...]],
    *gives: Gives,
    reason: str,
    source: str,
    is_attribute: bool = False,
) -> Iterator[Api]:
    """The rows of callables that do the same, for the same reason: one for each of the words."""
    effects: list[tuple[str, Effect]] = []
    for argument, told in does.items():
        effects += ((argument, one) for one in (told if isinstance(told, tuple) else (told,)))
    for word in words.split():
        yield Api(f"{prefix}{word}", tuple(effects), gives, reason, source, is_attribute)
