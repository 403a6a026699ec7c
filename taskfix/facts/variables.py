"""What becomes of a value in a variable: which reads hold it, and whether every path meets one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from taskfix.apis.callables import REMOVERS, WATCHING_METHODS
from taskfix.facts.fates import WAITED, Token, held, lost
from taskfix.facts.flow import ALL, Flow, Keeping, keeping
from taskfix.facts.overwriting import emptied, overwritten
from taskfix.facts.scopes import COMPREHENSIONS, FUNCTIONS, AnyFunction, FunctionNode, Scope
from taskfix.facts.syntax import is_assertion, loop_around
from taskfix.model import Fate, Use

if TYPE_CHECKING:
    from taskfix.facts.uses import Uses


@dataclass(frozen=True, slots=True, eq=False)
class _Reads:
    """What the reads of one variable do: those that hold its value, and those that do not."""

    uses: list[Use]
    aside: list[Use]
    keeps: list[ast.AST]
    mistake: ast.Call | None
    keeping: Keeping
    frames: Keeping  # with what holds it for as long as the frame lives


class Variables:
    """Judges variables, for the Uses of one module. Answers are cached by binding."""

    def __init__(self, uses: Uses) -> None:
        self.uses = uses
        self.tree = uses.tree
        self._variables: dict[tuple[Token, ast.stmt], Use] = {}
        self._reads: dict[Token, _Reads] = {}
        self._cuts = 0  # how many cycles have been met
        self._active: set[Token] = set()
        self._given_away: set[ast.AST] = set()  # the names of functions that others keep

    def named(self, target: ast.Name, statement: ast.stmt, index: int | None = None) -> Use:
        """The use of a value that ``statement`` binds to a name, or to a display's element."""
        name, scope = target.id, self.tree.scope_of(statement)
        while isinstance(scope.node, COMPREHENSIONS) and scope.parent is not None:
            scope = scope.parent
        owner = self.tree.lookup(name, scope) or scope
        if isinstance(owner.node, ast.ClassDef):
            return self._class_attribute(name, owner, statement)
        if owner is scope:
            return self.use(name, owner, statement, index=index)
        by = overwritten(target, statement, self.tree)
        if by is not None:
            return lost(by, "TF002")
        if owner.node is self.tree.module:
            return held(f"kept in the global {name}")
        around = self.around(Token(owner, name, False), statement)
        return around or held(f"kept in the enclosing function's {name}")

    def around(self, token: Token, statement: ast.stmt) -> Use | None:
        """The use of what a nested function puts into a variable of the function around it.

        The nested function must do nothing but to be called there, so that one sees when.
        """
        inner = self.tree.function_of(statement)
        if not isinstance(inner, FUNCTIONS) or inner.decorator_list:
            return None
        if self.tree.function_of(inner) is not token.owner.node:
            return None
        for load in self.tree.loads(token.name, token.owner):
            nested = self.tree.function_of(load) is not token.owner.node
            if nested and self.uses.fate(load, token).fate != "lost":
                return None
        uses = []
        for reference in self.tree.loads(inner.name, token.owner):
            called = self._called_at(reference, inner)
            if called is None or self.tree.function_of(reference) is not token.owner.node:
                return None
            uses.append(self.use(token.name, token.owner, called, container=token.container))
        if not uses or any(use.fate != "lost" for use in uses):
            return None
        return replace(uses[0], above=1)

    def _called_at(self, reference: ast.Name, inner: ast.AST) -> ast.stmt | None:
        """The statement in which a function runs that is called, and awaited if need be."""
        call = self.tree.parents.get(reference)
        if not isinstance(call, ast.Call) or call.func is not reference:
            return None
        awaited = isinstance(self.tree.parents.get(call), ast.Await)
        runs = awaited if isinstance(inner, ast.AsyncFunctionDef) else True
        return self.tree.statement_of(reference) if runs else None

    def _class_attribute(self, name: str, owner: Scope, statement: ast.stmt) -> Use:
        """A class keeps its attributes; it is itself kept where it is not local, or is read."""
        use = self.use(name, owner, statement)
        around = owner.parent
        if use.fate == "lost" or around is None or not around.is_function:
            return use
        if self.uses.reads(name, owner):
            return use
        assert isinstance(owner.node, ast.ClassDef)
        if owner.node.decorator_list or self.uses.reads(owner.node.name, around):
            return held("a class attribute")
        by = f"it is an attribute of the local class {owner.node.name}, which is dropped"
        return lost(by, "TF002", frame=True)

    def use(
        self,
        name: str,
        owner: Scope,
        statement: ast.stmt,
        *,
        container: bool = False,
        index: int | None = None,
    ) -> Use:
        """The use of a value that ``statement`` binds to (or puts into) a variable."""
        token = Token(owner, name, container, index)
        key = (token, statement)
        if key not in self._variables:
            variable = replace(token, index=None)
            if variable in self._active:
                self._cuts += 1
                return lost("a cycle does not keep it", "TF002")
            self._active.add(variable)
            use = self._judge(token, statement)
            self._active.discard(variable)
            if self._active:
                return use
            self._variables[key] = use
        return self._variables[key]

    def _judge(self, token: Token, statement: ast.stmt) -> Use:
        owner, name, container = token.owner, token.name, token.container
        reads = self._reads_of(token)
        keeps, uses, aside, mistake = reads.keeps, reads.uses, reads.aside, reads.mistake
        outcomes = self._flow(statement, token, reads.keeping)
        if outcomes and reads.frames and not self._flow(statement, token, reads.frames):
            # A local container holds it for as long as the frame lives.
            return replace(next(use for use in aside if use.frame), variable=name)
        if not isinstance(owner.node, FUNCTIONS):
            # A module's or lambda's names stay; only a new value or `del` lets go of the old one.
            outcomes = outcomes & {"rebound", "deleted"}
            if container:
                outcomes = frozenset()
        if outcomes and uses and any(use.by == WAITED for use in aside):
            # What is pending is handled in a way too intricate to follow.
            outcomes = frozenset()
        outcomes = outcomes - self._looked_after(statement, keeps)
        if any(node in self._given_away and self._comes_first(node, statement) for node in keeps):
            # Who has the function sees what the variable is bound to from then on.
            outcomes = outcomes & {"rebound", "deleted"}
        if not outcomes:
            returned = bool(uses) and all(use.fate == "returned" for use in uses)
            return Use(
                "returned" if returned else "held",
                uses[0].by if uses else "its frame never returns",
                variable=name,
            )
        use = self._lost_variable(name, owner, outcomes, uses, aside, container)
        return use if mistake is None else self._by_mistake(use, mistake)

    def _reads_of(self, token: Token) -> _Reads:
        """The reads of a variable, which are the same for each statement that binds it."""
        reads = self._reads.get(token)
        if reads is None:
            cuts = self._cuts
            reads = self._read(token)
            # Where a cycle is cut depends on the statement, and on the variables around this one.
            if len(self._active) == 1 and self._cuts == cuts:
                self._reads[token] = reads
        return reads

    def _read(self, token: Token) -> _Reads:
        owner, name = token.owner, token.name
        mistake = None if token.container else self._mistake(name, owner)
        keeps: list[ast.AST] = []
        while_frame: list[ast.AST] = []
        uses: list[Use] = []
        aside: list[Use] = []
        for load in self.tree.loads(name, owner):
            use, where = self._load(load, token)
            if use.fate == "lost":
                aside.append(use)
                while_frame.extend(where if use.frame else ())
            elif not (self._undone(load, mistake) or self._taken_out(load)):
                uses.append(use)
                keeps.extend(where)
        frames = keeping(keeps + while_frame, self.tree) if while_frame else {}
        return _Reads(uses, aside, keeps, mistake, keeping(keeps, self.tree), frames)

    def _by_mistake(self, use: Use, mistake: ast.Call) -> Use:
        meant = ast.unparse(mistake.func)
        by = f"`{ast.unparse(mistake)}` is called at once, so {meant} is no callback"
        return replace(use, by=by, mistake=(self.uses.positions.span(mistake), meant))

    def _looked_after(self, statement: ast.stmt, keeps: list[ast.AST]) -> frozenset[str]:
        """The outcomes that a loop prevents which sees to the task of an earlier turn first.

        Where the last one is also seen to below the loop, that may be in all cases that matter.
        """
        loop = loop_around(self.tree, statement)
        if loop is None or not any(
            loop in self.tree.ancestors(node) and _is_before(node, statement) for node in keeps
        ):
            return frozenset()
        below = any(getattr(node, "lineno", 0) > (loop.end_lineno or 0) for node in keeps)
        return ALL if below else frozenset({"rebound"})

    def _comes_first(self, node: ast.AST, statement: ast.stmt) -> bool:
        """Report whether what is done at ``node`` is done on every path to a statement."""
        earlier = self.tree.statement_of(node)
        straight = self.tree.parents[earlier] in self.tree.ancestors(statement)
        return straight and earlier.lineno < statement.lineno

    def _flow(self, statement: ast.stmt, token: Token, kept: Keeping) -> frozenset[str]:
        flow = Flow(
            self.tree, statement, token.name, kept, self.uses.endless, container=token.container
        )
        return flow.run(token.owner.node)

    def _mistake(self, name: str, owner: Scope) -> ast.Call | None:
        """``t.add_done_callback(s.discard(t))`` lets go of ``t`` at once, instead of when done."""
        for load in self.tree.loads(name, owner):
            call = self.tree.parents.get(load)
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            around = self.tree.parents.get(call)
            if call.func.attr in REMOVERS and isinstance(around, ast.Call):
                if ast.unparse(around.func) in {f"{name}.{method}" for method in WATCHING_METHODS}:
                    return call
        return None

    def _undone(self, load: ast.Name, mistake: ast.Call | None) -> bool:
        """Report whether a read adds the value to a set that a mistyped callback takes it from."""
        call = self.tree.parents.get(load)
        if mistake is None or not isinstance(call, ast.Call):
            return False
        if not (isinstance(call.func, ast.Attribute) and isinstance(mistake.func, ast.Attribute)):
            return False
        return ast.unparse(call.func.value) == ast.unparse(mistake.func.value)

    def _taken_out(self, load: ast.Name) -> bool:
        """``tasks.add(t)`` right before ``tasks.discard(t)``."""
        match self.tree.parents.get(load):
            case ast.Call(func=ast.Attribute(value=container), args=[ast.Name(id=name)]):
                statement = self.tree.statement_of(load)
                return emptied(container, name, statement, self.tree) is not None
            case _:
                return False

    def _lost_variable(
        self,
        name: str,
        owner: Scope,
        outcomes: frozenset[str],
        uses: list[Use],
        aside: list[Use],
        container: bool,
    ) -> Use:
        function = getattr(owner.node, "name", "the module")
        if outcomes & {"rebound", "deleted"}:
            what = "deleted" if "deleted" in outcomes else "bound anew"
            by = f"`{name}` is {what} while the task may still run"
        elif container:
            by = f"only the local container `{name}` holds it, which dies with {function}()"
        elif uses:
            by = f"on some path {function}() ends without waiting for `{name}`"
        elif aside:
            by = f"only the local `{name}` holds it, which dies with {function}()"
        else:
            by = f"the local `{name}` is never read and dies with {function}()"
        frame = not outcomes & {"rebound", "deleted"}
        raced = any(use.raced for use in aside)
        return lost(by, "TF002", variable=name, frame=frame, raced=raced)

    def read(self, load: ast.Name, token: Token) -> Fate:
        """What becomes of the value at one read of its variable."""
        return self._load(load, token)[0].fate

    def _load(self, load: ast.Name, token: Token) -> tuple[Use, list[ast.AST]]:
        """The use of one read, and the nodes of the owner's own frame where it holds."""
        if is_assertion(self.tree.statement_of(load), token.name):
            return held("asserted to be done"), [load]
        here = self.tree.function_of(load)
        roots = (self.tree.module, here)
        if token.owner.node in roots or isinstance(token.owner.node, ast.ClassDef):
            return self.uses.fate(load, token), [load]
        return self._closure(load, token)

    def _closure(self, load: ast.Name, token: Token) -> tuple[Use, list[ast.AST]]:
        """A nested function that reads the variable holds it as long as it is itself held."""
        outer = self._outermost(load, token.owner)
        if outer is None:
            return held("read elsewhere"), [load]
        if isinstance(outer, ast.Lambda):
            return self.uses.fate(outer, token), [outer]
        if outer.decorator_list:
            return held(f"read by {outer.name}()"), [outer]
        reads = self.uses.fate(load, token).fate != "lost"
        if not reads and not token.container:
            return lost(f"{outer.name}() does not keep it"), []
        where = [*self._given(outer, token, reads, frozenset())]
        if not where:
            return lost(f"{outer.name}() is dropped too", "TF002"), []
        return held(f"read by {outer.name}()"), where

    def _given(
        self, inner: FunctionNode, token: Token, reads: bool, seen: frozenset[ast.AST]
    ) -> Iterator[ast.AST]:
        """Where a nested function is called or given away, and so are those that mention it."""
        for reference in self.tree.loads(inner.name, token.owner):
            call = self.tree.parents.get(reference)
            called = isinstance(call, ast.Call) and call.func is reference
            # To call it holds a container no longer than it takes; to keep it does.
            if not (reads if called else self.uses.fate(reference, token).fate != "lost"):
                continue
            yield reference
            around = self._outermost(reference, token.owner)
            if around is None and not called:
                self._given_away.add(reference)
            elif isinstance(around, FUNCTIONS) and around not in seen | {inner}:
                yield from self._given(around, token, reads, seen | {inner})

    def _outermost(self, node: ast.AST, owner: Scope) -> AnyFunction | None:
        """The function right in the owner's that a node is in, None where it is in the owner's."""
        inner, outer = self.tree.function_of(node), None
        while inner is not None and inner is not owner.node:
            outer, inner = inner, self.tree.function_of(inner)
        return outer


def _is_before(node: ast.AST, statement: ast.stmt) -> bool:
    return getattr(node, "lineno", statement.lineno) < statement.lineno
