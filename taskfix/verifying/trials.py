"""Keeps the fixes with which the project's own check passes, and gives up those that break it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import Protocol

from taskfix.model import Change, Considered, Reason, Report
from taskfix.planning.pipeline import Prepared, Settled
from taskfix.planning.plan import Plan, Rejected
from taskfix.verifying.culprits import allowance, find_culprits
from taskfix.verifying.tied import tied_plans

VERIFY_FAILED = "verify-failed"
# Few chains need few runs; then there is time to try other ways.
_FEWEST_RUNS = 13


@dataclass(frozen=True, slots=True)
class Failure:
    """How the check failed: in words, and with what it wrote."""

    why: str
    output: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """Fixes that go together and break the check.

    ``fixed`` tells that another way was found, and ``tried`` which others were not: by their
    strategies, and whether that was shown of them, or of several fixes together.
    """

    plans: tuple[Plan, ...]
    failure: Failure
    fixed: bool = False
    tried: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Verified:
    """What is left on the disk, and what is not. ``unsteady``: the check cannot be relied on."""

    report: Report
    broken: tuple[Broken, ...] = ()
    unsteady: Failure | None = None


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
        self.given_up: list[tuple[tuple[Plan, ...], Failure | None]] = []
        self.failure = Failure("they do not come out as planned")  # the last one
        self.kept = Settled()  # what the check passed with last
        self.on_disk: tuple[Change, ...] = ()

    def verified(self) -> Verified:
        """Try everything, then other ways for what breaks, as long as there are runs for it."""
        base: list[Plan] = []
        candidates = self.chains
        limit: int | None = None  # there is no knowing how many culprits there are
        while candidates:
            culprits = self._culprits(base, candidates, limit)
            self.culprits = self.culprits or len(culprits)
            self.given_up += ((candidates[n], failure) for n, failure in culprits.items())
            limit = self._runs_left()
            base, candidates = self._next_ways() if culprits and limit else ([], [])
        unsteady = self._leave()
        return Verified(self._report(unsteady), self._broken(), unsteady)

    # -- runs ----------------------------------------------------------------------------

    def _culprits(
        self, base: Sequence[Plan], candidates: Sequence[tuple[Plan, ...]], limit: int | None
    ) -> dict[int, Failure | None]:
        """Which of the candidates have to go, each with the failure that shows it, if any."""

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
            # They need others to come out as planned: it is no use to try them without.
            return self.failure
        self._write(changes)
        failure = self._check(plans)
        if failure is None:
            self.kept = Settled(tuple(plans), changes)
        else:
            self.failure = failure
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
        given_up = [Rejected(plans, self._reason(failure)) for plans, failure in self.given_up]
        settled = self.prepared.settle(given_up)
        kept = {plan.place for plan in self.kept.plans}
        base = [plan for plan in settled.plans if plan.place in kept]
        return base, tied_plans(plan for plan in settled.plans if plan.place not in kept)

    # -- results -------------------------------------------------------------------------

    def _report(self, unsteady: Failure | None) -> Report:
        final = {plan.place: plan for plan in self.first.plans}
        for plans, failure in self.given_up:
            for plan in plans:
                given_up = _given_up(plan, self._reason(failure))
                known = final[plan.place].reason
                final[plan.place] = replace(given_up, reason=known or given_up.reason)
        if unsteady is not None:
            message = f"`{self.command}` passes and fails with the very same code: {unsteady.why}"
            reason = Reason(VERIFY_FAILED, message)
            final |= {p.place: _given_up(p, reason) for p in self.first.plans if p.proposal}
        final |= {plan.place: plan for plan in self.kept.plans}
        return self.prepared.report(
            replace(self.first, plans=tuple(final.values()), changes=self.kept.changes)
        )

    def _reason(self, failure: Failure | None) -> Reason:
        if failure is None:
            message = f"`{self.command}` fails with this fix and others together"
            return Reason(VERIFY_FAILED, message)
        message = f"`{self.command}` passes without this fix and fails with it: {failure.why}"
        return Reason(VERIFY_FAILED, message)

    def _broken(self) -> tuple[Broken, ...]:
        """The chains that broke the check at first, with what became of them later."""
        kept = {plan.place for plan in self.kept.plans}
        first, later = self.given_up[: self.culprits], self.given_up[self.culprits :]
        broken = []
        for plans, failure in first:
            assert failure is not None
            places = {plan.place for plan in plans}
            tried = [
                (plan.strategy, shown is not None)
                for others, shown in later
                for plan in others
                if plan.place in places
            ]
            broken.append(Broken(plans, failure, places <= kept, tuple(dict.fromkeys(tried))))
        return tuple(broken)


def _given_up(plan: Plan, reason: Reason) -> Plan:
    considered = (*plan.considered, Considered(plan.strategy, reason))
    return replace(plan, proposal=None, reason=reason, considered=considered)
