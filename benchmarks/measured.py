"""Runs one command and tells how long it took, how much CPU, and how much memory at most."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_EVERY = 0.02


@dataclass(frozen=True, slots=True)
class Run:
    """How one command ended. Memory is known only where somebody looked while it ran."""

    code: int
    wall: float
    cpu: float
    timed_out: bool = False
    peak: int | None = None


def run_measured(
    command: Sequence[str],
    directory: Path,
    output: Path,
    *,
    environment: Mapping[str, str],
    timeout: float,
    watch: bool = False,
) -> Run:
    """Run a command in a session of its own, and end all of it when the time is over.

    The processor time is the one of the command and of all processes that it has waited for.
    Looking at the memory costs time as well, so a run that is watched is not one that is timed.
    """
    errors = output.with_suffix(".err")
    with output.open("wb") as out, errors.open("wb") as err:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        late = threading.Event()
        timer = threading.Timer(timeout, _end, (process.pid, late))
        timer.start()
        with _watched(process.pid, watch) as peaks:
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
        timer.cancel()
        # What was killed may still be ending, and must not write into the tree of the next run.
        while late.is_set() and session_memory(process.pid):
            time.sleep(_EVERY)
    # The process was waited for above: Popen must not wait for its number again.
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = max(peaks, default=None)
    return Run(process.returncode, wall, used.ru_utime + used.ru_stime, late.is_set(), peak)


def _end(session: int, late: threading.Event) -> None:
    late.set()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)


# -- memory --------------------------------------------------------------------------------------


@contextlib.contextmanager
def _watched(session: int, watch: bool) -> Iterator[list[int]]:
    """A list that gets the memory of the command and its children, again and again if watched."""
    peaks: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(_EVERY):
            if memory := session_memory(session):
                peaks.append(memory)

    thread = threading.Thread(target=look if watch else over.wait)
    thread.start()
    try:
        yield peaks
    finally:
        over.set()
        thread.join()


def session_memory(session: int) -> int:
    """The bytes that the processes of a session hold; what they share is counted once.

    0 where the system does not tell.
    """
    return sum(memory_of(int(entry.name)) for entry in _processes() if _session(entry) == session)


def _processes() -> Iterator[Path]:
    if _PROC.is_dir():
        yield from (entry for entry in _PROC.iterdir() if entry.name.isdigit())


def _session(process: Path) -> int | None:
    # 4711 (name) S parent group session ...; the name may hold anything, a parenthesis too.
    try:
        return int((process / "stat").read_bytes().rpartition(b")")[2].split()[3])
    except (OSError, IndexError):
        return None  # it has ended


def memory_of(process: int) -> int:
    """The bytes that one process holds, 0 if it has ended."""
    # Pss:      1234 kB
    try:
        for line in (_PROC / str(process) / "smaps_rollup").read_bytes().splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, IndexError):
        pass  # it has ended
    return 0
