"""Runs the project's own check, and ends all that it has started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# How long what is told to end may take to clean up, and how often it is looked at.
_GRACE = 3.0
_GLANCE = 0.02
# What a command writes may be without end; how it ended stands last.
_KEPT = 4 * 1024 * 1024
_NOT_FOUND = {126: "cannot be executed", 127: "is not found"}


@dataclass(frozen=True, slots=True)
class Result:
    """How a run of a command ended: ``failure`` says in words why it counts as failed."""

    failure: str | None
    output: bytes
    seconds: float


def run_command(
    command: str,
    directory: Path,
    timeout: float | None = None,
    waiting: AbstractContextManager[object] | None = None,
) -> Result:
    """Run a line of shell in a directory, without input, and with its output captured.

    ``waiting`` is entered while there is nothing to do but wait. However this ends, nothing that
    the command has started goes on: its processes form a group, and the group is ended.
    """
    with tempfile.TemporaryFile() as output:
        started = time.monotonic()
        process = _start(command, directory, output)
        try:
            with waiting or nullcontext():
                code = process.wait(timeout)
            failure = _failure(code)
        except subprocess.TimeoutExpired:
            failure = f"not done after {timeout:g} s"
        finally:
            _end(process)
        seconds = time.monotonic() - started
        output.seek(max(output.seek(0, os.SEEK_END) - _KEPT, 0))
        return Result(failure, output.read(), seconds)


def _start(command: str, directory: Path, output: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        shell=True,
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _failure(code: int) -> str | None:
    if code == 0:
        return None
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(-code).name}"
        return f"killed by signal {-code}"
    meaning = f", a command {_NOT_FOUND[code]}" if code in _NOT_FOUND else ""
    return f"exit code {code}{meaning}"


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what is left of the process and its group: politely, and then not."""
    if sys.platform == "win32":
        process.kill()
        process.wait()
        return
    try:
        if process.poll() is None or _is_there(process.pid):
            _signal_group(process.pid, signal.SIGTERM)
            _wait_for_the_end(process)
    finally:
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for_the_end(process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _GRACE
    while time.monotonic() < end and (process.poll() is None or _is_there(process.pid)):
        time.sleep(_GLANCE)


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _signal_group(group: int, number: int) -> None:
    # A group that has become another user's, as by sudo, is not ours to end.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
