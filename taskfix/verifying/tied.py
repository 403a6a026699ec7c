"""Which plans stand or fall together: those that a parameter or another common edit ties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from codemods.edits import AddImport, AddModuleCode, Annotate, CreateAttribute, CreateLocal, Edit
from taskfix.planning.plan import Plan

# Each plan asks for the holder it needs; that others ask for it too does not tie it to them.
_HOLDERS = (AddImport, AddModuleCode, Annotate, CreateAttribute, CreateLocal)


def tied_plans(plans: Iterable[Plan]) -> list[tuple[Plan, ...]]:
    """The plans that change something, in groups: what is left out of one is left out whole.

    Two plans are tied where they share an edit other than that of a holder: the parameter of a
    function, an argument of a call, the comment of a line. Every plan asks for all that it needs,
    so any choice of groups makes sense.
    """
    changing = [plan for plan in plans if plan.proposal is not None]
    leaders = list(range(len(changing)))  # of each plan one of its group, at last the first
    owners: dict[tuple[str, Edit], int] = {}
    for number, plan in enumerate(changing):
        for path, edit in plan.proposal.edits if plan.proposal else ():
            if not isinstance(edit, _HOLDERS):
                _join(leaders, number, owners.setdefault((path, edit), number))
    groups: dict[int, list[Plan]] = defaultdict(list)
    for number, plan in enumerate(changing):
        groups[_leader(leaders, number)].append(plan)
    return [tuple(group) for group in groups.values()]


def _join(leaders: list[int], one: int, other: int) -> None:
    first, second = sorted((_leader(leaders, one), _leader(leaders, other)))
    leaders[second] = first


def _leader(leaders: list[int], number: int) -> int:
    while leaders[number] != number:
        number = leaders[number]
    return number
