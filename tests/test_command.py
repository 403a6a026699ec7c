"""The project's own check is run in its root, is bounded in time, and leaves nothing running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from taskfix.disk.command import run_command

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the commands are POSIX shell")


@pytest.mark.parametrize(
    ("command", "failure"),
    [
        ("true", None),
        ("exit 3", "exit code 3"),
        ("no-such-program-at-all", "exit code 127, a command is not found"),
        ("kill -SEGV $$", "killed by SIGSEGV"),
        ("test -f here && cd / && true", None),
        ("cat && ! read line", None),
    ],
)
def test_how_it_ended_is_told(tmp_path: Path, command: str, failure: str | None) -> None:
    (tmp_path / "here").touch()

    assert run_command(command, tmp_path).failure == failure


def test_both_streams_are_captured_in_order(tmp_path: Path) -> None:
    result = run_command("echo one; echo two >&2; echo three", tmp_path)

    assert result.output == b"one\ntwo\nthree\n"


def test_what_takes_too_long_counts_as_failed_and_is_ended(tmp_path: Path) -> None:
    result = run_command("echo begun; sleep 60 & sleep 60", tmp_path, timeout=0.3)

    assert result.failure == "not done after 0.3 s"
    assert result.output == b"begun\n"
    assert result.seconds < 5


def test_what_is_left_in_the_background_is_ended(tmp_path: Path) -> None:
    result = run_command("sleep 60 & echo $!", tmp_path)

    assert result.failure is None
    assert not _runs(int(result.output))


def test_what_does_not_want_to_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("taskfix.disk.command._GRACE", 0.3)
    result = run_command("trap '' TERM; echo $$; sleep 60; sleep 60", tmp_path, timeout=0.3)

    assert not _runs(int(result.output))


def test_an_interrupt_ends_the_whole_group(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    timer = threading.Thread(target=_interrupt_when, args=(pid,))
    timer.start()

    with pytest.raises(KeyboardInterrupt):
        run_command("sleep 60 & echo $! >pid.new; mv pid.new pid; wait", tmp_path)
    timer.join()

    assert not _runs(int(pid.read_text()))


def _interrupt_when(file: Path) -> None:
    while not file.exists():
        time.sleep(0.02)
    os.kill(os.getpid(), signal.SIGINT)


def _runs(pid: int) -> bool:
    # What has ended but has not been waited for is not running any more.
    shown = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()[:1] not in ("", "Z")
