"""A caller, or a caller's caller, owns a rooted set: pass it down through a new parameter.

Before::

    async def startup():
        asyncio.create_task(watch())

    @asynccontextmanager
    async def lifespan(app):
        background_tasks = set()
        await startup()
        yield

After::

    async def startup(background_tasks: set[asyncio.Task] | None = None):
        task = asyncio.create_task(watch())
        if background_tasks is not None:
            background_tasks.add(task)
            task.add_done_callback(background_tasks.discard)

    @asynccontextmanager
    async def lifespan(app):
        background_tasks: set[asyncio.Task] = set()
        await startup(background_tasks=background_tasks)
        yield

Safe because every function between is threadable (``taskfix/signatures/threadable.py``), and the
owner's frame outlives the task. An entry point without a set gets one. Where some callers have
nothing to pass, the function falls back to a set of its module.
"""

from __future__ import annotations

from codemods.edits import (
    Annotate,
    CreateLocal,
    DefaultParameter,
    Edit,
    PassArgument,
)
from taskfix.apis.spawners import Product
from taskfix.lifetime.sites import Site
from taskfix.model import Caller, Function, Holder, Hop, Reason, SetFact
from taskfix.planning.chains import PARAMETER_OF, Chain, Passing, find_chain, outermost
from taskfix.planning.proposal import (
    Proposal,
    World,
    hop,
    keep_at,
    parameter_of,
    readers_of,
    spawns,
)

NAME = "thread"
RANK = 40


def propose(site: Site, world: World) -> Proposal | Reason:
    function = site.function
    if function is None:
        return Reason("no-function", "the call is not in a function")
    own = _in_own_frame(site, function, world)
    if own is not None:
        return own
    name = world.parameter_name(site.spawner.makes)
    # A nested function sees the parameter of the function around it.
    nested, function = function, outermost(function, world)
    chain = find_chain(site, function, world, ownerless=world.config.prefers_threading)
    if isinstance(chain, Reason):
        return chain
    if chain.open and site.call.in_class_body:
        return Reason("class-body", "the parameter is not known to be a set in a nested class")
    if chain.open and not _is_owned(chain) and not world.config.prefers_threading:
        # The module must have a set anyway, and nobody has one yet who looks after it.
        return Reason("no-owner", f"no caller of {function.name}() owns a set, and some cannot")
    annotates = (
        nested is function
        and world.spelling(site.path).parameter(function, site.spawner.makes) is not None
    )
    kept = keep_at(site, world, name, guard=not chain.open, annotates=annotates)
    if isinstance(kept, Reason):
        return kept
    edits: list[tuple[str, Edit]] = [(site.path, edit) for edit in kept]
    if chain.open:
        fallback = _fallback(site, function, world)
        if isinstance(fallback, Reason):
            return fallback
        edits += fallback
    edits += _chain_edits(site, chain, world)
    holder = _holder(site, chain, world)
    return Proposal(
        holder,
        tuple(edits),
        tuple(_hops(site, function, chain, world)),
        _notes(chain),
    )


def _in_own_frame(site: Site, function: Function, world: World) -> Proposal | Reason | None:
    """The function's frame outlives the task: nothing needs to be passed."""
    around = outermost(function, world)
    name = world.parameter_name(site.spawner.makes)
    if world.frames.may_own(around, site.call.span.line) and name not in around.names:
        return _in_entry_point(site, around, world)
    for set_ in world.holders.owned(function, site.call.span.line, site.spawner):
        if set_.name in site.call.hidden or world.holders.promises.refusal_of(set_, site):
            continue
        return _in_own_set(site, function, set_, world)
    return None


def _in_own_set(site: Site, function: Function, set_: SetFact, world: World) -> Proposal | Reason:
    """The function owns a set itself: the shortest of all chains."""
    kept = keep_at(site, world, set_.name)
    if isinstance(kept, Reason):
        return kept
    edits = [*kept, *_tightened(site.path, set_, world, site.spawner.makes)]
    line, readers = function.key.line, readers_of(site.path, set_)
    return Proposal(
        Holder(NAME, set_.name, site.path, set_.line),
        tuple((site.path, edit) for edit in edits),
        (
            hop(site.path, line, function, "owner", f"owns {set_.name}", readers=readers),
            spawns(site, f"adds the task to {set_.name}"),
        ),
    )


def _in_entry_point(site: Site, function: Function, world: World) -> Proposal | Reason:
    name = world.parameter_name(site.spawner.makes)
    kept = keep_at(site, world, name)
    if isinstance(kept, Reason):
        return kept
    edits = [*kept, *_created(function, site, world)]
    return Proposal(
        Holder(NAME, name, site.path, None),
        tuple((site.path, edit) for edit in edits),
        (
            hop(site.path, function.key.line, function, "owner", f"creates {name}"),
            spawns(site, f"adds the task to {name}"),
        ),
    )


def _created(function: Function, site: Site, world: World) -> list[Edit]:
    path = world.project.path_of(function.id)
    spelled = world.spelling(path).set_of(site.spawner.makes)
    name = world.parameter_name(site.spawner.makes)
    create = CreateLocal(function.key, name, spelled.text)
    return [create, *spelled.imports]


