"""Every type that crosses a file boundary: values only, without IO, nodes or decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from codemods.edits import Edit, FunctionKey, Span
from taskfix.kept_sets import Dealing, Given, Growth, Handling, Remaking, SetFact, Value

__all__ = [
    "Dealing",
    "Edit",
    "FunctionKey",
    "Given",
    "Growth",
    "Handling",
    "Remaking",
    "SetFact",
    "Span",
    "Value",
]

Rule: TypeAlias = Literal["TF001", "TF002", "TF003", "TF004", "TF005", "TF006", "TF100"]
Status: TypeAlias = Literal["fixable", "fixed", "refused", "suppressed"]
Role: TypeAlias = Literal["owner", "passes", "spawns"]
StrategyName: TypeAlias = Literal["auto", "thread", "module", "instance"]


# -- what comes in ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """One file as it was read.

    ``selected`` tells whether it may be changed and reported on, ``writable`` whether a change
    could reach the disk.
    """

    path: str  # relative to the working directory, with forward slashes
    data: bytes
    selected: bool = True
    writable: bool = True


# -- facts: what one module says, by itself --------------------------------------------------

# What the code does with the result of a call (section 2 of the design).
Fate: TypeAlias = Literal["lost", "held", "returned"]
# How something is mentioned, explained in facts/references.py.
Mentioned: TypeAlias = Literal[
    "value", "kept", "store", "decorator", "annotation", "base", "attribute", "scan", "dispatch"
]
Named: TypeAlias = Literal["string", "key", "export"]
# The syntax around a call, as far as it decides how a holder can be written there.
Shape: TypeAlias = Literal[
    "statement",  # the call, or a simple chain of methods on it, is the whole statement
    "binding",  # the statement binds the result to a name
    "branch",  # the last part of an `and`, `or` or conditional expression statement
    "loop",  # the element of a comprehension that is a statement
    "display",  # an element of a tuple or list that is a statement
    "argument",  # the only argument of a plain call that is the whole statement
    "return",  # the value of a return statement
    "lambda",  # the value of a lambda
    "reference",  # not called here: the spawner itself is handed to a call
    "expression",  # anywhere else
]


@dataclass(frozen=True, slots=True)
class Use:
    """What becomes of one value: who holds it, or how it is lost.

    ``frame`` tells that the only loss is the end of the function's frame, so that a frame which
    outlives the task holds it. ``by`` says in words what drops it or what holds it.
    """

    fate: Fate
    by: str
    rule: Rule = "TF001"
    shape: Shape = "statement"
    variable: str | None = None
    frame: bool = False
    above: int = 0  # whose frame: 1 is that of the function around the one with the call
    lambda_: Span | None = None  # of the shape "lambda": the lambda
    lambda_takes: bool = False  # that lambda has parameters
    dropper: frozenset[Value] = frozenset()  # what drops that which its callback returns
    raced: bool = False  # the first of several is waited for, and the others are let go
    stays: bool = False  # it is bound to `_`, and something reads or deletes that
    mistake: tuple[Span, str] | None = None  # what is mistyped in a fix by hand, and what is meant


@dataclass(frozen=True, slots=True)
class Judged:
    """The use of what a call gives, and of what awaiting that gives, where it is awaited."""

    use: Use
    awaited: Use | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call, or one mention of a function that is handed to a call that will call it.

    ``callee`` are the values of what is called; ``method`` is the attribute or name that is
    spelled. What becomes of the result is asked by the ``number`` of the call in its module.
    """

    span: Span
    function: str | None  # definition of the innermost named function, as "app/a.py::Server.start"
    callee: frozenset[Value]
    method: str
    text: str  # the callee as it is spelled, blanks removed
    number: int = 0
    awaited_span: Span | None = None  # the ``await`` of it
    positional: int = 0
    keywords: tuple[str, ...] = ()
    stars: bool = False  # *args or **kwargs are passed
    first: str | None = None  # the name of what is called in the first argument: work of work(x)
    first_callee: frozenset[Value] = frozenset()  # what that is
    first_name: str | None = None  # the first argument, where that is a plain name
    callee_span: Span | None = None
    statement: Span | None = None  # the simple statement around it
    argument_of: frozenset[Value] = frozenset()  # the callees that it is a direct argument of
    chained: bool = False  # a method of the result is called at once
    in_lambda: bool = False
    in_class_body: bool = False
    in_comprehension: bool = False
    brief: bool = False  # a `with` statement enters it and plainly comes to an end
    looped: bool = False  # in a `while` or `async for` loop of its function
    repeated: bool = False  # in any loop of its function, or of the module
    only_used: bool = False  # nothing but attributes of what it gives are read, in its function
    caught: bool = False  # what it raises is caught around it
    hidden: frozenset[str] = frozenset()  # names that a lambda, comprehension or class gives it


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: Literal["positional", "keyword", "args", "kwargs"]
    values: frozenset[Value]  # what its annotation allows
    annotation: str | None = None
    default: bool = False
    elided: bool = False  # its default is ``...``, as stubs write it
    elements: frozenset[Value] | None = None  # of a set: what its annotation says of them
    optional: bool = False  # its annotation allows None


