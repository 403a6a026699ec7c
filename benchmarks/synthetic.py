"""Writes a project of any size that looks like real code: packages, tests, imports, a few tasks.

Everything follows from the seed, and a file is the same in a tree of any size but for its length:
about 3 kB at 1,000 files and 1.75 kB at 100,000, since large trees have more small files. About
one file in a hundred starts tasks, and half of these lose one. The names that occur everywhere
(``get``, ``start``, ``run``, ``config``) are also the names of the functions that start tasks.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# A package is one file that exports, modules, and one or two tests beside them in tests/.
_PACKAGE = 10
_PACKAGES_OF_AREA = 20
_MODULES = "models store client service handlers config events".split()
_SUBJECTS = "order invoice user device session message ticket sensor report channel".split()
_PYPROJECT = '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.11"\n'


@dataclass(frozen=True, slots=True)
class Size:
    """How long the files are, and how many sites there are: by the hundred unless told."""

    files: int
    sites: int | None = None
    seed: int = 7

    @property
    def bytes_of_file(self) -> int:
        """About 3,000 at 1,000 files, 2,375 at 10,000 and 1,750 at 100,000."""
        return round(3000 - 625 * min(2.0, max(0.0, math.log10(self.files) - 3)))

    def sites_of(self, index: int) -> int:
        """How many tasks the file of that number loses."""
        if self.sites is None:
            return int(index % 200 == 104)
        # Every tenth file starts tasks, and these share the sites evenly.
        if index % 10 != 4 or not (chosen := self.files // 10):
            return 0
        share, rest = divmod(self.sites, chosen)
        return share + (index // 10 < rest)

    def keeps_tasks(self, index: int) -> bool:
        """Whether the file starts tasks that are not lost."""
        return index % 200 == 4


def write(size: Size, root: Path) -> None:
    """Write the tree below ``root``, with the pyproject.toml of a project."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "pyproject.toml").write_text(_PYPROJECT, "utf-8")
    for path, code in files(size):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, "utf-8")


def files(size: Size) -> Iterator[tuple[str, str]]:
    """The path and the code of each file."""
    for index in range(size.files):
        rng = random.Random(f"{size.seed}:{index}")
        package, place = divmod(index, _PACKAGE)
        if place == 0:
            yield f"{_folder(package)}/__init__.py", _exports(package)
        elif place <= len(_MODULES):
            module = _MODULES[place - 1]
            yield f"{_folder(package)}/{module}.py", _module(size, index, module, rng)
        else:
            name = f"tests/{_folder(package)}/test_{_subject(package)}_{place}.py"
            yield name, _test(size, package, rng)


# -- names ---------------------------------------------------------------------------------------


def _folder(package: int) -> str:
    return f"shop/area_{package // _PACKAGES_OF_AREA}/{_subject(package)}_{package}"


def _dotted(package: int) -> str:
    return _folder(package).replace("/", ".")


def _subject(package: int) -> str:
    return _SUBJECTS[package % len(_SUBJECTS)]


def _class(package: int, module: str) -> str:
    return f"{_subject(package).title()}{module.title()}"


# -- modules -------------------------------------------------------------------------------------


def _exports(package: int) -> str:
    lines = [f"from .{module} import {_class(package, module)}" for module in _MODULES]
    names = ", ".join(f'"{_class(package, module)}"' for module in _MODULES)
    lines += [f"from {_dotted(package)}.service import get, start"]
    about = f'"""What the rest of the shop uses of {_subject(package)}s."""'
    return "\n".join([about, "", *lines, "", f"__all__ = [{names}, 'get', 'start']"]) + "\n"


