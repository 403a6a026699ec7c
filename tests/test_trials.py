"""Fixes that break the project's check are given up or made in another way, all others stay."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import floor, log2

import pytest

from taskfix.config import Config
from taskfix.model import Change, Source
from taskfix.planning.pipeline import Prepared
from taskfix.verifying.trials import Failure, Verified, keep_what_passes

Files = Mapping[str, str]
Check = Callable[[Files], bool]

# The chains of this project: main() owns the tasks of each start(), by a parameter of it.
MAIN = """\
import asyncio

{imports}


async def main():
{calls}
    while True:
        await asyncio.sleep(60)


asyncio.run(main())
"""
START = """\
import asyncio


async def start():
    asyncio.create_task(asyncio.sleep({number}))
"""


def chains(count: int) -> Files:
    """A project with so many chains that have nothing to do with each other."""
    numbers = range(count)
    imports = "\n".join(f"import part{n:02}" for n in numbers)
    calls = "\n".join(f"    await part{n:02}.start()" for n in numbers)
    parts = {f"part{n:02}.py": START.format(number=n) for n in numbers}
    return {"main.py": MAIN.format(imports=imports, calls=calls), **parts}


@dataclass
class Desk:
    """A project in memory, with a check that looks at the files."""

    files: Files
    passes: Check
    disk: Files = field(default_factory=dict)
    runs: int = 1  # the one before anything is changed
    last: bool = True

    def write(self, changes: Sequence[Change]) -> None:
        new = {change.path: change.after.decode() for change in changes}
        assert all(self.files[change.path] == change.before.decode() for change in changes)
        self.disk = {**self.files, **new}

    def check(self, applied: int, count: int) -> Failure | None:
        self.runs += 1
        assert 0 <= applied <= count
        self.last = self.passes(self.disk)
        return None if self.last else Failure("exit code 1", "what the check wrote")

    def changed(self) -> set[str]:
        return {path for path, text in self.disk.items() if text != self.files[path]}


def verify(files: Files, passes: Check) -> tuple[Verified, Desk]:
    assert passes(files), "nothing can be told by a check that fails before"
    prepared = Prepared([Source(p, t.encode()) for p, t in files.items()], Config())
    desk = Desk(files, passes)
    verified = keep_what_passes(prepared, prepared.settle(), "make test", desk)
    changes = {change.path: change.after.decode() for change in verified.report.changes}
    assert desk.disk == {**files, **changes}, "what is reported is what is on the disk"
    assert desk.passes(desk.disk)
    return verified, desk


def untouched(numbers: Sequence[int]) -> Check:
    """Passes as long as nothing in these parts changes."""
    return lambda files: all(files[f"part{n:02}.py"] == START.format(number=n) for n in numbers)


def signatures(numbers: Sequence[int]) -> Check:
    """Passes as long as start() of these parts has no parameter."""
    return lambda files: all("def start():" in files[f"part{n:02}.py"] for n in numbers)


def statuses(verified: Verified) -> dict[str, str]:
    return {f.path: f.reason.code if f.reason else f.status for f in verified.report.findings}


def rolled_back(verified: Verified) -> bool:
    """What the exit code goes by: whether some fix is left out because of the check."""
    return "verify-failed" in statuses(verified).values()


def test_what_passes_stays_after_one_run() -> None:
    verified, desk = verify(chains(3), lambda files: True)

    assert desk.runs == 2
    assert desk.changed() == {"main.py", "part00.py", "part01.py", "part02.py"}
    assert verified.broken == () and not rolled_back(verified)


def test_three_chains_of_twelve_are_given_up_within_thirteen_runs() -> None:
    choose = random.Random(3)
    for numbers in choose.sample(list(combinations(range(12), 3)), 2):
        verified, desk = verify(chains(12), untouched(numbers))

        assert desk.runs <= floor(3 * log2(12) + 3)
        assert statuses(verified) == {
            f"part{n:02}.py": "verify-failed" if n in numbers else "fixable" for n in range(12)
        }
        assert len(desk.changed()) == 1 + 9
        assert rolled_back(verified)


def test_a_chain_that_breaks_is_fixed_in_the_next_way() -> None:
    verified, desk = verify(chains(4), signatures([1, 3]))

    assert "_background_tasks" in desk.disk["part01.py"]
    assert "_background_tasks" not in desk.disk["part02.py"]
    strategies = [f.holder.strategy for f in verified.report.findings if f.holder]
    assert strategies == ["thread", "module", "thread", "module"]
    assert not rolled_back(verified)
    assert [one.fixed for one in verified.broken] == [True, True]
    considered = verified.report.findings[1].considered
    assert ("thread", "verify-failed") in [(c.strategy, c.reason.code) for c in considered]


def test_of_several_next_ways_those_that_pass_stay() -> None:
    def passes(files: Files) -> bool:
        return signatures([0, 1])(files) and "_background_tasks" not in files["part01.py"]

    verified, desk = verify(chains(2), passes)

    assert "_background_tasks" in desk.disk["part00.py"]
    assert statuses(verified) == {"part00.py": "fixable", "part01.py": "verify-failed"}
    assert desk.changed() == {"part00.py"}


def test_when_all_break_all_is_as_it_was() -> None:
    verified, desk = verify(chains(3), untouched(range(3)))

    assert desk.changed() == set()
    assert set(statuses(verified).values()) == {"verify-failed"}
    assert rolled_back(verified)


def test_a_single_chain() -> None:
    verified, desk = verify(chains(1), signatures([0]))
    assert desk.changed() == {"part00.py"} and desk.runs == 3 and not rolled_back(verified)

    verified, desk = verify(chains(1), untouched([0]))
    assert desk.changed() == set() and desk.runs == 3 and rolled_back(verified)


def test_of_chains_that_break_only_together_one_goes() -> None:
    def passes(files: Files) -> bool:
        return untouched([1])(files) or untouched([4])(files)

    verified, desk = verify(chains(6), passes)

    assert {plan.site.path for one in verified.broken for plan in one.plans} == {"part04.py"}
    assert len(desk.changed()) == 1 + 5


def test_sites_behind_one_parameter_go_together() -> None:
    files = {**chains(2), "part01.py": START.format(number=1) + "    asyncio.create_task(x())\n"}

    verified, desk = verify(files, lambda files: "background_tasks.add" not in files["part01.py"])

    assert len(verified.broken) >= 1
    assert all(len(one.plans) == 2 for one in verified.broken if one.plans[0].strategy == "thread")
    assert desk.changed() == {"main.py", "part00.py"}


def test_the_failure_of_each_broken_chain_is_told() -> None:
    verified, _ = verify(chains(4), untouched([2]))

    (broken,) = [one for one in verified.broken if one.plans[0].strategy == "thread"]
    assert broken.failure == Failure("exit code 1", "what the check wrote")
    reason = verified.report.findings[2].reason
    assert reason is not None
    assert "`make test`" in reason.message and "exit code 1" in reason.message


def test_a_check_that_fails_by_chance_is_not_relied_on() -> None:
    answers = iter([False, False, True, False])  # with all, with a half, with the other; again
    desk = Desk(chains(2), lambda files: next(answers, False))
    prepared = Prepared([Source(p, t.encode()) for p, t in desk.files.items()], Config())

    verified = keep_what_passes(prepared, prepared.settle(), "make test", desk)

    assert verified.unsteady is not None and rolled_back(verified)
    assert desk.disk == desk.files
    assert verified.report.changes == ()
    assert set(statuses(verified).values()) == {"verify-failed"}


@pytest.mark.parametrize("seed", range(3))
def test_whatever_breaks_what_is_left_passes(seed: int) -> None:
    choose = random.Random(seed)
    groups = [choose.sample(range(9), choose.choice([1, 1, 2, 3])) for _ in range(4)]

    def passes(files: Files) -> bool:
        return all(any(untouched([n])(files) for n in group) for group in groups)

    verified, desk = verify(chains(9), passes)  # which sees to it that the rest passes

    assert rolled_back(verified)
    assert len(desk.changed()) > 1
