"""Whether every line outside of the edits, and every comment, is still what and where it was."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Sequence

from codemods.edits import (
    AddImport,
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
    RemoveImport,
    RemoveSuppression,
    ReplaceExpression,
    Span,
    WrapCall,
)
from taskfix.facts.positions import Positions
from taskfix.gates.trees import is_simple

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_NEWLINES = "\r\n"


def lost_outside(before: str, after: str, tree: ast.Module, edits: Iterable[Edit]) -> str | None:
    """What the result lacks of the lines that no edit touches and of the comments, in words."""
    edits = list(edits)
    touched = _Touched(tree, before)
    for edit in edits:
        touched.add(edit)
    line = _lost_line(_lines(before), _lines(after), touched.lines)
    if line is not None:
        return f"line {line} is not what it was, and no edit is about it"
    return _lost_comment(before, after, edits)


def _lines(text: str) -> list[str]:
    return _LINE.findall(text)


def _lost_line(before: Sequence[str], after: Sequence[str], touched: set[int]) -> int | None:
    """The first line that is not found again below those before it."""
    position = 0
    for number, line in enumerate(before, start=1):
        if number in touched:
            continue
        # What is appended below a last line without a newline gives it one.
        last = number == len(before) and not line.endswith(tuple(_NEWLINES))
        while position < len(after) and line != after[position]:
            if last and after[position].rstrip(_NEWLINES) == line:
                break
            position += 1
        if position == len(after):
            return number
        position += 1
    return None


class _Touched:
    """Collects the lines of the original that edits may change."""

    def __init__(self, tree: ast.Module, text: str) -> None:
        self.lines: set[int] = set()
        self._module = tree
        self._positions = Positions(text)
        self._functions: dict[FunctionKey, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        self._extents: dict[int, tuple[int, int]] = {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._functions[self._positions.key(node)] = node
            if isinstance(node, ast.stmt) and is_simple(node):
                self._join(node.lineno, node.end_lineno or node.lineno)

    def add(self, edit: Edit) -> None:
        """The lines of one edit."""
        match edit:
            case AddParameter(function=key):
                self._add_function(key, signature=True)
            case DefaultParameter(function=key) | CreateLocal(function=key):
                self._add_function(key, signature=False)
            case CreateAttribute(init=key, slot=slot):
                self._add_function(key, signature=False)
                if slot:
                    self._add_slots(key)
            case AddImport(module=module):
                self._add_imports(module)
            case RemoveImport(name=name):
                self._add_import_of(name)
            case AddModuleCode() | CreateField():
                pass  # these add lines, and change none
            case RemoveSuppression(line=line):
                self.lines.add(line)
            case LambdaToFunction(lambda_=lambda_):
                self._add_span(lambda_)
            case KeepTask(call=span) | WrapCall(call=span) | PassArgument(call=span):
                self._add_span(span)
            case ReplaceExpression(span=span) | Annotate(target=span):
                self._add_span(span)

    def _join(self, first: int, last: int) -> None:
        """Remember the lines of a simple statement, with those that share its lines."""
        first = self._extents.get(first, (first, last))[0]
        for line in range(first, last + 1):
            self._extents[line] = (first, last)

    def _add_span(self, span: Span) -> None:
        """The lines of an expression and of the simple statements on them."""
        for line in range(span.line, span.end_line + 1):
            first, last = self._extents.get(line, (line, line))
            self.lines.update(range(first, last + 1))

    def _add_function(self, key: FunctionKey, *, signature: bool) -> None:
        node = self._functions.get(key)
        if node is None:
            return
        body = node.body[0]
        column = self._positions.span(body).column
        inline = bool(self._positions.lines[body.lineno - 1][:column].strip())
        documented = isinstance(body, ast.Expr) and isinstance(body.value, ast.Constant)
        if signature or inline:
            last = node.body[-1].end_lineno if inline else body.lineno - 1
            self.lines.update(range(node.lineno, (last or body.lineno) + 1))
        if signature and documented:
            self.lines.update(range(body.lineno, (body.end_lineno or body.lineno) + 1))

    def _add_slots(self, init: FunctionKey) -> None:
        """The ``__slots__`` of the class that has this method."""
        for class_ in ast.walk(self._module):
            if isinstance(class_, ast.ClassDef) and self._functions.get(init) in class_.body:
                for part in class_.body:
                    if isinstance(part, (ast.Assign, ast.AnnAssign)):
                        if "__slots__" in ast.unparse(part).partition("=")[0]:
                            self._add_span(self._positions.span(part))

    def _add_imports(self, module: str) -> None:
        """The imports of the same module, one of which may get another name."""
        for node in self._module.body:
            if isinstance(node, ast.ImportFrom):
                if "." * node.level + (node.module or "") == module:
                    self._add_span(self._positions.span(node))

    def _add_import_of(self, name: str) -> None:
        for node in self._module.body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                if any((a.asname or a.name.partition(".")[0]) == name for a in node.names):
                    self._add_span(self._positions.span(node))


def _lost_comment(before: str, after: str, edits: Sequence[Edit]) -> str | None:
    old, new = _comments(before), _comments(after)
    if old is None or new is None:
        return None  # newer syntax than this interpreter's tokenizer knows
    lines = {edit.line for edit in edits if isinstance(edit, RemoveSuppression)}
    codes = [edit.code for edit in edits if isinstance(edit, AddModuleCode)]
    lost = Counter(text for line, text in old if line not in lines)
    lost.subtract(text for _, text in new)
    gone = next((text for text, count in lost.items() if count > 0), None)
    if gone is not None:
        return f"the comment {gone!r} is gone"
    added = Counter({text: -count for text, count in lost.items() if count < 0})
    added.subtract(text for code in set(codes) for _, text in _comments(code) or ())
    extra = sum(count for count in added.values() if count > 0)
    return "there are comments that nobody asked for" if extra > len(lines) else None


def _comments(text: str) -> list[tuple[int, str]] | None:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text, newline=None).readline))
    except (tokenize.TokenError, SyntaxError):
        return None
    return [(t.start[0], t.string.rstrip()) for t in tokens if t.type == tokenize.COMMENT]