def _module(size: Size, index: int, module: str, rng: random.Random) -> str:
    package = index // _PACKAGE
    names = {
        "subject": _subject(package),
        "cls": _class(package, module),
        "other": _class(_earlier(package, rng), "store"),
        "model": _class(package, "models"),
    }
    head = _HEAD.format(module=module, imports=_imports(package, module, rng), **names)
    tasks = [rng.choice(_LOST) for _ in range(size.sites_of(index))]
    tasks += [rng.choice(_KEPT)] if size.keeps_tasks(index) else []
    parts = [part.format(n=n, **names) for n, part in enumerate(tasks)]
    length = len(head) + sum(map(len, parts))
    while length < size.bytes_of_file:
        parts.append(rng.choice(_PARTS).format(n=len(parts), **names))
        length += len(parts[-1])
    rng.shuffle(parts)
    return head + "".join(parts)


def _imports(package: int, module: str, rng: random.Random) -> str:
    """Those of the package itself, of one or two that came before, and of the shop's first."""
    found = [f"import {_dotted(0)}.config as config"]
    if module != "models":
        found.append(f"from .models import {_class(package, 'models')}")
    if module in ("service", "handlers"):
        found.append(f"from . import store, client, {rng.choice(['config', 'events'])} as near")
    for other in {_earlier(package, rng) for _ in range(rng.randint(1, 2))}:
        form = rng.choice(_IMPORTS)
        found.append(form.format(name=_dotted(other), subject=_subject(other), number=other))
    return "\n".join(found)


def _earlier(package: int, rng: random.Random) -> int:
    """A package that this one may use: mostly one of its area, else any that came before."""
    if package and rng.random() < 0.8:
        return max(0, package - rng.randint(1, _PACKAGES_OF_AREA))
    return rng.randrange(package + 1)


def _test(size: Size, package: int, rng: random.Random) -> str:
    names = {"subject": _subject(package), "name": _dotted(package)}
    names["cls"] = _class(package, "service")
    code = _TEST_HEAD.format(**names)
    count = 0
    while len(code) < size.bytes_of_file * 0.8:
        code += rng.choice(_TESTS).format(n=count, **names)
        count += 1
    return code


_IMPORTS = (
    "from {name} import get as get_{subject}_{number}, start as start_{subject}_{number}",
    "from {name}.client import run as run_{subject}_{number}",
    "from {name}.service import *",
    "import {name}.events",
)

_HEAD = '''\
"""The {module} of {subject}s: reads, changes and reports them."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any

{imports}

logger = logging.getLogger(__name__)
DEFAULTS = {{"retries": 3, "timeout": 30.0, "name": "{subject}"}}


@dataclass
class {cls}:
    """One {subject} with what belongs to it."""

    name: str
    config: dict[str, Any] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)

    def get(self, key: str, default: Any = None) -> Any:
        return self.config.get(key, DEFAULTS.get(key, default))

    async def start(self) -> None:
        logger.info("start %s", self.name)
        await self.run()

    async def run(self, *, limit: int = 10) -> list[str]:
        found = [item for item in self.items if item]
        await asyncio.sleep(0)
        return found[:limit]


def get(name: str) -> {cls}:
    return {cls}(name, dict(DEFAULTS))


async def start(name: str = "{subject}") -> {cls}:
    made = get(name)
    await made.start()
    return made


async def run(name: str) -> list[str]:
    return await (await start(name)).run(limit=config.DEFAULTS["retries"])
'''

