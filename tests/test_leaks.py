"""A set of tasks that only ever grows is a leak: it is told apart from what is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from taskfix.cli import main
from taskfix.config import Config
from taskfix.model import Report, Source
from taskfix.planning.pipeline import run

HANDLER = """\
import asyncio

tasks = set()


async def handle(request):
    task = asyncio.create_task(log(request))
    tasks.add(task)
"""


def _report(**files: str) -> Report:
    sources = [Source(f"{name}.py", code.encode()) for name, code in files.items()]
    return run(sources, Config())


def _lines(**files: str) -> list[str]:
    return [f"{leak.path}:{leak.span.line}" for leak in _report(**files).leaks]


def test_a_set_that_every_request_adds_to_is_a_leak() -> None:
    report = _report(app=HANDLER)
    assert [f"{leak.path}:{leak.span.line}" for leak in report.leaks] == ["app.py:8"]
    assert "task.add_done_callback(tasks.discard)" in report.leaks[0].message
    assert (report.findings, report.changes) == ((), ())


@pytest.mark.parametrize(
    "code",
    [
        HANDLER.replace("set()", "[]").replace(".add", ".append"),
        HANDLER.replace("async def handle(request)", "@app.get('/')\nasync def index(request)"),
        HANDLER.replace("async def handle(request):\n", "async def f(q):\n    async for r in q:\n")
        .replace("    task", "        task")
        .replace("request", "r"),
        HANDLER.replace("handle", "serve") + "\n\nasync def f(q):\n    while True:\n"
        "        await serve(await q.get())\n",
        "import asyncio\n\n\nasync def main(queue):\n    tasks = []\n    while True:\n"
        "        item = await queue.get()\n        tasks.append(asyncio.create_task(work(item)))\n",
        "import asyncio\n\n\nclass Hub:\n    tasks = set()\n\n    async def on_message(self, m):\n"
        "        self.tasks.add(asyncio.create_task(self.work(m)))\n",
        "import asyncio\n\n\nclass Hub:\n    def __init__(self):\n        self.tasks = set()\n\n"
        "    async def on_message(self, m):\n"
        "        self.tasks.add(asyncio.create_task(self.work(m)))\n\n\nhub = Hub()\n",
    ],
    ids=["list", "route", "loop", "called-in-loop", "local", "class", "instance"],
)
def test_so_are_other_ways_to_keep_tasks_for_ever(code: str) -> None:
    assert len(_report(app=code).leaks) == 1


@pytest.mark.parametrize(
    "code",
    [
        HANDLER + "    task.add_done_callback(tasks.discard)\n",
        HANDLER + "    task.add_done_callback(lambda t: tasks.remove(t))\n",
        HANDLER + "\n\nasync def stop():\n    await asyncio.gather(*tasks)\n",
        HANDLER + "\n\nasync def stop():\n    for task in tasks:\n        task.cancel()\n",
        HANDLER + "\n\ndef reap():\n    global tasks\n    tasks = {t for t in tasks if busy(t)}\n",
        HANDLER.replace("tasks.add", "if len(tasks) < 9:\n        tasks.add"),
        HANDLER.replace("handle", "startup"),
        HANDLER.replace("asyncio.create_task(log(request))", "request.name"),
        HANDLER.replace("handle", "startup").replace(
            "    task", "    for _ in 'ab':\n        task"
        ),
        "import asyncio\n\n\nclass Hub:\n    def __init__(self):\n        self.tasks = set()\n\n"
        "    async def on_message(self, m):\n"
        "        self.tasks.add(asyncio.create_task(self.work(m)))\n",
    ],
    ids=[
        *("discard", "lambda", "gather", "cancel", "rebound", "bounded", "once", "no-task"),
        *("counted-loop", "instance-of-unknown-life"),
    ],
)
def test_what_may_end_or_happens_once_is_no_leak(code: str) -> None:
    assert _report(app=code).leaks == ()


def test_a_set_that_another_file_empties_is_no_leak() -> None:
    other = "import app\n\n\ndef reap():\n    app.tasks.clear()\n"
    assert _lines(app=HANDLER, jobs=other) == []
    assert _lines(app=HANDLER, jobs=other.replace("app", "web")) == ["app.py:8"]


def test_a_comment_silences_a_leak_and_is_then_not_unused() -> None:
    silenced = HANDLER.replace("add(task)", "add(task)  # taskfix: ignore[TF006] few")
    report = _report(app=silenced)
    assert (report.leaks, report.findings) == ((), ())


def test_the_command_line_warns_and_still_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").touch()
    Path("app.py").write_text(HANDLER)
    result = CliRunner().invoke(main, ["check"])
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("warning: app.py:8:5: TF006 nothing takes finished tasks out ")
    assert CliRunner().invoke(main, ["check", "-q"]).stderr == ""
    assert "TF006" in CliRunner().invoke(main, ["explain", "app.py:8"]).stderr
    assert "task-kept-for-ever" in CliRunner().invoke(main, ["explain", "TF006"]).stdout
