"""``taskfix explain``: who owns the task, hop by hop, and why not somebody else."""

from __future__ import annotations

from pathlib import Path

from tests.test_cli import project, taskfix

JOBS = """\
import asyncio


async def startup(name):
    await prepare()


async def prepare():
    asyncio.create_task(watch())
"""
MAIN = """\
from contextlib import asynccontextmanager

from web import router

from app.jobs import prepare, startup


@router.post("/prepare")
async def receive():
    await prepare()


async def again():
    await startup("by hand")


@asynccontextmanager
async def lifespan(app):
    background_tasks = set()
    await startup("at once")
    await again()
    yield {"tasks": background_tasks}
"""
MOCKED = """\
from app import jobs


def test_prepare(client):
    client.post("/prepare")
    jobs.prepare.assert_awaited_once_with()
"""


def explain(tmp_path: Path, target: str, files: dict[str, str | bytes]) -> list[str]:
    done = taskfix("explain", target, cwd=project(tmp_path, files))
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().splitlines()


def test_the_chain_is_a_tree_from_the_owner_down(tmp_path: Path) -> None:
    """Every other call of a function stands below it: whether it passes a set, and why not."""
    lines = explain(tmp_path, "app/jobs.py:9", {"app/jobs.py": JOBS, "app/main.py": MAIN})

    start = lines.index("Chain")
    gets = "gets the parameter and"
    assert lines[start + 1 : lines.index("", start)] == [
        "  lifespan  app/main.py:18  owns the holder: "
        "owns background_tasks and passes it to startup()",
        "  ├── read by app/main.py:22 yield {'tasks': background_tasks}",
        f"  └── startup  app/jobs.py:4  passes it on: {gets} passes it to prepare()",
        f"      ├── also called by again  app/main.py:14  {gets} passes background_tasks",
        "      │   └── also called by lifespan  app/main.py:21  passes background_tasks",
        f"      └── prepare  app/jobs.py:9  starts the task: {gets} adds the task to it",
        "          └── also called by receive  app/main.py:10  passes nothing: "
        "app/main.py:9 @router.post('/prepare') may read the parameters of receive()",
    ]


def test_a_refused_strategy_names_the_reference_that_caused_it(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"app/jobs.py": JOBS, "app/main.py": MAIN}
    lines = explain(tmp_path, "app/jobs.py:9", {**files, "tests/test_app.py": MOCKED})

    assert (
        "  thread (referenced): tests/test_app.py:6 asserts the arguments of prepare(): "
        "jobs.prepare.assert_awaited_once_with()"
    ) in lines


def test_what_the_chain_passes_through_need_not_be_named(tmp_path: Path) -> None:
    """The file of the task alone is named; its owner is looked for in the whole project."""
    files: dict[str, str | bytes] = {"app/jobs.py": JOBS, "app/main.py": MAIN}

    assert any("strategy thread" in line for line in explain(tmp_path, "app/jobs.py:9", files))
