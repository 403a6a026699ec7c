"""``apply --verify`` with real projects and real commands: what stays, what goes, what is told."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.test_cli import project, taskfix
from tests.test_trials import START, chains

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the commands are POSIX shell")

# The tests of the project: each part has one, and some cannot stand any change of their part.
TEST = """\
import pathlib
import unittest


class Part{number:02}(unittest.TestCase):
    def test_it(self):
        source = pathlib.Path("part{number:02}.py").read_text()
        self.assertNotIn({word!r}, source, "part {number} is not what it was")
"""
SUITE = f"echo run >>runs.log; {sys.executable} -m unittest -q"


def with_tests(directory: Path, count: int, words: dict[int, str], config: str = "") -> Path:
    """A project of so many chains, whose tests do not like some words in some parts."""
    files: dict[str, str | bytes] = dict(chains(count))
    for number in range(count):
        word = words.get(number, "no such word")
        files[f"tests/test_part{number:02}.py"] = TEST.format(number=number, word=word)
    files["tests/__init__.py"] = ""
    project(directory, files)
    (directory / "pyproject.toml").write_text(config)
    return directory


def contents(cwd: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(cwd.glob("*.py"))}


def runs(cwd: Path) -> int:
    return len((cwd / "runs.log").read_text().splitlines())


def sites(output: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(output)["sites"]
    return found


def test_three_of_twelve_chains_break_the_tests_and_the_other_nine_stay(tmp_path: Path) -> None:
    bad = [1, 6, 10]
    cwd = with_tests(tmp_path, 12, dict.fromkeys(bad, "add_done_callback"))

    done = taskfix("apply", "--verify", SUITE, "--output-format", "json", cwd=cwd)

    assert done.returncode == 5, done.stderr.decode()
    assert runs(cwd) <= 13
    for number in range(12):
        text = (cwd / f"part{number:02}.py").read_text()
        assert (text == START.format(number=number)) == (number in bad)
        assert (f"part{number:02}.start()" in (cwd / "main.py").read_text()) == (number in bad)
    assert [site["status"] for site in sites(done.stdout)] == [
        "refused" if number in bad else "fixed" for number in range(12)
    ]
    reasons = [site["reason"] for site in sites(done.stdout) if site["reason"]]
    assert {reason["code"] for reason in reasons} == {"verify-failed"}
    assert all(SUITE in reason["message"] for reason in reasons)
    told = done.stderr.decode()
    for number in bad:
        assert f"part {number} is not what it was" in told
        assert f"start (part{number:02}.py:" in told
    subprocess.run(SUITE, shell=True, cwd=cwd, check=True, capture_output=True)


def test_a_chain_that_breaks_is_fixed_in_another_way_if_there_is_one(tmp_path: Path) -> None:
    cwd = with_tests(tmp_path, 3, {1: "start(background_tasks"})

    done = taskfix("apply", "--verify", SUITE, cwd=cwd)

    assert done.returncode == 0, done.stderr.decode()
    assert "_background_tasks" in (cwd / "part01.py").read_text()
    assert "fixed in another way: kept in _background_tasks" in done.stderr.decode()


def test_a_command_that_fails_before_changes_nothing(tmp_path: Path) -> None:
    cwd = with_tests(tmp_path, 2, {0: "asyncio"})
    before = contents(cwd)

    done = taskfix("apply", "--verify", SUITE, cwd=cwd)

    assert done.returncode == 4
    assert contents(cwd) == before and runs(cwd) == 1
    assert "already fails (exit code 1)" in done.stderr.decode()
    assert "part 0 is not what it was" in done.stderr.decode()


def test_when_nothing_breaks_there_are_two_runs(tmp_path: Path) -> None:
    cwd = with_tests(tmp_path, 2, {})

    done = taskfix("apply", "--verify", SUITE, cwd=cwd)

    assert done.returncode == 0 and runs(cwd) == 2
    assert "run 1: nothing applied: passed" in done.stderr.decode()
    assert "run 2: 2 of 2 chains applied: passed" in done.stderr.decode()


def test_without_anything_to_change_the_command_is_not_run(tmp_path: Path) -> None:
    cwd = project(tmp_path, {"a.py": "x = 1\n"})

    assert taskfix("apply", "--verify", SUITE, cwd=cwd).returncode == 0
    assert not (cwd / "runs.log").exists()


def test_the_configured_command_is_used_unless_it_is_switched_off(tmp_path: Path) -> None:
    config = '[tool.taskfix.verify]\ncommand = "echo run >>runs.log; ! grep -q add part00.py"\n'
    cwd = with_tests(tmp_path, 1, {}, config)

    assert taskfix("apply", cwd=cwd).returncode == 5
    assert runs(cwd) > 1
    number = runs(cwd)
    assert taskfix("apply", "--diff", cwd=cwd).returncode == 1
    assert taskfix("check", cwd=cwd).returncode == 1
    assert taskfix("apply", "--no-verify", cwd=cwd).returncode == 0
    assert runs(cwd) == number, "only what is applied is verified"


def test_a_command_that_takes_longer_than_is_allowed_has_failed(tmp_path: Path) -> None:
    command = "! grep -q add part00.py || sleep 60"
    config = f'[tool.taskfix.verify]\ncommand = "{command}"\ntimeout = 0.5\n'
    cwd = with_tests(tmp_path, 1, {}, config)

    done = taskfix("apply", cwd=cwd)

    assert done.returncode == 5
    assert "not done after 0.5 s" in done.stderr.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--verify", "true", "--diff"],
        ["--verify", "true", "--check"],
        ["--verify", "true", "--no-verify"],
        ["--verify", " "],
    ],
)
def test_what_cannot_be_verified_is_wrong_usage(tmp_path: Path, arguments: list[str]) -> None:
    cwd = with_tests(tmp_path, 1, {})
    before = contents(cwd)

    assert taskfix("apply", *arguments, cwd=cwd).returncode == 2
    assert contents(cwd) == before


def test_undo_takes_back_a_verified_run_as_a_whole(tmp_path: Path) -> None:
    cwd = with_tests(tmp_path, 4, {2: "add_done_callback", 3: "start(background_tasks"})
    before = contents(cwd)

    assert taskfix("apply", "--verify", SUITE, cwd=cwd).returncode == 5
    assert contents(cwd) != before
    assert taskfix("undo", cwd=cwd).returncode == 0

    assert contents(cwd) == before


def test_when_everything_breaks_there_is_nothing_to_undo(tmp_path: Path) -> None:
    cwd = with_tests(tmp_path, 2, dict.fromkeys(range(2), "add_done_callback"))
    before = contents(cwd)

    assert taskfix("apply", "--verify", SUITE, cwd=cwd).returncode == 5

    assert contents(cwd) == before
    assert b"Nothing to undo" in taskfix("undo", cwd=cwd).stderr


def test_the_output_of_every_run_is_shown_in_full_on_request(tmp_path: Path) -> None:
    cwd = with_tests(tmp_path, 1, {})

    done = taskfix("apply", "-v", "--verify", "seq 100", cwd=cwd)

    assert done.stderr.decode().count("  | 1\n  | 2\n") == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_in_a_trial_restores_the_files(tmp_path: Path, number: int) -> None:
    cwd = with_tests(tmp_path, 3, {})
    before = contents(cwd)
    process = start(cwd, "! grep -q add part00.py || { echo $$ >trial; sleep 60; }")
    while not (cwd / "trial").exists() or not (cwd / "trial").read_text():
        assert process.poll() is None
        time.sleep(0.02)
    assert contents(cwd) != before

    process.send_signal(number)
    _, told = process.communicate(timeout=30)

    assert process.returncode == 130, told.decode()
    assert contents(cwd) == before
    shell = (cwd / "trial").read_text().strip()
    listed = subprocess.run(["ps", "-o", "stat=", "-p", shell], capture_output=True, check=False)
    assert listed.stdout.decode().strip()[:1] in ("", "Z")


def test_after_a_kill_in_a_trial_undo_restores_the_files(tmp_path: Path) -> None:
    cwd = with_tests(tmp_path, 3, {})
    before = contents(cwd)
    process = start(cwd, "! grep -q add part00.py || { echo $$ >trial; sleep 60; }")
    while not (cwd / "trial").exists() or not (cwd / "trial").read_text():
        assert process.poll() is None
        time.sleep(0.02)

    process.kill()
    process.communicate(timeout=30)
    os.killpg(int((cwd / "trial").read_text()), signal.SIGKILL)

    assert contents(cwd) != before
    assert taskfix("undo", cwd=cwd).returncode == 0
    assert contents(cwd) == before


def test_a_command_that_changes_files_before_anything_is_applied_ends_the_run(
    tmp_path: Path,
) -> None:
    cwd = with_tests(tmp_path, 3, {})
    before = contents(cwd)

    done = taskfix("apply", "--verify", "echo '# !' >>part01.py", cwd=cwd)

    assert done.returncode == 4
    assert "part01.py: TF907" in done.stderr.decode()
    assert contents(cwd) == {**before, "part01.py": before["part01.py"] + "# !\n"}


APPLIED = "grep -q add_done part01.py"


def test_what_the_command_takes_back_is_not_called_fixed(tmp_path: Path) -> None:
    cwd = with_tests(tmp_path, 3, {})
    shutil.copy(cwd / "part01.py", cwd / "copy")

    done = taskfix("apply", "--verify", f"! {APPLIED} || cp copy part01.py", cwd=cwd)

    assert done.returncode == 1
    assert "Fixed 2 of 3" in done.stderr.decode()
    assert "part01.py, which stays" in done.stderr.decode()


def test_what_the_command_removes_is_not_called_fixed(tmp_path: Path) -> None:
    cwd = with_tests(tmp_path, 3, {})

    done = taskfix("apply", "--verify", f"! {APPLIED} || rm part01.py", cwd=cwd)

    assert done.returncode == 4
    assert "Fixed 2 of 3" in done.stderr.decode()
    assert "part01.py: TF907 was removed by" in done.stderr.decode()


def test_nothing_is_written_through_a_link_that_the_command_makes(tmp_path: Path) -> None:
    cwd = with_tests(tmp_path / "project", 3, {})
    outside = tmp_path / "outside.py"
    swap = f"{{ mv part01.py {outside}; ln -s {outside} part01.py; exit 1; }}"

    done = taskfix("apply", "--verify", f"! {APPLIED} || {swap}", cwd=cwd)

    assert done.returncode == 4
    assert "part01.py: TF907 has become a link" in done.stderr.decode()
    assert b"add_done_callback" in outside.read_bytes()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_what_cannot_be_restored_is_told(tmp_path: Path) -> None:
    cwd = with_tests(tmp_path, 3, {})

    done = taskfix("apply", "--verify", f"! {APPLIED} || {{ chmod 444 *.py; exit 1; }}", cwd=cwd)

    assert done.returncode == 3
    assert "could not be restored: is read-only" in done.stderr.decode()
    assert taskfix("undo", cwd=cwd).returncode == 3


FORMATS = "sed -i -e 's/    task = /    task  =  /' part01.py part02.py; "


def test_what_the_command_makes_of_changed_files_stays_if_it_passes(tmp_path: Path) -> None:
    cwd = with_tests(tmp_path, 3, {})
    before = contents(cwd)

    done = taskfix("apply", "--verify", f"{FORMATS}{SUITE}", cwd=cwd)

    assert done.returncode == 0, done.stderr.decode()
    assert "task  =  asyncio" in (cwd / "part01.py").read_text()
    assert "has changed part01.py, which stays" in done.stderr.decode()
    assert taskfix("undo", cwd=cwd).returncode == 0
    assert contents(cwd) == before


def test_what_the_command_makes_of_files_does_not_hinder_the_search(tmp_path: Path) -> None:
    cwd = with_tests(tmp_path, 3, {1: "add_done_callback"})

    done = taskfix("apply", "--verify", f"{FORMATS}{SUITE}", cwd=cwd)

    assert done.returncode == 5, done.stderr.decode()
    assert (cwd / "part01.py").read_text() == START.format(number=1)
    assert "background_tasks.add" in (cwd / "part02.py").read_text()
    told = done.stderr.decode()
    (copy,) = re.findall(r"part01.py, which did not stay; a copy is in (.*)\.\n", told)
    assert "task  =  asyncio" in Path(copy).read_text()


def start(cwd: Path, command: str) -> subprocess.Popen[bytes]:
    root = Path(__file__).parent.parent
    return subprocess.Popen(
        [sys.executable, "-m", "taskfix", "apply", "--verify", command],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
