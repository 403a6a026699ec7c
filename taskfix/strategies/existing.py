"""A rooted set of tasks that is in scope at the site already.

Before::

    _tasks: set[asyncio.Task] = set()

    def ping():
        asyncio.create_task(pong())

After::

    _tasks: set[asyncio.Task] = set()

    def ping():
        task = asyncio.create_task(pong())
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)

Safe because the set outlives the task already, or is its author's choice of a holder.
"""

from __future__ import annotations

from codemods.edits import Annotate, Edit
from taskfix.lifetime.holders import Candidate
from taskfix.lifetime.sites import Site
from taskfix.model import Holder, Reason
from taskfix.planning.proposal import Proposal, World, hop, keep_at, readers_of, spawns

NAME = "existing"
RANK = 20


def propose(site: Site, world: World) -> Proposal | Reason:
    path = site.path
    refusal: Reason | None = None
    for candidate in world.holders.in_scope(site.function, path, site.call, site.spawner):
        reason = _refusal(candidate, site, world)
        if reason is not None:
            refusal = refusal or reason  # that of the nearest
            continue
        kept = keep_at(site, world, candidate.expression, guard=candidate.guard)
        if isinstance(kept, Reason):
            return kept
        owner = world.project.function_at(candidate.path, candidate.line or 0)
        edits = [*kept, *_annotation(site, world, candidate)]
        set_ = candidate.set_
        edit = f"creates {set_.name if set_ is not None else candidate.expression}"
        seen = readers_of(candidate.path, set_)
        return Proposal(
            Holder(NAME, candidate.expression, candidate.path, candidate.line),
            tuple((path, edit) for edit in edits),
            (
                hop(candidate.path, candidate.line or 0, owner, "owner", edit, readers=seen),
                spawns(site, f"adds the task to {candidate.expression}"),
            ),
            tuple(_notes(candidate)),
        )
    return refusal or Reason("no-set-in-scope", "no rooted set of tasks is in scope")


def _refusal(candidate: Candidate, site: Site, world: World) -> Reason | None:
    """Why a set that is in scope may not take the task."""
    if candidate.refused is not None:
        return candidate.refused
    if candidate.set_ is not None:
        reason = world.holders.promises.refusal_of(candidate.set_, site)
        if reason is not None:
            return reason
    if not world.result_types.fit(site, candidate.annotation):
        message = f"{candidate.expression} is declared for tasks with another result"
        return Reason("other-results", message)
    return None


def _annotation(site: Site, world: World, candidate: Candidate) -> list[Edit]:
    """An owner whose set says nothing of its elements gets an annotation, where it is local."""
    set_ = candidate.set_
    if set_ is None or set_.scope != "local" or set_.elements is not None:
        return []
    owner = world.project.functions.get(set_.owner or "")
    checked = world.config.at(candidate.path).checked_bodies or (owner is not None and owner.typed)
    # A type checker takes the first task that is added for the type of all.
    if set_.added and not checked:
        return []
    if set_.annotation is None or set_.annotation.rpartition(".")[2] in {"set", "Set"}:
        spelled = world.spelling(candidate.path).set_of(site.spawner.makes)
        return [Annotate(set_.target, spelled.text), *spelled.imports]
    return []


def _notes(candidate: Candidate) -> list[str]:
    notes = []
    if not candidate.proven:
        notes.append(f"how long {candidate.expression} lives is its author's choice")
    for growth in candidate.set_.grows[:1] if candidate.set_ is not None else ():
        place = f"{candidate.path}:{growth.span.line}"
        notes.append(f"{place} adds to it, and nothing takes out what is done: a leak")
    return notes
