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

from codemods.edits import AddModuleCode, Edit, ReplaceExpression, WrapCall
from taskfix.model import Holder, Reason
from taskfix.proposal import Proposal, World, hop, keep_at, spawns
from taskfix.sites import Site

NAME = "module"
RANK = 60
_HELPERS = {"task": "_track", "future": "_track_future", "concurrent": "_track_threadsafe"}


def propose(site: Site, world: World) -> Proposal | Reason:
    ready = _ready(site, world)
    if ready is not None:
        return ready
    spelling = world.spelling(site.path)
    before = site.call.statement.line if site.function is None and site.call.statement else None
    name = spelling.module_set(site.spawner.makes)
    if isinstance(name, Reason):
        return name
    created = spelling.module_code(site.spawner.makes, before)
    if isinstance(created, Reason):
        return created
    kept = _kept(site, world, name, before)
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
    line = site.call.span.line
    for candidate in world.holders.in_scope(site.function, site.path, line, site.spawner):
        if candidate.set_ is None or candidate.set_.scope != "module":
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


def _kept(site: Site, world: World, holder: str, before: int | None) -> list[Edit] | Reason:
    if site.path not in world.helpers:
        return keep_at(site, world, holder)
    if site.use.shape == "expression" and site.spawner.name == "asyncio.as_completed":
        return Reason("not-understood", "the tasks of as_completed() cannot be reached from here")
    helper = _helper_name(site, world)
    if isinstance(helper, Reason):
        return helper
    code = _helper_code(site, world, helper, holder)
    if site.use.shape == "reference":
        text = f"lambda coro: {helper}({site.call.text}(coro))"
        if not site.call.callee or site.call.positional:
            return Reason("not-understood", "the spawner is handed on with arguments of its own")
        return [code, ReplaceExpression(site.call.span, text)]
    if site.use.shape == "binding" and site.use.variable in {None, "_"}:
        return keep_at(site, world, holder)
    return [code, WrapCall(site.call.span, helper)]


def _helper_name(site: Site, world: World) -> str | Reason:
    plain = _HELPERS[site.spawner.makes]
    names = world.project.modules[site.path].names
    for name in (plain, f"{plain}_background", f"_keep{plain}"):
        if name not in names:
            return name
    return Reason("no-free-name", f"{plain} means something else here")


def _helper_code(site: Site, world: World, helper: str, holder: str) -> AddModuleCode:
    spelled = world.spelling(site.path).element(site.spawner.makes)
    variable = "task" if site.spawner.makes == "task" else "future"
    return AddModuleCode(
        f"\n\ndef {helper}({variable}: {spelled.text}) -> {spelled.text}:\n"
        f'    """Keep a {variable} until it is done."""\n'
        f"    {holder}.add({variable})\n"
        f"    {variable}.add_done_callback({holder}.discard)\n"
        f"    return {variable}\n"
    )
