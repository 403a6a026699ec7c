"""What runs on a big stack ends as on a small one: with a result, an error or an interrupt."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from codemods.deep import run_deep

WAITING = """\
import threading
from codemods.deep import run_deep

def wait():
    print("waiting", flush=True)
    threading.Event().wait(60)

run_deep(wait)
"""


def depth(left: int) -> int:
    return 0 if left == 0 else 1 + depth(left - 1)


def test_a_function_may_call_itself_many_times() -> None:
    limit, size = sys.getrecursionlimit(), threading.stack_size()
    assert run_deep(lambda: run_deep(lambda: depth(20_000))) == 20_000
    assert (sys.getrecursionlimit(), threading.stack_size()) == (limit, size)


def test_an_error_is_the_caller_s() -> None:
    with pytest.raises(ZeroDivisionError):
        run_deep(lambda: 1 // 0)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent in another way")
def test_an_interrupt_does_not_wait_for_what_runs() -> None:
    root = Path(__file__).parent.parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", WAITING], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"waiting\n"
        process.send_signal(signal.SIGINT)
        assert b"KeyboardInterrupt" in process.communicate(timeout=20)[1]
