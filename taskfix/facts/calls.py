"""Facts about calls: what is called, from where, and what becomes of the result."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from codemods.edits import Span
from taskfix.apis.callables import CALLING, COMPLETING, CONTAINERS, MAPPING, PARTIALS
from taskfix.facts.arguments import dropping_callee
from taskfix.facts.entering import is_brief
from taskfix.facts.fates import lost
from taskfix.facts.futures import is_abandoned, is_view, starts_nothing
from taskfix.facts.growing import is_looped
from taskfix.facts.positions import Positions
from taskfix.facts.scopes import COMPREHENSIONS, FUNCTIONS, Scope, Tree
from taskfix.facts.shapes import shape_of
from taskfix.facts.syntax import chain_text, is_caught, loop_around, spelled
from taskfix.facts.uses import Uses
from taskfix.facts.values import Values
from taskfix.model import Call, Given, Judged, Shape, Use

_BINDING = (ast.Assign, ast.AnnAssign, ast.Expr)


@dataclass(frozen=True, slots=True)
class _Place:
    """A call, or an argument that stands for a function which ``taken_by`` will call.

    ``drops`` is the name of that callee where it drops what the function returns.
    """

    node: ast.expr
    function: ast.expr
    taken_by: ast.Call | None = None
    drops: str = ""


class Calls:
    """Describes the calls of one module, each when it is asked for.

    A call is known by its number: its place in the order of the syntax tree, which is the same
    whenever the same text is read again. What becomes of the result is a question of its own.
    """

    def __init__(self, tree: Tree, values: Values, uses: Uses, positions: Positions) -> None:
        self.tree = tree
        self.values = values
        self.uses = uses
        self.positions = positions
        self._places = [
            place
            for node in tree.nodes(ast.Call)
            for place in (*self._call(node), *self._handed(node))
        ]

    def __len__(self) -> int:
        return len(self._places)

    def index(self) -> dict[str, list[int]]:
        """The numbers of the calls by each name that what is called has, there or elsewhere."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, place in enumerate(self._places):
            callee = self.values.of(place.function)
            lasts = {value.rstrip("()!").rpartition(".")[2].rpartition(":")[2] for value in callee}
            for name in sorted({spelled(place.function), *lasts}):
                found[name].append(number)
        return found

    def by_function(self) -> dict[str | None, list[int]]:
        """The numbers of the calls by the innermost named function that they are in."""
        found: dict[str | None, list[int]] = defaultdict(list)
        for number, place in enumerate(self._places):
            found[self._function(place.node)].append(number)
        return found

    def fact(self, number: int) -> Call:
        """What is called, and from where."""
        place = self._places[number]
        return self._fact(number, place.node, place.function)

    def judged(self, number: int) -> Judged:
        """What becomes of the result, and of what awaiting it gives."""
        place = self._places[number]
        node = place.node
        if place.taken_by is not None:
            if place.drops:
                dropper = self.values.of(place.taken_by.func)
                by = f"{place.drops}() drops what its callback returns"
                use = lost(by, "TF003", dropper=dropper)
            else:
                use = self.uses.of(place.taken_by)
            return Judged(replace(use, shape="reference"))
        parent = self.tree.parents.get(node)
        awaited = self._use(parent) if isinstance(parent, ast.Await) else None
        completed = bool(COMPLETING & self.values.of(place.function))
        if isinstance(node, ast.Call) and completed and is_abandoned(node, self.tree):
            use = lost("it is left early and lets go of the others", "TF005")
            return Judged(replace(use, shape="expression"), awaited)
        return Judged(self._use(node), awaited)

    def given(self, number: int, slot: str) -> Given | None:
        """What a call gives as an argument, by its place or keyword; None where that is nothing."""
        node = self._places[number].node
        if not isinstance(node, ast.Call):
            return None
        for place, argument in enumerate(node.args):
            if str(place) == slot:
                return self._given(argument)
        named = (keyword.value for keyword in node.keywords if keyword.arg == slot)
        return next(map(self._given, named), None)

    def _given(self, argument: ast.expr) -> Given:
        if isinstance(argument, ast.BoolOp):
            new = any(self._given(value).new for value in argument.values)
            return Given(new=new)
        if isinstance(argument, ast.IfExp):
            new = any(self._given(value).new for value in (argument.body, argument.orelse))
            return Given(new=new)
        if not isinstance(argument, ast.Name):
            made = isinstance(argument, (ast.Call, ast.Set, ast.SetComp))
            values = self.values.of(argument)
            return Given(new=made and bool(values & CONTAINERS), values=values)
        owner = self.tree.lookup(argument.id, self.tree.scope_of(argument))
        local = owner is not None and owner.is_function
        function = self.values.definition(owner.node) if local and owner is not None else None
        return Given(name=argument.id, function=function, values=self.values.of(argument))

    def _call(self, node: ast.Call) -> Iterator[_Place]:
        # What a lambda on the spot calls is judged itself.
        if not isinstance(node.func, ast.Lambda):
            yield _Place(node, node.func)

    def _use(self, node: ast.expr) -> Use:
        use = self.uses.of(node)
        if use.fate == "returned" and isinstance(node, ast.Call) and is_view(node):
            return Use("held", "what it is given has an owner")
        if use.fate == "lost" and isinstance(node, ast.Call):
            if starts_nothing(node, self.tree):
                return Use("held", "what it is given runs already")
            if self.uses.is_dropped_lambda(node.func):
                return Use("held", "the call in the lambda is judged")
        if use.fate == "held":
            return use
        return replace(use, shape=self._shape(node, use), stays=self._stays(node))

    def _stays(self, node: ast.expr) -> bool:
        """Report whether a statement binds `_`, and another one reads or deletes it."""
        statement = self.tree.statement_of(node)
        if not isinstance(statement, _BINDING):
            return False
        own = self.tree.order.inside(statement)
        if not any(isinstance(part, ast.Name) and part.id == "_" for part in own):
            return False
        owner = self.tree.lookup("_", self.tree.scope_of(statement))
        if owner is None:
            return False
        deleted = any(binding.kind == "del" for binding in owner.bindings.get("_", ()))
        return deleted or any(True for _ in self.tree.loads("_", owner))

    def _shape(self, node: ast.expr, use: Use) -> Shape:
        """A lambda can become a function only where the call is all it does, and it stands free."""
        shape = shape_of(node, self.tree)
        if use.shape != "lambda":
            return shape
        around = self.tree.function_of(node)
        free = around is None or not isinstance(self.tree.function_of(around), ast.Lambda)
        return "lambda" if shape == "lambda" and free else "expression"

    def _handed(self, node: ast.Call) -> Iterator[_Place]:
        """``call_soon(asyncio.create_task, coro)``: a function that the callee will call."""
        if not node.args:
            return
        callees = self.values.of(node.func)
        name = dropping_callee(node, callees)
        mapped = bool(callees & (MAPPING | CALLING))
        if not name and not mapped:
            return
        for argument in node.args[:1] if mapped else node.args:
            function = self._function_behind(argument)
            if function is not None and not self.uses.is_dropped_lambda(function):
                yield _Place(argument, function, node, "" if mapped else name)

    def _function_behind(self, node: ast.expr) -> ast.expr | None:
        if isinstance(node, (ast.Name, ast.Attribute)):
            return node
        if not isinstance(node, ast.Call) or not node.args:
            return None
        return node.args[0] if self.values.of(node.func) & PARTIALS else None

    def _awaited(self, node: ast.expr) -> Span | None:
        parent = self.tree.parents[node]
        return self.positions.span(parent) if isinstance(parent, ast.Await) else None

    def _fact(self, number: int, node: ast.expr, function: ast.expr) -> Call:
        arguments = node.args if isinstance(node, ast.Call) else []
        keywords = node.keywords if isinstance(node, ast.Call) else []
        starred = any(isinstance(a, ast.Starred) for a in arguments)
        coroutine = _coroutine(arguments, keywords)
        return Call(
            span=self.positions.span(node),
            function=self._function(node),
            callee=self.values.of(function),
            method=spelled(function),
            text=chain_text(function),
            number=number,
            chained=isinstance(self.tree.parents[node], ast.Attribute),
            awaited_span=self._awaited(node),
            positional=len(arguments),
            keywords=tuple(k.arg for k in keywords if k.arg),
            stars=starred or any(k.arg is None for k in keywords),
            first=spelled(coroutine) or None if coroutine is not None else None,
            first_callee=self.values.of(coroutine),
            first_name=_first_name(arguments),
            callee_span=self.positions.span(function),
            statement=self._statement(node),
            argument_of=self._argument_of(node),
            in_lambda=isinstance(self.tree.function_of(node), ast.Lambda),
            in_class_body=isinstance(self.tree.scope_of(node).node, ast.ClassDef),
            in_comprehension=isinstance(self.tree.scope_of(node).node, COMPREHENSIONS),
            brief=is_brief(node, self.tree),
            looped=is_looped(node, self.tree),
            repeated=self._is_repeated(node),
            caught=is_caught(node, self.tree),
            only_used=self._is_only_used(node),
            hidden=frozenset(self._hidden(node)),
        )

    def _is_only_used(self, node: ast.expr) -> bool:
        """``Job().go()``; ``job = Job()`` where nothing but attributes of it are read."""
        match self.tree.parents[node]:
            case ast.Attribute():
                return True
            case ast.withitem(optional_vars=None):
                return True
            case (
                ast.Assign(targets=[ast.Name(id=name) as target])
                | ast.withitem(optional_vars=ast.Name(id=name) as target)
            ):
                owner = self.tree.lookup(name, self.tree.scope_of(target))
                if owner is None or not owner.is_function:
                    return False
                return all(
                    isinstance(self.tree.parents[load], ast.Attribute)
                    and self.tree.function_of(load) is owner.node
                    for load in self.tree.loads(name, owner)
                )
            case _:
                return False

    def _is_repeated(self, node: ast.AST) -> bool:
        if isinstance(self.tree.scope_of(node).node, COMPREHENSIONS):
            return True
        return loop_around(self.tree, self.tree.statement_of(node)) is not None

    def _hidden(self, node: ast.AST) -> Iterator[str]:
        """The names that mean something else here than in the rest of the function."""
        scope: Scope | None = self.tree.scope_of(node)
        while scope is not None and not isinstance(scope.node, (*FUNCTIONS, ast.Module)):
            yield from scope.bindings
            scope = scope.parent

    def _argument_of(self, node: ast.AST) -> frozenset[str]:
        parent = self.tree.parents.get(node)
        if isinstance(parent, ast.keyword):
            parent = self.tree.parents.get(parent)
        return self.values.of(parent.func) if isinstance(parent, ast.Call) else frozenset()

    def _function(self, node: ast.AST) -> str | None:
        current = self.tree.function_of(node)
        while isinstance(current, ast.Lambda):
            current = self.tree.function_of(current)
        return self.values.definition(current) if current is not None else None

    def _statement(self, node: ast.AST) -> Span:
        return self.positions.span(self.tree.statement_of(node))


def _first_name(arguments: list[ast.expr]) -> str | None:
    return arguments[0].id if arguments and isinstance(arguments[0], ast.Name) else None


def _coroutine(arguments: list[ast.expr], keywords: list[ast.keyword]) -> ast.expr | None:
    """``work`` of ``create_task(work(x))``."""
    candidates = arguments[:1] + [k.value for k in keywords if k.arg == "coro"]
    return next((c.func for c in candidates if isinstance(c, ast.Call)), None)
