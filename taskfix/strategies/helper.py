"""The project has a function that holds tasks, and it is in reach: use it.

Before::

    def run_in_background(coro):
        task = asyncio.create_task(coro)
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)

    def ping():
        asyncio.create_task(pong())

After::

    def ping():
        run_in_background(pong())

Safe because the function's own body adds the task to a set that outlives it.
"""

from __future__ import annotations

from codemods.edits import Edit, ReplaceExpression, WrapCall
from taskfix.keepers import Keeper
from taskfix.model import Call, Holder, Reason
from taskfix.proposal import Proposal, World, hop, spawns
from taskfix.sites import Site

NAME = "helper"
RANK = 10
_SHAPES = frozenset({"statement", "lambda", "expression", "loop", "branch", "display", "return"})


def propose(site: Site, world: World) -> Proposal | Reason:
    if site.spawner.makes != "task":
        return Reason("not-a-task", "the helpers hold tasks")
    for expression, keeper in world.keepers.in_reach(site.function, site.path):
        edit = _edit(site, expression, keeper)
        if edit is None or (site.function and keeper.function.id == site.function.id):
            continue
        set_ = keeper.set_
        path = world.project.path_of(set_.id)
        return Proposal(
            Holder(NAME, set_.name, path, set_.line),
            ((site.path, edit),),
            (
                hop(path, set_.line, None, "owner", f"creates {set_.name}"),
                hop(
                    path,
                    keeper.function.key.line,
                    keeper.function,
                    "passes",
                    f"adds the task to {set_.name}",
                ),
                spawns(site, f"hands over to {expression}()"),
            ),
        )
    return Reason("no-helper", "no function that holds tasks is in reach")


def _edit(site: Site, expression: str, keeper: Keeper) -> Edit | None:
    if keeper.kind == "keeper":
        if site.use.shape == "binding" and site.use.variable == "_":
            return None
        if site.use.shape == "reference":
            return None
        return WrapCall(site.call.span, expression)
    if site.use.shape not in _SHAPES or not _is_plain(site.call, site):
        return None
    if site.call.callee_span is None:
        return None
    return ReplaceExpression(site.call.callee_span, expression)


def _is_plain(call: Call, site: Site) -> bool:
    """A starter takes over only where nothing but the coroutine is given, on this loop."""
    alone = call.positional == 1 and not call.keywords and not call.stars
    return alone and site.spawner.name in {"asyncio.create_task", "asyncio.ensure_future"}
