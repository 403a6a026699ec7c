"""A new spawner, strategy or format is one new file: nothing else has to know of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APP = """\
import asyncio
import nursery

SHELF = set()


async def notify():
    {spawns}
"""
SPAWNER = """\
from taskfix.apis.row import rows

APIS = (
    *rows(
        *("nursery.", "start_soon"),
        {"0": "starts"},
        "task",
        reason="wraps a coroutine into a task of the running loop",
        source="https://nursery.example/api",
    ),
)
"""
STRATEGY = """\
from taskfix.model import Holder
from taskfix.planning.proposal import Proposal, keep_at, spawns

NAME = "shelf"
RANK = -1


def propose(site, world):
    edits = tuple((site.path, edit) for edit in keep_at(site, world, "SHELF"))
    return Proposal(Holder(NAME, "SHELF", site.path, 4), edits, (spawns(site, "on the shelf"),))
"""
FORMAT = """\
def render(outcome, color):
    return "".join(f"lost in line {f.span.line}" for f in outcome.report.findings).encode()
"""


START = "nursery.start_soon(print())"
CREATE = "asyncio.create_task(print())"


@pytest.mark.parametrize(
    ("folder", "code", "spawns", "arguments", "told"),
    [
        ("apis/libraries", SPAWNER, START, "check app.py", "nursery.start_soon"),
        ("strategies", STRATEGY, CREATE, "explain app.py:8", "on the shelf"),
        ("formats", FORMAT, CREATE, "check app.py --output-format one_more", "lost in line 8"),
    ],
    ids=["spawner", "strategy", "format"],
)
def test_one_new_file(
    tmp_path: Path, folder: str, code: str, spawns: str, arguments: str, told: str
) -> None:
    for package in ("taskfix", "codemods"):
        shutil.copytree(ROOT / package, tmp_path / package)
    (tmp_path / "app.py").write_text(APP.format(spawns=spawns))

    assert told not in output(tmp_path, arguments)
    (tmp_path / "taskfix" / folder / "one_more.py").write_text(code)
    assert told in output(tmp_path, arguments)


HELPER = """\
import nursery

_running = set()


def background(coro):
    task = nursery.start_soon(coro)
    _running.add(task)
    task.add_done_callback(_running.discard)


def ping():
    nursery.start_soon(pong())
"""
EXISTING = """\
import nursery

jobs = set()


def serve():
    job = nursery.start_soon(run())
    jobs.add(job)
    job.add_done_callback(jobs.discard)


def ping():
    nursery.start_soon(pong())
"""
THREAD = """\
import contextlib
import nursery


async def startup():
    nursery.start_soon(pong())


@contextlib.asynccontextmanager
async def lifespan(app):
    background_tasks = set()
    await startup()
    yield
"""
MODULE = """\
import nursery


def ping():
    nursery.start_soon(pong())
"""


@pytest.mark.parametrize(
    ("code", "line", "lines"),
    [
        (HELPER, 13, ["+    background(pong())"]),
        (EXISTING, 13, ["+    jobs.add(task)"]),
        (
            THREAD,
            6,
            [
                "+async def startup(background_tasks: set[asyncio.Task] | None = None):",
                "+    await startup(background_tasks=background_tasks)",
            ],
        ),
        (MODULE, 5, ["+_background_tasks: set[asyncio.Task] = set()"]),
    ],
    ids=["helper", "existing", "thread", "module"],
)
def test_a_family_of_spawners_is_one_file_everywhere(
    tmp_path: Path, code: str, line: int, lines: list[str]
) -> None:
    for package in ("taskfix", "codemods"):
        shutil.copytree(ROOT / package, tmp_path / package)
    (tmp_path / "taskfix/apis/libraries/nursery.py").write_text(SPAWNER)
    (tmp_path / "app.py").write_text(code)
    (tmp_path / "notes.ipynb").write_text('{"cells": [{"source": "nursery.start_soon(x())"}]}')

    found = output(tmp_path, "check --output-format concise .")
    assert f"app.py:{line}:5: TF001" in found
    assert "notes.ipynb" in found
    changes = output(tmp_path, "apply --diff --allow-dirty app.py").splitlines()
    assert [one for one in lines if one not in changes] == []


def output(directory: Path, arguments: str) -> str:
    """What is printed by the taskfix that lies in the directory."""
    done = subprocess.run(
        [sys.executable, "-m", "taskfix", *arguments.split()],
        cwd=directory,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout + done.stderr
