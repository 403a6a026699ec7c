"""A fix by hand that does not work, where what was meant is plain.

Before::

    task = asyncio.create_task(pong())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard(task))

After::

    task = asyncio.create_task(pong())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)

Safe because the author chose the holder; only the callback is no longer called at once.
"""

from __future__ import annotations

from codemods.edits import ReplaceExpression
from taskfix.lifetime.sites import Site
from taskfix.model import Holder, Reason
from taskfix.planning.proposal import Proposal, World, spawns

NAME = "repair"
RANK = 5


def propose(site: Site, world: World) -> Proposal | Reason:
    if site.use.mistake is None:
        return Reason("no-mistake", "there is no fix by hand to mend")
    span, meant = site.use.mistake
    return Proposal(
        Holder(NAME, meant.rpartition(".")[0], site.path, None),
        ((site.path, ReplaceExpression(span, meant)),),
        (spawns(site, f"registers {meant} as the callback"),),
    )
