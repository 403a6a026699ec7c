"""Reading takes time as the code is long, and not as its square: generated code may be huge."""

from __future__ import annotations

import gc
import time

import pytest

from benchmarks import synthetic
from benchmarks.counters import too_much
from taskfix.config import Config
from taskfix.facts.module import Module
from taskfix.facts.working_set import WorkingSet
from taskfix.model import Source
from taskfix.planning.pipeline import Prepared

BLOCK = """\
    links = []
    link = make(source={n}, target={n})
    links.append(link)
    server.add(links)
    self.links{n} = []
"""
SHAPES = {
    "one function": "def build(self, server):\n{blocks}",
    "many functions": "{functions}",
    "one class": "class Built:\n{methods}",
}


def code(shape: str, count: int) -> str:
    blocks = [BLOCK.format(n=n) for n in range(count)]
    functions = [f"def build{n}(self, server):\n{block}" for n, block in enumerate(blocks)]
    methods = [part.replace("\n", "\n    ") for part in functions]
    return SHAPES[shape].format(
        blocks="".join(blocks),
        functions="\n".join(functions),
        methods="\n".join(f"    {method}" for method in methods),
    )


def seconds(text: str) -> float:
    """The best of some runs, for others use the machine as well."""
    source = Source("built.py", text.encode())
    taken = []
    gc.disable()  # how long it takes depends on what else is in memory
    try:
        for _ in range(3):
            start = time.process_time()
            all_facts(source)
            taken.append(time.process_time() - start)
    finally:
        gc.enable()
    return min(taken)


def all_facts(source: Source) -> None:
    module = Module(source, WorkingSet())
    assert module.functions or module.classes
    # Only what may start a task is judged; here is nothing that does.
    assert len(module.calls) > 0
    assert len(module.sets) + len(module.suppressions) + len(module.names) > 0
    assert module.mentions("links") and module.mentions("server")


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_code_does_not_take_sixteen_times_as_long(shape: str) -> None:
    assert seconds(code(shape, 2400)) < 10 * seconds(code(shape, 600))


SPAWNS = """\
    task = asyncio.create_task(work({n}))
    background_tasks.add(task)
    task.add_done_callback(background_tasks.discard)
"""


def seconds_to_judge(count: int) -> float:
    """How long it takes to judge tasks that one function binds to one name, one by one."""
    spawns = "".join(SPAWNS.format(n=n) for n in range(count))
    text = f"import asyncio\nbackground_tasks = set()\nasync def build():\n{spawns}"
    taken = []
    for _ in range(3):
        module = Module(Source("built.py", text.encode()), WorkingSet())
        start = time.process_time()
        judged = [module.judged(call) for call in module.calls]
        taken.append(time.process_time() - start)
        assert len(judged) >= count
    return min(taken)


def test_four_times_the_tasks_of_one_name_do_not_take_sixteen_times_as_long() -> None:
    assert seconds_to_judge(240) < 10 * seconds_to_judge(60)


@pytest.mark.parametrize(
    ("files", "sites", "at_most"), [(200, 4, 20), (800, 4, 32), (800, 40, 126)]
)
def test_few_files_are_parsed_and_each_of_them_once(files: int, sites: int, at_most: int) -> None:
    """What is read grows with the tasks that are lost, and hardly with the project."""
    written = synthetic.files(synthetic.Size(files, sites))
    sources = [Source(name, text.encode()) for name, text in written if name.endswith(".py")]
    prepared = Prepared(sources, Config())
    plans = prepared.proposed().plans
    assert len(plans) == sites
    counters = prepared.statistics
    assert not list(too_much(counters, {"modules": at_most}, once=[("parsed", "modules")])), (
        counters
    )
