"""What is remembered from run to run: the same output as without it, and nothing that is stale."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from codemods.edits import Span
from taskfix.cli import main
from taskfix.disk import contents
from taskfix.disk.cache import Cache, key_of
from taskfix.disk.discovery import Found
from taskfix.formats import NAMES
from taskfix.model import (
    Caller,
    Considered,
    Finding,
    Holder,
    Hop,
    Leak,
    Problem,
    Reason,
    Report,
    Source,
    Suppression,
)
from taskfix.planning import pipeline
from taskfix.reports.stored import from_bytes, to_bytes

LOST = "import asyncio\n\n\nasync def f():\n    asyncio.create_task(g())\n"
KEPT = "import asyncio\n\n\nasync def f():\n    await asyncio.create_task(g())\n"
# As if files had been written long before they were looked at.
LONG_AGO = -3_600_000_000_000
ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _in_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test works in a project with two files, one of which loses a task."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("TASKFIX_CACHE_DIR", raising=False)
    Path("pyproject.toml").touch()
    Path("a.py").write_text(LOST)
    Path("b.py").write_text(KEPT)


@pytest.fixture
def analyses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One item, the number of its sources, for each analysis that is made."""
    made: list[int] = []

    class Counted(pipeline.Prepared):
        def __init__(self, sources: Any, *others: Any) -> None:
            made.append(len(sources))
            super().__init__(sources, *others)

    monkeypatch.setattr(pipeline, "Prepared", Counted)
    return made


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(main, list(arguments))


def shown(result: Result) -> tuple[int, bytes, bytes]:
    assert result.exit_code in (0, 1, 3), result.stderr
    return result.exit_code, result.stdout_bytes, result.stderr_bytes


def entries(folder: str = ".taskfix_cache/reports") -> list[Path]:
    return sorted(Path(folder).iterdir())


# -- what comes out ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_same_is_shown_cold_and_warm(name: str, analyses: list[int]) -> None:
    Path("c.py").write_text("create_task(\n")
    os.mkfifo("d.py")
    command = ["check", "-v", "--color", "always", "--output-format", name]
    without = shown(run(*command, "--no-cache"))

    assert [shown(run(*command)) for _ in range(3)] == [without] * 3
    assert len(analyses) == (4 if name == "diff" else 2)  # changes are not remembered


def test_explain_remembers_as_well(analyses: list[int]) -> None:
    first, second = (run("explain", "a.py:5") for _ in range(2))

    assert first.stdout_bytes == second.stdout_bytes
    assert b"Result" in first.stdout_bytes
    assert len(analyses) == 1