def _fallback(site: Site, function: Function, world: World) -> list[tuple[str, Edit]] | Reason:
    code = world.module_code(site.path, site.spawner.makes)
    holder = world.spelling(site.path).module_set(site.spawner.makes)
    if isinstance(code, Reason):
        return code
    if isinstance(holder, Reason):
        return holder
    name = world.parameter_name(site.spawner.makes)
    default = DefaultParameter(function.key, name, holder)
    return [(site.path, edit) for edit in [*code, default]]


def _chain_edits(site: Site, chain: Chain, world: World) -> list[tuple[str, Edit]]:
    edits: list[tuple[str, Edit]] = []
    makes = site.spawner.makes
    name = world.parameter_name(makes)
    for function in chain.receivers.values():
        edits += parameter_of(function, world, makes)
    for passing in chain.passings:
        edits.append((passing.path, PassArgument(passing.call.span, name, passing.expression)))
        edits += [
            (passing.path, edit) for edit in _tightened(passing.path, passing.set_, world, makes)
        ]
    for function in chain.creators.values():
        path = world.project.path_of(function.id)
        edits += [(path, edit) for edit in _created(function, site, world)]
    return edits


def _tightened(path: str, set_: SetFact | None, world: World, makes: Product) -> list[Edit]:
    """A set that becomes an owner and says nothing of its elements gets an annotation."""
    if set_ is None or set_.scope != "local" or set_.elements is not None:
        return []  # only an attribute of `self` may be annotated where it is assigned
    if set_.annotation is None or set_.annotation.rpartition(".")[2] in {"set", "Set"}:
        spelled = world.spelling(path).set_of(makes)
        return [Annotate(set_.target, spelled.text), *spelled.imports]
    return []


def _holder(site: Site, chain: Chain, world: World) -> Holder:
    """The set of the owner; that of the module where nobody passes any."""
    owner = _owner(chain)
    if owner is None:
        name = world.spelling(site.path).module_set(site.spawner.makes)
        return Holder(NAME, str(name), site.path, None)
    created = owner.set_.line if owner.set_ is not None else None
    return Holder(NAME, owner.expression, owner.path, created)


def _is_owned(chain: Chain) -> bool:
    return any(passing.kind == "owned" for passing in chain.passings)


def _owner(chain: Chain) -> Passing | None:
    return next((passing for passing in chain.passings if passing.kind != PARAMETER_OF), None)


def _hops(site: Site, function: Function, chain: Chain, world: World) -> list[Hop]:
    """One way from the owner down to the site; the other calls stand beside it."""
    owner, last = _owner(chain), "gets the parameter and adds the task to it"
    if owner is None:
        name = world.spelling(site.path).module_set(site.spawner.makes)
        first = hop(site.path, 1, None, "owner", f"creates {name}, for callers that pass no set")
        return [first, spawns(site, last, _callers(function, chain, None))]
    created = "creates" if owner.kind == "created" else "owns"
    edit = f"{created} {owner.expression} and passes it to {owner.callee.name}()"
    line, readers = owner.caller.key.line, readers_of(owner.path, owner.set_)
    hops = [hop(owner.path, line, owner.caller, "owner", edit, readers=readers)]
    above, current = owner, owner.callee
    seen = {owner.caller.id}
    while current.id != function.id and current.id not in seen:
        seen.add(current.id)
        down = next(p for p in chain.passings if p.caller.id == current.id)
        path = world.project.path_of(current.id)
        edit = f"gets the parameter and passes it to {down.callee.name}()"
        callers = _callers(current, chain, above)
        hops.append(hop(path, current.key.line, current, "passes", edit, callers))
        above, current = down, down.callee
    return [*hops, spawns(site, last, _callers(function, chain, above))]


def _callers(
    function: Function, chain: Chain, shown: Passing | None, seen: frozenset[str] = frozenset()
) -> tuple[Caller, ...]:
    """The calls of a function of the chain, without the one that is shown already."""
    found = []
    for passing in chain.passings:
        if passing.callee.id != function.id or passing == shown:
            continue
        edit, line = f"passes {passing.expression}", passing.call.span.line
        above: tuple[Caller, ...] = ()
        if passing.kind == PARAMETER_OF and passing.caller.id not in {function.id, *seen}:
            edit = f"gets the parameter and {edit}"
            above = _callers(passing.caller, chain, None, seen | {function.id})
        elif passing.kind == "created":
            edit = f"creates {passing.expression} and passes it"
        found.append(Caller(passing.path, line, passing.caller.qualname, True, edit, above))
    for missed in chain.missed:
        if missed.callee.id == function.id:
            name = (missed.caller or "").partition("::")[2] or "<module>"
            edit = f"passes nothing: {missed.reason.message}"
            found.append(Caller(missed.path, missed.line, name, False, edit))
    return tuple(sorted(found, key=lambda caller: (caller.path, caller.line)))


def _notes(chain: Chain) -> tuple[str, ...]:
    note = "some callers pass no set, so the module's own set keeps their tasks"
    return (note,) if chain.open else ()
