"""Every way to reach a method other than by calling it denies the parameter, and says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from taskfix.config import Config
from tests.hazards.judge import STRATEGIES, fix, got_parameter, threading_refused

SERVER = """import asyncio


{decorator}class Server{bases}:
    async def serve_forever(self):
        background_tasks: set[asyncio.Task] = set()
        await self.{method}()
        while True:
            await asyncio.sleep(1)

    async def {method}(self):
        asyncio.create_task(poll())

{body}
async def poll():
    await asyncio.sleep(1)


{below}"""


@dataclass(frozen=True, slots=True)
class Way:
    """What is special about the server or the files beside it, and the reason that it must give."""

    name: str
    code_of_reason: str = ""
    method: str = "refresh"
    bases: str = ""
    decorator: str = ""
    body: str = ""
    below: str = ""
    others: Mapping[str, str] = field(default_factory=dict)

    def files(self) -> dict[str, str]:
        server = SERVER.format(
            method=self.method,
            bases=self.bases,
            decorator=self.decorator,
            body=self.body,
            below=self.below,
        )
        return {"app/__init__.py": "", "app/server.py": server, **self.others}


REACHED = [
    Way(
        "override other file",
        "overridden",
        others={
            "app/sub.py": """\
from app.server import Server
class S(Server):
    async def refresh(self): ...
"""
        },
    ),
    Way(
        "override test",
        "overridden",
        others={
            "tests/test_a.py": """\
from app.server import Server
class S(Server):
    async def refresh(self): ...
"""
        },
    ),
    Way(
        "override via module",
        "overridden",
        others={
            "app/sub.py": """\
import app.server
class S(app.server.Server):
    async def refresh(self): ...
"""
        },
    ),
    Way(
        "override by assignment",
        "overridden",
        others={
            "app/sub.py": """\
from app.server import Server
class S(Server):
    refresh = other
"""
        },
    ),
    Way(
        "override relative",
        "overridden",
        others={
            "app/sub.py": """\
from . import server
class S(server.Server):
    async def refresh(self): ...
"""
        },
    ),
    Way(
        "override two levels",
        "overridden",
        others={
            "app/sub.py": """\
from .server import Server
class S(Server): pass
""",
            "app/sub2.py": """\
from .sub import S
class T(S):
    async def refresh(self): ...
""",
        },
    ),
    Way(
        "override alias base",
        "overridden",
        others={
            "app/sub.py": """\
from app.server import Server as Base
class S(Base):
    async def refresh(self): ...
"""
        },
    ),
    Way(
        "override star base",
        "unknown-subclass",
        others={
            "app/sub.py": """\
from app.server import *
class S(Server):
    async def refresh(self): ...
"""
        },
    ),
    Way(
        "mixin base",
        "overridden",
        bases="(Mixin)",
        below="""\
class Mixin:
    async def refresh(self): ...
""",
    ),
    Way("foreign base", "foreign-base", bases="(Foreign)"),
    Way(
        "protocol",
        "protocol",
        others={
            "app/p.py": """\
from typing import Protocol
class R(Protocol):
    async def refresh(self) -> None: ...
"""
        },
    ),
    Way(
        "explicit protocol",
        "foreign-base",
        bases="(R)",
        below="""\
from typing import Protocol
class R(Protocol):
    async def refresh(self) -> None: ...
""",
    ),
    Way(
        "abstract",
        "overridden",
        bases="(B)",
        below="""\
from abc import ABC, abstractmethod
class B(ABC):
    @abstractmethod
    async def refresh(self) -> None: ...
""",
    ),
    Way(
        "abc self",
        "unresolved-call",
        others={
            "app/sub.py": """\
from app.server import Server
async def f():
    await super(Server, x).refresh()
"""
        },
    ),
    Way(
        "duck sibling unresolved call",
        "unresolved-call",
        others={
            "app/sub.py": """\
class Other:
    async def refresh(self): ...
async def go(x):
    await x.refresh()
"""
        },
    ),
    Way(
        "loop over servers",
        "unresolved-call",
        others={
            "app/sub.py": """\
async def go(servers):
    for s in servers:
        await s.refresh()
