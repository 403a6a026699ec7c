"""Runs type checkers over a tree of real code, and says what they report without line numbers."""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Errors = Counter[tuple[str, str]]  # (path, message)
_MYPY = re.compile(r"^(?P<path>[^:\n]+):(?P<line>\d+): error: (?P<message>.*)$", re.M)


class CannotCheckError(Exception):
    """The checker says nothing of this tree, and why."""


def mypy_errors(tree: Path, cache: Path) -> Errors:
    """What mypy reports, with the project's own configuration where it has one."""
    options, targets = _how(tree)
    code, output = _mypy(tree, cache, [*options, *targets])
    if code == 2 and "--explicit-package-bases" in output:
        options = [*options, "--explicit-package-bases"]
        code, output = _mypy(tree, cache, [*options, *targets])
    if code == 2 and not options:
        # Its own configuration needs what is not installed here: plugins, mostly.
        code, output = _mypy(tree, cache, ["--config-file=", "--ignore-missing-imports", *targets])
    if code not in (0, 1):
        raise CannotCheckError((output.strip() or "mypy says nothing").splitlines()[0])
    return Counter((m["path"], _normal(m["message"])) for m in _MYPY.finditer(output))


def pyright_errors(tree: Path, paths: Sequence[str]) -> Errors:
    """What pyright reports of some files, with the project's own configuration."""
    if not paths:
        return Counter()
    command = [_pyright(), "--outputjson", *paths]
    done = subprocess.run(command, cwd=tree, capture_output=True, encoding="utf-8", check=False)
    try:
        rows = json.loads(done.stdout)["generalDiagnostics"]
    except ValueError as error:
        raise CannotCheckError((done.stderr.strip() or "pyright says nothing")[:200]) from error
    return Counter(
        (os.path.relpath(row["file"], tree.resolve()), _normal(row["message"]))
        for row in rows
        if row["severity"] == "error"
    )


def _pyright() -> str:
    beside = Path(sys.executable).with_name("pyright")
    found = str(beside) if beside.exists() else shutil.which("pyright")
    if found is None:
        raise CannotCheckError("pyright is not installed")
    return found


def _normal(message: str) -> str:
    return re.sub(r"\bline \d+", "line", message)


def _mypy(tree: Path, cache: Path, arguments: list[str]) -> tuple[int, str]:
    fixed = ["--no-error-summary", "--hide-error-context", "--show-error-codes", "--no-pretty"]
    command = [sys.executable, "-m", "mypy", *fixed, f"--cache-dir={cache}", *arguments]
    # The package under test never stands in for a module that the checker imports itself.
    environment = {**os.environ, "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout + (done.stderr if done.returncode > 1 else "")


def _how(tree: Path) -> tuple[list[str], list[str]]:
    """The options where the project has no configuration, and what to check."""
    own = _own_settings(tree)
    if own is None:
        return ["--config-file=", "--ignore-missing-imports"], list(_packages(tree))
    named = any(key in own for key in ("files", "packages", "modules"))
    return [], [] if named else list(_packages(tree))


def _own_settings(tree: Path) -> set[str] | None:
    """The keys that the project's own configuration of mypy sets, where it has one."""
    for name in ("mypy.ini", ".mypy.ini", "setup.cfg"):
        parser = configparser.RawConfigParser(strict=False)
        if parser.read(tree / name, "utf-8") and parser.has_section("mypy"):
            return set(parser["mypy"])
    pyproject = tree / "pyproject.toml"
    if pyproject.exists():
        settings = tomllib.loads(pyproject.read_text("utf-8")).get("tool", {}).get("mypy")
        return None if settings is None else set(settings)
    return None


def _packages(tree: Path) -> Iterator[str]:
    """The import packages and modules at the top of a tree, or of its ``src``."""
    top = tree / "src" if (tree / "src").is_dir() else tree
    for package in sorted(top.glob("*/__init__.py")):
        if package.parent.name not in ("tests", "test", "examples", "docs"):
            yield str(package.parent.relative_to(tree))
    for module in sorted(top.glob("*.py")):
        if module.name not in ("setup.py", "conftest.py", "noxfile.py"):
            yield str(module.relative_to(tree))
