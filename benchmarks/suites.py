"""Runs the test suites of real packages before and after a fix: ``python -m benchmarks.suites``.

For each suite and strategy: every single test must end as it did before ``taskfix apply``. A test
that does not even end twice in the same way without any change says nothing, and is counted.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.archives import CACHE, ArchiveError, fetch, read_manifest, unpack
from benchmarks.tools import STRATEGIES, markdown_table, run_taskfix

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MANIFEST = Path(__file__).with_name("suites.toml")
HEADER = ["suite", "strategy", "fixed", "files", "passed", "failed", "skipped", "unsteady", ""]
Outcomes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Suite:
    """One pinned suite: where its sources come from, and what makes them ready to run."""

    name: str
    version: str
    python: str
    prepare: tuple[str, ...]
    git: str | None = None
    options: tuple[str, ...] = ()


class UnreachableError(Exception):
    """Something that the suite needs cannot be had here, and what that is."""


def main() -> int:
    """Print the table; 1 where a test ends in another way than before."""
    options = _options()
    rows, changed = [], []
    for suite in read_suites():
        if options.names and suite.name not in options.names:
            continue
        print(f"{suite.name} {suite.version} ...", file=sys.stderr, flush=True)
        try:
            for row, differences in _try_suite(suite, options.dir, options.strategy):
                rows.append(row)
                changed += [f"{suite.name}, {row[1]}: {one}" for one in differences]
        except UnreachableError as error:
            rows.append([f"{suite.name} {suite.version}", *["-"] * 7, f"skipped: {error}"])
    print(markdown_table(HEADER, rows))
    print("".join(f"\n{one}" for one in changed))
    return int(bool(changed))


def read_suites(path: Path = MANIFEST) -> list[Suite]:
    """All suites of the manifest, in its order."""
    rows = tomllib.loads(path.read_text("utf-8"))["suite"]
    return [Suite(**{key: _frozen(value) for key, value in row.items()}) for row in rows]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suites", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="suites; all unless told")
    parser.add_argument("--dir", type=Path, default=CACHE, help="where the archives are kept")
    parser.add_argument("--strategy", nargs="*", default=STRATEGIES, choices=STRATEGIES)
    return parser.parse_args()


def _try_suite(
    suite: Suite, cache: Path, strategies: tuple[str, ...]
) -> Iterator[tuple[list[object], list[str]]]:
    """A row of the table for each strategy, and how tests end that end in another way."""
    with tempfile.TemporaryDirectory(prefix="taskfix-") as scratch:
        pristine, tree = Path(scratch) / "pristine", Path(scratch) / "tree"
        _sources(suite, cache, tree)
        environment = _prepared(suite, tree, Path(scratch) / "venv")
        shutil.copytree(tree, pristine, symlinks=True)
        before = run_tests(suite, tree, environment)
        again = run_tests(suite, tree, environment)
        if not any("passed" in outcome for outcome in before.values()):
            raise UnreachableError("no test of it passes here")
        steady = {test: outcome for test, outcome in before.items() if again.get(test) == outcome}
        unsteady = len(before.keys() | again.keys()) - len(steady)
        yield _row(suite, "none", 0, 0, before, unsteady, []), []
        for strategy in strategies:
            run = run_taskfix("apply", tree, "--strategy", strategy)
            after = run_tests(suite, tree, environment)
            wrong = [] if run.ended_well else [f"exit code {run.code}: {run.messages[-300:]}"]
            wrong += differences(steady, after, before.keys() | again.keys())
            fixed = sum(site["status"] == "fixed" for site in run.sites)
            yield _row(suite, strategy, fixed, len(run.changed), after, unsteady, wrong), wrong
            for path in run.changed:
                shutil.copy2(pristine / path, tree / path)


def _row(
    suite: Suite,
    strategy: str,
    fixed: int,
    files: int,
    outcomes: Outcomes,
    unsteady: int,
    wrong: list[str],
) -> list[object]:
    count = Counter(outcome for found in outcomes.values() for outcome in found)
    failed = count["failure"] + count["error"]
    verdict = "before" if strategy == "none" else f"{len(wrong)} differ" if wrong else "same"
    return [
        *(f"{suite.name} {suite.version}", strategy, fixed, files),
        *(count["passed"], failed, count["skipped"], unsteady, verdict),
    ]


def differences(steady: Outcomes, after: Outcomes, known: set[str]) -> list[str]:
    """Each test that ended in one way before and ends in another, is gone, or is new."""
    ended = [
        f"{test} was {'/'.join(outcome)}, is {'/'.join(after.get(test, ('gone',)))}"
        for test, outcome in sorted(steady.items())
        if after.get(test) != outcome
    ]
    return ended + [f"{test} is new" for test in sorted(after.keys() - known)]


# -- sources and environments --------------------------------------------------------------------


def _sources(suite: Suite, cache: Path, tree: Path) -> None:
    if suite.git is not None:
        options = ("--quiet", "--depth", "1", "--branch", suite.version)
        _run(["git", "clone", *options, suite.git, str(tree)], tree.parent, dict(os.environ))
        return
    for package in read_manifest():
        if (package.name, package.version) == (suite.name, suite.version):
            try:
                unpack(fetch(package, cache), tree)
            except (ArchiveError, OSError) as error:
                raise UnreachableError(str(error)) from error


def _prepared(suite: Suite, tree: Path, venv: Path) -> dict[str, str]:
    """The environment variables of a fresh virtual environment that holds what the suite needs."""
    python = _interpreter(f"python{suite.python}")
    if python is None:
        raise UnreachableError(f"no python{suite.python} on the PATH that runs")
    _run([python, "-m", "venv", str(venv)], tree, dict(os.environ))
    environment = {**os.environ, "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    environment.update(PIP_QUIET="1", PYTHONDONTWRITEBYTECODE="1")
    for command in suite.prepare:
        _run(["sh", "-c", command], tree, environment)
    return {**environment, "PYTHONPATH": str(tree)}


def _interpreter(name: str) -> str | None:
    """The first program of that name that runs: a version manager has stand-ins for all."""
    for directory in os.get_exec_path():
        found = shutil.which(name, path=directory)
        if found and not subprocess.run([found, "--version"], capture_output=True).returncode:
            return found
    return None


def _run(command: list[str], directory: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        last = (done.stderr.strip() or "no message").splitlines()[-1]
        raise UnreachableError(f"{' '.join(command)[:60]} ends with {done.returncode}: {last}")


# -- outcomes ------------------------------------------------------------------------------------


def run_tests(suite: Suite, tree: Path, environment: Mapping[str, str]) -> Outcomes:
    """How each test ends. Tests of one name are told apart by their order only."""
    with tempfile.TemporaryDirectory(prefix="taskfix-") as scratch:
        report = Path(scratch) / "report.xml"
        options = ("-q", "-p", "no:cacheprovider", "-p", "no:warnings", f"--junit-xml={report}")
        subprocess.run(
            ["python", "-m", "pytest", *options, *suite.options, "tests"],
            cwd=tree,
            env=environment,
            capture_output=True,
            check=False,
        )
        return read_outcomes(report) if report.exists() else {}


def read_outcomes(report: Path) -> Outcomes:
    """The tests of a JUnit report, each with all of its outcomes."""
    found: dict[str, list[str]] = defaultdict(list)
    for case in ET.parse(report).getroot().iter("testcase"):
        marks = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        found[f"{case.get('classname')}::{case.get('name')}"].append("+".join(marks) or "passed")
    return {test: tuple(outcomes) for test, outcomes in found.items()}


if __name__ == "__main__":
    sys.exit(main())
