"""The bytes that are said to have changed are the fewest that must come and go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskfix.model import Change
from taskfix.reports.measure import Measure, measure

TEXT = st.lists(st.sampled_from([b"a\n", b"ab\n", b"b", b"\n", b"task = a\n"]), max_size=9)


def _fewest(before: bytes, after: bytes) -> tuple[int, int]:
    """How many bytes go and come at least, by the table that textbooks draw."""
    row = [0] * (len(after) + 1)
    for old in before:
        above = row
        row = [0]
        for index, new in enumerate(after):
            row.append(above[index] + 1 if old == new else max(row[index], above[index + 1]))
    return len(before) - row[-1], len(after) - row[-1]


@given(TEXT, TEXT)
def test_no_fewer_bytes_would_do(old: list[bytes], new: list[bytes]) -> None:
    before, after = b"".join(old), b"".join(new)
    went, came = _fewest(before, after)
    measured = measure([Change("app.py", before, after, 2)])
    assert measured == Measure(went + came, len(before) + came, 2)


@pytest.mark.parametrize("sites", [1, 100, 2_000])
def test_what_is_only_added_is_all_that_changes(sites: int) -> None:
    before = "".join(f"async def f{n}():\n    spawn(g({n}))\n\n\n" for n in range(sites)).encode()
    after = before.replace(b"():", b"(tasks=None):").replace(b"    spawn", b"    task = spawn")
    after = after.replace(b"))\n", b"))\n    tasks.add(task)\n    task.when_done(tasks.discard)\n")
    measured = measure([Change("app.py", before, after, 3 * sites)])
    added = len(after) - len(before)
    # Where a file is all edits, some bytes may be found in another place than they were.
    assert added <= measured.changed <= added * 1.005
    assert measured.changed == added or sites > 100


def test_a_changed_line_in_a_long_file_is_all_that_is_counted() -> None:
    before = b"".join(b"x = %d\n" % n for n in range(20_000))
    after = before.replace(b"x = 7\n", b"y = 7\n").replace(b"x = 19000\n", b"x = 9000\n")
    assert measure([Change("app.py", before, after, 2)]).changed == 3
