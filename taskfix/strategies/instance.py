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

A dataclass or a class of attrs gets a field instead, and ``__slots__`` one more name.

Safe because every instance is bound once, to a name of a module or of a frame that outlives the
tasks, and the class is plain: nothing but its own ``__init__``, or the one that is made from its
fields, sets it up, so that the set is there before any method runs.
"""

from __future__ import annotations

from codemods.edits import CreateAttribute, CreateField, Edit, FunctionKey
from taskfix.apis.callables import ATTRS_CLASSES, DATACLASSES, FINAL, PLAIN_BASES
from taskfix.lifetime.instances import Instances
from taskfix.lifetime.sites import Site
from taskfix.model import Class, Function, Holder, Hop, Reason
from taskfix.planning.proposal import Proposal, World, hop, keep_at, spawns

NAME = "instance"
RANK = 30
ATTRIBUTE = "_background_tasks"
# What the field is not: a parameter, a part of the text, of comparisons, of the order.
_FIELD = "default_factory=set, init=False, repr=False, compare=False"
_ATTRIB = "factory=set, init=False, repr=False, eq=False"
_INCOMPLETE = frozenset({"__del__", "__attrs_pre_init__"})
_MAGIC = frozenset(
    {
        *("__getattr__", "__getattribute__", "__setattr__", "__new__"),
        *("__reduce__", "__reduce_ex__", "__getstate__", "__copy__", "__deepcopy__"),
    }
)


def propose(site: Site, world: World) -> Proposal | Reason:
    function = _method(site, world)
    if function is None or function.class_ is None or function.kind != "method":
        return Reason("no-method", "the call is not in a method")
    if site.spawner.makes != "task":
        return Reason("not-a-task", "the set of an instance holds tasks")
    if function.name in _INCOMPLETE:
        return Reason("in-init", "the instance is not complete, or about to be deleted")
    class_ = world.project.classes[function.class_]
    created = _created(class_, function, world)
    if isinstance(created, Reason):
        return created
    refusal = _refusal(class_, world)
    if refusal is not None:
        return refusal
    expression = f"{_receiver(function)}.{ATTRIBUTE}"
    kept = keep_at(site, world, expression)
    if isinstance(kept, Reason):
        return kept
    edits, owner = created
    return Proposal(
        Holder(NAME, expression, site.path, None),
        tuple((site.path, edit) for edit in [*edits, *kept]),
        (owner, spawns(site, f"adds the task to {expression}")),
    )


def _method(site: Site, world: World) -> Function | None:
    """The method around a site, where functions inside of it see its first parameter."""
    function, hidden = site.function, site.call.hidden
    while function is not None and function.class_ is None:
        hidden |= function.locals
        function = world.project.functions.get(function.parent or "")
    return None if function is None or _receiver(function) in hidden else function


def _receiver(method: Function) -> str:
    return next((p.name for p in method.parameters if p.kind == "positional"), "self")


# -- how the attribute is created ------------------------------------------------------------------


def _created(class_: Class, method: Function, world: World) -> tuple[list[Edit], Hop] | Reason:
    """The edits that create the set, and what they do in words."""
    path = world.project.path_of(class_.id)
    decorators = [world.project.resolve_all(values, path) for values in class_.decorators]
    made = [values for values in decorators if not values <= FINAL or not values]
    if not made:
        return _in_init(class_, method, world)
    texts = " ".join(class_.decorator_texts)
    if len(made) > 1 or not made[0] or not made[0] <= DATACLASSES | ATTRS_CLASSES:
        return Reason("not-plain", f"{class_.name} is decorated with @{class_.decorator_texts[0]}")
    if class_.slots or "__init__" in class_.methods or "init=False" in texts or "these=" in texts:
        return Reason("not-plain", f"the fields of {class_.name} do not make its __init__")
    return _as_field(class_, min(made[0]), world)


def _as_field(class_: Class, decorator: str, world: World) -> tuple[list[Edit], Hop]:
    path = world.project.path_of(class_.id)
    spelling = world.spelling(path)
    annotation = spelling.set_of("task")
    module, _, maker = decorator.removesuffix("()").rpartition(".")
    arguments = _FIELD if module == "dataclasses" else _ATTRIB
    names = ("ib", "attrib") if maker in {"s", "attrs", "dataclass"} else ("field",)
    if module == "dataclasses":
        names = ("field",)
    field = spelling.member(module, *names)
    code = f"{ATTRIBUTE}: {annotation.text} = {field.text}({arguments})\n"
    create = CreateField(FunctionKey(class_.line, class_.name), code)
    edit = f"gets the field {ATTRIBUTE}"
    return [create, *annotation.imports, *field.imports], _hop(path, class_, edit)


def _in_init(class_: Class, method: Function, world: World) -> tuple[list[Edit], Hop] | Reason:
    init = world.project.functions.get(f"{class_.id}.__init__")
    if init is None or init.duplicated or init.decorators:
        return Reason("no-init", f"{class_.name} has no plain __init__ of its own")
    if method.id == init.id:
        return Reason("in-init", "the task is started before the instance is complete")
    if init.left is not None:
        return Reason("no-init", f"{class_.name}.__init__() may return before the set is made")
    path = world.project.path_of(class_.id)
    spelled = world.spelling(path).set_of("task")
    annotation = None if class_.declares else spelled.text
    edits: list[Edit] = [
        CreateAttribute(init.key, ATTRIBUTE, annotation, slot=class_.slots),
        *spelled.imports,
    ]
    if class_.declares:
        key = FunctionKey(class_.line, class_.name)
        edits.append(CreateField(key, f"{ATTRIBUTE}: {spelled.text}\n"))
    line, edit = init.key.line, f"creates {_receiver(init)}.{ATTRIBUTE}"
    return edits, hop(path, line, init, "owner", edit)


def _hop(path: str, class_: Class, edit: str) -> Hop:
    return Hop(path, class_.line, class_.id.partition("::")[2], "owner", edit)


# -- whether the class can have it -----------------------------------------------------------------


def _refusal(class_: Class, world: World) -> Reason | None:
    project = world.project
    subclasses = project.subclasses_of(class_.id)
    for one in [*project.ancestors(class_.id), *subclasses]:
        refusal = _not_plain(one, world)
        if refusal is not None:
            return refusal
    for below in subclasses:
        if not world.holders.complete.calls_init_of(below, class_):
            return Reason("not-plain", f"{below.name}.__init__() does not call that of its base")
    return Instances(project, world.frames).refusal(class_)


def _not_plain(class_: Class, world: World) -> Reason | None:
    name = class_.name
    if class_.metaclass or class_.function is not None:
        return Reason("not-plain", f"{name} is not a plain class at the top of a module")
    for base in world.project.bases(class_):
        if base not in PLAIN_BASES and base not in world.project.classes:
            return Reason("not-plain", f"{name} has a base that may own the name")
    if _MAGIC & class_.methods:
        return Reason("not-plain", f"{name} makes or shows its attributes in its own way")
    taken = {attribute for attribute, _ in class_.attributes} | class_.methods
    if ATTRIBUTE in taken:
        return Reason("name-taken", f"{name} already has {ATTRIBUTE}")
    return None
