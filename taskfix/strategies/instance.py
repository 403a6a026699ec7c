"""The class's instances live as long as the program: a set of their own, made in ``__init__``.

Before::

    class Server:
        def __init__(self):
            self.port = 80

        def ping(self):
            asyncio.create_task(self.pong())

    server = Server()

After::

    class Server:
        def __init__(self):
            self.port = 80
            self._background_tasks: set[asyncio.Task] = set()

        def ping(self):
            task = asyncio.create_task(self.pong())
            self._background_tasks.add(task)
            task.add_done_callback(self._background_tasks.discard)

    server = Server()

Safe because every instance is bound once to a name of a module, and the class is plain: nothing but
its own ``__init__`` makes it, so that the set is there before any method runs.
"""

from __future__ import annotations

from codemods.edits import CreateAttribute
from taskfix.model import Class, Function, Holder, Reason
from taskfix.proposal import Proposal, World, hop, keep_at, spawns
from taskfix.sites import Site

NAME = "instance"
RANK = 40
ATTRIBUTE = "_background_tasks"
_PLAIN_BASES = frozenset({"builtins.object", "abc.ABC", "typing.Generic"})
_MAGIC = frozenset(
    {"__getattr__", "__getattribute__", "__setattr__", "__new__", "__reduce__", "__getstate__"}
)


def propose(site: Site, world: World) -> Proposal | Reason:
    function = site.function
    if function is None or function.class_ is None or function.kind != "method":
        return Reason("no-method", "the call is not in a method")
    if site.spawner.makes != "task":
        return Reason("not-a-task", "the set of an instance holds tasks")
    class_ = world.project.classes[function.class_]
    init = world.project.functions.get(f"{class_.id}.__init__")
    refusal = _refusal(class_, init, world)
    if refusal is not None:
        return refusal
    assert init is not None
    if function.id == init.id:
        return Reason("in-init", "the task is started before the instance is complete")
    expression = f"self.{ATTRIBUTE}"
    kept = keep_at(site, world, expression)
    if isinstance(kept, Reason):
        return kept
    spelled = world.spelling(site.path).set_of("task")
    create = CreateAttribute(init.key, ATTRIBUTE, spelled.text)
    return Proposal(
        Holder(NAME, expression, site.path, None),
        tuple((site.path, edit) for edit in [create, *spelled.imports, *kept]),
        (
            hop(site.path, init.key.line, init, "owner", f"creates {expression}"),
            spawns(site, f"adds the task to {expression}"),
        ),
    )


def _refusal(class_: Class, init: Function | None, world: World) -> Reason | None:
    name, path = class_.name, world.project.path_of(class_.id)
    if init is None or init.duplicated or init.decorators:
        return Reason("no-init", f"{name} has no plain __init__ of its own")
    if class_.metaclass or class_.decorators or class_.slots or class_.function is not None:
        return Reason("not-plain", f"{name} is not a plain class at the top of a module")
    if not all(base in _PLAIN_BASES for base in world.project.bases(class_)):
        return Reason("not-plain", f"{name} has a base that may own the name")
    if _MAGIC & class_.methods or world.project.subclasses.get(class_.id):
        return Reason("not-plain", f"{name} makes or shows its attributes in its own way")
    if any(attribute == ATTRIBUTE for attribute, _ in class_.attributes):
        return Reason("name-taken", f"{name} already has {ATTRIBUTE}")
    made = world.project.calls_of_class(class_)
    if not made:
        return Reason("unknown-lifetime", f"nothing in the project makes a {name}")
    for where, call in made:
        rooted = call.function is None and not call.in_lambda and not call.in_class_body
        if not rooted or call.use.fate != "held" or call.use.variable is None:
            return Reason("unknown-lifetime", f"{where}:{call.span.line} makes one that may die")
    return None if path in world.editable else Reason("not-editable", f"{path} may not change")
