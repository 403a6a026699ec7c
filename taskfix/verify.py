"""Judges a result with the eyes that found the sites: exactly the fixed ones must be gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from taskfix.plan import Plan
from taskfix.sites import Site

Key = tuple[str, str, str]


def unverified(plans: Iterable[Plan], after: Iterable[Site]) -> list[Plan]:
    """The plans whose site is still dangling in the result, or that made another one dangle."""
    planned = list(plans)
    left = Counter(_key(site) for site in after)
    expected = Counter(_key(plan.site) for plan in planned if plan.proposal is None)
    surplus = left - expected
    if not surplus:
        return []
    paths = {path for path, _, _ in surplus}
    direct = [p for p in planned if p.proposal is not None and _key(p.site) in surplus]
    return direct or [p for p in planned if p.proposal is not None and p.proposal.paths & paths]


def _key(site: Site) -> Key:
    """What stays the same of a site when lines move."""
    function = site.function.qualname if site.function is not None else ""
    return site.path, function, site.call.text
