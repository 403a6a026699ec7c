"""Files are found as git and the configuration say, read or named, and written all or none."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from taskfix.config import Config
from taskfix.disk import contents, discovery, transaction
from taskfix.facts.encoding import EncodingFailure, Text, decode, encode
from taskfix.model import Change, Problem, Source


@pytest.fixture(autouse=True)
def _in_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test works in an empty project, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").touch()


def make(*names: str) -> None:
    """Create empty files with their directories."""
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()


def found(*paths: str, config: Config | None = None) -> dict[str, bool]:
    """The names of the files that are found, and which of them are selected."""
    given = [Path(path) for path in paths or ["."]]
    result, problems = discovery.discover(given, discovery.find_root(given), config or Config())
    assert problems == []
    return {one.name: one.selected for one in result}


# -- finding -----------------------------------------------------------------------------------


def test_the_whole_project_is_read_but_only_paths_are_selected() -> None:
    make("pkg/a.py", "tests/test_a.py", "pkg/a.pyi", "notes.txt")
    assert found("pkg") == {"pkg/a.py": True, "pkg/a.pyi": True, "tests/test_a.py": False}


def test_directories_that_are_nobody_s_code_are_left_out() -> None:
    make("a.py", ".venv/lib/b.py", "node_modules/c.py", "build/d.py", "src/__pycache__/e.py")
    assert found() == {"a.py": True}


def test_a_file_that_is_named_is_taken_even_if_it_is_excluded() -> None:
    make("a.py", "build/b.py", "script")
    assert found("build/b.py", "script") == {"a.py": False, "build/b.py": True, "script": True}


def test_a_directory_that_is_named_is_taken_even_if_it_is_excluded() -> None:
    make("build/pkg/a.py", "build/pkg/build/b.py")
    assert found("build/pkg") == {"build/pkg/a.py": True}


def test_force_exclude_leaves_out_a_file_that_is_named() -> None:
    make("a.py", "build/b.py")
    assert found("build/b.py", config=Config(force_exclude=True)) == {"a.py": False}


@pytest.mark.parametrize("pattern", ["gen", "gen/", "./gen", "gen/*", "**/gen", "gen/b.py", "b.py"])
def test_a_pattern_leaves_out_names_and_paths(pattern: str) -> None:
    make("a.py", "gen/b.py", "generic/c.py")
    config = Config(extend_exclude=(pattern,))
    assert found(config=config) == {"a.py": True, "generic/c.py": True}


def test_what_git_ignores_is_left_out() -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    make("a.py", "ignored/b.py", "private.py", "nested/c.py")
    Path(".gitignore").write_text("ignored/\n")
    Path(".git/info/exclude").write_text("private.py\n")
    subprocess.run(["git", "init", "-q", "nested"], check=True)
    assert found() == {"a.py": True}
    everything = found(config=Config(respect_gitignore=False))
    assert set(everything) == {"a.py", "ignored/b.py", "private.py", "nested/c.py"}


def test_a_directory_that_git_ignores_is_taken_if_it_is_named() -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    make("a.py", "ignored/b.py")
    Path(".gitignore").write_text("ignored/\n")
    assert found("ignored") == {"a.py": False, "ignored/b.py": True}


def test_a_file_that_is_deleted_but_tracked_is_not_found() -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    make("a.py", "b.py")
    subprocess.run(["git", "add", "."], check=True)
    Path("b.py").unlink()
    assert found() == {"a.py": True}


def test_links_are_not_followed_and_each_file_is_found_once(tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "far.py").touch()
    make("pkg/a.py")
    Path("link.py").symlink_to("pkg/a.py")
    Path("loop").symlink_to(".", target_is_directory=True)
    Path("far.py").symlink_to(outside / "far.py")
    Path("out").symlink_to(outside, target_is_directory=True)
    assert found() == {"pkg/a.py": True}
    assert found("link.py") == {"pkg/a.py": True}


def test_a_named_link_out_of_the_project_is_a_problem(tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.py"
    outside.touch()
    Path("far.py").symlink_to(outside)
    result, problems = discovery.discover([Path("far.py")], Path.cwd(), Config())
    assert (result, [one.code for one in problems]) == ([], ["TF908"])


def test_a_notebook_that_is_named_is_a_problem() -> None:
    make("a.ipynb")
    _, problems = discovery.discover([Path("a.ipynb")], Path.cwd(), Config())
    assert [one.code for one in problems] == ["TF909"]


def test_names_are_relative_to_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    make("pkg/a.py", "tests/test_a.py")
    monkeypatch.chdir("pkg")
    assert found() == {"pkg/a.py": True, "tests/test_a.py": False}
    result, _ = discovery.discover([Path()], discovery.find_root([Path()]), Config())
    assert [one.shown for one in result] == ["a.py", "../tests/test_a.py"]


def test_the_root_is_the_nearest_project_above_all_paths() -> None:
    make("one/setup.py", "one/pkg/a.py", "one/pkg/b.py", "two/c.py")
    one = [Path("one/pkg/a.py"), Path("one/pkg/b.py")]
    assert discovery.find_root(one) == Path("one").resolve()
    assert discovery.find_root([Path("one/pkg"), Path("two/c.py")]) == Path.cwd()


# -- reading -----------------------------------------------------------------------------------


def read(name: str) -> Source | Problem | None:
    return contents.read(discovery.Found(str(Path(name).resolve()), name, True))


def test_bytes_are_read_as_they_are() -> None:
    Path("a.py").write_bytes(b"\xef\xbb\xbfx = 1\r\n\xff")
    assert read("a.py") == Source("a.py", b"\xef\xbb\xbfx = 1\r\n\xff", True)


def test_what_is_no_file_is_a_problem_and_does_not_block() -> None:
    os.mkfifo("pipe.py")
    problem = read("pipe.py")
    assert isinstance(problem, Problem)
    assert problem.code == "TF901"


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\n",
        b"x = 1\r\ny = 2\rz = 3",
        b"\xef\xbb\xbfx = '\xc3\xa9'\n",
        b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
        b"#!/usr/bin/python\r# vim: set fileencoding=cp1252 :\rx = '\x80'\r",
        b"\x0c\n",
        b"",
    ],
)
def test_text_survives_decoding_and_encoding(data: bytes) -> None:
    text = decode(data)
    assert isinstance(text, Text)
    assert encode(text.text, text) == data


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"x = 1\ny = '\xe9'\n", 2, "0xe9 is not valid utf-8"),
        (b"x = 1\r\ra = 1\ry = '\xe9'\r", 4, "0xe9 is not valid utf-8"),
        (b"'\xe9'\n", 1, "not UTF-8 and declares no other encoding"),
        (b"\n# coding: klingon\n", 2, "declared encoding 'klingon'"),
        (b"\xef\xbb\xbf# coding: latin-1\n", 1, "declared encoding 'latin-1'"),
        (b"# coding: rot13\n", 1, "not a text encoding"),
        (b"# coding: utf-7\nx = '+AGE-'\n", None, "round trip"),
    ],
)
def test_bytes_that_are_no_text_are_explained(data: bytes, line: int | None, words: str) -> None:
    failure = decode(data)
    assert isinstance(failure, EncodingFailure)
    assert failure.line == line
    assert words in failure.message


def test_a_character_that_the_encoding_lacks_is_explained() -> None:
    failure = encode("x\n'\N{SNOWMAN}'", Text("", "latin-1", False))
    assert failure == EncodingFailure(2, r"'\u2603' cannot be written in latin-1")


# -- writing -----------------------------------------------------------------------------------


def write(*changes: Change) -> tuple[Problem, ...]:
    return transaction.write(changes, Path())


def content() -> dict[str, bytes]:
    """Everything in the working directory, so that no temporary file is overlooked."""
    return {path.name: path.read_bytes() for path in Path().iterdir() if path.suffix != ".toml"}


def test_changes_are_written_and_the_mode_is_kept() -> None:
    Path("a.py").write_bytes(b"old\r\n")
    Path("a.py").chmod(0o750)
    assert write(Change("a.py", b"old\r\n", b"new\r\n")) == ()
    assert content() == {"a.py": b"new\r\n"}
    assert stat.S_IMODE(Path("a.py").stat().st_mode) == 0o750


def test_each_version_of_a_file_is_later_by_a_second() -> None:
    """Python takes a compiled file for good whose source has the same size and second."""
    Path("a.py").write_bytes(b"x = 0")
    times = [int(Path("a.py").stat().st_mtime)]
    for number in range(3):
        assert write(Change("a.py", b"x = %d" % number, b"x = %d" % (number + 1))) == ()
        times.append(int(Path("a.py").stat().st_mtime))
    assert times == sorted(set(times))


def test_one_file_that_has_changed_meanwhile_stops_all() -> None:
    Path("a.py").write_bytes(b"old")
    Path("b.py").write_bytes(b"edited by hand")
    problems = write(Change("a.py", b"old", b"new"), Change("b.py", b"old", b"new"))
    assert [(one.path, one.code) for one in problems] == [("b.py", "TF907")]
    assert content() == {"a.py": b"old", "b.py": b"edited by hand"}


def test_one_file_that_is_gone_stops_all() -> None:
    Path("a.py").write_bytes(b"old")
    problems = write(Change("a.py", b"old", b"new"), Change("b.py", b"old", b"new"))
    assert [one.path for one in problems] == ["b.py"]
    assert content() == {"a.py": b"old"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_one_file_that_is_read_only_stops_all() -> None:
    Path("a.py").write_bytes(b"old")
    Path("b.py").write_bytes(b"old")
    Path("b.py").chmod(0o444)
    problems = write(Change("a.py", b"old", b"new"), Change("b.py", b"old", b"new"))
    assert [(one.path, one.message) for one in problems] == [("b.py", "is read-only")]
    assert content() == {"a.py": b"old", "b.py": b"old"}


@pytest.mark.parametrize("replaced", [0, 1, 2])
def test_an_interrupt_restores_what_was_replaced(
    replaced: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C arrives before, between and after the renames."""
    real, calls = os.replace, []

    def replace(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == replaced + 1:
            signal.raise_signal(signal.SIGINT)
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    names = ["a.py", "b.py", "c.py"]
    for name in names:
        Path(name).write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        write(*(Change(name, b"old", b"new") for name in names))
    assert content() == dict.fromkeys(names, b"old")
