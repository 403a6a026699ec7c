"""The project has a function that holds tasks in another module: import it and use it.

Before::

    from app.helpers import run_in_thread

    def ping():
        asyncio.create_task(pong())

After::

    from app.helpers import run_in_background, run_in_thread

    def ping():
        run_in_background(pong())

Safe because the function's own body adds the task to a set that outlives it, and its module is
imported already, or imports nothing that is not.
"""

from __future__ import annotations

from taskfix.lifetime.sites import Site
from taskfix.model import Reason
from taskfix.planning.handover import hand_over, holder_of, hops_of
from taskfix.planning.proposal import Proposal, World
from taskfix.planning.reach import elsewhere

NAME = "imported"
RANK = 25


def propose(site: Site, world: World) -> Proposal | Reason:
    if site.spawner.makes != "task":
        return Reason("not-a-task", "the helpers hold tasks")
    refusal: Reason | None = None
    for reached in elsewhere(site.function, site.path, site.call, world.keepers):
        edits = hand_over(site, world, reached.expression, reached.keeper)
        if isinstance(edits, Reason):
            refusal = refusal or edits
            continue
        if edits is None:
            continue
        return Proposal(
            holder_of(reached.keeper, world, NAME),
            tuple((site.path, edit) for edit in [*reached.imports, *edits]),
            hops_of(site, reached.keeper, world, reached.expression),
        )
    return refusal or Reason("no-helper", "no function that holds tasks can be imported")
