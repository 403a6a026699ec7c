"""Every awkward file is fixed to the byte, or kept and named: alone, and all in one run."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from taskfix.cli import main
from tests.corpus import SPECIMENS
from tests.corpus.specimen import Fixed, Named, Passed, Refused, Specimen

PARSES_ALL = sys.version_info >= (3, 12)


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

    run = taskfix(capsysbinary, "apply", "--output-format", "json", specimen.directory)

    expect(specimen, file, run)
    assert run.code == {Fixed: 0, Named: 3, Refused: 1, Passed: 0}[type(specimen.outcome)], run.err


def expect(specimen: Specimen, file: Path, run: Run) -> None:
    """Check what became of a specimen."""
    path = f"{specimen.directory}/{specimen.name}"
    after = file.read_bytes()
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
            assert said in run.err.splitlines()
            assert re.search(words, said), said
        case Refused(reason):
            assert after == specimen.before
            assert [site["reason"]["code"] for site in run.sites(path)] == [reason]
        case Passed():
            assert after == specimen.before
            assert not run.problems(path)
            assert not run.sites(path)
