"""The search for culprits: it finds them all, with no more tests than are allowed."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import floor, log2

import pytest

from taskfix.verifying.culprits import allowance, find_culprits


@dataclass
class Suite:
    """A test suite that some groups of members break, each as soon as all of it is there."""

    breaking: Sequence[frozenset[int]]
    tested: list[frozenset[int]] = field(default_factory=list)

    def __call__(self, members: Sequence[int]) -> str | None:
        self.tested.append(frozenset(members))
        return self.fails(members)

    def fails(self, members: Iterable[int]) -> str | None:
        present = frozenset(members)
        hit = sorted(min(group) for group in self.breaking if group <= present)
        return f"broken by {hit}" if hit else None


def search(count: int, *breaking: Collection[int]) -> tuple[set[int], Suite]:
    """The culprits that are found, and the suite that was asked."""
    suite = Suite([frozenset(group) for group in breaking])
    failure = suite.fails(range(count))
    assert failure is not None
    return set(find_culprits(count, suite, failure)), suite


def singles(members: Iterable[int]) -> list[set[int]]:
    return [{member} for member in members]


def test_three_of_twelve_take_at_most_thirteen_runs_wherever_they_are() -> None:
    # Thirteen are those before and after, and one of what takes the place of the culprits.
    allowed = 3 * log2(12) + 3
    for members in combinations(range(12), 3):
        found, suite = search(12, *singles(members))
        assert found == set(members)
        assert 2 + len(suite.tested) + 1 <= allowed


@pytest.mark.parametrize("count", range(1, 11))
def test_every_set_of_culprits_is_found(count: int) -> None:
    for size in range(1, count + 1):
        for members in combinations(range(count), size):
            found, suite = search(count, *singles(members))
            assert found == set(members)
            assert 2 + len(suite.tested) <= max(allowance(count, size), 2)


@pytest.mark.parametrize("count", [20, 33, 64, 100, 200])
def test_many_members_stay_within_the_allowance(count: int) -> None:
    choose = random.Random(count)
    for size in [1, 1, 2, 2, 3, 3, 3, 4, 6, 10, count // 2, count - 1, count]:
        members = choose.sample(range(count), size)
        found, suite = search(count, *singles(members))
        assert found == set(members)
        assert 2 + len(suite.tested) <= floor(allowance(count, size)) + 1


def test_one_culprit_takes_hardly_more_than_halving() -> None:
    for count in [2, 12, 50, 200]:
        needed = [len(search(count, {member})[1].tested) for member in range(count)]
        assert max(needed) <= log2(count) + 4


def test_hundreds_of_members_are_no_trouble() -> None:
    found, suite = search(500, {3}, {250}, {498})
    assert found == {3, 250, 498}
    assert 2 + len(suite.tested) <= allowance(500, 3) + 1


def test_when_all_are_broken_each_is_tested_about_once() -> None:
    for count in [1, 2, 12, 50, 200]:
        found, suite = search(count, *singles(range(count)))
        assert found == set(range(count))
        assert len(suite.tested) <= 1.1 * count + 12


def test_what_is_kept_is_what_passed_last() -> None:
    for members in combinations(range(9), 2):
        found, suite = search(9, *singles(members))
        passed = [tested for tested in suite.tested if suite.fails(tested) is None]
        assert passed[-1] == frozenset(range(9)) - found


def test_of_members_that_break_only_together_one_goes() -> None:
    for pair in combinations(range(10), 2):
        found, _ = search(10, pair)
        assert len(found) == 1 and found < set(pair)


def test_a_member_that_breaks_together_with_any_of_two_others() -> None:
    choose = random.Random(5)
    for _ in range(200):
        groups = [set(choose.sample(range(12), choose.choice([1, 2, 3]))) for _ in range(3)]
        found, suite = search(12, *groups)
        kept = set(range(12)) - found
        assert suite.fails(kept) is None
        assert all(suite.fails(kept | {member}) for member in found), "one could have stayed"


def test_each_culprit_has_the_failure_that_shows_it() -> None:
    suite = Suite([frozenset({2}), frozenset({7})])
    found = find_culprits(12, suite, "everything")
    assert {member: failure for member, failure in found.items() if failure != "everything"}
    for member, failure in found.items():
        assert failure is not None
        assert failure == "everything" or str(member) in failure


def test_when_the_tests_are_used_up_only_what_is_known_to_be_good_stays() -> None:
    for allowed in range(8):
        suite = Suite([frozenset({3}), frozenset({8})])
        found = find_culprits(12, suite, "everything", allowed)
        assert len(suite.tested) <= allowed
        assert {3, 8} <= set(found)
        assert {member for member, failure in found.items() if failure is not None} <= {3, 8}
        passed = [tested for tested in suite.tested if suite.fails(tested) is None]
        assert frozenset(range(12)) - set(found) == (passed[-1] if passed else frozenset())
