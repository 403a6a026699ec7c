"""Project -> plans: tries the strategies in their order for every site; nothing else decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType

from codemods.edits import Edit, RemoveSuppression, Span
from taskfix.apis.spawners import Product
from taskfix.facts.suppressions import OURS
from taskfix.index.project import TooFar
from taskfix.lifetime.sites import Site
from taskfix.model import Considered, Reason
from taskfix.planning.locks import Lock, Locks
from taskfix.planning.proposal import Proposal, World
from taskfix.strategies import ALWAYS, all_strategies

# From this many sites with a module's set on, a helper reads better than the lines in full.
SITES_FOR_A_HELPER = 3
# What is left out of a plan that mends the function which the site calls.
ORIGIN = "origin"
# A set would grow by one task for each turn that this one loses.
_LOST_RACE = Reason(
    "lost-race",
    "what does not come first may never end, so that a set would hold it for ever: "
    "cancel what is pending (`for task in pending: task.cancel()`)",
)
# Why a fix is not made that changes files which were not named.
OTHER_PATHS = "other-paths"
_AT_ORIGIN = frozenset({"helper", "existing", "imported", "thread", "instance", "module"})


@dataclass(frozen=True, slots=True)
class Excluded:
    """What is no way, and why: files that must stay, and what earlier tries have shown.

    ``strategies`` are left out at one call (path, span, name of the strategy), so that the next
    one is tried. The calls of ``expressions`` can be changed, but not made into statements of
    their own, and nothing at all is done about those of ``sites``.
    """

    locks: Locks
    strategies: Mapping[tuple[str, Span, str], Reason] = field(default_factory=dict)
    expressions: Mapping[tuple[str, Span], Reason] = field(default_factory=dict)
    sites: Mapping[tuple[str, Span], Reason] = field(default_factory=dict)

    def and_also(self, rejected: Rejected | LockedFile | Inseparable) -> Excluded:
        """The same, and what has just been rejected."""
        if isinstance(rejected, LockedFile):
            return replace(self, locks=self.locks.and_also(rejected.path, rejected.lock))
        if isinstance(rejected, Inseparable):
            call = rejected.path, rejected.call
            return replace(self, expressions={**self.expressions, call: rejected.reason})
        calls = [(plan.site.path, plan.site.call.span, plan.way) for plan in rejected.plans]
        if rejected.site:
            new = {(path, span): rejected.reason for path, span, _ in calls}
            return replace(self, sites={**self.sites, **new})
        ways = dict.fromkeys(calls, rejected.reason)
        return replace(self, strategies={**self.strategies, **ways})


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done about one site: a proposal, or the reason why there is none."""

    site: Site
    proposal: Proposal | None
    reason: Reason | None = None
    considered: tuple[Considered, ...] = ()
    targets: tuple[Site, ...] = ()  # where the edits are made, if that is not the site itself

    @property
    def place(self) -> tuple[str, Span]:
        """What tells the plan's site from all others."""
        return self.site.path, self.site.call.span

    @property
    def is_refused(self) -> bool:
        """Whether something ought to be done, and cannot be."""
        return self.reason is not None and self.reason.code != "suppressed"

    @property
    def strategy(self) -> str:
        return self.proposal.holder.strategy if self.proposal is not None else ""

    @property
    def way(self) -> str:
        """What is excluded where the plan is rejected."""
        return ORIGIN if self.targets else self.strategy


@dataclass(frozen=True, slots=True)
class Rejected:
    """Plans that did not come out as planned. ``site``: nothing more is tried at their sites."""

    plans: tuple[Plan, ...]
    reason: Reason
    site: bool = False


@dataclass(frozen=True, slots=True)
class Inseparable:
    """A call that cannot be made into a statement of its own."""

    path: str
    call: Span
    reason: Reason


@dataclass(frozen=True, slots=True)
class LockedFile:
    """A file that turns out to be one that cannot be changed."""

    path: str
    lock: Lock


def make_plans(sites: list[Site], world: World, excluded: Excluded) -> list[Plan]:
    """One plan a site, in the order of the sites.

    It is the same for whichever paths it is asked for. Where it would change others, it is refused.
    """
    plans = _make_plans(sites, world, excluded)
    return [_within_paths(plan, world) for plan in plans]


