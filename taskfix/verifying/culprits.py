"""Finds the members of a group that make a test fail, with few tests: it knows nothing of code.

A test takes the members that are known to be good and some more, and tells whether these are good
as well. Where it fails, they hold a culprit. If half of them then passes, the other half holds it,
which needs no test; if that half fails, nothing is known of the other one any more. So every group
that passes is kept from then on, and the last test that passed was one of all that is kept.

How many to test at once is a matter of how many culprits there are, which nobody knows. So each
size is judged by the worst that can follow from it, as tests beyond what is allowed for the
culprits that there turn out to be (``allowance``); of the sizes that stay within that, the one
nearest to what suggests itself is taken: half of a group with a culprit, all of the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import log, log2
from typing import TypeVar

Failure = TypeVar("Failure")

# Tests that are not part of the search: that of nothing, that of everything, and that of what
# takes the culprits' place.
_OUTSIDE = 3
_ENOUGH = 1e-9


def find_culprits(
    count: int,
    test: Callable[[Sequence[int]], Failure | None],
    failure: Failure,
    tests: int | None = None,
) -> dict[int, Failure | None]:
    """Which of ``count`` members have to be left out, each with the failure that shows it.

    ``failure`` is what came of a test of them all, and ``test`` returns what comes of a test of
    some. After so many ``tests`` the search ends: what is not known to be good then has to go as
    well, and no failure shows that.
    """
    sizes = _sizes_for(count)
    culprits: dict[int, Failure | None] = {}
    good: list[int] = []
    suspects, rest = list(range(count)), list[int]()
    used = 0
    while suspects or rest:
        if len(suspects) == 1:
            culprits[suspects.pop()] = failure
            continue
        if used == tests:
            culprits.update(dict.fromkeys([*suspects, *rest]))
            break
        size = sizes.choose(len(suspects), len(rest), len(culprits), used)
        pool = suspects or rest
        some, others = pool[:size], pool[size:]
        answer = test(sorted([*good, *some]))
        used += 1
        if answer is None:
            good += some
            suspects, rest = (others, rest) if suspects else ([], others)
        else:
            failure = answer
            suspects, rest = some, [*others, *rest] if suspects else others
    return dict(sorted(culprits.items()))


def allowance(count: int, culprits: int) -> float:
    """How many tests may be made in all to find so many culprits among ``count``.

    A test halves what is possible, so each culprit takes the logarithm of ``count``, and another
    test that tells it from none. Below three culprits that is too little to be kept to.
    """
    return max(culprits, 3) * (log2(count) + 1)


class _Sizes:
    """How many members to test at once.

    A state is the number of suspects, of whom at least one is a culprit, the number of the rest,
    of whom nothing is known, and the number of culprits that are found.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self.per_culprit = allowance(count, 4) - allowance(count, 3)
        self._worst_few = cache(self._worst)
        for rest in range(count):  # from small to large, so that no recursion becomes deep
            for found in (3, 2, 1, 0):
                self._worst_few(0, rest, found)
        self.limit = max(0.0, self.worst(count, 0, 0)) + _ENOUGH

    def choose(self, suspects: int, rest: int, found: int, used: int) -> int:
        """The size of the next test, of the suspects if there are any."""
        worst = {
            size: used + self._after(size, suspects, rest, found) for size in _sizes(suspects, rest)
        }
        allowed = [size for size in worst if worst[size] <= self.limit]
        wanted = suspects / 2 if suspects else self._likely_good(rest, found)
        if not allowed:
            return min(worst, key=lambda size: (worst[size], size))
        return min(allowed, key=lambda size: (abs(size - wanted), size))

    def worst(self, suspects: int, rest: int, found: int) -> float:
        """The tests that may still be needed, less those that are allowed in all."""
        # From the third culprit on, each brings the same number of further tests.
        beyond = max(found - 3, 0)
        return self._worst_few(suspects, rest, found - beyond) - beyond * self.per_culprit

    def _worst(self, suspects: int, rest: int, found: int) -> float:
        if suspects == 1:
            return self.worst(0, rest, found + 1)
        if not suspects and not rest:
            return _OUTSIDE - self._allowed(found)
        return min(self._after(size, suspects, rest, found) for size in _sizes(suspects, rest))

    def _after(self, size: int, suspects: int, rest: int, found: int) -> float:
        others = (suspects or rest) - size
        if suspects:
            failed, passed = (size, others + rest), (others, rest)
        else:
            failed, passed = (size, others), (0, others)
        return 1 + max(self.worst(*failed, found), self.worst(*passed, found))

    def _allowed(self, found: int) -> float:
        # One culprit is the common case, and must not cost as much as three may.
        allowed = allowance(self.count, found)
        return min(allowed, log2(self.count) + 4 + _OUTSIDE) if found <= 1 else allowed

    def _likely_good(self, rest: int, found: int) -> float:
        """So many of the rest that with even odds there is a culprit among them."""
        known = self.count - rest
        return log(2) * known / found if found > 1 else rest


@cache
def _sizes_for(count: int) -> _Sizes:
    return _Sizes(count)


@cache
def _sizes(suspects: int, rest: int) -> tuple[int, ...]:
    """The sizes worth thinking of: powers of two, a half of the suspects, all of the rest."""
    powers = {1 << exponent for exponent in range((suspects or rest).bit_length())}
    if not suspects:
        return tuple(sorted(powers | {rest}))
    # To test a small part of many suspects would tell little.
    some = {size for size in powers if suspects <= 8 * size < 8 * suspects}
    return tuple(sorted(some | {suspects // 2, (suspects + 1) // 2}))
