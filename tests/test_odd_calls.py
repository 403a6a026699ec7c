"""A call of any name that taskfix knows may have any arguments: user code is no bug of ours."""

from __future__ import annotations

import ast
import re
from keyword import iskeyword
from pathlib import Path

import pytest

import taskfix
from taskfix.facts.module import Module
from taskfix.facts.working_set import WorkingSet
from taskfix.model import Source

_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\Z")


def known_names() -> list[str]:
    """Every string in our own sources that could be the name of something that is called."""
    found: set[str] = set()
    for path in Path(taskfix.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.update(word.removesuffix("()") for word in node.value.split())
    names = {name for name in found if _NAME.match(name)}
    return sorted(name for name in names if not any(map(iskeyword, name.split("."))))


@pytest.mark.parametrize(
    "arguments",
    ["", "key=task", "*[task]", "**{'key': task}", "task", "task, task", "lambda: spawn()"],
)
def test_every_known_name_may_be_called_with_anything(arguments: str) -> None:
    names = known_names()
    assert len(names) > 300
    roots = sorted({name.partition(".")[0] for name in names if "." in name})
    lines = ["import " + ", ".join(roots), "def spawn():", "    return asyncio.create_task(f())"]
    for number, name in enumerate(names):
        last = name.rpartition(".")[2]
        lines += [
            f"async def function_{number}(thing):",
            "    task = asyncio.create_task(f())",
            f"    {name}({arguments})",
            f"    thing.{last}({arguments})",
            f"    [].{last}({arguments})",
            f"    kept = {name}({arguments})",
        ]
    text = "\n".join(lines)
    module = Module(Source("odd.py", text.encode()), WorkingSet())
    assert sum(call.method == "create_task" for call in module.calls) > len(names)
    assert all(module.judged(call) for call in module.calls)
