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
    Way(
        "a mixin of a foreign class",
        "foreign-base",
        others={
            "app/other.py": """\
from app.server import Server
import graphene
class Query(Server, graphene.ObjectType): pass
""",
        },
    ),
    Way(
        "a private method of a mixin",
        "foreign-base",
        method="_refresh",
        others={
            "app/other.py": """\
from app.server import Server
import traits
class Query(Server, traits.HasTraits): pass
""",
        },
    ),
    Way(
        "a subclass is decorated",
        "class-decorated",
        below="""\
@register
class H(Server): pass
""",
    ),
    Way(
        "a subclass has a metaclass",
        "metaclass",
        below="""\
class H(Server, metaclass=Meta): pass
""",
    ),
    Way(
        "a subclass is handed over",
        "class-referenced",
        below="""\
class H(Server): pass
register(H)
""",
    ),
    Way(
        "an instance of a subclass",
        "class-referenced",
        below="""\
class H(Server): pass
register(H())
""",
    ),
    Way(
        "a subclass hands itself over",
        "class-referenced",
        below="""\
class H(Server):
    def a(self):
        register(self)
""",
    ),
    Way(
        "a base hands itself over",
        "class-referenced",
        bases="(B)",
        below="""\
class B:
    def a(self):
        register(self)
""",
    ),
    Way(
        "a base calls it for all",
        "unresolved-call",
        bases="(B)",
        below="""\
class B:
    async def go(self):
        await self.refresh()
class C(B):
    async def refresh(self): pass
""",
    ),
    Way(
        "the classes of the mro",
        "class-scanned",
        method="_refresh",
        body="""\
    def a(self):
        for k in type(self).__mro__:
            for n, f in k.__dict__.items(): sig(f)
""",
    ),
    Way(
        "type.mro()",
        "class-scanned",
        method="_refresh",
        body="""\
    def a(self):
        for k in type(self).mro():
            for n, f in vars(k).items(): sig(f)
""",
    ),
    Way(
        "__getattribute__",
        "class-scanned",
        method="_refresh",
        body="""\
    def a(self, n):
        return self.__getattribute__(n)
""",
    ),
    Way(
        "object.__getattribute__",
        "class-scanned",
        method="_refresh",
        body="""\
    def a(self, n):
        return object.__getattribute__(self, n)
""",
    ),
    Way(
        "getattr_static",
        "class-scanned",
        method="_refresh",
        body="""\
    def a(self, n):
        import inspect
        return inspect.getattr_static(self, n)
""",
    ),
    Way(
        "methodcaller of a name",
        "class-scanned",
        method="_refresh",
        body="""\
    def a(self, n):
        import operator
        return operator.methodcaller(n)(self)
""",
    ),
    Way(
        "attrgetter of a name",
        "class-scanned",
        method="_refresh",
        body="""\
    def a(self, n):
        import operator
        return operator.attrgetter(n)(self)
""",
    ),
    Way(
        "a test sets attributes by their names",
        "class-scanned",
        method="_refresh",
        others={
            "tests/test_app.py": """\
from app.server import Server
import pytest
@pytest.mark.parametrize('n', NAMES)
def test_a(n, monkeypatch):
    monkeypatch.setattr(Server, n, f)
""",
        },
    ),
    Way(
        "a test: SimpleNamespace",
        "referenced",
        others={
            "tests/test_app.py": """\
from types import SimpleNamespace
from app.main import go
async def test_a():
    await go(SimpleNamespace(refresh=lambda: None))
""",
            "app/other.py": """\
from app.server import Server
async def go(s: Server):
    background_tasks = set()
    await s.refresh()
    while True: await sleep(1)
""",
        },
    ),
    Way(
        "a test: type()",
        "referenced",
        others={
            "tests/test_app.py": """\
async def test_a():
    F = type('F', (), {'refresh': fake})
""",
            "app/other.py": """\
from app.server import Server
async def go(s: Server):
    background_tasks = set()
    await s.refresh()
    while True: await sleep(1)
""",
        },
    ),
    Way(
        "a test: Mock with it",
        "referenced",
        others={
            "tests/test_app.py": """\
from unittest.mock import Mock
async def test_a():
    m = Mock(refresh=fake)
""",
        },
    ),
    Way(
        "a test: configure_mock",
        "referenced",
        others={
            "tests/test_app.py": """\
from unittest.mock import Mock
async def test_a():
    m = Mock()
    m.configure_mock(refresh=fake)
""",
        },
    ),
    Way(
        "a test: patch.multiple",
        "referenced",
        method="_refresh",
        others={
            "tests/test_app.py": """\
from unittest.mock import patch
from app.server import Server
async def test_a():
    with patch.multiple(Server, **{'_refresh': fake}): pass
""",
        },
    ),
    Way(
        "a test: patch f-string",
        "referenced",
        method="_refresh",
        others={
            "tests/test_app.py": """\
from unittest.mock import patch
C = 'app.server.Server'
async def test_a():
    with patch(f'{C}._refresh'): pass
""",
        },
    ),
    Way(
        "an attribute that holds an instance",
        "instance-passed",
        below="""\
class App:
    def __init__(self):
        self.server = Server()
    def go(self):
        rpc.register(self.server)
""",
    ),
    Way(
        "what a factory gives",
        "instance-passed",
        below="""\
def make():
    return Server()
rpc.register(make())
""",
    ),
    Way(
        "what an annotated factory gives",
        "instance-passed",
        below="""\
def make() -> Server:
    return build()
rpc.register(make())
""",
    ),
    Way(
        "a list of instances",
        "class-referenced",
        below="""\
servers = [Server() for _ in range(3)]
rpc.register(servers)
""",
    ),
    Way(
        "an assignment expression",
        "class-referenced",
        below="""\
def attach():
    rpc.register(s := Server())
""",
    ),
    Way(
        "an imported instance",
        "instance-passed",
        below="""\
server = Server()
""",
        others={
            "app/other.py": """\
from app.server import server
rpc.register(server)
""",
        },
    ),
    Way(
        "an instance of a module",
        "instance-passed",
        below="""\
server = Server()
""",
        others={
            "app/other.py": """\
from app import server
rpc.register(server.server)
""",
        },
    ),
    Way(
        "an attribute of a foreign object",
        "class-referenced",
        below="""\
app = Foreign()
app.root = Server()
""",
    ),
    Way(
        "an item of a foreign object",
        "class-referenced",
        below="""\
app = Foreign()
app['x'] = Server()
""",
    ),
    Way(
        "what a factory gives later",
        "instance-passed",
        below="""\
async def make() -> Server:
    return Server()
async def x():
    s = await make()
    rpc.register(s)
""",
    ),
    Way(
        "a class method that makes one",
        "instance-passed",
        body="""\
    @classmethod
    def create(cls):
        return cls()
""",
        below="""\
s = Server.create()
rpc.register(s)
""",
    ),
    Way(
        "a decorated factory",
        "class-referenced",
        below="""\
@provider
def make():
    return Server()
""",
    ),
    Way(
        "a generator gives one",
        "class-referenced",
        below="""\
def make():
    yield Server()
""",
    ),
    Way(
        "a declared attribute",
        "instance-passed",
        below="""\
class App:
    server: Server
    def go(self):
        rpc.register(self.server)
""",
    ),
    Way(
        "the module offers it",
        "public-hook",
        below="""\
__all__ = ['Server']
""",
    ),
    Way(
        "the package offers all of it",
        "public-hook",
        others={
            "app/__init__.py": """\
from .server import *
""",
        },
    ),
    Way(
        "a protocol with an attribute",
        "protocol",
        others={
            "app/other.py": """\
from typing import Protocol, Callable
class R(Protocol):
    refresh: Callable[[], object]
""",
        },
    ),
    Way(
        "a hidden name is patched",
        "referenced",
        method="__refresh",
        others={
            "tests/test_app.py": """\
from unittest.mock import patch
def test_a():
    with patch('app.server.Server._Server__refresh'): pass
""",
        },
    ),
    Way(
        "a hidden name is used",
        "referenced",
        method="__refresh",
        others={
            "tests/test_app.py": """\
from app.server import Server
async def test_a():
    x = Server()._Server__refresh
    reg(x)
""",
        },
    ),
    Way(
        "a list with an attribute",
        "instance-passed",
        method="process_startup",
        below="""\
import falcon.asgi
class App:
    def __init__(self):
        self.mw = Server()
        self.app = falcon.asgi.App(middleware=[self.mw])
""",
    ),
    Way(
        "a factory is handed over",
        "instance-passed",
        method="startup",
        below="""\
def make():
    return Server()
query.set_field('s', make)
""",
    ),
    Way(
        "the key of a table",
        "class-referenced",
        method="process_item",
        others={
            "app/other.py": """\
ITEM_PIPELINES = {'app.server.Server': 300}
""",
        },
    ),
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
    Way(
        "quoted annotations",
        others={
            "app/other.py": """\
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from app.server import Server
def f(s: 'Server', t: 'Server | None' = None) -> 'list[Server]': ...
""",
        },
    ),
    Way(
        "a quoted optional",
        others={
            "app/other.py": """\
from typing import Optional
from app.server import Server
x: 'Optional[Server]' = None
class A:
    s: 'Server'
""",
        },
    ),
    Way(
        "a fixture gives one",
        others={
            "tests/test_app.py": """\
import pytest
from app.server import Server
@pytest.fixture
def server():
    return Server()
@pytest.fixture
def server2():
    s = Server()
    yield s
""",
        },
    ),
    Way(
        "a context manager gives one",
        others={
            "app/other.py": """\
from contextlib import contextmanager
from app.server import Server
@contextmanager
def server():
    yield Server()
""",
        },
    ),
    Way(
        "a property gives one",
        others={
            "app/other.py": """\
from app.server import Server
class A:
    @property
    def s(self):
        return Server()
    def __init__(self):
        self.t = Server()
        self.u: Server | None = None
""",
        },
    ),
    Way(
        "private, on a foreign object",
        method="_refresh",
        below="""\
app = Foreign()
app.state.server = Server()
""",
    ),
    Way(
        "a subclass without it",
        below="""\
class S(Server):
    def other(self): pass
""",
    ),
    Way(
        "a test: data with that key ",
        others={
            "tests/test_app.py": """\
def test_a(client):
    client.get('/refresh')
    x = {'refresh': True}
    Config(refresh=3)
""",
        },
    ),
    Way(
        "isinstance with several",
        others={
            "app/other.py": """\
from app.server import Server
def f(x): return isinstance(x, (Server, int)), type(x) is Server
""",
        },
    ),
    Way(
        "another name for a parameter",
        others={
            "app/other.py": """\
from app.server import Server
def f(x: Server):
    y = x
    return x.a
""",
        },
    ),
    Way(
        "a method returns the attribute",
        others={
            "app/other.py": """\
from app.server import Server
class A:
    def __init__(self):
        self.server = Server()
    def get(self):
        return self.server
""",
        },
    ),
    Way(
        "a hidden name",
        method="__refresh",
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
