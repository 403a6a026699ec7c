"""Judges a result with the eyes that found the sites: exactly the fixed ones must be gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from taskfix.lifetime.sites import Site
from taskfix.model import Change, Reason
from taskfix.planning.plan import OTHER_PATHS, Plan, Rejected

Key = tuple[str, str, str]


def unverified(
    plans: Iterable[Plan], after: Iterable[Site], *, some: bool = False
) -> Rejected | None:
    """The plans whose site is still dangling in the result, or that changed what others are.

    Where only ``some`` of the plans that there are have been carried out, they may well have done
    the work of others: a function that keeps its task does so for every caller.
    """
    planned = list(plans)
    left = Counter(_key(site) for site in after)
    expected = Counter(_key(plan.site) for plan in planned if plan.proposal is None)
    done = [plan for plan in planned if plan.proposal is not None]
    still = left - expected
    direct = [plan for plan in done if _key(plan.site) in still]
    if direct:
        return Rejected(tuple(direct), Reason("did-not-verify", "the task would still be lost"))
    # What a comment silences may be mended all the same, in the function that it calls.
    refused = Counter(_key(plan.site) for plan in planned if plan.is_refused)
    wrong = {path for path, _, _ in (still or (Counter() if some else refused - left))}
    if not wrong:
        return None
    what = "another task would be lost" if still else "another site would be hidden"
    near = [p for p in done if p.proposal is not None and p.proposal.paths & wrong]
    # What is new in a function is more likely of the plan for that function than of others.
    places = {(path, function) for path, function, _ in (still or refused - left)}
    nearest = [plan for plan in near if _key(plan.site)[:2] in places]
    return Rejected(tuple(nearest or near or done), Reason("did-not-verify", what))


def without_waiting(sites: Iterable[Site], plans: Iterable[Plan]) -> list[Site]:
    """The sites without those that wait for files which were not named: they may be done later."""
    waiting = {_key(plan.site) for plan in plans if plan.reason and plan.reason.code == OTHER_PATHS}
    return [site for site in sites if _key(site) not in waiting]


def unstable(plans: Iterable[Plan], second: Sequence[Change]) -> Rejected | None:
    """The plans after which a second run would change something: all that touch its files."""
    if not second:
        return None
    paths = {change.path for change in second}
    done = [plan for plan in plans if plan.proposal is not None]
    near = [p for p in done if p.proposal is not None and p.proposal.paths & paths]
    message = f"stable: a second run would change {min(paths)} again"
    return Rejected(tuple(near or done), Reason("did-not-verify", message), site=True)


def _key(site: Site) -> Key:
    """What stays the same of a site when lines move."""
    function = site.function.qualname if site.function is not None else ""
    return site.path, function, site.call.text