_PARTS = (
    '''

def load_{n}(path: str, encoding: str = "utf-8") -> dict[str, Any]:
    """What a file says of {subject}s, with the defaults for what it leaves out."""
    result: dict[str, Any] = dict(DEFAULTS)
    try:
        with open(path, encoding=encoding) as lines:
            for line in lines:
                key, found, value = line.partition("=")
                if found and not key.startswith("#"):
                    result[key.strip()] = value.strip()
    except OSError as error:
        logger.warning("no %s: %s", path, error)
    return result
''',
    """

async def update_{n}(items: list[{cls}], config: dict[str, Any] | None = None) -> int:
    changed = 0
    for item in items:
        if config is not None and item.config != config:
            item.config = {{**item.config, **config}}
            changed += 1
        elif not item.get("name"):
            await item.start()
    results = await asyncio.gather(*(item.run() for item in items))
    return changed + sum(len(result) for result in results)
""",
    '''

class {cls}Report{n}({cls}):
    """A {subject} that counts what it was asked."""

    count = 0

    def get(self, key: str, default: Any = None) -> Any:
        self.count += 1
        return super().get(key, default)

    async def run(self, *, limit: int = 10) -> list[str]:
        values = await super().run(limit=limit)
        totals = {{value: values.count(value) for value in values}}
        return sorted(totals, key=lambda value: (-totals[value], value))

    @property
    def summary(self) -> str:
        return f"{{self.name}}: {{self.count}} of {{len(self.items)}}"
''',
    """

def merge_{n}(first: {cls}, *others: {cls}, key: str = "name") -> {cls}:
    names = [first.get(key), *(other.get(key) for other in others)]
    merged = get("-".join(str(name) for name in names if name))
    for other in (first, *others):
        merged.items.extend(other.items)
        merged.config.update(other.config)
    return merged
""",
    """

async def fetch_{n}(client: Any, names: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {{}}
    for name in names:
        answer = await client.get(f"/{subject}/{{name}}", timeout=DEFAULTS["timeout"])
        if answer.status >= 400:
            logger.error("%s: %s", name, answer.status)
            continue
        found[name] = await answer.json()
    return found
""",
)

_LOST = (
    """

async def send_{n}(event: str) -> None:
    await asyncio.sleep(0)
    logger.info("%s", event)


async def notify_{n}(event: str) -> bool:
    asyncio.create_task(send_{n}(event))
    return bool(event)
""",
    """

class {cls}Watcher{n}:
    def __init__(self, name: str) -> None:
        self.name = name
        self.config = dict(DEFAULTS)

    async def start(self) -> None:
        # Nobody waits for it.
        loop = asyncio.get_running_loop()
        loop.create_task(self.run())

    async def run(self) -> None:
        while self.config.get("retries"):
            await asyncio.sleep(1)
""",
    """

async def poll_{n}(item: {cls}) -> None:
    await item.run()


async def startup_{n}() -> None:
    task = asyncio.create_task(poll_{n}(get("poll")))
    task.add_done_callback(lambda done: logger.info("done"))


async def main_{n}() -> None:
    await startup_{n}()
    await asyncio.sleep(10)


def serve_{n}() -> None:
    asyncio.run(main_{n}())
""",
    """

def spawn_{n}(item: {cls}) -> asyncio.Task[list[str]]:
    return asyncio.ensure_future(item.run())


async def refresh_{n}(items: list[{cls}]) -> None:
    for item in items:
        spawn_{n}(item)
""",
)

_KEPT = (
    """

async def collect_{n}(items: list[{cls}]) -> list[list[str]]:
    tasks = [asyncio.create_task(item.run()) for item in items]
    return await asyncio.gather(*tasks)
""",
    """

class {cls}Reader{n}:
    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self.run())

    async def run(self) -> None:
        await asyncio.sleep(1)

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
""",
    """

async def all_{n}(items: list[{cls}]) -> None:
    async with asyncio.TaskGroup() as group:
        for item in items:
            group.create_task(item.start())
""",
)

_TEST_HEAD = '''\
"""Tests of {subject}s."""

from unittest import mock

import pytest

from {name} import {cls}, get, start
from {name}.client import run
'''

_TESTS: tuple[str, ...] = (
    """

def test_get_{n}() -> None:
    made = get("a{n}")
    assert made.get("name") == "{subject}"
    assert made.config["retries"] == 3
""",
    """

@pytest.mark.asyncio
async def test_start_{n}() -> None:
    made = await start("b{n}")
    made.items += ["x", "", "y"]
    assert await made.run(limit={n}) == ["x", "y"][:{n}]
    assert await run("c") == []
""",
    """

def test_config_{n}(monkeypatch) -> None:
    with mock.patch("{name}.store.get") as fake:
        fake.return_value = {cls}("d{n}")
        assert get("e").name == "e"
    monkeypatch.setattr({cls}, "get", lambda self, key, default=None: default)
    assert get("f").get("retries", {n}) == {n}
""",
)
