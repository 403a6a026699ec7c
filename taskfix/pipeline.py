"""The whole flow on one screen: sources are read, a plan is made, edits are applied and judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from codemods.apply import apply_edits
from codemods.deep import run_deep
from codemods.edits import Edit, EditError, UneditableError
from taskfix.config import Config
from taskfix.doubtful import Doubtful
from taskfix.encoding import EncodingFailure, encode
from taskfix.findings import findings_of, unused_suppressions
from taskfix.frames import Frames
from taskfix.holders import Holders
from taskfix.keepers import Keepers
from taskfix.locks import Lock, Locks, initial_locks, problems_of, uneditable
from taskfix.model import Change, Problem, Report, Source
from taskfix.parsing import compiles
from taskfix.plan import ORIGIN, Banned, Plan, make_plans
from taskfix.project import Project
from taskfix.proposal import World
from taskfix.reading import Reading
from taskfix.sites import Site, Sites
from taskfix.threadable import Threadable
from taskfix.verify import unverified


class _LockedError(Exception):
    """A file turns out to be one that cannot be changed."""

    def __init__(self, path: str, lock: Lock) -> None:
        super().__init__(path)
        self.path = path
        self.lock = lock


def run(sources: Sequence[Source], config: Config) -> Report:
    """Find the dangling tasks of the sources and what gives each an owner. Does no IO."""
    return run_deep(lambda: _run(sources, config))


def _run(sources: Sequence[Source], config: Config) -> Report:
    reading = Reading(sources, config)
    project = reading.read()
    editable = frozenset(source.path for source in sources if source.selected)
    world = _world(project, config, editable)
    sites = [site for site in reading.sites(project) if site.path in editable]
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


def _world(project: Project, config: Config, editable: frozenset[str]) -> World:
    frames = Frames(project)
    sites = Sites(project, frames)
    threadable = Threadable(project, config)
    return World(
        project=project,
        frames=frames,
        holders=Holders(project, frames, sites, config),
        keepers=Keepers(project),
        sites=sites,
        threadable=threadable,
        doubtful=Doubtful(project, threadable.exposure),
        config=config,
        editable=editable,
    )


def _settle(
    sites: list[Site], world: World, reading: Reading
) -> tuple[list[Plan], tuple[Change, ...], Locks]:
    """Plan, apply and judge; what does not come out as planned is planned again without it."""
    banned: Banned = frozenset()
    locks = initial_locks(reading.modules.values(), reading.sources.values())
    while True:
        plans = make_plans(sites, world, banned, locks)
        try:
            changes, failed = _apply(plans, reading)
        except _LockedError as error:
            locks = {**locks, error.path: error.lock}
            continue
        failed = failed or unverified(plans, _sites_after(changes, reading, world))
        if not failed:
            return plans, changes, locks
        banned |= {
            (p.site.path, p.site.call.span, ORIGIN if p.targets else p.strategy) for p in failed
        }


def _apply(plans: list[Plan], reading: Reading) -> tuple[tuple[Change, ...], list[Plan]]:
    """The changed files, or the plans that could not be applied."""
    edits: dict[str, list[Edit]] = defaultdict(list)
    for plan in plans:
        for path, edit in plan.proposal.edits if plan.proposal else ():
            edits[path].append(edit)
    changes = []
    for path in sorted(edits):
        parsed = reading.parsed[path]
        try:
            text = apply_edits(parsed.text.text, edits[path])
        except EditError as error:
            return (), [p for p in plans if p.proposal and (path, error.edit) in p.proposal.edits]
        except UneditableError as error:
            return (), _culprits(plans, path, parsed.text.text, error)
        data = encode(text, parsed.text)
        if isinstance(data, EncodingFailure) or compiles(path, data) is not None:
            return (), [p for p in plans if p.proposal and path in p.proposal.paths]
        changes.append(Change(path, reading.sources[path].data, data))
    return tuple(changes), []


def _culprits(plans: list[Plan], path: str, text: str, error: UneditableError) -> list[Plan]:
    """The plans without which the others of a file can be applied, else the file is locked."""
    touching = [plan for plan in plans if plan.proposal and path in plan.proposal.paths]
    culprits = [plan for plan in touching if not _is_applicable(plan, path, text)]
    if error.line is None or not 0 < len(culprits) < len(touching):
        raise _LockedError(path, uneditable(path, error)) from error
    return culprits


def _is_applicable(plan: Plan, path: str, text: str) -> bool:
    edits = plan.proposal.edits if plan.proposal else ()
    try:
        apply_edits(text, [edit for edited, edit in edits if edited == path])
    except (EditError, UneditableError):
        return False
    return True


def _sites_after(changes: tuple[Change, ...], reading: Reading, world: World) -> list[Site]:
    """The dangling sites of the result."""
    if not changes:
        return reading.sites(world.project)
    after = {change.path: change.after for change in changes}
    sources = [
        replace(source, data=after.get(path, source.data))
        for path, source in reading.sources.items()
    ]
    again = Reading(sources, reading.config)
    again.start_from(reading, frozenset(after))
    return [site for site in again.sites(again.read()) if site.path in world.editable]


def _sorted(problems: dict[str, Problem]) -> list[Problem]:
    return [problems[path] for path in sorted(problems)]
