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

from taskfix.lifetime.sites import Site
from taskfix.model import Reason
from taskfix.planning.handover import hand_over, holder_of, hops_of
from taskfix.planning.proposal import Proposal, World

NAME = "helper"
RANK = 10


def propose(site: Site, world: World) -> Proposal | Reason:
    if site.spawner.makes != "task":
        return Reason("not-a-task", "the helpers hold tasks")
    refusal: Reason | None = None
    for expression, keeper in world.keepers.in_reach(site.function, site.path, site.call):
        edits = hand_over(site, world, expression, keeper)
        if isinstance(edits, Reason):
            refusal = refusal or edits
            continue
        if edits is None or (site.function and keeper.function.id == site.function.id):
            continue
        return Proposal(
            holder_of(keeper, world, NAME),
            tuple((site.path, edit) for edit in edits),
            hops_of(site, keeper, world, expression),
        )
    return refusal or Reason("no-helper", "no function that holds tasks is in reach")