"""
        },
    ),
    Way(
        "double in tests",
        "test-double",
        others={
            "tests/fakes.py": """\
class FakeServer:
    async def refresh(self): ...
"""
        },
    ),
    Way(
        "patch.object",
        "referenced",
        others={
            "tests/test_a.py": """\
from unittest.mock import patch
from app.server import Server
def test_a():
    with patch.object(Server, 'refresh'): pass
"""
        },
    ),
    Way(
        "patch str",
        "referenced",
        others={
            "tests/test_a.py": """\
from unittest.mock import patch
def test_a():
    with patch('app.server.Server.refresh'): pass
"""
        },
    ),
    Way(
        "instance mock",
        "referenced",
        others={
            "tests/test_a.py": """\
from unittest.mock import AsyncMock
from app.server import Server
def test_a():
    s = Server()
    s.refresh = AsyncMock()
"""
        },
    ),
    Way(
        "fixture mock",
        "referenced",
        others={
            "tests/test_a.py": """\
from unittest.mock import AsyncMock
def test_a(server):
    server.refresh = AsyncMock()
    server.refresh.assert_awaited_once_with()
"""
        },
    ),
    Way(
        "assert only",
        "referenced",
        others={
            "tests/test_a.py": """\
def test_a(server):
    server.refresh.assert_awaited_once_with()
"""
        },
    ),
    Way(
        "class patch",
        "referenced",
        others={
            "tests/test_a.py": """\
from app.server import Server
async def f(self): ...
Server.refresh = f
"""
        },
    ),
    Way("metaclass", "metaclass", bases="(metaclass=Meta)"),
    Way("class kwargs", "metaclass", bases="(x=1)"),
    Way(
        "init_subclass",
        "class-hook",
        bases="(B)",
        below="""\
class B:
    def __init_subclass__(cls):
        register(cls)
""",
    ),
    Way("class decorated", "class-decorated", decorator="@register\n"),
    Way("class passed", "class-referenced", below="register(Server)\n"),
    Way("instance passed", "class-referenced", below="register(Server())\n"),
    Way(
        "instance passed via var",
        "class-referenced",
        below="""\
s = Server()
register(s)
""",
    ),
    Way(
        "self passed",
        "class-referenced",
        body="""\
    def attach(self):
        bus.register(self)
""",
    ),
    Way(
        "self passed in init",
        "class-referenced",
        body="""\
    def __init__(self):
        registry.add(self)
""",
    ),
    Way("class list", "class-referenced", below="SERVERS = [Server]\n"),
    Way("class dict", "class-referenced", below="SERVERS = {'a': Server}\n"),
    Way("class string", "class-referenced", below="SERVERS = {'a': 'app.server.Server'}\n"),
    Way(
        "bound method value",
        "referenced",
        body="""\
    def attach(self):
        bus.on('x', self.refresh)
""",
    ),
    Way(
        "bound method connect",
        "referenced",
        below="""\
s = Server()
button.clicked.connect(s.refresh)
""",
    ),
    Way("unbound value", "referenced", below="x = Server.refresh\n"),
    Way(
        "QMetaObject",
        "referenced",
        others={"app/sub.py": "QMetaObject.invokeMethod(server, 'refresh')\n"},
    ),
    Way(
        "transitions",
        "referenced",
        others={"app/sub.py": "T = [{'trigger': 'go', 'after': 'refresh'}]\n"},
    ),
    Way(
        "getattr const",
        "referenced",
        others={
            "app/sub.py": """\
async def f(s):
    await getattr(s, 'refresh')(1)
"""
        },
    ),
    Way(
        "getattr fstr",
        "referenced",
        others={
            "app/sub.py": """\
async def f(s, n):
    await getattr(s, f're{n}')(1)
"""
        },
    ),
    Way(
        "getattr plus",
        "referenced",
        others={
            "app/sub.py": """\
async def f(s, n):
    await getattr(s, 're' + n)(1)
"""
        },
    ),
    Way(
        "getattr self var",
        "class-scanned",
        body="""\
    async def d(self, n):
        await getattr(self, n)(1)
