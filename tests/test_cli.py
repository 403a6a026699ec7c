"""The command line as its user meets it: exit codes, streams, JSON and diffs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LOST = """\
import asyncio


class Client:
    def start(self):
        asyncio.create_task(self.run())
"""
CLEAN = "x = 1\n"
GENERATED = "# @generated\n" + LOST


def taskfix(
    *arguments: str, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    root = Path(__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root), **(env or {})}
    command = [sys.executable, "-m", "taskfix", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False)


def project(tmp_path: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    (tmp_path / "pyproject.toml").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "files", "code"),
    [
        pytest.param(["apply", "."], {"a.py": CLEAN}, 0, id="nothing to do"),
        pytest.param(["apply", "."], {"a.py": LOST}, 0, id="all done"),
        pytest.param(["check", "."], {"a.py": CLEAN}, 0, id="check finds nothing"),
        pytest.param(["check", "."], {"a.py": LOST}, 1, id="check finds something"),
        pytest.param(["apply", ".", "--diff"], {"a.py": LOST}, 1, id="a diff would change files"),
        pytest.param(["apply", ".", "--check"], {"a.py": LOST}, 1, id="--check would change files"),
        pytest.param(["apply", ".", "--diff"], {"a.py": CLEAN}, 0, id="an empty diff"),
        pytest.param(["apply", "."], {"a.py": GENERATED}, 1, id="a finding remains"),
        pytest.param(["apply", "nowhere"], {"a.py": LOST}, 2, id="a path that does not exist"),
        pytest.param(["apply", "--frob"], {"a.py": LOST}, 2, id="an option that does not exist"),
        pytest.param(["apply", "."], {"a.py": LOST, "b.py": LOST + "(\n"}, 3, id="broken syntax"),
        pytest.param(["check", "."], {"a.py": b"'\xe9'; create_task\n"}, 3, id="not decodable"),
    ],
)
def test_the_exit_code_says_how_it_went(
    tmp_path: Path, arguments: list[str], files: dict[str, str | bytes], code: int
) -> None:
    done = taskfix(*arguments, cwd=project(tmp_path, files))

    assert code == done.returncode, done.stderr.decode()


def test_a_bad_file_is_named_and_the_others_are_still_fixed(tmp_path: Path) -> None:
    cwd = project(tmp_path, {"a.py": LOST, "b.py": LOST + "(\n"})

    done = taskfix("apply", ".", cwd=cwd)

    assert b"b.py" in done.stderr + done.stdout
    assert "_background_tasks" in (cwd / "a.py").read_text()
    assert (cwd / "b.py").read_text() == LOST + "(\n"


def test_an_unknown_key_of_the_configuration_is_an_error(tmp_path: Path) -> None:
    cwd = project(tmp_path, {"a.py": LOST})
    (cwd / "pyproject.toml").write_text('[tool.taskfix]\nstrateg = "module"\n')

    done = taskfix("apply", ".", cwd=cwd)

    assert done.returncode == 2
    assert b"strategy" in done.stderr
    assert (cwd / "a.py").read_text() == LOST


def test_json_has_the_fields_of_the_contract(tmp_path: Path) -> None:
    done = taskfix("check", ".", "--output-format", "json", cwd=project(tmp_path, {"a.py": LOST}))

    report = json.loads(done.stdout)
    assert report["schema"] == 1
    assert set(report) == {"schema", "sites", "files", "errors", "summary"}
    site = report["sites"][0]
    assert (site["rule"], site["path"], site["line"], site["column"]) == ("TF001", "a.py", 6, 9)
    assert (site["call"], site["function"]) == ("asyncio.create_task", "Client.start")
    assert site["status"] == "fixable"
    assert site["holder"]["strategy"] == "module"
    assert [hop["role"] for hop in site["chain"]] == ["owner", "spawns"]
    assert report["files"] == {"scanned": 1, "parsed": 1, "changed": []}
    assert report["summary"] == {
        "found": 1, "fixed": 0, "fixable": 1, "refused": 0, "suppressed": 0, "errors": 0,
    }  # fmt: skip


def test_json_of_apply_tells_what_was_written(tmp_path: Path) -> None:
    done = taskfix("apply", ".", "--output-format", "json", cwd=project(tmp_path, {"a.py": LOST}))

    report = json.loads(done.stdout)
    assert [site["status"] for site in report["sites"]] == ["fixed"]
    assert report["files"]["changed"] == ["a.py"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.py", LOST.encode(), id="plain"),
        pytest.param("a b.py", LOST.encode(), id="a name with a space"),
        pytest.param("a.py", LOST.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param("a.py", LOST.rstrip("\n").encode(), id="no newline at the end"),
        pytest.param("a.py", b"\xef\xbb\xbf" + LOST.encode(), id="a byte-order mark"),
        pytest.param("a.py", LOST.replace("    ", "\t").encode(), id="tabs"),
    ],
)
def test_git_applies_the_diff_and_gets_what_apply_writes(
    tmp_path: Path, name: str, content: bytes
) -> None:
    cwd = project(tmp_path, {name: content})
    git = ["git", "-c", "core.autocrlf=false"]
    subprocess.run([*git, "init", "-q"], cwd=cwd, check=True)

    diff = taskfix("apply", ".", "--diff", cwd=cwd)
    assert content == (cwd / name).read_bytes()
    subprocess.run([*git, "apply", "-"], cwd=cwd, input=diff.stdout, check=True)
    by_git = (cwd / name).read_bytes()

    (cwd / name).write_bytes(content)
    taskfix("apply", ".", cwd=cwd)
    assert (cwd / name).read_bytes() == by_git
    assert by_git != content


@pytest.mark.parametrize("repository", [True, False])
def test_git_applies_a_diff_of_files_outside_of_the_working_directory(
    tmp_path: Path, repository: bool
) -> None:
    root = project(tmp_path, {"a/app.py": LOST, "b c/d/app.py": LOST})
    cwd = root / "b c" / "d"
    if repository:
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)

    diff = taskfix("apply", "../..", "--diff", cwd=cwd)
    assert diff.stderr.decode().splitlines()[-1] == "Apply the diff in ../..: `git -C ../.. apply`."
    subprocess.run(["git", "-C", "../..", "apply"], cwd=cwd, input=diff.stdout, check=True)
    by_git = [(root / name).read_bytes() for name in ("a/app.py", "b c/d/app.py")]

    project(tmp_path, {"a/app.py": LOST, "b c/d/app.py": LOST})
    taskfix("apply", "../..", cwd=cwd)
    assert [(root / name).read_bytes() for name in ("a/app.py", "b c/d/app.py")] == by_git
    assert LOST.encode() not in by_git

    project(tmp_path, {"a/app.py": LOST})
    inside = taskfix("apply", "--diff", cwd=root / "a")
    assert inside.stdout.startswith(b"--- a/app.py\n+++ b/app.py\n")
    assert b"git -C" not in inside.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there no directory is deleted that is in use")
@pytest.mark.parametrize("command", ["check", "apply", "explain app.py:1", "undo"])
def test_a_working_directory_that_was_deleted_is_wrong_usage(tmp_path: Path, command: str) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    program = f"{sys.executable} -m taskfix {command}"
    done = subprocess.run(
        ["sh", "-c", f"rmdir ../gone && exec {program}"],
        cwd=gone,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    message = "Error: the working directory cannot be used: no such file or directory"
    assert done.stderr.decode().splitlines()[-1] == message


def test_colour_is_asked_for_or_left_out(tmp_path: Path) -> None:
    cwd = project(tmp_path, {"a.py": LOST})

    assert b"\x1b[" not in taskfix("apply", ".", "--diff", cwd=cwd).stdout
    assert b"\x1b[" in taskfix("apply", ".", "--diff", "--color", "always", cwd=cwd).stdout


def test_only_the_paths_that_are_named_are_changed(tmp_path: Path) -> None:
    cwd = project(tmp_path, {"a.py": LOST, "b.py": LOST})

    taskfix("apply", "a.py", cwd=cwd)

    assert (cwd / "b.py").read_text() == LOST
    assert (cwd / "a.py").read_text() != LOST


def test_explain_tells_the_chain_and_what_else_was_considered(tmp_path: Path) -> None:
    done = taskfix("explain", "a.py:6", cwd=project(tmp_path, {"a.py": LOST}))

    text = done.stdout.decode()
    assert "creates _background_tasks" in text
    assert "no-set-in-scope" in text


@pytest.mark.parametrize("rule", ["TF001", "TF002", "TF003", "TF004", "TF005", "TF100"])
def test_every_rule_has_a_page(tmp_path: Path, rule: str) -> None:
    done = taskfix("explain", rule, cwd=tmp_path)

    assert done.returncode == 0
    assert rule.encode() in done.stdout


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    cwd = project(tmp_path, {f"m{n}.py": LOST for n in range(5)})

    once = taskfix("check", ".", "--output-format", "json", cwd=cwd, env={"PYTHONHASHSEED": "1"})
    again = taskfix("check", ".", "--output-format", "json", cwd=cwd, env={"PYTHONHASHSEED": "2"})

    assert once.stdout == again.stdout


def test_a_package_within_the_project_is_written_for_its_own_python(tmp_path: Path) -> None:
    old = "[project]\nname = 'old'\nrequires-python = '>=3.8'\n"
    project(tmp_path, {"old/pyproject.toml": old, "old/a.py": LOST, "new/a.py": LOST})
    assert taskfix("apply", "-q", "--allow-dirty", cwd=tmp_path).returncode == 0
    assert "_background_tasks: Set[asyncio.Task]" in (tmp_path / "old/a.py").read_text()
    assert "_background_tasks: set[asyncio.Task]" in (tmp_path / "new/a.py").read_text()


# -- streams that are closed or full ---------------------------------------------------------------

SHELL = pytest.mark.skipif(sys.platform == "win32", reason="the redirections are POSIX shell")


def in_shell(
    arguments: str, cwd: Path, stdout: int = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    root = Path(__file__).parent.parent
    return subprocess.run(
        f"{sys.executable} -m taskfix {arguments}",
        shell=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )


@SHELL
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_program_without_streams_works_as_well(tmp_path: Path, closed: str) -> None:
    cwd = project(tmp_path, {"a.py": LOST})

    done = in_shell(f"apply {closed}", cwd)

    assert (done.returncode, b"bug" in done.stderr) == (0, False)
    assert b"task.add_done_callback" in (cwd / "a.py").read_bytes()


@SHELL
def test_the_exit_code_is_right_also_if_nobody_reads_the_result(tmp_path: Path) -> None:
    cwd = project(tmp_path, {"a.py": LOST})

    reading, writing = os.pipe()
    os.close(reading)
    done = in_shell("apply", cwd, stdout=writing)
    os.close(writing)

    assert done.returncode == 0
    assert b"Fixed 1 of 1" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_a_result_that_cannot_be_shown_is_no_bug(tmp_path: Path) -> None:
    cwd = project(tmp_path, {"a.py": LOST})

    done = in_shell("check >/dev/full", cwd)

    assert done.returncode == 3
    assert done.stderr.decode().splitlines() == [
        "Error: the result cannot be shown: no space left on device"
    ]


def test_a_file_that_cannot_be_looked_for_is_wrong_usage(tmp_path: Path) -> None:
    assert taskfix("explain", f"{'a' * 300}.py:1", cwd=tmp_path).returncode == 2


def test_whoever_asks_for_threading_is_told_where_it_was_not_done(tmp_path: Path) -> None:
    code = (
        "import asyncio\n\n\nasync def a():\n    asyncio.create_task(b())\n\n\n"
        "async def b():\n    await a()\n\n\n"
        "@register\nasync def c():\n    asyncio.create_task(b())\n"
    )
    (tmp_path / "app.py").write_text(code)
    asked = taskfix("check", "--strategy", "thread", cwd=tmp_path)
    line = b"Not threaded: 1 of 2 (1 decorated); see `taskfix explain app.py:14`."
    assert line in asked.stderr.splitlines()
    assert b"Not threaded" not in taskfix("check", cwd=tmp_path).stderr


@pytest.mark.parametrize("named", ["startup.py", "app.py", "."])
def test_the_fix_is_the_same_for_whichever_paths_it_is_asked_for(
    tmp_path: Path, named: str
) -> None:
    example = Path(__file__).parents[1] / "examples" / "lifespan_package"
    shutil.copytree(example, tmp_path / "lifespan_package")
    (tmp_path / "pyproject.toml").write_text("[tool.taskfix]\n")
    whole = json.loads(taskfix("check", ".", "--output-format", "json", cwd=tmp_path).stdout)
    part = json.loads(
        taskfix(
            "check", f"lifespan_package/{named}", "--output-format", "json", cwd=tmp_path
        ).stdout
    )
    places = {site["id"]: site["holder"] for site in whole["sites"]}
    for site in part["sites"]:
        needs_more = site["status"] == "refused"
        assert needs_more or site["holder"] == places[site["id"]]
        assert not needs_more or site["reason"]["code"] == "other-paths"
        assert not needs_more or "lifespan_package/app.py" in site["reason"]["message"]
    assert [site["status"] for site in part["sites"]].count("refused") == (named == "startup.py")


def test_others_are_fixed_while_one_waits_for_a_file_that_was_not_named(tmp_path: Path) -> None:
    project(
        tmp_path,
        {
            "pyproject.toml": "[tool.taskfix]\n",
            "api.py": (
                "import asyncio\nfrom jobs import start\n\n\nasync def main():\n"
                "    await start()\n\n\nasyncio.run(main())\n"
            ),
            "jobs.py": (
                "import asyncio\n\n\nasync def start():\n    asyncio.create_task(watch())\n\n\n"
                "async def refresh():\n    asyncio.create_task(watch())\n"
            ),
        },
    )
    run = taskfix("apply", "jobs.py", cwd=tmp_path)
    assert run.returncode == 1
    assert b"1 refused" in run.stderr and b"api.py would be changed too" in run.stdout
    assert "_background_tasks.add(task)" in (tmp_path / "jobs.py").read_text()
