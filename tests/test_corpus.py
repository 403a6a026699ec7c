"""Every awkward file is fixed to the byte, or kept and named: alone, and all in one run."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from taskfix.cli import main
from taskfix.paths import visible
from tests.corpus import SPECIMENS
from tests.corpus.specimen import Fixed, Named, Passed, Refused, Specimen, mode_of

HAS_ATTRIBUTES = hasattr(os, "listxattr")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run printed, and its exit code."""

    code: int
    out: bytes
    err: str

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document

    def problems(self, path: str) -> list[dict[str, Any]]:
        return [one for one in self.document["errors"] if one["path"] == path]

    def sites(self, path: str) -> list[dict[str, Any]]:
        return [one for one in self.document["sites"] if one["path"] == path]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is the working directory."""
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def taskfix(capture: pytest.CaptureFixture[bytes], *arguments: str) -> Run:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments), prog_name="taskfix")
    out, err = capture.readouterr()
    code = ended.value.code
    assert isinstance(code, int)
    return Run(code, out, err.decode())


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda one: one.what)
def test_alone(
    specimen: Specimen, project: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = specimen.build(project)
    before = traits(project)

    run = taskfix(capsysbinary, "apply", "--output-format", "json", specimen.directory)

    expect(specimen, file, run)
    assert traits(project) == before
    assert run.code == {Fixed: 0, Named: 3, Refused: 1, Passed: 0}[type(specimen.outcome)], run.err


def test_all_at_once(project: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Nothing ends the run, and what one file is does not matter to another."""
    files = [specimen.build(project) for specimen in SPECIMENS]
    before = traits(project)
    contents = [content_of(file) for file in files]

    preview = taskfix(capsysbinary, "apply", "--diff")
    assert [content_of(file) for file in files] == contents
    run = taskfix(capsysbinary, "apply", "--output-format", "json")
    again = taskfix(capsysbinary, "apply", "--output-format", "json")

    for specimen, file in zip(SPECIMENS, files, strict=True):
        expect(specimen, file, run)
    assert traits(project) == before
    assert (preview.code, run.code, again.code) == (3, 3, 3)
    assert again.document["files"]["changed"] == []
    assert_counts(run)
    assert [line for line in preview.err.splitlines() if line.startswith("error: ")] == [
        line for line in run.err.splitlines() if line.startswith("error: ")
    ]
    headers = [line for line in preview.out.split(b"\n") if line.startswith(b"+++ ")]
    assert len(headers) == len(run.document["files"]["changed"])


def assert_counts(run: Run) -> None:
    """The summary, in JSON and in words, counts what is expected of the specimens."""
    kinds = Counter(type(specimen.outcome) for specimen in SPECIMENS)
    summary, files = run.document["summary"], run.document["files"]
    locked = sum(site["status"] == "refused" for site in run.document["sites"]) - kinds[Refused]
    assert summary["fixed"] == len(files["changed"]) == kinds[Fixed]
    assert summary["errors"] == len(run.document["errors"]) == kinds[Named]
    assert summary["refused"] == kinds[Refused] + locked
    tasks = summary["found"] - summary["suppressed"]
    [sentence] = [line for line in run.err.splitlines() if line.startswith("Fixed ")]
    assert sentence == (
        f"Fixed {kinds[Fixed]} of {tasks} dangling tasks in {kinds[Fixed]} files; "
        f"{summary['refused']} refused; {summary['suppressed']} suppressed; "
        f"{kinds[Named]} problems, see above."
    )


def traits(project: Path) -> dict[str, tuple[object, ...]]:
    """What a run may change of no file and no directory: what there is, its mode, owner, links."""
    found: dict[str, tuple[object, ...]] = {}
    for directory, below, names in os.walk(project):
        for name in (*below, *names):
            path = Path(directory, name)
            status = path.lstat()
            link = path.readlink() if path.is_symlink() else None
            attributes = tuple(os.listxattr(path, follow_symlinks=False)) if HAS_ATTRIBUTES else ()
            owner = (status.st_uid, status.st_gid, status.st_nlink)
            found[str(path)] = (status.st_mode, owner, link, attributes)
    return found


def content_of(file: Path) -> bytes:
    """The content, also of a file that nobody may read."""
    mode = mode_of(file)
    if mode & 0o400:
        return file.read_bytes()
    file.chmod(0o400)
    try:
        return file.read_bytes()
    finally:
        file.chmod(mode)


def expect(specimen: Specimen, file: Path, run: Run) -> None:
    """Check what became of a specimen."""
    path = f"{specimen.directory}/{specimen.name}"
    after = content_of(file)
    match specimen.outcome:
        case Fixed(expected):
            assert after == expected, run.err
            assert path in run.document["files"]["changed"]
            assert [site["status"] for site in run.sites(path)] == ["fixed"]
        case Named(codes, words):
            assert after == specimen.before
            [problem] = run.problems(path)
            assert problem["code"] in codes
            line = f":{problem['line']}" if problem["line"] else ""
            said = f"error: {path}{line}: {problem['code']} {problem['message']}"
            assert visible(said) in run.err.split("\n")
            said = visible(said)
            assert re.search(words, said), said
        case Refused(reason):
            assert after == specimen.before
            assert [site["reason"]["code"] for site in run.sites(path)] == [reason]
        case Passed():
            assert after == specimen.before
            assert not run.problems(path)
            assert {site["status"] for site in run.sites(path)} <= {"suppressed"}
