"""Searches upwards from a function to the callers that own a rooted set, through threadable ones.

The result says of every call of a chain what it passes. A chain is closed where every call passes
a set; where some calls cannot, it is open and the function that spawns needs a fallback.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from taskfix.model import Call, Function, Reason, SetFact
from taskfix.proposal import World
from taskfix.spawners import Spawner

PARAMETER_OF = "parameter"


@dataclass(frozen=True, slots=True)
class Passing:
    """One call that passes a set along, and where that set is from."""

    path: str
    call: Call
    caller: Function
    callee: Function
    expression: str
    kind: str  # "owned", "created" or "parameter"
    set_: SetFact | None = None


@dataclass(slots=True)
class Chain:
    """The functions that receive the parameter, and the calls that pass it."""

    receivers: dict[str, Function] = field(default_factory=dict)
    passings: list[Passing] = field(default_factory=list)
    creators: dict[str, Function] = field(default_factory=dict)
    open: bool = False


def find_chain(function: Function, spawner: Spawner, world: World) -> Chain | Reason:
    """The chain that brings a set to ``function``, or why there is none."""
    refusal = world.threadable.refusal(function)
    if refusal is not None:
        return refusal
    chain = Chain()
    search = _Search(world, spawner, chain)
    if not search.provide(function, world.config.max_depth):
        return search.failure or Reason("no-owner", f"no caller of {function.name}() owns a set")
    chain.passings.sort(key=lambda p: (p.path, p.call.span))
    return chain


class _Search:
    def __init__(self, world: World, spawner: Spawner, chain: Chain) -> None:
        self.world = world
        self.spawner = spawner
        self.chain = chain
        self.failure: Reason | None = None

    def provide(self, function: Function, depth: int) -> bool:
        """Let the callers of a function pass a set; report whether any does."""
        callers = self.world.project.callers.get(function.id, [])
        if not callers:
            self.failure = Reason("no-caller", f"nothing in the project calls {function.name}()")
            return False
        self.chain.receivers[function.id] = function
        provided = False
        waiting: list[tuple[str, Call, Function]] = []
        for path, call in callers:
            caller = self.world.project.functions.get(call.function or "")
            if not self.world.doubtful.is_certain(function, path, call):
                where = f"{path}:{call.span.line}"
                message = f"{where} may call something else as well: {call.text}()"
                self.failure = Reason("ambiguous-call", message)
                self.chain.open = True
            elif caller is not None and caller.id in self.chain.receivers:
                waiting.append((path, call, caller))  # recursion passes what it was given
            elif self._from(path, call, caller, function, depth):
                provided = True
            else:
                self.chain.open = True
        if any(self.world.doubtful.calls(function)):
            self.chain.open = True
        if not provided:
            del self.chain.receivers[function.id]
            return False
        for path, call, caller in waiting:
            self._pass(path, call, caller, function, self.world.config.set_name, PARAMETER_OF)
        return True

    def _from(
        self, path: str, call: Call, caller: Function | None, callee: Function, depth: int
    ) -> bool:
        if path not in self.world.editable or (call.stars and self._may_clash(call)):
            self.failure = Reason("not-editable", f"{path}:{call.span.line} may not be changed")
            return False
        if caller is None or call.in_class_body:
            return False
        if depth <= 0:
            self.failure = Reason("max-depth", f"no owner within max-depth of {callee.name}()")
            return False
        line = call.span.line
        for set_ in self.world.holders.owned(caller, line, self.spawner):
            self._pass(path, call, caller, callee, set_.name, "owned", set_)
            return True
        if self.world.frames.is_entry_point(caller) and self._may_create(caller):
            self.chain.creators[caller.id] = caller
            self._pass(path, call, caller, callee, self.world.config.set_name, "created")
            return True
        return self._through(path, call, caller, callee, depth)

    def _through(
        self, path: str, call: Call, caller: Function, callee: Function, depth: int
    ) -> bool:
        refusal = self.world.threadable.refusal(caller)
        if refusal is not None:
            self.failure = refusal
            return False
        if depth <= 1 or not self.provide(caller, depth - 1):
            return False
        self._pass(path, call, caller, callee, self.world.config.set_name, PARAMETER_OF)
        return True

    def _may_clash(self, call: Call) -> bool:
        return self.world.config.set_name in call.keywords

    def _may_create(self, caller: Function) -> bool:
        return self.world.config.set_name not in caller.names

    def _pass(
        self,
        path: str,
        call: Call,
        caller: Function,
        callee: Function,
        expression: str,
        kind: str,
        set_: SetFact | None = None,
    ) -> None:
        passing = Passing(path, call, caller, callee, expression, kind, set_)
        if passing not in self.chain.passings:
            self.chain.passings.append(passing)
