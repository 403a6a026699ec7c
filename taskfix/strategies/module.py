"""A set of the module itself: always sound, for it lives as long as the program.

Before::

    def ping():
        asyncio.create_task(pong())

After::

    # Strong references: the event loop keeps only weak ones to its tasks.
    _background_tasks: set[asyncio.Task] = set()

    def ping():
        task = asyncio.create_task(pong())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)

From three sites of a module on, and where no statement can be added, the module gets a small
function ``_track(task)`` that adds the task and returns it.
"""

from __future__ import annotations

from codemods.edits import Edit, ReplaceExpression, WrapCall
from taskfix.apis.spawners import SHOWS_NOTHING, SPAWNER_NAMES
from taskfix.lifetime.sites import Site
from taskfix.model import Holder, Reason
from taskfix.planning.proposal import Proposal, World, hop, keep_at, reads_better_bound, spawns

NAME = "module"
RANK = 60


def propose(site: Site, world: World) -> Proposal | Reason:
    ready = _ready(site, world)
    if ready is not None:
        return ready
    name = world.spelling(site.path).module_set(site.spawner.makes)
    if isinstance(name, Reason):
        return name
    created = world.module_code(site.path, site.spawner.makes)
    if isinstance(created, Reason):
        return created
    kept = _kept(site, world, name)
    if isinstance(kept, Reason):
        return kept
    return Proposal(
        Holder(NAME, name, site.path, None),
        tuple((site.path, edit) for edit in [*created, *kept]),
        (
            hop(site.path, 1, None, "owner", f"creates {name}"),
            spawns(site, f"adds the task to {name}"),
        ),
    )


def _ready(site: Site, world: World) -> Proposal | None:
    """The module has a set of tasks already: it is used, whatever its name."""
    for candidate in world.holders.in_scope(site.function, site.path, site.call, site.spawner):
        if candidate.set_ is None or candidate.set_.scope != "module":
            continue
        if candidate.path != site.path or candidate.refused is not None:
            continue
        if world.holders.promises.refusal_of(candidate.set_, site) is not None:
            continue
        if not world.result_types.fit(site, candidate.annotation):
            continue
        kept = keep_at(site, world, candidate.expression)
        if isinstance(kept, Reason):
            return None
        return Proposal(
            Holder(NAME, candidate.expression, site.path, candidate.line),
            tuple((site.path, edit) for edit in kept),
            (
                hop(site.path, candidate.line or 1, None, "owner", f"has {candidate.expression}"),
                spawns(site, f"adds the task to {candidate.expression}"),
            ),
        )
    return None


def _kept(site: Site, world: World, holder: str) -> list[Edit] | Reason:
    if (site.path, site.spawner.makes) not in world.helpers:
        return keep_at(site, world, holder)
    if site.spawner.name in SHOWS_NOTHING:
        return Reason(
            "out-of-reach", f"{site.call.method}() shows the tasks that it makes to nobody"
        )
    helper = world.spelling(site.path).helper(site.spawner.makes)
    if isinstance(helper, Reason):
        return helper
    if site.use.shape == "reference":
        return _handed(site, helper)
    bound = keep_at(site, world, holder, keeper=helper)
    if reads_better_bound(site) and not isinstance(bound, Reason):
        return bound
    return [WrapCall(site.value, helper)]


def _handed(site: Site, helper: str) -> list[Edit] | Reason:
    """``call_soon(create_task, coro)``, also where a partial brings the coroutine."""
    call = site.call
    others = call.positional > 2 or call.stars or call.keywords
    if site.rule == "TF004" or not call.callee or not call.callee_span or others:
        return Reason("not-understood", "the spawner is handed on with arguments of its own")
    # Another name may be that of a lambda, which takes what it likes.
    taken = "coro" if call.method in SPAWNER_NAMES else "*args"
    text = f"lambda {taken}: {helper}({call.text}({taken}))"
    return [ReplaceExpression(call.callee_span, text)]
