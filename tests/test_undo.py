"""What a run has written can be taken back, and a run that was killed is found and restored."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from taskfix.cli import main
from taskfix.disk import interrupts, journal, state, transaction
from taskfix.disk.replace import temporary_names
from taskfix.disk.undo import runs_in, undo
from taskfix.model import Change

LOST = b"""import asyncio


async def main():
    asyncio.create_task(work())
"""
OWNER = b"""import asyncio

from spawning import spawn


async def main():
    background_tasks = set()
    await spawn()
    await asyncio.Event().wait()


asyncio.run(main())
"""
SPAWNING = b"""import asyncio


async def spawn():
    asyncio.create_task(work())
"""


@pytest.fixture(autouse=True)
def _in_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").touch()


def make(**files: bytes) -> None:
    for name, data in files.items():
        Path(f"{name}.py").write_bytes(data)


def taskfix(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def content() -> dict[str, bytes]:
    """Everything in the working directory, so that no temporary file is overlooked."""
    files = [path for path in Path().iterdir() if path.suffix != ".toml" and path.is_file()]
    return {path.name: path.read_bytes() for path in files}


# -- taking back ---------------------------------------------------------------------------------


def test_undo_gives_every_file_its_bytes_back() -> None:
    make(a=LOST.replace(b"\n", b"\r\n"), b=b"\xef\xbb\xbf" + LOST, c=b"pass")
    before = content()
    assert taskfix("apply").exit_code == 0
    assert content() != before
    result = taskfix("undo")
    assert (result.exit_code, content()) == (0, before)
    assert result.stderr.splitlines() == ["restored a.py", "restored b.py", "Restored 2 files."]


def test_runs_are_taken_back_one_after_the_other() -> None:
    make(a=LOST)
    taskfix("apply")
    once = content()
    make(b=LOST)
    taskfix("apply")
    taskfix("undo")
    assert content() == {**once, "b.py": LOST}
    taskfix("undo")
    assert content() == {"a.py": LOST, "b.py": LOST}
    assert "Nothing to undo" in taskfix("undo").stderr


def test_a_run_can_be_named() -> None:
    make(a=LOST)
    taskfix("apply")
    make(b=LOST)
    taskfix("apply")
    older = taskfix("undo", "--list").stdout.splitlines()[1]
    assert older.endswith("  a.py")
    assert taskfix("undo", older.split()[0]).exit_code == 0
    assert Path("a.py").read_bytes() == LOST
    assert Path("b.py").read_bytes() != LOST
    assert taskfix("undo", "20200101-000000-001").exit_code == 2


def test_a_run_is_found_from_another_directory_of_the_project(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("src").mkdir()
    Path("src/a.py").write_bytes(LOST)
    taskfix("apply", "src")
    monkeypatch.chdir("src")
    assert taskfix("undo").stderr.splitlines()[0] == "restored a.py"
    assert Path("a.py").read_bytes() == LOST


def test_a_file_that_was_changed_since_is_left_alone() -> None:
    make(a=LOST, b=LOST)
    taskfix("apply")
    mine = Path("b.py").read_bytes() + b"# mine\n"
    Path("b.py").write_bytes(mine)
    result = taskfix("undo")
    assert result.exit_code == 4
    assert "error: b.py: TF907 was changed since" in result.stderr
    assert content() == {"a.py": LOST, "b.py": mine}
    # What was refused can be taken back once the other change is gone.
    Path("b.py").write_bytes(mine.removesuffix(b"# mine\n"))
    assert taskfix("undo").exit_code == 0
    assert content() == {"a.py": LOST, "b.py": LOST}


def test_a_chain_is_taken_back_as_a_whole_or_not() -> None:
    make(owner=OWNER, spawning=SPAWNING, other=LOST)
    taskfix("apply")
    applied = content()
    assert b"spawn(background_tasks=background_tasks)" in applied["owner.py"]
    Path("spawning.py").write_bytes(applied["spawning.py"] + b"# mine\n")
    result = taskfix("undo")
    assert "owner.py: TF907 belongs together with spawning.py" in result.stderr
    assert Path("owner.py").read_bytes() == applied["owner.py"]
    assert Path("other.py").read_bytes() == LOST


def test_a_file_that_is_gone_is_not_made_again() -> None:
    make(a=LOST, b=LOST)
    taskfix("apply")
    Path("a.py").unlink()
    assert "a.py: TF907 is gone" in taskfix("undo").stderr
    assert content() == {"b.py": LOST}


def test_only_so_many_runs_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "KEPT_RUNS", 2)
    for name in "abcd":
        make(**{name: LOST})
        taskfix("apply")
    assert len(taskfix("undo", "--list").stdout.splitlines()) == 2


def test_a_run_that_changes_nothing_is_not_remembered() -> None:
    make(a=b"pass\n")
    taskfix("apply")
    assert taskfix("undo", "--list").stdout == ""


def test_only_apply_writes_to_the_user_s_files() -> None:
    make(a=LOST)
    taskfix("check")
    taskfix("apply", "--diff")
    taskfix("undo")
    assert list(state.state_directory().iterdir()) == []


def test_where_nothing_can_be_remembered_nothing_is_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make(a=LOST)
    Path("file").touch()
    monkeypatch.setenv(state.VARIABLE, str(Path("file/state").absolute()))
    result = taskfix("apply")
    assert result.exit_code == 3
    assert "a.py: TF906 is not changed, for no copy of it can be kept" in result.stderr
    assert content() == {"a.py": LOST, "file": b""}


# -- journals that are not what they were ---------------------------------------------------------


def runs() -> Path:
    return state.state_directory() / "runs"


FOREIGN = {
    "manifest.json": [b"", b"{}", b"[]", b"null", b"\xff", b'{"root": "/", "files": [{}]}'],
    "writes.jsonl": [b'{"file": 7, "sha256": ""}\n', b"[]\n", b'{"file'],
}


@pytest.mark.parametrize(("name", "data"), [(n, d) for n, all_ in FOREIGN.items() for d in all_])
def test_a_journal_that_cannot_be_read_hinders_nobody(name: str, data: bytes) -> None:
    make(a=LOST)
    taskfix("apply")
    (journal,) = runs().iterdir()
    (journal / name).write_bytes(data)
    (runs() / "not-a-run").mkdir()
    applied = content()
    assert taskfix("check").exit_code == 0
    assert taskfix("undo", "--list").exit_code == 0
    assert taskfix("undo").exit_code in (0, 4)
    assert content() == applied


@pytest.mark.parametrize("data", [b"something else", None])
def test_an_original_that_was_not_kept_is_not_put_into_the_file(data: bytes | None) -> None:
    make(a=LOST, b=LOST)
    taskfix("apply")
    (kept,) = runs().glob("*/before/0")
    kept.unlink() if data is None else kept.write_bytes(data)
    applied = content()
    result = taskfix("undo")
    assert (result.exit_code, "was kept no more as it was" in result.stderr) == (4, True)
    assert content() == {"a.py": applied["a.py"], "b.py": LOST}


def test_a_journal_that_cannot_be_written_is_named() -> None:
    make(a=LOST)
    taskfix("apply")
    applied = content()
    (lock,) = runs().glob("*/lock")
    lock.unlink()
    lock.mkdir()
    result = taskfix("undo")
    assert (result.exit_code, "cannot be used to restore" in result.stderr) == (3, True)
    assert content() == applied


def test_a_run_is_taken_back_by_one_at_a_time() -> None:
    make(a=LOST)
    taskfix("apply")
    run = next(runs_in(Path()))
    held = journal.resume(run)
    assert "another run of taskfix" in undo(run).problems[0].message
    held.lock.release()
    assert undo(run).restored == ("a.py",)


def test_an_undo_that_was_interrupted_can_be_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    make(a=LOST)
    taskfix("apply")
    applied, real = content(), os.fsync

    def fsync(descriptor: int) -> None:
        signal.raise_signal(signal.SIGINT)
        real(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        assert taskfix("undo").exit_code == 130
    assert content() == applied
    assert "(not finished)" not in taskfix("undo", "--list").stdout
    assert taskfix("undo").exit_code == 0
    assert content() == {"a.py": LOST}


def test_files_that_come_to_belong_together_later_are_taken_back_together() -> None:
    make(a=b"old", b=b"old")
    changes = [Change("a.py", b"old", b"new"), Change("b.py", b"old", b"new")]
    with transaction.session(changes, Path()) as session:
        session.write(changes)
        session.tie([["a.py", "b.py"]])
    make(a=b"mine")
    assert taskfix("undo").exit_code == 4
    assert content() == {"a.py": b"mine", "b.py": b"new"}


# -- a run that was killed -----------------------------------------------------------------------


def kill_in_the_middle(changes: list[Change]) -> None:
    """Let a process put the first change into place, and kill it before the second."""
    child = os.fork()
    if child == 0:
        with transaction.session(changes, Path(), [[one.path for one in changes]]) as session:
            session.write(changes[:1])
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork()")


@needs_fork
def test_a_killed_run_stops_the_next_until_it_is_undone() -> None:
    make(a=b"old", b=LOST)
    kill_in_the_middle([Change("a.py", b"old", b"new"), Change("b.py", LOST, b"new")])
    assert content() == {"a.py": b"new", "b.py": LOST}
    result = taskfix("apply")
    assert result.exit_code == 4
    assert "`taskfix undo` restores the files" in result.stderr
    assert "warning: an earlier run" in taskfix("check").stderr
    assert "(not finished)" in taskfix("undo", "--list").stdout
    assert taskfix("undo").exit_code == 0
    assert content() == {"a.py": b"old", "b.py": LOST}
    assert taskfix("apply").exit_code == 0


@needs_fork
def test_what_a_killed_run_has_laid_ready_is_removed() -> None:
    make(a=b"old")
    kill_in_the_middle([Change("a.py", b"old", b"new")])
    run = next(runs_in(Path()))
    temporary_names(Path("a.py").resolve(), run.name, 0)[0].write_bytes(b"new")
    assert undo(run).restored == ("a.py",)
    assert content() == {"a.py": b"old"}


@needs_fork
def test_a_file_that_was_changed_after_the_kill_is_left_alone() -> None:
    make(a=b"old", b=b"old")
    kill_in_the_middle([Change("a.py", b"old", b"new"), Change("b.py", b"old", b"new")])
    make(a=b"mine")
    assert taskfix("undo").exit_code == 4
    assert content() == {"a.py": b"mine", "b.py": b"old"}
    assert taskfix("apply").exit_code == 0  # the user has been told


def test_a_living_run_keeps_others_away() -> None:
    make(a=LOST)
    change = Change("a.py", LOST, b"new")
    with transaction.session([change], Path()) as session:
        session.write([change])
        assert taskfix("apply").exit_code == 4
        assert "still under way" in taskfix("undo").stderr
    assert content() == {"a.py": b"new"}


@needs_fork
def test_files_that_a_run_comes_to_change_later_are_restored_too() -> None:
    make(a=b"old", b=b"old")
    child = os.fork()
    if child == 0:
        with transaction.session([Change("a.py", b"old", b"new")], Path()) as session:
            later = Change("b.py", b"old", b"new")
            session.admit([later])
            session.write([Change("a.py", b"old", b"new"), later])
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert content() == {"a.py": b"new", "b.py": b"new"}
    assert taskfix("undo").exit_code == 0
    assert content() == {"a.py": b"old", "b.py": b"old"}


def test_what_a_run_has_adopted_is_taken_back_with_it() -> None:
    make(a=b"old")
    change = Change("a.py", b"old", b"new")
    with pytest.raises(KeyError), transaction.session([change], Path()) as session:
        session.write([change])
        make(a=b"new, formatted")
        (found,) = session.disturbed()
        assert found == Change("a.py", b"new", b"new, formatted")
        session.adopt(found)
        assert session.disturbed() == []
        raise KeyError
    assert content() == {"a.py": b"old"}


# -- files that renaming would change ------------------------------------------------------------


def write(*changes: Change) -> object:
    return transaction.write(changes, Path())


def test_hard_links_stay_links() -> None:
    make(a=b"a long old content")
    os.link("a.py", "b.py")
    assert write(Change("a.py", b"a long old content", b"new")) == ()
    assert content() == {"a.py": b"new", "b.py": b"new"}
    assert Path("a.py").samefile("b.py")
    assert taskfix("undo").exit_code == 0
    assert content() == dict.fromkeys(("a.py", "b.py"), b"a long old content")
    assert Path("a.py").samefile("b.py")


def test_two_names_of_one_file_may_both_be_planned() -> None:
    make(a=LOST)
    os.link("a.py", "b.py")
    assert taskfix("apply").exit_code == 0
    assert Path("a.py").read_bytes() == Path("b.py").read_bytes() != LOST
    taskfix("undo")
    assert content() == {"a.py": LOST, "b.py": LOST}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_file_in_a_directory_that_takes_no_new_files_is_overwritten() -> None:
    Path("d").mkdir()
    Path("d/a.py").write_bytes(b"old")
    Path("d").chmod(0o555)
    try:
        assert write(Change("d/a.py", b"old", b"new")) == ()
        assert Path("d/a.py").read_bytes() == b"new"
    finally:
        Path("d").chmod(0o755)


def test_mode_and_extended_attributes_are_kept() -> None:
    make(a=b"old")
    Path("a.py").chmod(0o4750)
    marked = _marked(Path("a.py"))
    write(Change("a.py", b"old", b"new"))
    assert stat.S_IMODE(Path("a.py").stat().st_mode) == 0o4750
    if marked:
        assert os.getxattr("a.py", "user.note") == b"kept"


def _marked(path: Path) -> bool:
    try:
        os.setxattr(path, "user.note", b"kept")
    except (AttributeError, OSError):
        return False
    return True


@needs_fork
@pytest.mark.parametrize(
    "torn",
    [b"NEW content", b"NEW content that is longer", b"NEW", b"NEW content that old", b""],
    ids=["in the middle", "before its end is cut off", "lost", "mixed", "empty"],
)
def test_a_file_that_was_torn_by_a_kill_is_known(torn: bytes) -> None:
    old, new = b"old content that is longer", b"NEW content"
    make(a=old)
    os.link("a.py", "b.py")
    kill_in_the_middle([Change("a.py", old, new), Change("c.py", b"", b"")][:1])
    Path("a.py").write_bytes(torn)
    is_torn = torn in (b"NEW content", b"NEW content that is longer")
    assert bool(undo(next(runs_in(Path()))).restored) == is_torn
    assert Path("a.py").read_bytes() == (old if is_torn else torn)


@needs_fork
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="takes other users")
def test_a_file_of_someone_else_that_may_be_written_is_written() -> None:
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o777)
        make(b=b"old")
        write(Change("b.py", b"old", b"new"))  # its imports may be out of reach for someone else
        file = Path(directory, "a.py")
        file.write_bytes(b"old")
        file.chmod(0o666)
        child = os.fork()
        if child == 0:
            try:
                os.environ[state.VARIABLE] = f"{directory}/state"
                os.setuid(65534)
                assert not transaction.write([Change(str(file), b"old", b"new")], Path(directory))
                os._exit(0)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        assert (os.waitstatus_to_exitcode(status), file.read_bytes()) == (0, b"new")
        assert file.stat().st_uid == 0


# -- signals -------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="the system has no such signal")
@pytest.mark.parametrize("entered", [interrupts.raised, interrupts.Interrupts])
def test_a_signal_that_is_ignored_stays_ignored(entered: Callable[[], Any]) -> None:
    """Who starts a program with nohup wants it not to end with the terminal."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with entered() as one:
            signal.raise_signal(signal.SIGHUP)
            if one is not None:
                one.check()
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


