"""The edits that can be asked for: frozen values that say where and what, never why.

Positions are those of the original source. Lines count from 1 and columns from 0, in code points,
as LibCST's ``PositionProvider`` gives them; ends are exclusive. Every edit of a file refers to the
same baseline, so the order in which edits are listed has no meaning except where one says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The extent of one node, without parentheses around it and without comments."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, order=True)
class FunctionKey:
    """One ``def`` or ``class``: the line of its keyword (``async`` before others) and its name."""

    line: int
    name: str


@dataclass(frozen=True, slots=True)
class KeepTask:
    """Bind the result of a call that is dropped by its statement, and keep it in a holder.

    ::

        asyncio.create_task(f())                      # call

        task = asyncio.create_task(f())               # variable = call
        background_tasks.add(task)                    # holder.add(variable)
        task.add_done_callback(background_tasks.discard)

    A statement that already binds the result to a name (also with an annotation, or a walrus
    statement) keeps that name, ``_`` excepted. The statement's other shapes are rewritten as
    ``codemods/keep_task.py`` shows. ``guard`` puts the last two lines under
    ``if holder is not None:``. With ``keeper``, a function that fills the holder, the last two
    lines are one: ``keeper(task)``. ``call`` may be that of an ``await`` too.
    """

    call: Span
    variable: str
    holder: str
    guard: bool = False
    keeper: str | None = None


@dataclass(frozen=True, slots=True)
class WrapCall:
    """``call`` becomes ``function(call)``: for places where no statement can be added."""

    call: Span
    function: str


@dataclass(frozen=True, slots=True)
class ReplaceExpression:
    """The expression at ``span`` becomes ``code``."""

    span: Span
    code: str


@dataclass(frozen=True, slots=True)
class LambdaToFunction:
    """A lambda becomes a nested function just above the statement that contains it.

    ::

        loop.call_soon(lambda: asyncio.create_task(f()))

        def start_f():                                # name, with the lambda's own parameters
            task = asyncio.create_task(f())           # variable
            background_tasks.add(task)                # holder
            task.add_done_callback(background_tasks.discard)

        loop.call_soon(start_f)

    ``call`` is the body of the lambda or a call inside of it whose value the lambda returns.
    ``annotate`` adds ``-> None``.
    """

    lambda_: Span
    call: Span
    name: str
    variable: str
    holder: str
    guard: bool = False
    annotate: bool = False


@dataclass(frozen=True, slots=True)
class AddParameter:
    """Add ``parameter: annotation = default`` to a function, last.

    It is keyword-only where the function already has ``*args`` or keyword-only parameters, or where
    ``by_keyword`` says so, and stands before ``**kwargs``. ``annotation`` of None leaves it bare.
    A docstring that documents parameters (Google, NumPy or Sphinx style) gets an entry with
    ``description``.
    """

    function: FunctionKey
    parameter: str
    annotation: str | None
    description: str = "Keeps the tasks that are started here until they are done."
    default: str = "None"
    by_keyword: bool = False


@dataclass(frozen=True, slots=True)
class DefaultParameter:
    """Insert ``if parameter is None: parameter = value`` at the top of a function's body."""

    function: FunctionKey
    parameter: str
    value: str


@dataclass(frozen=True, slots=True)
class PassArgument:
    """Add ``parameter=value`` to the call, after its other arguments but before ``**kwargs``."""

    call: Span
    parameter: str
    value: str


@dataclass(frozen=True, slots=True)
class CreateLocal:
    """Insert ``name: annotation = value`` at the top of a function's body, after its docstring."""

    function: FunctionKey
    name: str
    annotation: str
    value: str = "set()"


@dataclass(frozen=True, slots=True)
class CreateAttribute:
    """Insert ``self.attribute: annotation = value`` into ``__init__``; no annotation if None.

    At the end of its run of plain ``self.x = ...`` assignments, after ``super().__init__()``, and
    before the first statement that may start or register something. ``slot`` also extends the
    class's ``__slots__``.
    """

    init: FunctionKey
    attribute: str
    annotation: str | None
    value: str = "set()"
    slot: bool = False


@dataclass(frozen=True, slots=True)
class CreateField:
    """Insert ``code``, whole lines in LF form, below the fields in the body of a class.

    ``class_`` is the line of the ``class`` keyword and the name.
    """

    class_: FunctionKey
    code: str


@dataclass(frozen=True, slots=True)
class Annotate:
    """Annotate (or re-annotate) an assignment of one name or attribute: ``x = v`` to ``x: A = v``.

    ``target`` is the span of the assigned name or attribute.
    """

    target: Span
    annotation: str


@dataclass(frozen=True, slots=True)
class AddImport:
    """Make ``name`` of ``module`` importable at run time, in the style of the module.

    ``import module`` where ``name`` is None, else ``from module import name``: an import of that
    module that is there already is extended. After the docstring and ``__future__`` imports.
    """

    module: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveImport:
    """Remove the plain import at the top of the module that binds ``name``."""

    name: str


@dataclass(frozen=True, slots=True)
class AddModuleCode:
    """Insert statements at module level, after the imports and plain constants.

    ``code`` is whole lines in LF form, comments included. ``before_line`` is the latest line it
    may stand at (the first module-level statement that needs it), None for no limit. Several such
    edits of a file are inserted in their listed order.
    """

    code: str
    before_line: int | None = None


@dataclass(frozen=True, slots=True)
class RemoveSuppression:
    """Remove ``codes`` from the ``# noqa`` or ``# ruff: ignore`` comment on a line."""

    line: int
    codes: tuple[str, ...]


Edit: TypeAlias = (
    KeepTask
    | WrapCall
    | ReplaceExpression
    | LambdaToFunction
    | AddParameter
    | DefaultParameter
    | PassArgument
    | CreateLocal
    | CreateAttribute
    | CreateField
    | Annotate
    | AddImport
    | RemoveImport
    | AddModuleCode
    | RemoveSuppression
)


class EditError(Exception):
    """An edit does not fit the source: the span names no such node, or its shape is not handled.

    ``edit`` is the offending edit. The plan and the codemod disagree, so nothing was changed.
    """

    def __init__(self, edit: Edit, message: str) -> None:
        super().__init__(message)
        self.edit = edit


class UneditableError(Exception):
    """Python reads the source and LibCST cannot change it: it is no edit's fault."""

    def __init__(self, message: str, line: int | None = None, *, too_deep: bool = False) -> None:
        super().__init__(message)
        self.line = line
        self.too_deep = too_deep
