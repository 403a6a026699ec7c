"""Runs taskfix on a small project and tells whether a function got the parameter, or why not."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from taskfix.config import Config
from taskfix.model import Finding, Report, Source, StrategyName
from taskfix.planning.pipeline import run

STRATEGIES: tuple[StrategyName, ...] = ("auto", "thread")


def fix(files: Mapping[str, str], config: Config) -> tuple[Report, dict[str, str]]:
    """The report, and all files as they are after the run."""
    report = run([Source(path, text.encode()) for path, text in files.items()], config)
    assert not report.problems, report.problems
    after = {**files, **{change.path: change.after.decode() for change in report.changes}}
    for path, text in after.items():
        compile(text, path, "exec", dont_inherit=True)
    return report, after


def signatures(files: Mapping[str, str]) -> dict[str, str]:
    """The parameters of every function, by file and qualified name."""
    found: dict[str, str] = {}
    for path, text in files.items():
        _collect(ast.parse(text), path, found)
    return found


def _collect(node: ast.AST, name: str, found: dict[str, str]) -> None:
    for child in ast.iter_child_nodes(node):
        inner = name
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inner = f"{name}::{child.name}" if ".py" in name[-3:] else f"{name}.{child.name}"
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found[inner] = ast.unparse(child.args)
        _collect(child, inner, found)


def got_parameter(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    """The functions whose parameters are not what they were."""
    new = signatures(after)
    return {name for name, parameters in signatures(before).items() if new[name] != parameters}


def with_fallback(files: Mapping[str, str], name: str) -> set[str]:
    """The functions that have a set where nobody passes one, by the name of the parameter."""
    asked = f"if {name} is None:"
    return {f.name for f in _functions(files) if asked in ast.unparse(f)}


def keyword_only(files: Mapping[str, str], name: str) -> set[str]:
    """The functions that take a parameter by keyword only."""
    return {f.name for f in _functions(files) if any(a.arg == name for a in f.args.kwonlyargs)}


def _functions(files: Mapping[str, str]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for text in files.values():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node


def threading_refused(finding: Finding) -> str:
    """Why the set was not threaded to a site: the code of the reason."""
    return next((c.reason.code for c in finding.considered if c.strategy == "thread"), "")
