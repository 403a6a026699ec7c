"""The whole flow on one screen: sources are read, a plan is made, edits are applied and judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codemods.deep import run_deep
from taskfix.config import Config
from taskfix.facts.module import Module
from taskfix.facts.working_set import WorkingSet
from taskfix.index.candidates import commented
from taskfix.index.library import Library
from taskfix.index.project import Project
from taskfix.index.too_far import MOST_FILES, MOST_FILES_TO_THREAD
from taskfix.lifetime.frames import Frames
from taskfix.lifetime.helpers import Keepers
from taskfix.lifetime.holders import Holders
from taskfix.lifetime.leaks import find_leaks
from taskfix.lifetime.sites import Site, Sites
from taskfix.model import Change, Problem, Report, Source
from taskfix.planning.collector import no_collection
from taskfix.planning.locks import Locks, problems_of
from taskfix.planning.plan import Excluded, Plan, Rejected, is_suppressed, make_plans
from taskfix.planning.proposal import World
from taskfix.planning.result_types import ResultTypes
from taskfix.planning.tidy import tidied
from taskfix.planning.verified import unstable, unverified, without_waiting
from taskfix.reports.findings import findings_of, unused_suppressions
from taskfix.signatures.may_call import Doubtful
from taskfix.signatures.threadable import Threadable

if TYPE_CHECKING:
    from taskfix.planning.trial import Trial


def run(sources: Sequence[Source], config: Config) -> Report:
    """Find the dangling tasks of the sources and what gives each an owner. Does no IO."""
    prepared = Prepared(sources, config)
    return prepared.report(prepared.settle())


@dataclass(frozen=True, slots=True)
class Settled:
    """Plans that come out as planned, what they make of the files, and which files stay."""

    plans: tuple[Plan, ...] = ()
    changes: tuple[Change, ...] = ()
    locks: Locks | None = None


class Prepared:
    """Sources that have been analysed, so that plans can be made for them again and again."""

    def __init__(self, sources: Sequence[Source], config: Config) -> None:
        with no_collection():
            run_deep(lambda: self._analyse(sources, config))

    @property
    def statistics(self) -> Mapping[str, int]:
        """How much was read so far, in files and bytes."""
        return self._world.project.library.statistics

    def proposed(self) -> Settled:
        """What would be tried for every site, before any edit is made or judged."""
        with no_collection():
            return run_deep(self._proposed)

    def settle(self, given_up: Sequence[Rejected] = ()) -> Settled:
        """What to do about every site. What has been ``given_up`` is not proposed again."""
        start = self._sites, self._world
        # A second run would not know of it, and may well do it.
        with no_collection():
            return run_deep(lambda: _settle(*start, given_up, twice=not given_up))

    def changes(self, plans: Sequence[Plan]) -> tuple[Change, ...] | None:
        """What some plans make of the files; None where they need others to come out."""
        return run_deep(lambda: self._changes(plans))

    def report(self, settled: Settled) -> Report:
        """What is said of a run that comes to this."""
        return run_deep(lambda: self._report(settled))

    def _proposed(self) -> Settled:
        locks = Locks(self._world.project.library)
        plans = make_plans(self._sites, self._world, Excluded(locks))
        return Settled(tuple(plans), (), locks)

    def _report(self, settled: Settled) -> Report:
        world, library, plans = self._world, self._world.project.library, settled.plans
        locks = settled.locks or Locks(library)
        locked = problems_of(locks, (p.site.path for p in plans if p.proposal is None))
        leaks = [leak for leak in find_leaks(world, library.sources) if leak.path in world.editable]
        used = {(site.path, site.suppression) for site in self._sites}
        used |= {(leak.path, leak.suppression) for leak in leaks}
        unused = unused_suppressions(_commented(library), used, world.editable)
        findings = [*findings_of(plans, world), *unused]
        return Report(
            findings=tuple(sorted(findings, key=lambda f: (f.path, f.span, f.rule))),
            changes=settled.changes,
            problems=(
                *(
                    problem
                    for problem in _sorted(library.problems)
                    if problem.path in world.editable
                ),
                *locked,
            ),
            scanned=sum(source.selected for source in library.sources.values()),
            parsed=sum(path in world.editable for path in library.looked_at),
            leaks=tuple(leak for leak in leaks if leak.suppression is None),
        )

    def _analyse(self, sources: Sequence[Source], config: Config) -> None:
        most = MOST_FILES_TO_THREAD if config.prefers_threading else MOST_FILES
        project = Project(Library(sources, WorkingSet(), most), config.src)
        editable = frozenset(source.path for source in sources if source.selected)
        sites = Sites(project, Frames(project))
        self._sites = _editable(sites, editable)
        self._world = _world(sites, config, editable, self._sites)

    def _changes(self, plans: Sequence[Plan]) -> tuple[Change, ...] | None:
        changes = _trial(self._world).changes(plans)
        if not isinstance(changes, tuple) or not changes:
            return changes if isinstance(changes, tuple) else None
        places = {plan.place for plan in plans}
        others = [Plan(site, None) for site in self._sites]
        some = [*plans, *(plan for plan in others if plan.place not in places)]
        after = _after(self._world, changes)
        left = _sites(after, self._world.editable)
        return None if unverified(some, left, some=True) else changes


def _commented(library: Library) -> dict[str, Module]:
    """The files with a comment of ours."""
    found = ((path, library.module(path)) for path in commented(library))
    return {path: module for path, module in found if module is not None}


def _trial(world: World) -> Trial:
    """Who makes edits. All that only reports does without, and so without waiting for LibCST."""
    from taskfix.planning.trial import Trial

    return Trial(world.project.library, world.config)


def _after(world: World, changes: Sequence[Change]) -> Project:
    """The project as changes make it."""
    return Project(world.project.library.after(changes), world.config.src)


def _sites(project: Project, editable: frozenset[str]) -> list[Site]:
    """The dangling sites in the files that may be changed."""
    return _editable(Sites(project, Frames(project)), editable)


def _editable(sites: Sites, editable: frozenset[str]) -> list[Site]:
    return [site for site in sites.all() if site.path in editable]


def _world(sites: Sites, config: Config, editable: frozenset[str], found: list[Site]) -> World:
    project, frames = sites.project, sites.frames
    threadable = Threadable(project, config)
    holders = Holders(project, frames, sites, config)
    return World(
        project=project,
        frames=frames,
        holders=holders,
        keepers=Keepers(project, holders),
        sites=sites,
        result_types=ResultTypes(project, found),
        threadable=threadable,
        doubtful=Doubtful(project, threadable.exposure),
        config=config,
        editable=editable,
    )


def _settle(
    sites: list[Site],
    world: World,
    given_up: Sequence[Rejected] = (),
    *,
    twice: bool = True,
) -> Settled:
    """Plan, apply and judge; what does not come out as planned is planned again without it.

    ``twice`` tells whether to see that a second run would change nothing.
    """
    excluded = Excluded(Locks(world.project.library))
    for one in given_up:
        excluded = excluded.and_also(one)
    trial = _trial(world)
    while True:
        plans = tidied(make_plans(sites, world, excluded), world.project)
        result = trial.changes(plans)
        if isinstance(result, tuple):
            rejected = _judged(plans, result, world, twice=twice)
            if rejected is None:
                return Settled(tuple(plans), result, excluded.locks)
            result = rejected
        excluded = excluded.and_also(result)


def _judged(
    plans: list[Plan], changes: tuple[Change, ...], world: World, *, twice: bool
) -> Rejected | None:
    """What is wrong with the project after the changes: they hold, and are all there is to do."""
    if not changes:
        return None
    project = _after(world, changes)
    sites = Sites(project, Frames(project))
    left = _editable(sites, world.editable)
    rejected = unverified(plans, left)
    if rejected is not None or not twice or all(is_suppressed(site, world) for site in left):
        return rejected
    left = without_waiting(left, plans)
    new_world = _world(sites, world.config, world.editable, left)
    return unstable(plans, _settle(left, new_world, twice=False).changes)


def _sorted(problems: dict[str, Problem]) -> list[Problem]:
    return [problems[path] for path in sorted(problems)]