def _make_plans(sites: list[Site], world: World, excluded: Excluded) -> list[Plan]:
    world = replace(
        world,
        first_lines=_first_lines(sites),
        expressions=excluded.expressions,
        twins=_twins(sites),
    )
    plans = _relieved([_plan(site, world, excluded) for site in sites], world, excluded)
    helpers = _modules_for_a_helper(plans)
    if not helpers:
        return plans
    world = replace(world, helpers=helpers)
    again = [
        _plan(plan.site, world, excluded) if _touches(plan, helpers) else plan for plan in plans
    ]
    return _relieved(again, world, excluded)


def _within_paths(plan: Plan, world: World) -> Plan:
    others = sorted(plan.proposal.paths - world.editable) if plan.proposal is not None else []
    if not others:
        return plan
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    message = f"{others[0]}{more} would be changed too, so name that as well"
    return replace(plan, proposal=None, reason=Reason(OTHER_PATHS, message))


def _relieved(plans: list[Plan], world: World, excluded: Excluded) -> list[Plan]:
    """A function that is mended keeps the tasks of all its callers: none needs edits of its own."""
    mended = {(target.path, target.call.span) for plan in plans for target in plan.targets}

    def relieved(plan: Plan) -> Plan:
        if plan.proposal is None or plan.targets:
            return plan
        origins = world.sites.origins(plan.site)
        if not origins or any((one.path, one.call.span) not in mended for one in origins):
            return plan
        ways = (_plan_at_origin(plan.site, world, excluded, order) for order in _orders(world))
        return next(filter(None, ways), plan)

    return list(map(relieved, plans)) if mended else plans


def is_suppressed(site: Site, world: World) -> bool:
    """Report whether a comment silences the site, and is obeyed."""
    suppression = site.suppression
    if suppression is None:
        return False
    if suppression.kind == "taskfix":
        return not suppression.codes or site.rule in suppression.codes
    return not world.config.ignore_noqa


def _plan(site: Site, world: World, excluded: Excluded) -> Plan:
    if is_suppressed(site, world):
        return Plan(site, None, Reason("suppressed", "a comment on the statement silences it"))
    if (site.path, site.call.span) in excluded.sites:
        return Plan(site, None, excluded.sites[site.path, site.call.span])
    if site.use.raced:
        return Plan(site, None, _LOST_RACE)
    considered: tuple[Considered, ...] = ()
    for order in _orders(world):
        plan = _plan_so(site, world, excluded, order)
        considered += plan.considered
        if plan.proposal is not None:
            break
    return replace(plan, considered=considered)


def _plan_so(site: Site, world: World, excluded: Excluded, order: list[ModuleType]) -> Plan:
    """Try some strategies at the site, and where it has the task from."""
    # What is declared as less than a task can be kept in the function only.
    wider = site.rule == "TF003" and world.result_types.declared_wider(site)
    if site.rule == "TF004" or wider:
        at_origin = _plan_at_origin(site, world, excluded, order)
        if at_origin is not None:
            return at_origin
    plan = _plan_at_site(site, world, excluded, order)
    if plan.proposal is None and site.rule != "TF004" and not wider:
        # A local that is bound and lost is mended where it stands, if it can be.
        return _plan_at_origin(site, world, excluded, order) or plan
    return plan


def _plan_at_site(site: Site, world: World, excluded: Excluded, order: list[ModuleType]) -> Plan:
    locks = excluded.locks
    lock = locks.get(site.path)
    if lock is not None:
        return Plan(site, None, lock.reason)
    considered: list[Considered] = []
    for strategy in order:
        reason = excluded.strategies.get((site.path, site.call.span, strategy.NAME))
        if reason is not None:
            considered.append(Considered(strategy.NAME, reason))
            continue
        answer = _proposed(strategy, site, world)
        refusal = answer if isinstance(answer, Reason) else _forbidden(answer, world, locks)
        if refusal is None and isinstance(answer, Proposal):
            return Plan(site, _without_noqa(site, answer), None, tuple(considered))
        assert refusal is not None
        considered.append(Considered(strategy.NAME, refusal))
    return Plan(site, None, considered[-1].reason, tuple(considered))


def _proposed(strategy: ModuleType, site: Site, world: World) -> Proposal | Reason:
    """What a strategy proposes; what it cannot know denies it."""
    try:
        answer: Proposal | Reason = strategy.propose(site, world)
    except TooFar as far:
        return Reason("too-far", str(far))
    return answer


