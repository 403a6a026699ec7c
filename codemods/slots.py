"""CreateAttribute in a class with ``__slots__``: the new attribute needs a slot."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from codemods.edits import CreateAttribute, EditError
from codemods.expressions import code_of
from codemods.separated import Separated, inserted


def with_slot(class_: cst.ClassDef, edit: CreateAttribute) -> cst.ClassDef:
    """The class with the attribute in its ``__slots__``."""
    for statement in class_.body.body:
        match statement:
            # __slots__ = ...   __slots__: T = ...
            case cst.SimpleStatementLine(
                body=[
                    cst.Assign(
                        targets=[cst.AssignTarget(target=cst.Name(value="__slots__"))],
                        value=cst.BaseExpression() as value,
                    )
                    | cst.AnnAssign(
                        target=cst.Name(value="__slots__"), value=cst.BaseExpression() as value
                    )
                ]
            ):
                changed = class_.deep_replace(value, _slots(value, edit))
                assert isinstance(changed, cst.ClassDef)
                return changed
    raise EditError(edit, "the class has no __slots__")


def _slots(value: cst.BaseExpression, edit: CreateAttribute) -> cst.BaseExpression:
    match value:
        # __slots__ = "a"
        case cst.SimpleString():
            return cst.parse_expression(f"({code_of(value)}, {_quoted(edit.attribute, value)})")
        # __slots__ = ("a", "b")   __slots__ = ["a", "b"]   __slots__ = {"a", "b"}
        case cst.Tuple() | cst.List() | cst.Set():
            return _with_element(value, edit)
    raise EditError(edit, "the __slots__ are no plain list of names")


def _quoted(attribute: str, neighbour: cst.CSTNode) -> str:
    quote = "'" if code_of(neighbour).lstrip().startswith("'") else '"'
    return f"{quote}{attribute}{quote}"


def _with_element(
    display: cst.Tuple | cst.List | cst.Set, edit: CreateAttribute
) -> cst.BaseExpression:
    elements = display.elements
    if not elements:
        brackets = code_of(display)
        comma = "," if isinstance(display, cst.Tuple) else ""
        name = _quoted(edit.attribute, cst.Name("x"))
        return cst.parse_expression(f"{brackets[0]}{name}{comma}{brackets[-1]}")
    if isinstance(display, cst.Tuple):
        elements = _without_lone_comma(elements)
    new = cst.Element(cst.SimpleString(_quoted(edit.attribute, elements[0])))
    items = inserted(_separated(display, elements), new, _index(elements, new))
    changed = display.with_changes(elements=items.items)
    assert isinstance(changed, (cst.Tuple, cst.List, cst.Set))
    return _with_closing(changed, items.closing)


def _without_lone_comma(elements: Sequence[cst.BaseElement]) -> list[cst.BaseElement]:
    # The comma of ("a",) makes it a tuple: it is no sign of a list with one item on each line.
    match elements:
        case [cst.Element(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace())) as only]:
            return [only.with_changes(comma=cst.MaybeSentinel.DEFAULT)]
    return list(elements)


def _index(elements: Sequence[cst.BaseElement], new: cst.Element) -> int:
    """Where the name goes: in its place if the names are sorted, else last."""
    names = [code_of(element.value) for element in elements]
    if len(names) > 1 and names == sorted(names):
        return sum(name < code_of(new.value) for name in names)
    return len(names)


def _separated(
    display: cst.Tuple | cst.List | cst.Set, elements: Sequence[cst.BaseElement]
) -> Separated:
    nothing = cst.SimpleWhitespace("")
    if isinstance(display, cst.Tuple):
        if not display.lpar:
            return Separated(tuple(elements), nothing, nothing)
        opening, closing = display.lpar[-1].whitespace_after, display.rpar[0].whitespace_before
    elif isinstance(display, cst.List):
        opening, closing = display.lbracket.whitespace_after, display.rbracket.whitespace_before
    else:
        opening, closing = display.lbrace.whitespace_after, display.rbrace.whitespace_before
    return Separated(tuple(elements), opening, closing)


def _with_closing(
    display: cst.Tuple | cst.List | cst.Set, closing: cst.BaseParenthesizableWhitespace
) -> cst.BaseExpression:
    if isinstance(display, cst.Tuple):
        if not display.rpar:
            return display
        first = display.rpar[0].with_changes(whitespace_before=closing)
        return display.with_changes(rpar=[first, *display.rpar[1:]])
    if isinstance(display, cst.List):
        bracket = display.rbracket.with_changes(whitespace_before=closing)
        return display.with_changes(rbracket=bracket)
    return display.with_changes(rbrace=display.rbrace.with_changes(whitespace_before=closing))
