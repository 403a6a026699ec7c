"""Plans -> findings: what is said of every site, in words and with a stable id."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from codemods.edits import Span
from taskfix.facts.module import Module
from taskfix.lifetime.sites import Site
from taskfix.model import Finding, Suppression
from taskfix.planning.plan import Plan, is_suppressed
from taskfix.planning.proposal import World

_WHAT = {"task": "the task", "future": "the future and its tasks", "concurrent": "the task"}


def findings_of(plans: Iterable[Plan], world: World) -> Iterator[Finding]:
    """One finding a plan."""
    seen: Counter[str] = Counter()
    for plan in plans:
        site, proposal = plan.site, plan.proposal
        status = "fixable" if proposal else "refused"
        if is_suppressed(site, world):
            status = "suppressed"
        yield Finding(
            id=_id(site, seen),
            rule=site.rule,
            path=site.path,
            span=site.call.span,
            call=site.spawner.name,
            function=site.function.qualname if site.function else None,
            use=site.use.by,
            message=_message(site),
            status=status,  # type: ignore[arg-type]
            reason=plan.reason,
            holder=proposal.holder if proposal else None,
            chain=proposal.chain if proposal else (),
            considered=plan.considered,
            notes=proposal.notes if proposal else (),
            files=tuple(sorted(proposal.paths)) if proposal else (),
        )


def unused_suppressions(
    modules: Mapping[str, Module],
    used: Collection[tuple[str, Suppression | None]],
    editable: frozenset[str],
) -> Iterator[Finding]:
    """TF100: a ``taskfix: ignore`` that silences nothing."""
    seen: Counter[str] = Counter()
    for path in sorted(modules):
        for suppression in modules[path].suppressions:
            unused = (path, suppression) not in used and suppression.kind == "taskfix"
            if unused and path in editable:
                yield _unused(path, suppression, seen)


def _unused(path: str, suppression: Suppression, seen: Counter[str]) -> Finding:
    return Finding(
        id=_digest(f"TF100|{path}|{','.join(suppression.codes)}", seen),
        rule="TF100",
        path=path,
        span=Span(suppression.line, 0, suppression.line, 0),
        call="",
        function=None,
        use="",
        message="this comment silences nothing: no task is lost on its statement",
        status="refused",
        reason=None,
    )


def _message(site: Site) -> str:
    what = _WHAT[site.spawner.makes]
    return f"{what} may be garbage-collected while it runs: {site.use.by}"


def _id(site: Site, seen: Counter[str]) -> str:
    function = site.function.qualname if site.function else ""
    return _digest(f"{site.rule}|{site.path}|{function}|{site.call.text}|{site.call.first}", seen)


def _digest(key: str, seen: Counter[str]) -> str:
    seen[key] += 1
    return hashlib.sha256(f"{key}|{seen[key]}".encode("utf-8", "surrogateescape")).hexdigest()[:12]
