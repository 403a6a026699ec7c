"""The whole flow on one screen: sources are read, a plan is made, edits are applied and judged."""

from __future__ import annotations

from collections.abc import Sequence

from codemods.deep import run_deep
from taskfix.config import Config
from taskfix.doubtful import Doubtful
from taskfix.findings import findings_of, unused_suppressions
from taskfix.frames import Frames
from taskfix.holders import Holders
from taskfix.keepers import Keepers
from taskfix.locks import Locks, initial_locks, problems_of
from taskfix.model import Change, Problem, Report, Source
from taskfix.plan import Excluded, Plan, Rejected, is_suppressed, make_plans
from taskfix.project import Project
from taskfix.proposal import World
from taskfix.reading import Reading
from taskfix.results import Results
from taskfix.sites import Site, Sites
from taskfix.threadable import Threadable
from taskfix.tidy import tidied
from taskfix.trial import Trial
from taskfix.verify import unstable, unverified


def run(sources: Sequence[Source], config: Config) -> Report:
    """Find the dangling tasks of the sources and what gives each an owner. Does no IO."""
    return run_deep(lambda: _run(sources, config))


def _run(sources: Sequence[Source], config: Config) -> Report:
    reading = Reading(sources, config)
    project = reading.read()
    editable = frozenset(source.path for source in sources if source.selected)
    sites = [site for site in reading.sites(project) if site.path in editable]
    world = _world(project, config, editable, sites)
    plans, changes, locks = _settle(sites, world, reading)
    locked = problems_of(locks, (plan.site.path for plan in plans if plan.proposal is None))
    findings = [*findings_of(plans, world), *unused_suppressions(reading.modules, sites, editable)]
    return Report(
        findings=tuple(sorted(findings, key=lambda f: (f.path, f.span, f.rule))),
        changes=changes,
        problems=(*(p for p in _sorted(reading.problems) if p.path in editable), *locked),
        scanned=sum(source.selected for source in sources),
        parsed=sum(path in editable for path in reading.parsed),
    )


def _world(project: Project, config: Config, editable: frozenset[str], found: list[Site]) -> World:
    frames = Frames(project)
    sites = Sites(project, frames)
    threadable = Threadable(project, config)
    return World(
        project=project,
        frames=frames,
        holders=Holders(project, frames, sites, config),
        keepers=Keepers(project),
        sites=sites,
        results=Results(project, found),
        threadable=threadable,
        doubtful=Doubtful(project, threadable.exposure),
        config=config,
        editable=editable,
    )


def _settle(
    sites: list[Site], world: World, reading: Reading, *, twice: bool = True
) -> tuple[list[Plan], tuple[Change, ...], Locks]:
    """Plan, apply and judge; what does not come out as planned is planned again without it.

    ``twice`` tells whether to see that a second run would change nothing.
    """
    excluded = Excluded(initial_locks(reading.modules.values(), reading.sources.values()))
    trial = Trial(reading)
    while True:
        plans = tidied(make_plans(sites, world, excluded), world.project)
        result = trial.changes(plans)
        if isinstance(result, tuple):
            rejected = _judged(plans, result, world, reading, twice=twice)
            if rejected is None:
                return plans, result, excluded.locks
            result = rejected
        excluded = excluded.and_also(result)


def _judged(
    plans: list[Plan], changes: tuple[Change, ...], world: World, reading: Reading, *, twice: bool
) -> Rejected | None:
    """What is wrong with the project after the changes: they hold, and are all there is to do."""
    if not changes:
        return None
    after = reading.after(changes)
    project = after.read()
    left = [site for site in after.sites(project) if site.path in world.editable]
    rejected = unverified(plans, left)
    if rejected is not None or not twice or all(is_suppressed(site, world) for site in left):
        return rejected
    new_world = _world(project, world.config, world.editable, left)
    return unstable(plans, _settle(left, new_world, after, twice=False)[1])


def _sorted(problems: dict[str, Problem]) -> list[Problem]:
    return [problems[path] for path in sorted(problems)]
