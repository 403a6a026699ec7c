"""Keeps the fixes with which the project's own check passes, and gives up those that break it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import Protocol

from taskfix.culprits import allowance, find_culprits
from taskfix.model import Change, Considered, Reason, Report
from taskfix.pipeline import Prepared, Settled
from taskfix.plan import Excluded, Plan, Rejected
from taskfix.tied import tied_plans

VERIFY_FAILED = "verify-failed"
# Even a single fix is tried in more than one way.
_FEWEST_RUNS = 6


@dataclass(frozen=True, slots=True)
class Failure:
    """How the check failed: in words, and with what it wrote."""

    why: str
    output: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """Fixes that go together and break the check. ``fixed`` tells that another way was found."""

    plans: tuple[Plan, ...]
    failure: Failure
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """What is left on the disk, and what is not. ``unsteady``: the check cannot be relied on."""

    report: Report
    broken: tuple[Broken, ...] = ()
    unsteady: Failure | None = None

    @property
    def rolled_back(self) -> bool:
        return self.unsteady is not None or any(not one.fixed for one in self.broken)


class Workplace(Protocol):
    """The project on the disk and its check."""

    def write(self, changes: Sequence[Change]) -> None:
        """Make the project what it was at first but for these changes."""

    def check(self, applied: int, count: int) -> Failure | None:
        """Check the project as it is, with so many of the chains applied."""


def keep_what_passes(
    prepared: Prepared, settled: Settled, command: str, workplace: Workplace
) -> Verified:
    """Apply what the check passes with. It has passed once already, without any change."""
    return _Trials(prepared, settled, command, workplace).verified()


class _Trials:
    def __init__(
        self, prepared: Prepared, settled: Settled, command: str, workplace: Workplace
    ) -> None:
        self.prepared = prepared
        self.first = settled
        self.command = command
        self.workplace = workplace
        self.chains = tied_plans(settled.plans)
        self.culprits = 0
        self.runs = 1  # the one before anything is changed
        self.broken: list[Broken] = []
        self.kept = Settled()  # what the check passed with last
        self.on_disk: tuple[Change, ...] = ()

    def verified(self) -> Verified:
        base: list[Plan] = []
        candidates = self.chains
        limit: int | None = None  # there is no knowing how many culprits there are
        while candidates:
            culprits = self._culprits(base, candidates, limit)
            self.broken += (Broken(candidates[n], failure) for n, failure in culprits.items())
            self.culprits = self.culprits or len(culprits)
            limit = self._runs_left()
            base, candidates = self._next_ways() if culprits and limit else ([], [])
        unsteady = self._leave()
        broken = tuple(replace(one, fixed=self._is_fixed(one)) for one in self.broken)
        return Verified(self._report(unsteady), broken, unsteady)

    # -- runs ----------------------------------------------------------------------------

    def _culprits(
        self, base: Sequence[Plan], candidates: Sequence[tuple[Plan, ...]], limit: int | None
    ) -> dict[int, Failure]:
        """Which of the candidates break the check, each with the failure that shows it."""

        def test(numbers: Sequence[int]) -> Failure | None:
            return self._try([*base, *(plan for n in numbers for plan in candidates[n])])

        failure = test(range(len(candidates)))
        if failure is None:
            return {}
        tests = None if limit is None else limit - 1
        return find_culprits(len(candidates), test, failure, tests)

    def _try(self, plans: Sequence[Plan]) -> Failure | None:
        changes = self.prepared.changes(plans)
        if changes is None:
            return Failure("they do not come out as planned without the others")
        self._write(changes)
        failure = self._check(plans)
        if failure is None:
            self.kept = Settled(tuple(plans), changes)
        return failure

    def _check(self, plans: Sequence[Plan]) -> Failure | None:
        self.runs += 1
        applied = {plan.place for plan in plans}
        whole = sum(all(plan.place in applied for plan in chain) for chain in self.chains)
        return self.workplace.check(whole, len(self.chains))

    def _write(self, changes: tuple[Change, ...]) -> None:
        self.workplace.write(changes)
        self.on_disk = changes

    def _runs_left(self) -> int:
        allowed = max(floor(allowance(len(self.chains), self.culprits)), _FEWEST_RUNS)
        return max(allowed - self.runs, 0)

    def _leave(self) -> Failure | None:
        """Leave on the disk what the check passed with. A failure tells that it does no more."""
        if self.on_disk == self.kept.changes:
            return None
        self._write(self.kept.changes)
        if not self.kept.changes or not self._runs_left():
            return None
        failure = self._check(self.kept.plans)
        if failure is not None:
            self._write(())
            self.kept = Settled()
        return failure

    # -- ways ----------------------------------------------------------------------------

    def _next_ways(self) -> tuple[list[Plan], list[tuple[Plan, ...]]]:
        """What is kept, and other fixes for what is not: each by the next sound strategy."""
        excluded = Excluded()
        for one in self.broken:
            excluded = excluded.and_also(Rejected(one.plans, self._reason(one.failure)))
        settled = self.prepared.settle_without(excluded)
        kept = {plan.place for plan in self.kept.plans}
        base = [plan for plan in settled.plans if plan.place in kept]
        return base, tied_plans(plan for plan in settled.plans if plan.place not in kept)

    # -- results -------------------------------------------------------------------------

    def _report(self, unsteady: Failure | None) -> Report:
        final = {plan.place: plan for plan in self.first.plans}
        for one in self.broken:
            reason = self._reason(one.failure)
            final |= {plan.place: _given_up(plan, reason) for plan in one.plans}
        if unsteady is not None:
            message = f"`{self.command}` passes and fails with the very same code: {unsteady.why}"
            reason = Reason(VERIFY_FAILED, message)
            given_up = [plan for plan in self.first.plans if plan.proposal is not None]
            final |= {plan.place: _given_up(plan, reason) for plan in given_up}
        final |= {plan.place: plan for plan in self.kept.plans}
        return self.prepared.report(Settled(tuple(final.values()), self.kept.changes))

    def _reason(self, failure: Failure) -> Reason:
        message = f"`{self.command}` passes without this fix and fails with it: {failure.why}"
        return Reason(VERIFY_FAILED, message)

    def _is_fixed(self, broken: Broken) -> bool:
        kept = {plan.place for plan in self.kept.plans}
        return all(plan.place in kept for plan in broken.plans)


def _given_up(plan: Plan, reason: Reason) -> Plan:
    considered = (*plan.considered, Considered(plan.strategy, reason))
    return replace(plan, proposal=None, reason=reason, considered=considered)
