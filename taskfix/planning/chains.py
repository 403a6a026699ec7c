"""Searches upwards from a function to the callers that own a rooted set, through threadable ones.

The result says of every call of a chain what it passes. A chain is closed where every call passes
a set; where some calls cannot, it is open and the function that spawns needs a fallback.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from taskfix.index.project import TooFar
from taskfix.lifetime.sites import Site
from taskfix.model import Call, Function, Reason, SetFact
from taskfix.planning.proposal import World

PARAMETER_OF = "parameter"
_RECURSIVE = "recursive"


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


@dataclass(frozen=True, slots=True)
class Missed:
    """One place that calls a function of the chain and passes nothing, and why."""

    path: str
    line: int
    caller: str | None
    callee: Function
    reason: Reason
    call: Call | None = None  # where it is a call that might pass something


@dataclass(slots=True)
class Chain:
    """The functions that receive the parameter, and the calls that pass it or do not."""

    receivers: dict[str, Function] = field(default_factory=dict)
    passings: list[Passing] = field(default_factory=list)
    creators: dict[str, Function] = field(default_factory=dict)
    missed: list[Missed] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return bool(self.missed)


def find_chain(
    site: Site, function: Function, world: World, *, ownerless: bool = False
) -> Chain | Reason:
    """The chain that brings a set to a site in ``function``, or why there is none.

    ``ownerless`` asks for a chain too where all that call the function pass nothing.
    """
    refusal = world.threadable.local_refusal(function) or _taken(site, function, world)
    if refusal is not None:
        return refusal
    if not ownerless:
        # Most functions have no owner above them, and that is found out sooner than all the rest.
        ownership = _Search(world, site, Chain(), brief=True)
        failure = ownership.provide(function, world.config.max_depth)
        if failure is not None:
            return failure
    refusal = world.threadable.refusal(function)
    if refusal is not None:
        return refusal
    chain = Chain()
    search = _Search(world, site, chain)
    failure = search.provide(function, world.config.max_depth)
    if failure is not None and ownerless and search.leave_open(function):
        pass
    elif failure is not None:
        return failure
    search.settle()
    chain.passings.sort(key=lambda p: (p.path, p.call.span))
    return chain


class _Search:
    """Goes up the callers. A ``brief`` search only looks whether there is an owner at all.

    It denies where the whole search would, but perhaps not everywhere: it looks no further than the
    first owner, and at the functions between only as far as their own modules tell.
    """

    def __init__(self, world: World, site: Site, chain: Chain, *, brief: bool = False) -> None:
        self.world = world
        self.site = site
        self.chain = chain
        self.brief = brief
        self.name = world.parameter_name(site.spawner.makes)
        self.special = False  # an answer for this site, or from where it began
        self.provided: set[str] = set()

    def provide(self, function: Function, depth: int) -> Reason | None:
        """Let the callers of a function pass a set; say why if none does."""
        if not self.brief:
            return self._provide(function, depth)
        key = function.id, depth, self.site.spawner.makes
        if key not in self.world.ownerless:
            before, self.special = self.special, False
            failure = self._provide(function, depth)
            if failure is None or self.special:
                self.special |= before
                return failure
            self.world.ownerless[key] = failure
            self.special = before
        return self.world.ownerless[key]

    def _provide(self, function: Function, depth: int) -> Reason | None:
        if self.brief and self.world.project.is_far(function.id):
            return Reason("too-far", f"too many files may call {function.name}()")
        family = {one.id: one for one in self.world.threadable.family(function)}
        added = family.keys() - self.chain.receivers.keys()
        self.chain.receivers.update(family)
        calls = self.world.threadable.calls(function)
        missed = self._ask(calls, function, depth)
        if len(missed) == len(calls):
            for id_ in added:
                del self.chain.receivers[id_]
            reasons = [one.reason for one in missed if one.reason.code != _RECURSIVE]
            others = [] if self.brief else [one.reason for one in self._openings(function)]
            return next(iter([*reasons, *others, _uncalled(function)]))
        self.provided |= family.keys()
        if self.brief:
            return None
        # Who is called by this function alone, and calls it, can pass on what it is given.
        again = [(one.path, one.call) for one in missed if one.call is not None]
        self.chain.missed += [*self._ask(again, function, depth), *self._openings(function)]
        return None

    def leave_open(self, function: Function) -> bool:
        """Let nobody pass anything, so that the function looks after its tasks itself.

        Not where nobody is known to call it: who does may read what it takes.
        """
        calls = self.world.threadable.calls(function)
        missed = [*self._ask(calls, function, 0), *self._openings(function)]
        if not missed:
            return False
        # Nothing is passed: only what overrides it must take it as well, for type checkers.
        below = self.world.threadable.overriding(function)
        self.chain.receivers.update((one.id, one) for one in (function, *below))
        self.chain.missed = missed
        return True

    def settle(self) -> None:
        """Let those pass what they are given who were not known to be given it when asked."""
        missed, self.chain.missed = self.chain.missed, []
        for one in missed:
            if one.call and one.reason.code == _RECURSIVE and one.caller in self.provided:
                function = self.world.project.functions[str(one.caller)]
                name = self.name
                self._pass(one.path, one.call, function, one.callee, name, PARAMETER_OF)
            else:
                self.chain.missed.append(one)

    def _ask(
        self, calls: Sequence[tuple[str, Call]], function: Function, depth: int
    ) -> list[Missed]:
        """Let each of some calls pass a set; those that cannot."""
        missed = []
        for path, call in calls:
            caller = self.world.project.functions.get(call.function or "")
            around = outermost(caller, self.world) if caller is not None else None
            reason = None if self.brief else self._refusal(path, call, function)
            reason = reason or self._from(path, call, caller, function, depth)
            if reason is None and self.brief:
                return []
            if reason is not None:
                line, id_ = call.span.line, around.id if around is not None else None
                missed.append(Missed(path, line, id_, function, reason, call))
        return missed

    def _openings(self, function: Function) -> list[Missed]:
        """Who calls the function otherwise, or may."""
        found = [
            Missed(one.path, one.line, one.function, function, one.reason)
            for one in self.world.threadable.openings(function)
        ]
        with suppress(TooFar):  # then it is among the openings too
            for path, call in self.world.doubtful.calls(function):
                reason = Reason("unresolved-call", f"{_at(path, call)} may call it")
                found.append(Missed(path, call.span.line, call.function, function, reason))
        return found

    def _refusal(self, path: str, call: Call, callee: Function) -> Reason | None:
        """Why a call cannot pass anything, whoever makes it."""
        where = _at(path, call)
        if call.stars and self.name in call.keywords:
            return Reason("name-taken", f"{where} passes {self.name} already")
        unpassable = self.world.threadable.unpassable(callee)
        if unpassable is not None:
            return unpassable
        family = self.world.threadable.family(callee)
        if not self.world.doubtful.is_certain(family, path, call):
            return Reason("ambiguous-call", f"{where} may call something else: {call.text}()")
        return None

    def _from(
        self, path: str, call: Call, caller: Function | None, callee: Function, depth: int
    ) -> Reason | None:
        if caller is None or call.in_class_body:
            return Reason("no-function", f"{_at(path, call)} is in no function")
        if depth <= 0:
            return Reason("max-depth", f"no owner within max-depth of {callee.name}()")
        line, here, inner = call.span.line, caller, call.hidden
        while True:
            for set_ in self.world.holders.owned(here, line, self.site.spawner):
                if set_.name in inner:
                    continue
                refused = self.world.holders.promises.refusal_of(set_, self.site)
                if refused is not None:
                    self.special = True
                    return refused
                self._pass(path, call, here, callee, set_.name, "owned", set_)
                return None
            around = self.world.project.functions.get(here.parent or "")
            if around is None:
                break
            # A nested function sees what the function around it has, and is called later.
            inner, line, here = inner | here.locals, here.key.line, around
        if self.name in inner:
            return Reason("name-taken", f"{_at(path, call)} has another {self.name}")
        if self.world.frames.may_own(here, line) and self._may_create(here):
            self.chain.creators[here.id] = here
            self._pass(path, call, here, callee, self.name, "created")
            return None
        return self._through(path, call, here, callee, depth)

    def _through(
        self, path: str, call: Call, caller: Function, callee: Function, depth: int
    ) -> Reason | None:
        if caller.id in self.provided:
            self._pass(path, call, caller, callee, self.name, PARAMETER_OF)
            return None
        if caller.id in self.chain.receivers:
            self.special = True
            return Reason(_RECURSIVE, f"nothing else calls {callee.name}() with a set")
        judge = self.world.threadable
        refusal = judge.local_refusal(caller) if self.brief else judge.refusal(caller)
        refusal = refusal or _taken(self.site, caller, self.world)
        if refusal is not None:
            return refusal
        if depth <= 1:
            return Reason("max-depth", f"no owner within max-depth of {callee.name}()")
        failure = self.provide(caller, depth - 1)
        if failure is not None:
            return failure
        self._pass(path, call, caller, callee, self.name, PARAMETER_OF)
        return None

    def _may_create(self, caller: Function) -> bool:
        return self.name not in caller.names

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


def outermost(function: Function, world: World) -> Function:
    """The function at the top of a module or class that a function is in, or is itself."""
    while function.parent is not None:
        function = world.project.functions[function.parent]
    return function


def _taken(site: Site, function: Function, world: World) -> Reason | None:
    """Why a function has no place for the parameter: a set of something else than tasks."""
    name = world.parameter_name(site.spawner.makes)
    if name not in function.names:
        return None
    return Reason("name-taken", f"{function.name}() already uses the name {name}")


def _uncalled(function: Function) -> Reason:
    return Reason("no-caller", f"nothing in the project calls {function.name}()")


def _at(path: str, call: Call) -> str:
    return f"{path}:{call.span.line}"
