"""A function of a library's API that nobody in the tree calls: its callers may own the task.

Before::

    __all__ = ["notify"]

    async def notify(event):
        asyncio.create_task(send(event))

After::

    _background_tasks: set[asyncio.Task] = set()

    async def notify(event, background_tasks: set[asyncio.Task] | None = None):
        if background_tasks is None:
            background_tasks = _background_tasks
        task = asyncio.create_task(send(event))
        background_tasks.add(task)
        task.add_done_callback(background_tasks.discard)

Safe because the fallback is the module's set, and nothing reads the function's signature: whoever
a library offers it to calls it. Of any other function that nobody calls it is not known who does.
"""

from __future__ import annotations

from codemods.edits import DefaultParameter
from taskfix.lifetime.sites import Site
from taskfix.model import Holder, Reason
from taskfix.planning.proposal import Proposal, World, hop, keep_at, parameter_of, spawns

NAME = "boundary"
RANK = 50


def propose(site: Site, world: World) -> Proposal | Reason:
    function, config = site.function, world.config
    if function is None or function.class_ is not None or site.spawner.makes != "task":
        return Reason("no-boundary", "only a free function can be an API boundary")
    if not world.threadable.exposure.is_offered(function):
        return Reason("private", f"no package offers {function.name}() to others")
    if world.project.calls_to(function.id):
        return Reason("called", f"{function.name}() has callers in the project")
    refusal = world.threadable.refusal(function)
    if refusal is not None:
        return refusal
    if site.call.in_class_body:
        return Reason("class-body", "the parameter is not known to be a set in a nested class")
    spelling = world.spelling(site.path)
    annotates = spelling.parameter(function, "task") is not None
    kept = keep_at(site, world, config.set_name, annotates=annotates)
    created, holder = world.module_code(site.path, "task"), spelling.module_set("task")
    for refused in (kept, created, holder):
        if isinstance(refused, Reason):
            return refused
    assert not isinstance(kept, Reason) and not isinstance(created, Reason)
    default = DefaultParameter(function.key, config.set_name, str(holder))
    edits = [(site.path, edit) for edit in [*created, default, *kept]]
    return Proposal(
        Holder(NAME, str(holder), site.path, None),
        (*edits, *parameter_of(function, world, "task")),
        (
            hop(site.path, 1, None, "owner", f"creates {holder}, for callers that own no set"),
            spawns(site, "gets the parameter and adds the task to it"),
        ),
    )