@dataclass(frozen=True, slots=True)
class Function:
    """One ``def``. ``names`` are all identifiers in it, nested functions included."""

    id: str
    name: str
    qualname: str
    key: FunctionKey
    end_line: int
    is_async: bool
    parent: str | None  # the function around it
    class_: str | None  # the class around it, where it is a method
    kind: Literal["function", "method", "classmethod", "staticmethod"]
    decorators: tuple[frozenset[Value], ...]
    decorator_texts: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    returns: frozenset[Value]  # values of its return annotation and return statements
    names: frozenset[str]
    locals: frozenset[str]
    yields: int | None  # line of the first yield
    forwards_kwargs: bool
    dynamic: bool  # uses locals(), vars(), eval() or exec()
    duplicated: bool  # another definition has the same qualified name
    adds: tuple[tuple[str, str], ...] = ()  # (what, added name) of what it surely adds to a set
    watched: frozenset[str] = frozenset()  # the names that it calls `add_done_callback` of
    last_line: int = 0  # where the last statement of its body starts
    typed: bool = False  # a parameter or the result is annotated
    result: str | None = None  # the annotation of the result
    endless: int | None = None  # line of a statement of its body that never completes
    gives: str | None = None  # the one name that all of its return statements return
    entered: frozenset[Value] = frozenset()  # what a context manager yields
    steady: frozenset[str] = frozenset()  # locals that are bound once and for all
    left: int | None = None  # line of the first `return` that has statements below it
    cancels: frozenset[str] = frozenset()  # the parameters of which it cancels something
    loops: bool = False  # has a `while` or `async for` loop, which ends when others want it to
    # The lines (first, last) that run only when it ends: `finally`, below the `yield`.
    finals: tuple[tuple[int, int], ...] = ()
    waits_from: int | None = None  # the line from which on it only waits for what it has


@dataclass(frozen=True, slots=True)
class Class:
    id: str
    name: str
    line: int
    bases: tuple[frozenset[Value], ...]
    base_texts: tuple[str, ...]
    metaclass: bool
    decorators: tuple[frozenset[Value], ...]
    methods: frozenset[str]
    attributes: tuple[tuple[str, frozenset[Value]], ...]  # self.x = ..., x = ... in the body
    slots: bool
    function: str | None  # the function it is defined in
    decorator_texts: tuple[str, ...] = ()
    discreet: bool = False  # no method of it gives `self`, or a method of it, to anybody
    declares: bool = False  # its body annotates most of what `__init__` assigns


