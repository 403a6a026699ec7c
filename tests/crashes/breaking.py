"""Ways to break a run, for use in the process that will be broken: each counts until its turn."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from taskfix.disk import transaction

_DISK = str(Path(transaction.__file__).parent) + os.sep
# Reading is over when this function is entered: from here on the disk is changed.
_START = "session"


@dataclass(frozen=True, slots=True)
class Break:
    """What happens, and at which of the occasions for it, counted from 1."""

    kind: str  # "kill", "interrupt", "terminate", "edit", "remove", or a call of CALLS
    turn: int
    error: int = 0  # for a call: the error number that it fails with
    lasting: bool = False  # whether all later calls fail as well, as on a full disk

    def __str__(self) -> str:
        what = f"{self.kind} fails with {errno.errorcode[self.error]}" if self.error else self.kind
        return f"{what} at {self.turn}{' and ever after' if self.lasting else ''}"


# The calls through which everything is written, as (module, name).
CALLS: dict[str, tuple[Any, str]] = {
    "open": (os, "open"),
    "write": (os, "write"),
    "fsync": (os, "fsync"),
    "replace": (os, "replace"),
    "chmod": (os, "chmod"),
    "chown": (os, "chown"),
    "utime": (os, "utime"),
    "mkdir": (os, "mkdir"),
    "unlink": (os, "unlink"),
}


def arm(one: Break, directory: Path) -> None:
    """Let it happen in this process. There is no way back: call it in a child."""
    if one.kind in CALLS:
        _arm_call(one)
    else:
        trace_lines(lambda count: _strike(one, count, directory))


def trace_lines(at_line: Callable[[int], None]) -> None:
    """Call ``at_line`` before every line of ours that runs while the disk is being changed."""
    count, started = 0, False

    def local(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        if event == "line" and started:
            count += 1
            at_line(count)
        return local

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal started
        if not frame.f_code.co_filename.startswith(_DISK):
            return None
        started = started or frame.f_code.co_name == _START
        return local

    sys.settrace(trace)


def _strike(one: Break, count: int, directory: Path) -> None:
    if count != one.turn:
        return
    if one.kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif one.kind == "interrupt":
        os.kill(os.getpid(), signal.SIGINT)
    elif one.kind == "terminate":
        os.kill(os.getpid(), signal.SIGTERM)
    elif one.kind == "edit":
        (directory / "windows.py").write_bytes(b"mine = 1\n")
    else:
        (directory / "windows.py").unlink()


def _arm_call(one: Break) -> None:
    module, name = CALLS[one.kind]
    real = getattr(module, name)
    count = 0

    def call(*arguments: Any, **options: Any) -> Any:
        nonlocal count
        if _called_by_us(sys._getframe(1)):
            count += 1
            if count == one.turn or one.lasting and count > one.turn:
                raise OSError(one.error, os.strerror(one.error))
        return real(*arguments, **options)

    setattr(module, name, call)


def _called_by_us(frame: FrameType | None) -> bool:
    """Whether a call comes from the changing of files: directly, or through the library."""
    while frame is not None:
        if frame.f_code.co_filename == transaction.__file__:
            return True
        frame = frame.f_back
    return False
