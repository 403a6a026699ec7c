"""Writes programs for a type checker, before and after a fix, and compares what it says of both."""

from __future__ import annotations

import ast
import builtins
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_MYPY = re.compile(r"^(?P<path>.+?):(?P<line>\d+): error: (?P<message>.*)$", re.M)
_IMPORT = re.compile(r"^(?P<indent>[ \t]*)(?P<verb>from|import) (?P<name>\w+)(?P<rest>.*)$", re.M)

Errors = Counter[tuple[str, str]]  # (path, message without the line that it names)
Program = Mapping[str, str]  # path -> source


@dataclass(frozen=True, slots=True)
class Pair:
    """One program before and after it is fixed, under a name that is an identifier."""

    name: str
    before: Program
    after: Program


def new_errors(pairs: list[Pair], directory: Path, *options: str) -> Errors:
    """What ``mypy`` says of the programs after the fix, and did not say before."""
    write(pairs, directory)
    return mypy(directory / "after", *options) - mypy(directory / "before", *options)


def write(pairs: list[Pair], directory: Path) -> None:
    """Write every program as a package of its own below ``before`` and below ``after``.

    In one run mypy takes a stub that stands apart for a second module of its name: it is left out.
    """
    for pair in pairs:
        for side, files in (("before", pair.before), ("after", {**pair.before, **pair.after})):
            for path, source in files.items():
                if path.endswith(".pyi") and path[:-1] not in pair.before:
                    continue
                target = directory / side / pair.name / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(complete(_as_package(source, pair)), "utf-8")


def mypy(directory: Path, *options: str) -> Errors:
    """The errors that mypy has in a directory of packages."""
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--hide-error-context"]
    layout = ["--namespace-packages", "--explicit-package-bases", "--config-file="]
    cache = f"--cache-dir={directory.parent / 'cache'}"
    done = subprocess.run(
        [*command, *layout, cache, *options, "."],
        cwd=directory,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    # What a half-annotated function lacks is told in two messages, of one without any in one.
    found = {(m["path"], m["line"], _normal(m["message"])) for m in _MYPY.finditer(done.stdout)}
    return Counter((path, message) for path, _, message in found)


def _normal(message: str) -> str:
    """A message without the numbers of lines, which a fix moves."""
    untyped = message.endswith("[no-untyped-def]")
    return "a function is not annotated" if untyped else re.sub(r"\bline \d+", "line", message)


# -- sources -------------------------------------------------------------------------------------


def complete(source: str) -> str:
    """Define what the source takes for granted, each coroutine with a result of its own type.

    The definitions come last, so that no line moves.
    """
    stubs = list(_stubs(ast.parse(source)))
    return "\n".join([source.rstrip("\n"), "", "", *stubs, ""]) if stubs else source


def _stubs(tree: ast.Module) -> Iterator[str]:
    if any(isinstance(node, ast.alias) and node.name == "*" for node in ast.walk(tree)):
        return
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    missing = sorted(names - _bound(tree) - set(dir(builtins)))
    if missing:
        yield "import typing as typing_"
    for name in missing:
        if name in called:
            yield f"class Of_{name}: ..."
            yield f"async def {name}(*args: object, **more: object) -> Of_{name}: ..."
        else:
            yield f"{name}: typing_.Any"


def _bound(tree: ast.Module) -> set[str]:
    """Every name that is bound anywhere in the module, in whatever scope."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name) | ast.ExceptHandler(name=str(name)):
                found.add(name)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name.partition(".")[0])
            case _:
                # The parameters of generic functions, which the oldest Pythons do not know.
                found.update(p.name for p in getattr(node, "type_params", ()))
    return found


def _as_package(source: str, pair: Pair) -> str:
    """Let the modules of a program import each other inside of the package that it becomes."""
    own = {path.partition("/")[0].removesuffix(".py") for path in pair.before}

    def moved(match: re.Match[str]) -> str:
        indent, verb, name, rest = match.group("indent", "verb", "name", "rest")
        if name not in own:
            return match[0]
        if verb == "from" or re.match(r"[\w.]* as ", rest):
            return f"{indent}{verb} {pair.name}.{name}{rest}"
        loaded = f"; import {pair.name}.{name}{rest}" if rest.startswith(".") else ""
        return f"{indent}from {pair.name} import {name}{loaded}"

    return _IMPORT.sub(moved, source)
