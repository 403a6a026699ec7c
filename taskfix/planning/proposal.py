"""What a strategy is given, and what it proposes: the contract between the plan and strategies.

A strategy is a module of ``taskfix.strategies`` with a ``NAME``, a ``RANK`` (its place in the
order) and a function ``propose(site, world) -> Proposal | Reason``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count, islice

from codemods.edits import AddParameter, Edit, KeepTask, LambdaToFunction, Span
from taskfix.apis.spawners import Product
from taskfix.config import Config
from taskfix.index.project import Project
from taskfix.lifetime.frames import Frames
from taskfix.lifetime.helpers import Keepers
from taskfix.lifetime.holders import Holders
from taskfix.lifetime.sites import Site, Sites
from taskfix.model import Caller, Function, Holder, Hop, Reason, Role, SetFact
from taskfix.planning.result_types import ResultTypes
from taskfix.planning.spelling import SETS, Spelling
from taskfix.signatures.may_call import Doubtful
from taskfix.signatures.threadable import Threadable

# Shapes where a task can be bound by a statement of its own.
_STATEMENTS = frozenset({"statement", "binding", "branch", "loop", "display", "return", "argument"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """All edits that give one site a holder, in every file that they touch."""

    holder: Holder
    edits: tuple[tuple[str, Edit], ...]  # (path, edit)
    chain: tuple[Hop, ...]
    notes: tuple[str, ...] = ()

    @property
    def paths(self) -> frozenset[str]:
        return frozenset(path for path, _ in self.edits)


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a strategy may ask. Nothing in it changes while strategies run."""

    project: Project
    frames: Frames
    holders: Holders
    keepers: Keepers
    sites: Sites
    result_types: ResultTypes
    threadable: Threadable
    doubtful: Doubtful
    config: Config
    editable: frozenset[str]  # the paths that may be changed
    # What the sites have in common: the line of the first site at the top level of each module,
    # the number of lambdas of the same kind before one, the modules that get a helper function.
    first_lines: dict[str, int] = field(default_factory=dict)
    twins: dict[tuple[str, Span], int] = field(default_factory=dict)
    helpers: frozenset[tuple[str, Product]] = frozenset()
    # The calls that have turned out to be no statements of their own, with the reason.
    expressions: Mapping[tuple[str, Span], Reason] = field(default_factory=dict)

    # The functions above which there is no owner, by id, depth and what is to be held.
    ownerless: dict[tuple[str, int, str], Reason] = field(default_factory=dict)

    def parameter_name(self, makes: Product) -> str:
        """The name of the parameter, and of a set that is made for it."""
        return self.config.set_name if makes == "task" else SETS[makes].lstrip("_")

    def spelling(self, path: str) -> Spelling:
        config = self.config.at(path)
        if path.endswith(".pyi"):
            # What a stub says is never evaluated.
            config = replace(config, min_python=max(config.min_python, (3, 10)))
        return Spelling(self.project.modules[path], config)

    def module_code(self, path: str, makes: Product) -> list[Edit] | Reason:
        """The edits that give a module its set: the same for every site that needs it."""
        spelling = self.spelling(path)
        helper = spelling.helper(makes) if (path, makes) in self.helpers else None
        if isinstance(helper, Reason):
            return helper
        return spelling.module_code(makes, self.first_lines.get(path), helper)


def keep_at(
    site: Site,
    world: World,
    holder: str,
    *,
    guard: bool = False,
    keeper: str | None = None,
    annotates: bool = False,
) -> list[Edit] | Reason:
    """The edits at the site itself: bind the task and put it into ``holder``.

    ``keeper`` is a function that does the latter. ``annotates`` tells that the fix annotates the
    function, so that its body is type-checked.
    """
    use, call = site.use, site.call
    typed = annotates or (site.function is not None and site.function.typed)
    variable = _variable(site, world, holder, annotates)
    if call.in_class_body and site.function is None:
        return Reason("class-body", "a statement of a class body would make a class attribute")
    if call.in_comprehension and use.shape not in {"loop"}:
        return Reason("needs-expression", "the call stands inside a comprehension")
    if site.function is not None and site.function.dynamic and use.shape != "binding":
        return Reason("needs-expression", "a new variable would show where locals() are read")
    if (site.path, site.value) in world.expressions:
        return world.expressions[site.path, site.value]
    if use.shape == "lambda" and use.lambda_ is not None and keeper is None:
        if use.lambda_takes and world.config.at(site.path).typed_functions:
            return Reason("needs-expression", "no annotation is known for the lambda's parameters")
        # A type checker passes over a function without annotations, but for a strict one.
        result = typed and not use.lambda_takes or world.config.at(site.path).typed_functions
        name = _function_name(call.first or call.method, site, world)
        return [LambdaToFunction(use.lambda_, call.span, name, variable, holder, guard, result)]
    if use.shape in _STATEMENTS:
        return [KeepTask(site.value, variable, holder, guard, keeper)]
    return Reason("needs-expression", "no statement can be added where the call stands")