# -- uncommitted changes -------------------------------------------------------------------------


def git(*arguments: str) -> None:
    who = ("-c", "user.name=n", "-c", "user.email=n@localhost")
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def committed() -> None:
    make(a=LOST, b=LOST, c=b"pass\n")
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "first")


def edit(name: str) -> None:
    path = Path(name)
    path.write_bytes(b"# mine\n" + path.read_bytes())


@pytest.mark.usefixtures("committed")
def test_files_with_uncommitted_changes_are_named_and_nothing_is_written() -> None:
    edit("b.py")
    before = content()
    result = taskfix("apply")
    assert result.exit_code == 4
    assert "  b.py (modified)\n" in result.stderr
    assert "a.py" not in result.stderr
    assert content() == before


@pytest.mark.usefixtures("committed")
def test_a_change_in_a_file_that_is_not_in_the_plan_does_not_matter() -> None:
    edit("c.py")
    assert taskfix("apply").exit_code == 0


@pytest.mark.parametrize(
    ("steps", "flags", "code"),
    [
        ("edit", ["--allow-dirty"], 0),
        ("edit", ["--allow-staged"], 4),
        ("edit, add", [], 4),
        ("edit, add", ["--allow-staged"], 0),
        ("edit, add", ["--allow-dirty"], 0),
        ("edit, add, edit", ["--allow-staged"], 4),
        ("make", [], 0),
        ("make, add", [], 4),
    ],
)
@pytest.mark.usefixtures("committed")
def test_what_may_be_uncommitted_is_told_by_flags(steps: str, flags: list[str], code: int) -> None:
    """A file that git does not track has no state that a change could be mixed up with."""
    for step in steps.split(", "):
        if step == "edit":
            edit("a.py")
        elif step == "make":
            make(new=LOST)
        else:
            git("add", ".")
    assert taskfix("apply", *flags).exit_code == code


