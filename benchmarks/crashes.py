"""Kills and breaks runs of ``taskfix apply`` at many points: ``python -m benchmarks.crashes``.

After each the project must be as it was, or as it was to be, or be restored by ``taskfix undo``.
"""

from __future__ import annotations

import argparse
import errno
import sys
from collections import Counter
from collections.abc import Iterator
from typing import get_args

from benchmarks.tools import markdown_table
from tests.crashes.breaking import Break
from tests.crashes.laboratory import Laboratory, Trial, Verdict, laboratory

FAULTS = {
    "open": (errno.ENOSPC, errno.EACCES, errno.EMFILE),
    "write": (errno.ENOSPC, errno.EIO),
    "fsync": (errno.EIO, errno.ENOSPC),
    "replace": (errno.EACCES, errno.ENOSPC),
    "chmod": (errno.EPERM,),
    "chown": (errno.EPERM,),
    "utime": (errno.EACCES,),
    "mkdir": (errno.ENOSPC,),
    "unlink": (errno.EACCES,),
}
GROUPS = ("kill", "interrupt", "terminate", "edit", "remove", "fault")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="at how many points to kill")
    parser.add_argument("--faults", type=int, default=120, help="how many faults to inject")
    options = parser.parse_args()
    with laboratory() as place:
        trials = [place.try_out(one) for one in breaks(place, options.kills, options.faults)]
        _report(place, trials)


def breaks(place: Laboratory, kills: int, faults: int) -> Iterator[Break]:
    """Points spread evenly over all that a run does to the disk."""
    yield from (Break("kill", turn) for turn in _spread(place.lines, kills))
    for kind in ("interrupt", "terminate", "edit", "remove"):
        yield from (Break(kind, turn) for turn in _spread(place.lines, faults // 5))
    calls = [
        Break(name, turn, error, lasting)
        for name, errors in FAULTS.items()
        for error in errors
        for lasting in (False, True)
        for turn in (1, 2, 5, 9, 14, 20, 27, 35)
    ]
    yield from (calls[index - 1] for index in _spread(len(calls), faults))


def _spread(whole: int, number: int) -> list[int]:
    number = min(whole, number)
    return [1 + index * whole // number for index in range(number)]


def _report(place: Laboratory, trials: list[Trial]) -> None:
    counts = Counter((_group(trial), trial.verdict) for trial in trials)
    verdicts: tuple[Verdict, ...] = get_args(Verdict)
    rows = [[group, *(counts[group, verdict] for verdict in verdicts)] for group in GROUPS]
    print(f"{place.lines} lines run while the disk is being changed; {len(trials)} runs broken.\n")
    print(markdown_table(["broken by", *verdicts], rows))
    bad = [trial for trial in trials if trial.verdict == "BROKEN" or trial.exit_code == 70]
    for trial in bad:
        print(f"{trial.broken_by}: {trial.verdict}, exit code {trial.exit_code}. {trial.remark}")
    sys.exit(1 if bad else 0)


def _group(trial: Trial) -> str:
    return trial.broken_by.kind if trial.broken_by.kind in GROUPS else "fault"


if __name__ == "__main__":
    main()