def _plan_at_origin(
    site: Site, world: World, excluded: Excluded, order: list[ModuleType]
) -> Plan | None:
    """Mend the function that gives a new task to callers who drop it, once for all of them."""
    origins = world.sites.origins(site)
    if not origins or (site.path, site.call.span, ORIGIN) in excluded.strategies:
        return None
    if any(is_suppressed(origin, world) for origin in origins):
        return None
    proposals = []
    for origin in origins:
        allowed = (s for s in order if s.NAME in _AT_ORIGIN)
        answers = (_proposed(strategy, origin, world) for strategy in allowed)
        proposal = next((a for a in answers if isinstance(a, Proposal)), None)
        if proposal is None or _forbidden(proposal, world, excluded.locks) is not None:
            return None
        proposals.append(proposal)
    merged = replace(
        proposals[0],
        edits=tuple(edit for proposal in proposals for edit in proposal.edits),
        notes=(*proposals[0].notes, f"kept in {site.spawner.name}(), for all of its callers"),
    )
    if excluded.locks.get(site.path) is None:
        merged = _without_noqa(site, merged)
    return Plan(site, merged, targets=tuple(origins))


def _orders(world: World) -> list[list[ModuleType]]:
    """The strategies that are tried, in groups: those of one come before all of the next.

    One that mends a fix by hand goes before all others. A preferred one is tried wherever it may
    be done before any other is, and what cannot be done so is done in another way.
    """
    chosen, by_rank = world.config.strategy, list(all_strategies())
    if chosen != "auto":
        first = [strategy for strategy in by_rank if strategy.NAME in (ALWAYS, chosen)]
        return [first, [strategy for strategy in by_rank if strategy not in first]]
    if not world.config.strategies:
        return [by_rank]
    by_name = {strategy.NAME: strategy for strategy in by_rank}
    return [[by_name[name] for name in (ALWAYS, *world.config.strategies)]]


def _forbidden(proposal: Proposal, world: World, locks: Locks) -> Reason | None:
    for path in sorted(proposal.paths):
        lock = locks.get(path)
        if lock is not None:
            return lock.reason
    return None


def _without_noqa(site: Site, proposal: Proposal) -> Proposal:
    """A comment that silences another linter's finding of the same bug goes with the fix."""
    suppression = site.suppression
    if suppression is None or suppression.kind == "taskfix" or not suppression.codes:
        return proposal
    codes = tuple(code for code in suppression.codes if code in OURS)
    edit: Edit = RemoveSuppression(suppression.line, codes)
    return replace(proposal, edits=(*proposal.edits, (site.path, edit)))


def _first_lines(sites: list[Site]) -> dict[str, int]:
    """The line of the first site at the top level of each module: its set must stand above."""
    found: dict[str, int] = {}
    for site in sites:
        if site.function is None and site.call.statement is not None:
            line = site.call.statement.line
            found[site.path] = min(line, found.get(site.path, line))
    return found


def _twins(sites: list[Site]) -> dict[tuple[str, Span], int]:
    """How many lambdas of a function that start the same coroutine come before each of them."""
    found: dict[tuple[str, Span], int] = {}
    seen: Counter[tuple[str, str | None, str]] = Counter()
    for site in sites:
        if site.use.shape == "lambda":
            function = site.function.id if site.function is not None else None
            place = (site.path, function, site.call.first or site.call.method)
            found[site.path, site.call.span] = seen[place]
            seen[place] += 1
    return found


def _modules_for_a_helper(plans: list[Plan]) -> frozenset[tuple[str, Product]]:
    edited = {
        (target.path, target.call.span, target.spawner.makes)
        for plan in plans
        if plan.strategy == "module"
        for target in plan.targets or (plan.site,)
    }
    counts = Counter((path, makes) for path, _, makes in edited)
    found = {module for module, count in counts.items() if count >= SITES_FOR_A_HELPER}
    for plan in plans:
        tried = {c.strategy: c.reason.code for c in plan.considered}
        if tried.get("module") in {"needs-expression", "class-body"}:
            found.add((plan.site.path, plan.site.spawner.makes))
    return frozenset(found)


def _touches(plan: Plan, helpers: frozenset[tuple[str, Product]]) -> bool:
    targets = plan.targets or (plan.site,)
    return any((target.path, target.spawner.makes) in helpers for target in targets)