@dataclass(frozen=True, slots=True)
class Reference:
    """A use of a name other than as the callee of a call: a value, a store, a string."""

    name: str
    values: frozenset[Value]
    kind: Mentioned | Named
    line: int
    text: str
    function: str | None = None
    bare: bool = False  # a plain name, not an attribute of something
    handling: Handling = "passes"  # what is done, if that is a set of tasks
    added: frozenset[Value] = frozenset()  # what is added to it
    handed: frozenset[tuple[Value, str]] = frozenset()  # as in Dealing
    made: bool = False  # not the name itself, but what a call of it gives
    given: frozenset[Value] = frozenset()  # the callees that it is a direct argument of
    to: str = ""  # what is spelled there, as a method or name
    slot: str = ""  # which argument it is, "0", "1" or a keyword; or what is done with it else
    of: frozenset[Value] = frozenset()  # of a text: the argument before it, f(of, "name")
    # What uses it where it goes into a container or is one; None where neither is, or is known.
    ends: tuple[Reference, ...] | None = None


@dataclass(frozen=True, slots=True)
class Suppression:
    """A comment that silences findings on the lines of one statement."""

    line: int
    kind: Literal["noqa", "ruff", "taskfix"]
    codes: tuple[str, ...]  # empty: all
    first: int  # lines that it covers
    last: int


@dataclass(frozen=True, slots=True)
class Imports:
    """How the module spells asyncio and typing at run time: (dotted path, name it is bound to)."""

    names: tuple[tuple[str, str], ...]
    future_annotations: bool = False
    stars: tuple[str, ...] = ()
    # What could go if nothing read it, with the places (line, column) that do.
    removable: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = ()


# -- what goes out ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be read, decoded, parsed or written, or a fix that did not verify."""

    path: str
    line: int | None
    code: str  # TF901 unreadable, TF902 undecodable, TF903 syntax, TF904 lossy, TF905 too deep, ...
    message: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a site is not fixed, or why a strategy was not taken."""

    code: str  # short, stable, kebab-case
    message: str


@dataclass(frozen=True, slots=True)
class Holder:
    """The object that keeps the strong reference."""

    strategy: str
    name: str  # the expression, as it is written at the site
    path: str
    line: int | None  # where it is created; None where the fix creates it


@dataclass(frozen=True, slots=True)
class Caller:
    """A call of a function of a chain that is not itself a hop, and what it passes."""

    path: str
    line: int
    function: str
    passes: bool
    edit: str  # what the fix does there, or why it passes nothing
    callers: tuple[Caller, ...] = ()  # where a caller that passes a parameter on has it from


@dataclass(frozen=True, slots=True)
class Hop:
    """One function of a chain, from the owner of the holder down to the function that spawns."""

    path: str
    line: int
    function: str
    role: Role
    edit: str = ""  # what the fix does there, in words
    callers: tuple[Caller, ...] = ()  # the other calls of this function
    readers: tuple[str, ...] = ()  # of an owner: who reads its set


@dataclass(frozen=True, slots=True)
class Considered:
    """A strategy that was looked at before the chosen one, and why it was not taken."""

    strategy: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Finding:
    """One dangling site and what is (or was) done about it."""

    id: str
    rule: Rule
    path: str
    span: Span
    call: str  # the spawner's name, as "asyncio.create_task"
    function: str | None  # qualified name of the enclosing function
    use: str
    message: str  # what dies and when, in one sentence
    status: Status
    reason: Reason | None = None
    holder: Holder | None = None
    chain: tuple[Hop, ...] = ()
    considered: tuple[Considered, ...] = ()
    notes: tuple[str, ...] = ()  # e.g. who reads the set
    files: tuple[str, ...] = ()  # what its fix changes: all of them or none


@dataclass(frozen=True, slots=True)
class Leak:
    """A place that keeps tasks for ever (TF006): none is lost there, so it is no finding."""

    path: str
    span: Span
    message: str
    suppression: Suppression | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The new content of one file, and how many edits make it."""

    path: str
    before: bytes
    after: bytes
    edits: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one run. Findings and problems are sorted by path and position."""

    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    scanned: int
    parsed: int
    leaks: tuple[Leak, ...] = ()
