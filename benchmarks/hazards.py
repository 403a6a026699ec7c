"""Runs the programs of tests/hazards under their real frameworks: ``python -m benchmarks.hazards``.

Each program is looked at from outside: as it is, after ``taskfix apply`` by default and where
threading is preferred, and with the
parameter added to each function that must never get one, which shows that the look is sharp enough.
The requirements of a group are installed into an environment of their own.
"""

from __future__ import annotations

import argparse
import ast
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tools import markdown_table, run_taskfix
from codemods.apply import apply_edits
from codemods.edits import AddParameter, FunctionKey
from tests.hazards.observing import observe, write_files
from tests.hazards.programs import Program, read_programs

HEADER = ["framework", "construct", "strategy", "holders", "after the fix", "with a parameter"]
STRATEGIES = ("auto", "thread")


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one program."""

    program: Program
    strategy: str
    holders: str
    fixed: str  # "same", or how the observation differs
    naive: str

    @property
    def is_wrong(self) -> bool:
        return self.fixed not in {"same", "skipped"}


def main() -> int:
    """Print the table; 1 where a fix changed what a program does."""
    options = _options()
    rows = []
    for group, programs in _groups(options.names):
        python = _environment(group, programs[0].requires, options.dir)
        rows += [row for program in programs for row in _try_program(program, python)]
    cells = [
        [row.program.group, row.program.name, row.strategy, row.holders, row.fixed, row.naive]
        for row in rows
    ]
    print(markdown_table(HEADER, cells))
    return int(any(row.is_wrong for row in rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hazards", description=__doc__)
    cache = Path(tempfile.gettempdir()) / "taskfix-hazards"
    parser.add_argument("names", nargs="*", metavar="GROUP", help="groups; all unless told")
    parser.add_argument("--dir", type=Path, default=cache, help="where the environments are kept")
    return parser.parse_args()


def _groups(names: list[str]) -> Iterator[tuple[str, list[Program]]]:
    programs = read_programs()
    for group in sorted({program.group for program in programs}):
        if not names or group in names:
            yield group, [program for program in programs if program.group == group]


def _environment(group: str, requires: tuple[str, ...], cache: Path) -> Path | str:
    """The interpreter that has the requirements, or why there is none."""
    folder = cache / group
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    wanted = "\n".join(requires)
    done = folder / "installed.txt"
    if done.is_file() and done.read_text("utf-8") == wanted:
        return python
    print(f"installing {group} ...", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True, clear=True)
    if requires:
        install = [str(python), "-m", "pip", "install", "--quiet", *requires]
        run = subprocess.run(install, capture_output=True, text=True, check=False)
        if run.returncode:
            print(run.stderr.strip()[-600:], file=sys.stderr)
            return f"the requirements of {group} cannot be installed here"
    done.write_text(wanted, "utf-8")
    return python


def _try_program(program: Program, python: Path | str) -> Iterator[Row]:
    """What becomes of a program under each strategy; what a careless tool makes of it is one."""
    before = observe(program, program.files, python) if isinstance(python, Path) else ""
    naive = "skipped"
    for strategy in STRATEGIES:
        fixed, holders = _apply(program, strategy)
        if isinstance(python, str):
            yield Row(program, strategy, holders, "skipped", naive)
        elif "Traceback" in before:
            yield Row(program, strategy, holders, f"does not run: {_last_line(before)}", naive)
        else:
            naive = _careless(program, python, before) if naive == "skipped" else naive
            after = observe(program, fixed, python)
            yield Row(program, strategy, holders, _difference(before, after), naive)


def _apply(program: Program, strategy: str) -> tuple[dict[str, str], str]:
    with tempfile.TemporaryDirectory(prefix="taskfix-") as scratch:
        write_files(program.files, Path(scratch))
        run = run_taskfix("apply", Path(scratch), "--strategy", strategy)
        fixed = {path: (Path(scratch) / path).read_text("utf-8") for path in program.files}
    holders = sorted({s["holder"]["strategy"] for s in run.sites if s["holder"]})
    return fixed, ", ".join(holders) or "nothing"


def _careless(program: Program, python: Path, before: str) -> str:
    """How the program differs where the parameter is added and passed, with and without a type."""
    answers = []
    for annotation in ("set | None", None):
        files = _with_parameters(program, annotation)
        answers.append(_difference(before, observe(program, files, python)))
    return next((answer for answer in answers if answer != "same"), "same")


def _with_parameters(program: Program, annotation: str | None) -> dict[str, str]:
    """The program as a careless tool would leave it. It also tells when something is passed."""
    names = {name for name, _ in program.never()}
    result: dict[str, str] = {}
    for path, text in program.files.items():
        lines = text.splitlines()
        edits = [
            AddParameter(FunctionKey(node.lineno, node.name), "background_tasks", annotation)
            for node in ast.walk(ast.parse(text))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and "# never:" in lines[node.lineno - 1]
        ]
        tree = ast.parse(apply_edits(text, edits))
        is_test = path.startswith("test_")
        result[path] = ast.unparse(ast.fix_missing_locations(_Passing(names, is_test).visit(tree)))
    return result


class _Passing(ast.NodeTransformer):
    """Passes a set at the direct calls, and prints what a function is given."""

    def __init__(self, names: set[str], is_test: bool) -> None:
        self.names = names
        self.is_test = is_test

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = ast.unparse(node.func).rpartition(".")[2]
        if name in self.names and not self.is_test and not node.keywords:
            node.keywords.append(ast.keyword("background_tasks", ast.parse("set()").body[0].value))  # type: ignore[attr-defined]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        self.generic_visit(node)
        if any(argument.arg == "background_tasks" for argument in node.args.args):
            shown = "if background_tasks: print('was given', background_tasks)"
            first = 1 if ast.get_docstring(node) else 0
            node.body[first:first] = ast.parse(shown).body
        return node


def _difference(before: str, after: str) -> str:
    if before == after:
        return "same"
    if "Traceback" in after:
        return f"fails: {_last_line(after)}"
    old = before.splitlines()
    new = next((line for line in after.splitlines() if line not in old), "")
    return f"differs: {new.strip()[:60]}".replace("|", "/")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in reversed(lines) if "Error" in line), lines[-1])[:70].replace(
        "|", "/"
    )


if __name__ == "__main__":
    sys.exit(main())
