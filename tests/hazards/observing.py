"""Looks at a program from outside: what it prints, but for what differs from run to run."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.hazards.programs import OBSERVER, Program

# What asyncio says of a lost task is what the fix is for.
_LOST = re.compile(r"^(?:Task was destroyed|task: <Task|.*coroutine '\w+' was never).*\n", re.M)
_ADDRESS = re.compile(r"0x[0-9a-f]+|in [\d.]+ ?s|/tmp/\S+|Started \w+")


def observe(program: Program, files: Mapping[str, str], python: Path) -> str:
    """What the program prints, run with these files by a Python."""
    with tempfile.TemporaryDirectory(prefix="taskfix-") as scratch:
        write_files({**files, **program.unseen, OBSERVER: program.observer}, Path(scratch))
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "NO_COLOR": "1"}
        environment.pop("PYTHONPATH", None)
        run = subprocess.run(
            [str(python), "-W", "ignore", OBSERVER],
            cwd=scratch,
            env={**environment, "PYTHONHASHSEED": "0", "COLUMNS": "80"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    text = run.stdout + (run.stderr if run.returncode else "")
    return _ADDRESS.sub("…", _LOST.sub("", text.replace(scratch, "")))


def write_files(files: Mapping[str, str], folder: Path) -> None:
    """Put the files of a program into a folder."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