""",
    ),
    Way(
        "getattr type(self)",
        "class-scanned",
        body="""\
    async def d(self, n):
        await getattr(type(self), n)(1)
""",
    ),
    Way(
        "private scanned",
        "referenced",
        method="_refresh",
        body="""\
    async def d(self, n):
        await getattr(self, f'_{n}')(1)
""",
    ),
    Way(
        "private getmembers",
        "class-scanned",
        method="_refresh",
        body="""\
    def d(self):
        import inspect
        return inspect.getmembers(self)
""",
    ),
    Way(
        "private dir",
        "class-scanned",
        method="_refresh",
        body="""\
    def d(self):
        return [getattr(self, n) for n in dir(self)]
""",
    ),
    Way(
        "private __class__.__dict__",
        "class-scanned",
        method="_refresh",
        body="""\
    def d(self):
        return vars(type(self))
""",
    ),
    Way(
        "private class __dict__",
        "class-scanned",
        method="_refresh",
        below="for n in Server.__dict__: pass\n",
    ),
    Way(
        "private override",
        "overridden",
        method="_refresh",
        others={
            "app/sub.py": """\
from app.server import Server
class S(Server):
    async def _refresh(self): ...
"""
        },
    ),
    Way(
        "methodcaller",
        "referenced",
        below="""\
import operator
f = operator.methodcaller('refresh')
""",
    ),
    Way(
        "library hook",
        "public-hook",
        others={
            "app/__init__.py": """\
from .server import Server
__all__ = ['Server']
"""
        },
    ),
    Way("convention on_x", "framework-name", method="on_refresh"),
    Way("convention watch", "framework-name", method="watch_count"),
    Way("convention do", "framework-name", method="do_thing"),
    Way("convention traits", "framework-name", method="_count_changed"),
]
UNRELATED = [
    Way("base public"),
    Way("base private", method="_refresh"),
    Way(
        "isinstance",
        others={
            "app/sub.py": """\
from app.server import Server
def f(x):
    return isinstance(x, Server)
"""
        },
    ),
    Way(
        "annotation",
        others={
            "app/sub.py": """\
from app.server import Server
def f(x: Server) -> Server | None:
    return x
"""
        },
    ),
    Way(
        "private self passed",
        method="_refresh",
        body="""\
    def attach(self):
        bus.register(self)
""",
    ),
    Way(
        "unrelated class same method",
        others={
            "app/sub.py": """\
class Other:
    async def refresh(self): ...
async def go():
    await Other().refresh()
"""
        },
    ),
    Way(
        "other method value",
        others={
            "app/sub.py": """\
class Other:
    async def refresh(self): ...
    def a(self):
        reg(self.refresh)
"""
        },
    ),
    Way("subscript", others={"app/sub.py": "def f(d): return d['refresh']\n"}),
    Way(
        "local var",
        others={
            "app/sub.py": """\
def f():
    refresh = 1
    g(refresh)
"""
        },
    ),
    Way(
        "param",
        others={
            "app/sub.py": """\
def f(refresh):
    g(refresh)
"""
        },
    ),
    Way(
        "created called",
        below="""\
async def main():
    server = Server()
    await server.serve_forever()
""",
    ),
    Way(
        "create_autospec other",
        others={
            "tests/test_a.py": """\
from app.server import Server
async def test_a():
    s = Server()
    await s.refresh()
"""
        },
    ),
]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("way", REACHED, ids=lambda way: way.name)
def test_it_gets_no_parameter(way: Way, strategy: str) -> None:
    files = way.files()
    report, after = fix(files, Config(strategy=strategy))  # type: ignore[arg-type]
    assert got_parameter(files, after) == set()
    assert [threading_refused(finding) for finding in report.findings] == [way.code_of_reason]
    assert (strategy == "thread") == any(f.holder is None for f in report.findings)


@pytest.mark.parametrize("way", UNRELATED, ids=lambda way: way.name)
def test_what_is_unrelated_does_not_deny(way: Way) -> None:
    files = way.files()
    _, after = fix(files, Config())
    assert got_parameter(files, after) == {f"app/server.py::Server.{way.method}"}