@pytest.mark.parametrize("command", [["check"], ["apply", "--diff"], ["apply", "--check"]])
@pytest.mark.usefixtures("committed")
def test_what_writes_nothing_is_not_guarded(command: list[str]) -> None:
    edit("a.py")
    assert taskfix(*command).exit_code == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="takes other users")
@pytest.mark.usefixtures("committed")
def test_a_repository_of_someone_else_is_asked_and_runs_nothing() -> None:
    edit("b.py")
    hook = Path(".git/hooks/post-index-change")
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch ran\n")
    hook.chmod(0o755)
    git("config", "filter.evil.clean", "touch ran; cat")
    Path(".git/info").mkdir(exist_ok=True)
    Path(".git/info/attributes").write_text("*.py filter=evil\n")
    for path in (Path(), *Path().rglob("*")):
        os.chown(path, 12345, 12345)
    os.utime("a.py", (1, 1))
    result = taskfix("apply")
    assert (result.exit_code, "  b.py (modified)\n" in result.stderr) == (4, True)
    assert "a.py" not in result.stderr
    assert not Path("ran").exists()


def test_a_nested_repository_is_asked_about_its_own_files() -> None:
    make(a=LOST)
    Path("nested").mkdir()
    Path("nested/b.py").write_bytes(LOST)
    git("init", "-q")
    git("-C", "nested", "init", "-q")
    git("-C", "nested", "add", ".")
    git("-C", "nested", "commit", "-q", "-m", "first")
    edit("nested/b.py")
    result = taskfix("apply", "nested")
    assert (result.exit_code, "nested/b.py (modified)" in result.stderr) == (4, True)
