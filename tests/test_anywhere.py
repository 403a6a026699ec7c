"""What is found and done does not depend on the directory that taskfix is started in."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.test_cli import project, taskfix

# A chain over two modules, a refusal that a test is the reason of, and files that are loaded by a
# name: what is said of them is of the project, not of the way to it.
FILES: dict[str, str | bytes] = {
    "app/__init__.py": "",
    "app/web.py": """\
import asyncio
from contextlib import asynccontextmanager

from app import jobs


@asynccontextmanager
async def lifespan(app):
    background_tasks = set()
    await jobs.startup()
    yield
""",
    "app/jobs.py": """\
import asyncio


async def startup():
    asyncio.create_task(watch())


async def _patched():
    asyncio.create_task(watch())
""",
    "app/plugins/loader.py": """\
import importlib


def load(name):
    return importlib.import_module(name)
""",
    "main.py": """\
import asyncio

from app import jobs


async def main():
    await jobs._patched()


asyncio.run(main())
""",
    "tests/test_jobs.py": """\
from unittest import mock


def test_patched():
    with mock.patch("app.jobs._patched"):
        pass
""",
}


def start(tmp_path: Path) -> Path:
    """The project, below directories that are named as those of tests are."""
    root = tmp_path / "tests" / "project"
    root.mkdir(parents=True)
    return project(root, FILES)


def report(cwd: Path, root: Path) -> dict[str, Any]:
    """What ``check`` says of the project, its paths made absolute."""
    done = taskfix("check", os.path.relpath(root, cwd), "--output-format", "json", cwd=cwd)
    assert done.returncode == 1, done.stderr.decode()
    found = json.loads(done.stdout)

    def absolute(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {key: absolute(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [absolute(one, key) for one in value]
        if key in {"path", "message"} and isinstance(value, str):
            head, colon, rest = value.partition(":")
            known = (cwd / head).resolve()
            return f"{known}{colon}{rest}" if known.is_file() else value
        return value

    result = absolute(found)
    assert isinstance(result, dict)
    return result


@pytest.mark.parametrize("place", ["app", "app/plugins", "..", "../.."])
def test_the_findings_are_the_same_from_everywhere(tmp_path: Path, place: str) -> None:
    root = start(tmp_path)

    here, there = report(root, root), report((root / place).resolve(), root)

    assert here["summary"]["found"] == 2
    assert sorted(there["sites"], key=lambda one: one["id"]) == sorted(
        here["sites"], key=lambda one: one["id"]
    )
    assert there["files"] == here["files"]
    assert there["summary"] == here["summary"]


def test_the_reason_names_the_file_as_the_user_knows_it(tmp_path: Path) -> None:
    root = start(tmp_path)
    done = taskfix("explain", "jobs.py:9", cwd=root / "app")
    assert "thread (referenced): ../tests/test_jobs.py:5" in done.stdout.decode()


def test_files_are_changed_from_everywhere(tmp_path: Path) -> None:
    root = start(tmp_path)

    done = taskfix("apply", "-v", ".", cwd=root / "app")

    assert done.returncode == 0, done.stderr.decode()
    assert "startup(background_tasks=background_tasks)" in (root / "app/web.py").read_text()
    assert b"\nweb.py: " in done.stderr
    undone = taskfix("undo", cwd=root / "app" / "plugins")
    assert undone.returncode == 0, undone.stderr.decode()
    assert {name: (root / name).read_text() for name in FILES} == FILES


def test_the_project_s_own_check_runs_from_everywhere(tmp_path: Path) -> None:
    root = start(tmp_path)
    check = "! grep -q background_tasks=background_tasks app/web.py"

    done = taskfix("apply", ".", "--verify", check, cwd=root / "app")

    assert done.returncode == 0, done.stderr.decode()
    assert "lifespan (web.py:8) > startup (jobs.py:5)" in done.stderr.decode()
    assert "startup(background_tasks=" not in (root / "app/web.py").read_text()