def reads_better_bound(site: Site) -> bool:
    """Report whether ``keeper(task)`` is a statement of its own, rather than around the call.

    A name keeps the type that it has, and the lines of a long call keep their indentation.
    """
    if site.use.shape == "binding":
        return True
    long = site.value.line != site.value.end_line
    return long and site.use.shape in {"statement", "argument"}


def parameter_of(function: Function, world: World, makes: Product) -> list[tuple[str, Edit]]:
    """The edits that give a function the parameter, in its stubs as well."""
    declared = world.threadable.stubs.declarations(function)
    assert not isinstance(declared, Reason), "a function whose stub cannot follow is denied"
    edits: list[tuple[str, Edit]] = []
    for path, one in [(world.project.path_of(function.id), function), *declared]:
        stub, spelling = path.endswith(".pyi"), world.spelling(path)
        in_stub = spelling.set_of(makes, optional=True)
        spelled = in_stub if stub else spelling.parameter(one, makes)
        default = "..." if stub and _elides(path, world) else "None"
        annotation = spelled.text if spelled is not None else None
        by_keyword = world.threadable.by_keyword_only(function)
        name = world.parameter_name(makes)
        add = AddParameter(one.key, name, annotation, default=default, by_keyword=by_keyword)
        edits += [(path, add), *((path, edit) for edit in (spelled.imports if spelled else ()))]
    return edits


def _elides(path: str, world: World) -> bool:
    functions = world.project.modules[path].functions
    return any(parameter.elided for f in functions for parameter in f.parameters)


def _variable(site: Site, world: World, holder: str, annotates: bool) -> str:
    """The name of the new local: ``task``, or a specific one where types could differ."""
    if site.use.stays:
        return "_"  # what reads it goes on to do so
    spelling, function = world.spelling(site.path), site.function
    known = annotates or function is None
    checked = world.config.at(site.path).checked_bodies or function is not None and function.typed
    plain = spelling.variable(function, site.spawner, site.call.first)
    differ = (checked or known) and world.result_types.differ(site, doubt=checked)
    if plain in holder.split(".") or differ:
        number = world.result_types.number(site)
        return spelling.specific(function, site.spawner, site.call.first, number)
    return plain


def _function_name(coroutine: str | None, site: Site, world: World) -> str:
    names = site.function.names if site.function else world.project.modules[site.path].names
    base = f"start_{(coroutine or 'task').strip('_')}"
    candidates = (base if number == 1 else f"{base}_{number}" for number in count(1))
    free = (name for name in candidates if name not in names)
    return next(islice(free, world.twins.get((site.path, site.call.span), 0), None))


def spawns(site: Site, edit: str, callers: tuple[Caller, ...] = ()) -> Hop:
    """The last hop of every chain."""
    return hop(site.path, site.call.span.line, site.function, "spawns", edit, callers)


def hop(
    path: str,
    line: int,
    function: Function | None,
    role: Role,
    edit: str,
    callers: tuple[Caller, ...] = (),
    readers: tuple[str, ...] = (),
) -> Hop:
    name = function.qualname if function else "<module>"
    return Hop(path, line, name, role, edit, callers, readers)


def readers_of(path: str, set_: SetFact | None) -> tuple[str, ...]:
    """Who reads a set that is there already, for the owner's hop."""
    return tuple(f"{path}:{line} {text}" for line, text in (set_.readers if set_ else ()))