def test_what_is_found_is_named_as_where_one_stands(
    analyses: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("check").stdout.startswith("a.py:5:5: ")
    Path("below").mkdir()
    monkeypatch.chdir("below")

    assert run("check", "..").stdout.startswith("../a.py:5:5: ")
    assert len(analyses) == 1


# -- what makes it stale -------------------------------------------------------------------------


def _change_a_byte() -> list[str]:
    Path("b.py").write_text(KEPT.replace("def f", "def h"))
    return []


def _change_a_byte_and_no_date() -> list[str]:
    status = Path("b.py").stat()
    _change_a_byte()
    os.utime("b.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    return []


def _swap_two_files() -> list[str]:
    Path("a.py").rename("c.py")
    Path("b.py").rename("a.py")
    Path("c.py").rename("b.py")
    return []


def _add_a_file() -> list[str]:
    Path("c.py").touch()
    return []


def _take_a_file_away() -> list[str]:
    Path("b.py").unlink()
    return []


def _configure() -> list[str]:
    Path("pyproject.toml").write_text('[tool.taskfix]\nset-name = "kept"\n')
    return []


def _ask_for_an_older_python() -> list[str]:
    Path("pyproject.toml").write_text('[project]\nrequires-python = ">=3.8"\n')
    return []


CHANGES = [
    _change_a_byte,
    _change_a_byte_and_no_date,
    _swap_two_files,
    _add_a_file,
    _take_a_file_away,
    _configure,
    _ask_for_an_older_python,
    lambda: ["a.py"],
    lambda: ["--strategy", "module"],
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("remembered", [False, True], ids=["just changed", "long unchanged"])
def test_what_changes_is_seen(
    change: Any, remembered: bool, analyses: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    if remembered:
        monkeypatch.setattr("taskfix.disk.unchanged._TICK_NS", LONG_AGO)
    run("check")
    arguments = change()
    without = shown(run("check", "--no-cache", *arguments))
    analyses.clear()

    assert shown(run("check", *arguments)) == without
    assert len(analyses) == 1
    assert shown(run("check", *arguments)) == without
    assert len(analyses) == 1


def test_what_has_not_changed_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("taskfix.disk.unchanged._TICK_NS", LONG_AGO)
    run("check")
    assert read_by_check(monkeypatch) == ["a.py"]  # of which lines are shown


def test_what_has_just_been_written_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be changed again, with the same size, within the same tick of the clock."""
    run("check")
    assert read_by_check(monkeypatch) == ["a.py", "b.py"]


def read_by_check(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that a check reads."""
    read: list[str] = []
    original = contents.read

    def noting(found: Found, *, writing: bool = True) -> Source | Problem | None:
        read.append(found.name)
        return original(found, writing=writing)

    monkeypatch.setattr(contents, "read", noting)
    run("check")
    return read


def test_another_taskfix_remembers_nothing(
    analyses: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("check")
    monkeypatch.setattr("taskfix.cli.memory.stamp", lambda: b"another")
    run("check")
    assert len(analyses) == 2


def test_apply_and_undo_see_what_is_there(analyses: list[int]) -> None:
    lost = shown(run("check"))
    assert run("apply").exit_code == 0
    assert shown(run("check"))[0] == 0
    assert run("undo").exit_code == 0
    assert Path("a.py").read_text() == LOST
    assert shown(run("check")) == lost
    assert len(analyses) == 3  # the last is a remembered one


# -- where it is remembered ----------------------------------------------------------------------


def test_the_folder_is_nobody_else_s_business() -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    run("check")
    status = subprocess.run(
        ["git", "status", "--porcelain"], check=True, capture_output=True, text=True
    )
    assert ".taskfix_cache" not in status.stdout
    tag = Path(".taskfix_cache/CACHEDIR.TAG").read_text()
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55\n")


def test_without_the_cache_nothing_is_read_or_written(analyses: list[int]) -> None:
    run("check", "--no-cache")
    assert not Path(".taskfix_cache").exists()
    run("check")
    run("check", "--no-cache")
    assert len(analyses) == 3


@pytest.mark.parametrize(
    ("arguments", "environment", "configuration", "folder"),
    [
        ([], {}, "", ".taskfix_cache"),
        ([], {}, '[tool.taskfix]\ncache-dir = "configured"\n', "configured"),
        ([], {"TASKFIX_CACHE_DIR": "named"}, '[tool.taskfix]\ncache-dir = "configured"\n', "named"),
        (["--cache-dir", "given"], {"TASKFIX_CACHE_DIR": "named"}, "", "given"),
    ],
)
def test_who_says_where_it_is(
    arguments: list[str], environment: dict[str, str], configuration: str, folder: str
) -> None:
    Path("pyproject.toml").write_text(configuration)
    assert run("check", *arguments, **environment).exit_code == 1
    assert {path.name for path in Path().iterdir() if path.is_dir()} == {folder}
    assert entries(f"{folder}/reports")


def test_a_folder_that_is_there_already_gets_no_files_beside_the_entries() -> None:
    Path("own").mkdir()
    Path("own/notes.txt").touch()
    run("check", "--cache-dir", "own")
    assert sorted(path.name for path in Path("own").iterdir()) == ["notes.txt", "reports"]


def test_outside_of_a_project_no_folder_is_made() -> None:
    Path("pyproject.toml").unlink()
    run("check", "a.py")
    assert sorted(path.name for path in Path().iterdir()) == ["a.py", "b.py"]


def test_where_nothing_can_be_written_nothing_is_said() -> None:
    without = shown(run("check", "--no-cache"))
    Path(".taskfix_cache").touch()
    assert shown(run("check")) == without


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_project_that_is_read_only_is_left_alone() -> None:
    without = shown(run("check", "--no-cache"))
    Path().chmod(0o555)
    try:
        assert shown(run("check")) == without
        assert not Path(".taskfix_cache").exists()
    finally:
        Path().chmod(0o755)


def test_only_the_last_outcomes_are_kept() -> None:
    for depth in range(10):
        run("check", "--max-depth", str(depth))
    assert len(entries()) == 8


# -- what others may have done to it -------------------------------------------------------------


@pytest.mark.parametrize("spoil", [lambda data: data[:-1], lambda _: b"", lambda data: data + b" "])
@pytest.mark.parametrize("kind", ["reports", "files"])
def test_what_is_spoiled_counts_for_nothing(
    kind: str, spoil: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("taskfix.disk.unchanged._TICK_NS", LONG_AGO)
    first = shown(run("check"))
    for path in entries(f".taskfix_cache/{kind}"):
        path.write_bytes(spoil(path.read_bytes()))
    assert shown(run("check")) == first


def test_what_is_no_report_counts_for_nothing() -> None:
    first = shown(run("check"))
    for path in entries():
        Cache(Path(".taskfix_cache")).put("reports", path.name, b'["no", "report"]', keep=8)
    assert shown(run("check")) == first


def test_a_link_of_a_stranger_is_not_followed(tmp_path: Path) -> None:
    """Else who clones a project could lose files of his own."""
    files = [tmp_path / f"{number:032x}" for number in range(20)]
    for file in files:
        file.touch()
    Path(".taskfix_cache").mkdir()
    Path(".taskfix_cache/reports").symlink_to(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert run("check").exit_code == 1
    assert sorted(tmp_path.iterdir()) == before


def test_two_may_write_the_same_at_once(tmp_path: Path) -> None:
    cache, key = Cache(tmp_path / "cache"), key_of(b"key")
    contents = [bytes([number]) * 200_000 for number in range(4)]
    seen: set[bytes | None] = set()

    def work(content: bytes) -> None:
        for _ in range(20):
            cache.put("kind", key, content, keep=1)
            seen.add(cache.get("kind", key))

    threads = [threading.Thread(target=work, args=(one,)) for one in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen <= {*contents}
    assert [path.name for path in (tmp_path / "cache" / "kind").iterdir()] == [key]


def test_two_programs_may_run_at_once() -> None:
    command = [sys.executable, "-m", "taskfix", "check", "--output-format", "json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    results = [(*process.communicate(), process.returncode) for process in running]
    assert results[0] == results[1]
    _, out, err = shown(run("check", "--output-format", "json"))
    assert results[0] == (out, err, 1)


# -- how it is written down ----------------------------------------------------------------------

CALLER = Caller("c.py", 3, "h", True, "passes it", (Caller("d.py", 4, "i", False, "nothing"),))
REPORT = Report(
    findings=(
        Finding(
            "1",
            "TF001",
            "a\udcff.py",
            Span(5, 4, 5, 28),
            "asyncio.create_task",
            None,
            "dropped",
            "Nothing keeps the task.",
            "refused",
            Reason("code", "words"),
            Holder("thread", "tasks", "b.py", None),
            (Hop("b.py", 1, "main", "owner", "creates it", (CALLER,), ("read",)),),
            (Considered("module", Reason("other", "words")),),
            ("a note",),
            ("a.py", "b.py"),
        ),
    ),
    changes=(),
    problems=(Problem("c.py", None, "TF903", "invalid syntax"),),
    scanned=2,
    parsed=1,
    leaks=(Leak("d.py", Span(1, 0, 1, 1), "kept", Suppression(1, "noqa", ("A1",), 1, 2)),),
)


def test_a_report_comes_back_as_it_was() -> None:
    assert from_bytes(to_bytes(REPORT)) == REPORT


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"TF001"', b'"TF999"'),
        (b'"refused"', b'"fine"'),
        (b"[5,4,5,28]", b"[5,4,5]"),
        (b"[5,4,5,28]", b'[5,4,5,"28"]'),
        (b"[5,4,5,28]", b"null"),
        (b'["a note"]', b'"a note"'),
        (b"true", b"1"),
        (b"]", b""),
        (b"[", b"[" * 100_000),
    ],
)
def test_what_is_no_report_is_none(old: bytes, new: bytes) -> None:
    data = to_bytes(REPORT)
    assert old in data
    assert from_bytes(data.replace(old, new, 1)) is None
