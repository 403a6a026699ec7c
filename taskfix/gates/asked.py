"""The syntax tree that the edits of a file ask for, built from the original's without LibCST."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from codemods.edits import (
    AddModuleCode,
    AddParameter,
    Annotate,
    CreateAttribute,
    CreateField,
    CreateLocal,
    DefaultParameter,
    Edit,
    FunctionKey,
    KeepTask,
    LambdaToFunction,
    PassArgument,
    ReplaceExpression,
    Span,
    WrapCall,
)
from taskfix.facts.positions import Positions
from taskfix.gates.classes import add_slot
from taskfix.gates.imports import missing_imports, without_removed
from taskfix.gates.kept import Keep, evaluated, kept
from taskfix.gates.trees import Asked, Floating, is_simple

Place = tuple[str, Span]


def asked_for(tree: ast.Module, text: str, edits: Iterable[Edit]) -> Asked:
    """What the tree has to become. The tree itself is taken apart for it.

    Raises ``UnknownShapeError`` for a statement that no fix is known for.
    """
    return _Builder(tree, Positions(text), list(dict.fromkeys(edits))).built()


class _Builder(ast.NodeTransformer):
    """Makes the edits on a tree, from the inside to the outside."""

    def __init__(self, tree: ast.Module, positions: Positions, edits: Sequence[Edit]) -> None:
        self._asked = Asked(tree)
        self._positions = positions
        self._edits = edits
        self._at: dict[Place | FunctionKey, list[Any]] = defaultdict(list)
        self._lines: set[int] = set()
        for edit in edits:
            self._enter(edit)
        self._calls: dict[int, Keep] = {}
        self._hoisted: list[tuple[Span, ast.FunctionDef]] = []
        self._first: dict[int, ast.stmt] = {}  # what a statement begins with in the result

    def built(self) -> Asked:
        module = self._asked.tree
        without_removed(module, self._edits)
        floating = [Floating(line) for line in missing_imports(module, self._edits)]
        codes = [edit for edit in self._edits if isinstance(edit, AddModuleCode)]
        below = [_statement_below(module, edit.before_line) for edit in codes]
        self.visit(module)
        for edit, statement in zip(codes, below, strict=True):
            above = self._first.get(id(statement), statement)
            floating += [Floating(line, above) for line in ast.parse(edit.code).body]
        self._asked.floating[id(module)] = floating
        return self._asked

    def _enter(self, edit: Edit) -> None:
        match edit:
            case KeepTask(call=span) | WrapCall(call=span) | PassArgument(call=span):
                place: Place | FunctionKey = ("Call", span)
            case LambdaToFunction(lambda_=span, call=call):
                self._at["Call", call].append(edit)
                place = ("Lambda", span)
            case ReplaceExpression(span=span) | Annotate(target=span):
                place = ("", span)
            case AddParameter(function=key) | DefaultParameter(function=key):
                place = key
            case CreateLocal(function=key) | CreateAttribute(init=key):
                place = key
            case CreateField(class_=key):
                place = key
            case _:
                return
        self._at[place].append(edit)
        self._lines.add(place.line if isinstance(place, FunctionKey) else place[1].line)

    def _edits_at(self, node: ast.expr, kind: str = "") -> list[Any]:
        if node.lineno not in self._lines:
            return []
        return self._at.get((kind, self._positions.span(node)), [])

    # -- expressions -------------------------------------------------------------------------

    def visit(self, node: ast.AST) -> Any:
        """Visit what is inside, then make the edits of the node itself."""
        if not isinstance(node, ast.expr):
            return super().visit(node)
        span = self._positions.span(node) if node.lineno in self._lines else None
        self.generic_visit(node)
        return node if span is None else self._edited(node, span)

    def _edited(self, node: ast.expr, span: Span) -> ast.expr:
        for edit in self._at.get(("", span), ()):
            if isinstance(edit, ReplaceExpression):
                node = ast.parse(f"({edit.code})", mode="eval").body
        if isinstance(node, (ast.Call, ast.Await)):
            return self._call(node, self._at.get(("Call", span), []))
        for edit in self._at.get(("Lambda", span), ()) if isinstance(node, ast.Lambda) else ():
            assert isinstance(node, ast.Lambda)
            body = evaluated(node.body, self._calls)
            function = _function(edit.name, node.args, body)
            function.returns = ast.Constant(None) if edit.annotate else None
            self._hoisted.append((span, function))
            return ast.Name(edit.name, ast.Load())
        return node

    def _call(self, call: ast.Call | ast.Await, edits: Sequence[Edit]) -> ast.expr:
        for edit in edits:
            if isinstance(edit, PassArgument) and isinstance(call, ast.Call):
                new = ast.keyword(edit.parameter, ast.parse(edit.value, mode="eval").body)
                stars = (i for i, keyword in enumerate(call.keywords) if keyword.arg is None)
                call.keywords.insert(next(stars, len(call.keywords)), new)
        for edit in edits:
            if isinstance(edit, WrapCall):
                call = ast.Call(ast.parse(edit.function, mode="eval").body, [call], [])
        for edit in edits:
            if isinstance(edit, (KeepTask, LambdaToFunction)):
                self._calls[id(call)] = edit
        return call

    # -- statements --------------------------------------------------------------------------

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for name, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                setattr(node, name, self._block(value))
            elif isinstance(value, list):
                setattr(node, name, [self._visited(item) for item in value])
            elif isinstance(value, ast.AST):
                setattr(node, name, self.visit(value))
        return node

    def _visited(self, item: Any) -> Any:
        return self.visit(item) if isinstance(item, ast.AST) else item

    def _block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        new: list[ast.stmt] = []
        line_start, line_end = 0, 0  # where in `new` the statements of one line begin
        for statement in statements:
            if statement.lineno != line_end:
                line_start = len(new)
            line_end = statement.end_lineno or statement.lineno
            outer, self._hoisted = self._hoisted, []
            lines = self._statement(statement)
            # What is inside of another lambda is left first, and so stands above it.
            functions = sorted(self._hoisted, key=lambda pair: _end(pair[0]))
            self._hoisted = outer
            new[line_start:line_start] = [function for _, function in functions]
            line_start += len(functions)
            new += lines
            self._first[id(statement)] = [*(f for _, f in functions), *lines][0]
        return new

    def _statement(self, statement: ast.stmt) -> list[ast.stmt]:
        target = _target(statement)
        annotations = self._edits_at(target) if target is not None else []
        changed = self.visit(statement)
        for edit in annotations:
            if isinstance(edit, Annotate):
                changed = _annotated(changed, edit)
        if is_simple(changed) and self._calls and self._has_calls(changed):
            return kept(changed, self._calls)
        return [changed]

    def _has_calls(self, statement: ast.stmt) -> bool:
        return any(id(node) in self._calls for node in ast.walk(statement))

    # -- functions ---------------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        edits = self._at.get(self._positions.key(node), [])
        self.generic_visit(node)
        docstring = _docstring(node)
        top: list[ast.stmt] = []
        for edit in edits:
            match edit:
                case AddParameter():
                    _add_parameter(node.args, edit)
                    if docstring is not None:
                        names = self._asked.documented.setdefault(id(docstring), [])
                        names.append(edit.parameter)
                case DefaultParameter(parameter=name, value=value):
                    top += ast.parse(f"if {name} is None: {name} = {value}").body
                case CreateLocal(name=name, annotation=annotation, value=value):
                    top += ast.parse(f"{name}: {annotation} = {value}").body
                case CreateAttribute():
                    self._add_attribute(node, edit)
        start = 1 if docstring is not None else 0
        node.body[start:start] = top
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        created = [
            edit
            for part in node.body
            if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))
            for edit in self._at.get(self._positions.key(part), ())
            if isinstance(edit, CreateAttribute)
        ]
        self.generic_visit(node)
        for edit in created:
            if edit.slot:
                add_slot(node, edit.attribute)
        for edit in self._at.get(FunctionKey(node.lineno, node.name), ()):
            if isinstance(edit, CreateField):
                floating = self._asked.floating.setdefault(id(node), [])
                floating += [Floating(line) for line in ast.parse(edit.code).body]
        return node

    def _add_attribute(
        self, init: ast.FunctionDef | ast.AsyncFunctionDef, edit: CreateAttribute
    ) -> None:
        self_ = [*init.args.posonlyargs, *init.args.args][0].arg
        annotation = f": {edit.annotation}" if edit.annotation else ""
        code = f"{self_}.{edit.attribute}{annotation} = {edit.value}"
        floating = self._asked.floating.setdefault(id(init), [])
        floating += [Floating(line) for line in ast.parse(code).body]


def _statement_below(module: ast.Module, line: int | None) -> ast.stmt | None:
    if line is None:
        return None
    return next((s for s in module.body if (s.end_lineno or s.lineno) >= line), None)


def _function(name: str, args: ast.arguments, body: list[ast.stmt]) -> ast.FunctionDef:
    function = ast.parse(f"def {name}(): pass").body[0]
    assert isinstance(function, ast.FunctionDef)
    function.args, function.body = args, body
    return function


def _end(span: Span) -> tuple[int, int, int, int]:
    return span.end_line, span.end_column, -span.line, -span.column


def _target(statement: ast.stmt) -> ast.expr | None:
    match statement:
        case ast.Assign(targets=[target]) | ast.AnnAssign(target=target):
            return target
    return None


def _annotated(statement: ast.stmt, edit: Annotate) -> ast.stmt:
    annotation = ast.parse(edit.annotation, mode="eval").body
    if isinstance(statement, ast.AnnAssign):
        statement.annotation = annotation
        return statement
    assert isinstance(statement, ast.Assign)
    target = statement.targets[0]
    assert isinstance(target, (ast.Name, ast.Attribute, ast.Subscript))
    simple = int(isinstance(target, ast.Name))
    return ast.AnnAssign(target, annotation, statement.value, simple)


def _docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.Constant | None:
    match node.body[0]:
        case ast.Expr(value=ast.Constant(value=str() | bytes()) as docstring):
            return docstring
    return None


def _add_parameter(arguments: ast.arguments, edit: AddParameter) -> None:
    annotation = ast.parse(edit.annotation, mode="eval").body if edit.annotation else None
    new = ast.arg(edit.parameter, annotation)
    default = ast.parse(edit.default, mode="eval").body
    if edit.by_keyword or arguments.vararg is not None or arguments.kwonlyargs:
        arguments.kwonlyargs.append(new)
        arguments.kw_defaults.append(default)
    else:
        arguments.args.append(new)
        arguments.defaults.append(default)
