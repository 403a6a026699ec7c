"""Every way to reach a function other than by calling it denies the parameter, and says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from taskfix.config import Config
from tests.hazards.judge import STRATEGIES, fix, got_parameter, threading_refused

JOBS = """\
import asyncio


async def startup():
    asyncio.create_task(watch())


async def watch():
    await asyncio.sleep(1)
"""
MAIN = """\
import asyncio
from contextlib import asynccontextmanager

from app import jobs
from app.jobs import startup


@asynccontextmanager
async def lifespan(app):
    background_tasks: set[asyncio.Task] = set()
    await startup()
    yield
"""


@dataclass(frozen=True, slots=True)
class Way:
    """Code that is added to the project, and the reason that must be given for it."""

    name: str
    added: Mapping[str, str]
    code_of_reason: str = ""

    def files(self) -> dict[str, str]:
        files = {"app/__init__.py": "", "app/jobs.py": JOBS, "app/main.py": MAIN}
        for path, code in self.added.items():
            files[path] = f"{files[path]}\n{code}" if files.get(path) else code
        return files


REACHED = [
    Way(
        "dict display",
        {
            "app/other.py": """\
from app.jobs import startup
H = {'a': startup}
"""
        },
        "referenced",
    ),
    Way(
        "list",
        {
            "app/other.py": """\
from app.jobs import startup
H = [startup]
"""
        },
        "referenced",
    ),
    Way(
        "tuple",
        {
            "app/other.py": """\
from app.jobs import startup
H = (startup,)
"""
        },
        "referenced",
    ),
    Way(
        "set",
        {
            "app/other.py": """\
from app.jobs import startup
H = {startup}
"""
        },
        "referenced",
    ),
    Way(
        "default",
        {
            "app/other.py": """\
from app.jobs import startup
def g(f=startup): f()
"""
        },
        "referenced",
    ),
    Way(
        "a keyword argument",
        {
            "app/other.py": """\
from app.jobs import startup
reg(on=startup)
"""
        },
        "referenced",
    ),
    Way(
        "an attribute of a class",
        {
            "app/other.py": """\
from app.jobs import startup
class C:
    hook = startup
"""
        },
        "referenced",
    ),
    Way(
        "returned",
        {
            "app/other.py": """\
from app.jobs import startup
def g():
    return startup
"""
        },
        "referenced",
    ),
    Way(
        "yielded",
        {
            "app/other.py": """\
from app.jobs import startup
def g():
    yield startup
"""
        },
        "referenced",
    ),
    Way(
        "an attribute of an object",
        {
            "app/other.py": """\
from app.jobs import startup
x.hook = startup
"""
        },
        "referenced",
    ),
    Way(
        "the value of a lambda",
        {
            "app/other.py": """\
from app.jobs import startup
f = lambda: startup
"""
        },
        "referenced",
    ),
    Way(
        "functools.partial",
        {
            "app/other.py": """\
from app.jobs import startup
import functools
f = functools.partial(startup)
"""
        },
        "referenced",
    ),
    Way(
        "add_job(f)",
        {
            "app/other.py": """\
from app.jobs import startup
app.add_job(startup)
"""
        },
        "referenced",
    ),
    Way(
        "attr via module",
        {
            "app/other.py": """\
from app import jobs
app.add_job(jobs.startup)
"""
        },
        "referenced",
    ),
    Way(
        "imported under another name",
        {
            "app/other.py": """\
from app.jobs import startup as s
app.add_job(s)
"""
        },
        "referenced",
    ),
    Way(
        "its module imported under another name",
        {
            "app/other.py": """\
import app.jobs as j
app.add_job(j.startup)
"""
        },
        "referenced",
    ),
    Way(
        "by its dotted name",
        {
            "app/other.py": """\
import app.jobs
reg(app.jobs.startup)
"""
        },
        "referenced",
    ),
    Way(
        "decorator use",
        {
            "app/other.py": """\
from app.jobs import startup
@startup
def f(): pass
"""
        },
        "referenced",
    ),
    Way(
        "an assignment expression",
        {
            "app/other.py": """\
from app.jobs import startup
if (f := startup): f()
"""
        },
        "referenced",
    ),
    Way(
        "ternary",
        {
            "app/other.py": """\
from app.jobs import startup
f = startup if x else None
"""
        },
        "referenced",
    ),
    Way(
        "match",
        {
            "app/other.py": """\
from app.jobs import startup
match x:
    case _ if startup: pass
"""
        },
        "referenced",
    ),
    Way(
        "compare",
        {
            "app/other.py": """\
from app.jobs import startup
if f is startup: pass
"""
        },
        "referenced",
    ),
    Way(
        "fstring",
        {
            "app/other.py": """\
from app.jobs import startup
print(f'{startup}')
"""
        },
        "referenced",
    ),
    Way(
        "an attribute is set on it",
        {
            "app/other.py": """\
from app.jobs import startup
startup.retries = 3
"""
        },
        "referenced",
    ),
    Way(
        "delete",
        {
            "app/other.py": """\
from app.jobs import startup
del startup
"""
        },
        "referenced",
    ),
    Way(
        "subscript store",
        {
            "app/other.py": """\
from app import jobs
reg['x'] = jobs.startup
"""
        },
        "referenced",
    ),
    Way(
        "star-args call",
        {
            "app/other.py": """\
from app.jobs import startup
async def g(args):
    await startup(*args)
"""
        },
        "unpacked-arguments",
    ),
    Way(
        "kwargs call",
        {
            "app/other.py": """\
from app.jobs import startup
async def g(o):
    await startup(**o)
"""
        },
        "unpacked-arguments",
    ),
    Way(
        "too many positional",
        {
            "app/other.py": """\
from app.jobs import startup
async def g():
    await startup(1, 2)
"""
        },
        "too-many-arguments",
    ),
    Way(
        "getmembers",
        {
            "app/other.py": """\
from app import jobs
import inspect
inspect.getmembers(jobs)
"""
        },
        "module-scanned",
    ),
    Way(
        "vars(module)",
        {
            "app/other.py": """\
from app import jobs
vars(jobs)
"""
        },
        "module-scanned",
    ),
    Way(
        "scan(module)",
        {
            "app/other.py": """\
from app import jobs
scan(jobs)
"""
        },
        "module-scanned",
    ),
    Way(
        "scan(module as another name)",
        {
            "app/other.py": """\
import app.jobs as j
scan(j)
"""
        },
        "module-scanned",
    ),
    Way(
        "scan(package.module)",
        {
            "app/other.py": """\
import app.jobs
scan(app.jobs)
"""
        },
        "module-scanned",
    ),
    Way(
        "scan(package)",
        {
            "app/other.py": """\
import app
scan(app)
"""
        },
        "module-scanned",
    ),
    Way(
        "a list of modules",
        {
            "app/other.py": """\
from app import jobs
for m in [jobs]: scan(m)
"""
        },
        "module-scanned",
    ),
    Way(
        "the module under another name",
        {
            "app/other.py": """\
from app import jobs
m = jobs
scan(m)
"""
        },
        "module-scanned",
    ),
    Way(
        "getattr(module, name)",
        {
            "app/other.py": """\
from app import jobs
def g(n): return getattr(jobs, n)
"""
        },
        "module-scanned",
    ),
    Way(
        "getattr(module, 'start' + name)",
        {
            "app/other.py": """\
from app import jobs
def g(n): return getattr(jobs, 'start' + n)
"""
        },
        "referenced",
    ),
    Way(
        "getattr(module, '%s' % name)",
        {
            "app/other.py": """\
from app import jobs
def g(n): return getattr(jobs, '%s' % n)
"""
        },
        "module-scanned",
    ),
    Way(
        "module.__dict__",
        {
            "app/other.py": """\
from app import jobs
for n, f in jobs.__dict__.items(): pass
"""
        },
        "module-scanned",
    ),
    Way(
        "dir(module)",
        {
            "app/other.py": """\
from app import jobs
for n in dir(jobs): pass
"""
        },
        "module-scanned",
    ),
    Way(
        "import_module('app.jobs')",
        {
            "app/other.py": """\
import importlib
m = importlib.import_module('app.jobs')
scan(m)
"""
        },
        "module-scanned",
    ),
    Way(
        "import_module(f'app.{name}')",
        {
            "app/other.py": """\
import importlib
def l(n):
    m = importlib.import_module(f'app.{n}')
    scan(m)
"""
        },
        "module-loaded",
    ),
    Way(
        "import_module(f'.{name}', __package__)",
        {
            "app/other.py": """\
import importlib
def l(n):
    m = importlib.import_module(f'.{n}', __package__)
    scan(m)
"""
        },
        "module-loaded",
    ),
    Way(
        "import_module('app.' + name)",
        {
            "app/other.py": """\
import importlib, pkgutil, app
for i in pkgutil.iter_modules(app.__path__):
    m = importlib.import_module('app.' + i.name)
"""
        },
        "module-loaded",
    ),
    Way(
        "pkgutil.walk_packages",
        {
            "app/other.py": """\
import pkgutil
import app
for i in pkgutil.walk_packages(app.__path__, 'app.'):
    load(i)
"""
        },
        "module-loaded",
    ),
    Way(
        "load_extension('app.jobs')",
        {
            "app/other.py": """\
bot.load_extension('app.jobs')
"""
        },
        "module-named",
    ),
    Way(
        "a list of the names of plugins",
        {
            "app/other.py": """\
PLUGINS = ['app.jobs']
"""
        },
        "module-named",
    ),
    Way(
        "Celery(include=[...])",
        {
            "app/other.py": """\
celery = Celery(include=['app.jobs'])
"""
        },
        "module-named",
    ),
    Way(
        "sys.modules['app.jobs']",
        {
            "app/other.py": """\
import sys
scan(sys.modules['app.jobs'])
"""
        },
        "module-named",
    ),
    Way(
        "string path",
        {
            "app/other.py": """\
H = {'a': 'app.jobs:startup'}
"""
        },
        "referenced",
    ),
    Way(
        "string dotted",
        {
            "app/other.py": """\
H = {'a': 'app.jobs.startup'}
"""
        },
        "referenced",
    ),
    Way(
        "string bare dict value",
        {
            "app/other.py": """\
H = {'hook': 'startup'}
"""
        },
        "referenced",
    ),
    Way(
        "string bare kw",
        {
            "app/other.py": """\
m = Machine(after='startup')
"""
        },
        "referenced",
    ),
    Way(
        "string bare arg",
        {
            "app/other.py": """\
invoke(obj, 'startup')
"""
        },
        "referenced",
    ),
    Way(
        "string bare list",
        {
            "app/other.py": """\
STEPS = ['startup', 'x']
"""
        },
        "referenced",
    ),
    Way(
        "string bare assign",
        {
            "app/other.py": """\
hook = 'startup'
"""
        },
        "referenced",
    ),
    Way(
        "dict key annotated list",
        {
            "app/other.py": """\
STEPS: list[str] = ['startup']
"""
        },
        "referenced",
    ),
    Way(
        "replaced by assignment",
        {
            "app/other.py": """\
from app import jobs
async def fake(): ...
jobs.startup = fake
"""
        },
        "referenced",
    ),
    Way(
        "replaced by setattr",
        {
            "app/other.py": """\
from app import jobs
setattr(jobs, 'startup', x)
"""
        },
        "referenced",
    ),
    Way(
        "globals get",
        {
            "app/other.py": """\
g = globals()['startup']
"""
        },
        "referenced",
    ),
    Way(
        "a keyword of add_job",
        {
            "app/other.py": """\
from app.jobs import startup
add_job(func=startup, id='x')
"""
        },
        "referenced",
    ),
    Way(
        "callable(f)",
        {
            "app/other.py": """\
from app.jobs import startup
callable(startup)
"""
        },
        "referenced",
    ),
    Way(
        "inspect.signature(f)",
        {
            "app/other.py": """\
from app.jobs import startup
import inspect
inspect.signature(startup)
"""
        },
        "referenced",
    ),
    Way(
        "the module is returned",
        {
            "app/other.py": """\
from app import jobs
def g():
    return jobs
"""
        },
        "module-scanned",
    ),
    Way(
        "a test: patch str",
        {
            "tests/test_app.py": """\
from unittest.mock import patch
def test_a():
    with patch('app.main.startup'): pass
"""
        },
        "referenced",
    ),
    Way(
        "a test: patch str2",
        {
            "tests/test_app.py": """\
from unittest.mock import patch
def test_a():
    with patch('app.jobs.startup') as m:
        m.assert_awaited_once_with()
"""
        },
        "referenced",
    ),
    Way(
        "a test: patch.object",
        {
            "tests/test_app.py": """\
from unittest.mock import patch
from app import main
def test_a():
    with patch.object(main, 'startup'): pass
"""
        },
        "referenced",
    ),
    Way(
        "a test: patch.multiple",
        {
            "tests/test_app.py": """\
from unittest.mock import patch, DEFAULT
def test_a():
    with patch.multiple('app.main', startup=DEFAULT): pass
"""
        },
        "referenced",
    ),
    Way(
        "a test: monkeypatch",
        {
            "tests/test_app.py": """\
from app import main
def test_a(monkeypatch):
    monkeypatch.setattr(main, 'startup', lambda: None)
"""
        },
        "referenced",
    ),
    Way(
        "a test: monkeypatch str",
        {
            "tests/test_app.py": """\
def test_a(monkeypatch):
    monkeypatch.setattr('app.main.startup', lambda: None)
"""
        },
        "referenced",
    ),
    Way(
        "a test: mocker.spy",
        {
            "tests/test_app.py": """\
from app import main
def test_a(mocker):
    mocker.spy(main, 'startup')
"""
        },
        "referenced",
    ),
    Way(
        "a test: assign",
        {
            "tests/test_app.py": """\
from app import main
async def fake(): ...
def test_a():
    main.startup = fake
"""
        },
        "referenced",
    ),
    Way(
        "a test: assign AsyncMock",
        {
            "tests/test_app.py": """\
from unittest.mock import AsyncMock
import app.main
def test_a():
    app.main.startup = AsyncMock()
"""
        },
        "referenced",
    ),
    Way(
        "a test: signature",
        {
            "tests/test_app.py": """\
import inspect
from app.jobs import startup
def test_a():
    assert str(inspect.signature(startup)) == '()'
"""
        },
        "referenced",
    ),
    Way(
        "a test: fixture module",
        {
            "tests/test_app.py": """\
import app.jobs as jobs
import inspect
def test_all():
    for n, f in vars(jobs).items(): assert not inspect.signature(f).parameters
"""
        },
        "module-scanned",
    ),
    Way(
        "self globals()",
        {
            "app/jobs.py": """\
HANDLERS = {n: f for n, f in globals().items() if callable(f)}
"""
        },
        "module-scanned",
    ),
    Way(
        "self vars()",
        {
            "app/jobs.py": """\
HANDLERS = dict(vars())
"""
        },
        "module-scanned",
    ),
    Way(
        "self sys.modules",
        {
            "app/jobs.py": """\
import sys
register(sys.modules[__name__])
"""
        },
        "module-scanned",
    ),
    Way(
        "self import_module(__name__)",
        {
            "app/jobs.py": """\
import importlib
register(importlib.import_module(__name__))
"""
        },
        "module-scanned",
    ),
    Way(
        "fire.Fire()",
        {
            "app/jobs.py": """\
import fire
if __name__ == '__main__':
    fire.Fire()
"""
        },
        "module-scanned",
    ),
    Way(
        "fire.Fire(name=)",
        {
            "app/jobs.py": """\
import fire
if __name__ == '__main__':
    fire.Fire(name='x')
"""
        },
        "module-scanned",
    ),
    Way(
        "plugin register(self module)",
        {
            "app/jobs.py": """\
import sys
pm.register(sys.modules[__name__])
"""
        },
        "module-scanned",
    ),
    Way(
        "__all__ scan",
        {
            "app/jobs.py": """\
__all__ = ['startup']
for n in __all__:
    register(globals()[n])
"""
        },
        "module-scanned",
    ),
    Way(
        "call with locals",
        {
            "app/jobs.py": """\
def table():
    return globals()
"""
        },
        "module-scanned",
    ),
    Way(
        "pyi",
        {
            "app/jobs.pyi": """\
from typing import overload
@overload
async def startup() -> None: ...
@overload
async def startup(x: int) -> None: ...
"""
        },
        "stub",
    ),
    Way(
        "star import",
        {
            "app/other.py": """\
from app.jobs import *
reg(startup)
"""
        },
        "referenced",
    ),
    Way(
        "star import call",
        {
            "app/other.py": """\
from app.jobs import *
async def g():
    await startup(1)
"""
        },
        "unresolved-call",
    ),
    Way(
        "reexport",
        {
            "app/__init__.py": """\
from .jobs import startup
""",
            "app/other.py": """\
from app import startup
reg(startup)
""",
        },
        "referenced",
    ),
    Way(
        "reexport alias",
        {
            "app/__init__.py": """\
from .jobs import startup as boot
""",
            "app/other.py": """\
from app import boot
reg(boot)
""",
        },
        "referenced",
    ),
    Way(
        "alias var",
        {
            "app/other.py": """\
from app.jobs import startup
boot = startup
"""
        },
        "referenced",
    ),
    Way(
        "wrapped",
        {
            "app/other.py": """\
from app.jobs import startup
import functools
@functools.wraps(startup)
async def w():
    await startup()
"""
        },
        "referenced",
    ),
    Way(
        "wrap assign",
        {
            "app/jobs.py": """\
startup = traced(startup)
"""
        },
        "referenced",
    ),
    Way(
        "the key of a table, with a colon",
        {
            "app/other.py": """\
CRON = {'app.jobs:startup': '*/5 * * * *'}
""",
        },
        "referenced",
    ),
    Way(
        "the key of a table, with dots",
        {
            "app/other.py": """\
CRON = {'app.jobs.startup': 300}
""",
        },
        "referenced",
    ),
    Way(
        "an index",
        {
            "app/other.py": """\
def f(t):
    t['app.jobs.startup'] = 5
""",
        },
        "referenced",
    ),
    Way(
        "a test: patch f-string",
        {
            "tests/test_app.py": """\
from unittest.mock import patch
MOD = 'app.main'
def test_a():
    with patch(f'{MOD}.startup'): pass
""",
        },
        "referenced",
    ),
    Way(
        "a test: patch with %",
        {
            "tests/test_app.py": """\
from unittest.mock import patch
MOD = 'app.main'
def test_a():
    with patch('%s.startup' % MOD): pass
""",
        },
        "referenced",
    ),
    Way(
        "a test: patch with format",
        {
            "tests/test_app.py": """\
from unittest.mock import patch
MOD = 'app.main'
def test_a():
    with patch('{}.startup'.format(MOD)): pass
""",
        },
        "referenced",
    ),
    Way(
        "a test: patch.multiple with a dict",
        {
            "tests/test_app.py": """\
from unittest.mock import patch
def test_a():
    with patch.multiple('app.main', **{'startup': fake}): pass
""",
        },
        "referenced",
    ),
    Way(
        "a test: patch.multiple of the module",
        {
            "tests/test_app.py": """\
from unittest.mock import patch
from app import main
def test_a():
    with patch.multiple(main, **{'startup': fake}): pass
""",
        },
        "referenced",
    ),
    Way(
        "a test: patch.dict of the importer",
        {
            "tests/test_app.py": """\
from unittest.mock import patch
from app import main
def test_a():
    with patch.dict(main.__dict__, {'startup': fake}): pass
""",
        },
        "referenced",
    ),
    Way(
        "getattr(importer, name)",
        {
            "app/other.py": """\
from app import main
def g(n): return getattr(main, n)()
""",
        },
        "module-scanned",
    ),
    Way(
        "getmembers(importer)",
        {
            "app/other.py": """\
from app import main
import inspect
for n, f in inspect.getmembers(main): inspect.signature(f)
""",
        },
        "module-scanned",
    ),
    Way(
        "the importer is handed over",
        {
            "app/other.py": """\
from app import main
pm.register(main)
""",
        },
        "module-scanned",
    ),
    Way(
        "dir(package that re-exports it)",
        {
            "app/__init__.py": """\
from .jobs import startup
""",
            "app/other.py": """\
import app
for n in dir(app): reg(getattr(app, n))
""",
        },
        "module-scanned",
    ),
    Way(
        "a test: a fake in sys.modules",
        {
            "tests/test_app.py": """\
import sys
from types import SimpleNamespace
from unittest.mock import patch
async def nothing(): pass
def test_a():
    with patch.dict(sys.modules, {'app.jobs': SimpleNamespace(startup=nothing)}): pass
""",
        },
        "referenced",
    ),
    Way(
        'a test: a fake in "sys.modules"',
        {
            "tests/test_app.py": """\
from types import SimpleNamespace
from unittest.mock import patch
async def nothing(): pass
def test_a():
    with patch.dict('sys.modules', {'app.jobs': SimpleNamespace(startup=nothing)}): pass
""",
        },
        "referenced",
    ),
    Way(
        "a test: a fake for the module",
        {
            "tests/test_app.py": """\
from app import main
from types import SimpleNamespace
async def nothing(): pass
def test_a(monkeypatch):
    monkeypatch.setattr(main, 'jobs', SimpleNamespace(startup=nothing))
""",
        },
        "referenced",
    ),
    Way(
        "a test: a fake is assigned",
        {
            "app/main.py": """\
async def two():
    while True:
        await jobs.startup()
""",
            "tests/test_app.py": """\
from app import main
from types import SimpleNamespace
async def nothing(): pass
def test_a(monkeypatch):
    main.jobs = SimpleNamespace(startup=nothing)
""",
        },
        "referenced",
    ),
    Way(
        "a test: the module is patched",
        {
            "tests/test_app.py": """\
from unittest.mock import patch
def test_a():
    with patch('app.main.jobs') as j:
        j.startup.assert_called_once_with()
""",
        },
        "referenced",
    ),
    Way(
        "a test: the module is replaced",
        {
            "tests/test_app.py": """\
from unittest.mock import patch
def test_a():
    with patch('app.main.jobs', Fake()) as j: pass
""",
        },
        "module-named",
    ),
    Way(
        "eval of a template",
        {
            "app/jobs.py": """\
def run(cmd):
    return eval(f'{cmd}()')
""",
        },
        "module-scanned",
    ),
    Way(
        "eval of a name",
        {
            "app/jobs.py": """\
def run(cmd):
    return eval(cmd)
""",
        },
        "module-scanned",
    ),
    Way(
        "eval in an importer",
        {
            "app/other.py": """\
from app.jobs import startup
def run(cmd):
    return eval(cmd)
""",
        },
        "module-scanned",
    ),
    Way(
        "exec",
        {
            "app/other.py": """\
exec('from app.jobs import startup; inspect.signature(startup)')
""",
        },
        "referenced",
    ),
    Way(
        "f_globals",
        {
            "app/jobs.py": """\
import sys
def run(cmd):
    return sys._getframe().f_globals[cmd]()
""",
        },
        "module-scanned",
    ),
    Way(
        "__globals__",
        {
            "app/jobs.py": """\
def g(n):
    return g.__globals__[n]
""",
        },
        "module-scanned",
    ),
    Way(
        "resolve_name of a template",
        {
            "app/other.py": """\
import pkgutil
def g(n): return pkgutil.resolve_name(f'app.jobs:{n}')
""",
        },
        "module-loaded",
    ),
    Way(
        'scan("package")',
        {
            "app/other.py": """\
config.scan('app')
""",
        },
        "module-named",
    ),
    Way(
        "wire(packages=[...])",
        {
            "app/other.py": """\
container.wire(packages=['app'])
""",
        },
        "module-named",
    ),
    Way(
        "autodiscover_tasks",
        {
            "app/other.py": """\
celery.autodiscover_tasks(['app'])
""",
        },
        "module-named",
    ),
    Way(
        "Depends in a quoted annotation",
        {
            "app/other.py": """\
from __future__ import annotations
from app.jobs import startup
def f(x: 'Annotated[int, Depends(startup)]'): ...
""",
        },
        "referenced",
    ),
    Way(
        "setattr(importer, name, f)",
        {
            "app/other.py": """\
from app import main
def g(n, f):
    setattr(main, n, f)
""",
        },
        "module-scanned",
    ),
    Way(
        "star import of an importer",
        {
            "app/other.py": """\
from app.main import *
reg(startup)
""",
        },
        "referenced",
    ),
    Way(
        "a test: setattr in a loop",
        {
            "tests/test_app.py": """\
from types import SimpleNamespace
def test_a(monkeypatch):
    import app.main as m
    for k, v in dict(startup=lambda: None).items():
        monkeypatch.setattr(m, k, v)
""",
        },
        "referenced",
    ),
    Way(
        "a test: __dict__.update",
        {
            "tests/test_app.py": """\
import app.main as m
m.__dict__.update(startup=lambda: None)
""",
        },
        "referenced",
    ),
    Way(
        "an entry point",
        {
            "app/other.py": """\
from app.jobs import startup
ENTRY = 'x = app.jobs:startup'
""",
        },
        "referenced",
    ),
    Way(
        "a configuration in a string",
        {
            "app/other.py": """\
from app.jobs import startup
CONFIG = '''
[jobs]
x = app.jobs.startup
'''
""",
        },
        "referenced",
    ),
    Way(
        "a command line",
        {
            "app/other.py": """\
from app.jobs import startup
import subprocess
subprocess.run('hypercorn app.jobs:startup --reload', shell=True)
""",
        },
        "referenced",
    ),
    Way(
        "a line of a table",
        {
            "app/other.py": """\
from app.jobs import startup
JOBS = ('*/5 * * * * app.jobs.startup',)
""",
        },
        "referenced",
    ),
]
UNRELATED = [
    Way(
        "a key of a dict",
        {
            "app/other.py": """\
H = {'startup': 1}
"""
        },
    ),
    Way(
        "a protocol asks for a method of that name",
        {
            "app/other.py": """\
from typing import Protocol
class P(Protocol):
    async def startup(self) -> None: ...
"""
        },
    ),
    Way(
        "all",
        {
            "app/jobs.py": """\
__all__ = ['startup']
"""
        },
    ),
    Way(
        "argparse choices",
        {
            "app/other.py": """\
p.add_argument('--startup')
"""
        },
    ),
    Way(
        "compare",
        {
            "app/other.py": """\
def f(event):
    if event == 'startup':
        pass
"""
        },
    ),
    Way(
        "docstr",
        {
            "app/other.py": """\
'startup'
"""
        },
    ),
    Way(
        "dunder main",
        {
            "app/main.py": """\
if __name__ == '__main__':
    import uvicorn
    uvicorn.run(app)
"""
        },
    ),
    Way(
        "env get",
        {
            "app/other.py": """\
import os
x = os.environ.get('startup')
"""
        },
    ),
    Way(
        "exception text",
        {
            "app/other.py": """\
raise ValueError('failed in startup')
"""
        },
    ),
    Way(
        "http path",
        {
            "app/other.py": """\
client.get('/health/startup')
"""
        },
    ),
    Way(
        "its own name is read",
        {
            "app/other.py": """\
from app.jobs import startup
n = startup.__name__
"""
        },
    ),
    Way(
        "load_dotenv",
        {
            "app/jobs.py": """\
from dotenv import load_dotenv
load_dotenv()
"""
        },
    ),
    Way(
        "local named",
        {
            "app/other.py": """\
def f(startup):
    reg(startup)
"""
        },
    ),
    Way(
        "local var jobs",
        {
            "app/other.py": """\
def g(jobs):
    scan(jobs)
    jobs = []
    scan(jobs)
"""
        },
    ),
    Way(
        "log call",
        {
            "app/other.py": """\
logger.info('done', extra={'event': 'startup'})
"""
        },
    ),
    Way(
        "log msg 2",
        {
            "app/other.py": """\
import logging
logging.getLogger(__name__).debug('startup')
"""
        },
    ),
    Way(
        "log msg",
        {
            "app/other.py": """\
logger.info('startup')
"""
        },
    ),
    Way(
        "logger name",
        {
            "app/other.py": """\
import logging
log = logging.getLogger('app.jobs')
"""
        },
    ),
    Way(
        "module as receiver",
        {
            "app/other.py": """\
from app import jobs
async def g():
    await jobs.startup()
"""
        },
    ),
    Way(
        "on_event",
        {
            "app/other.py": """\
@app.on_event('startup')
async def f():
    pass
"""
        },
    ),
    Way(
        "other module jobs",
        {
            "app/other.py": """\
from celery import jobs
scan(jobs)
"""
        },
    ),
    Way(
        "other obj attr",
        {
            "app/other.py": """\
class Server:
    def __init__(self):
        self.startup = 1
    def startup(self):
        pass
s = Server()
reg(s.startup)
"""
        },
    ),
    Way(
        "other startup",
        {
            "app/other.py": """\
async def startup():
    pass
reg(startup)
"""
        },
    ),
    Way(
        "param attr",
        {
            "app/other.py": """\
def f(server):
    reg(server.startup)
"""
        },
    ),
    Way(
        "patch other",
        {
            "tests/test_x.py": """\
from unittest.mock import patch
def test_a():
    with patch('app.jobs.asyncio'): pass
    with patch('other.server.Server.startup'): pass
"""
        },
    ),
    Way(
        "print",
        {
            "app/other.py": """\
print('startup')
"""
        },
    ),
    Way(
        "raise text one word",
        {
            "app/other.py": """\
raise ValueError('startup')
"""
        },
    ),
    Way(
        "subscript",
        {
            "app/other.py": """\
def f(d):
    return d['startup']
"""
        },
    ),
    Way(
        "uvicorn string",
        {
            "app/other.py": """\
import uvicorn
uvicorn.run('app.main:app')
"""
        },
    ),
    Way(
        "a test: another attribute of the importer",
        {
            "tests/test_app.py": """\
from app import main
def test_a(monkeypatch):
    monkeypatch.setattr(main, 'other', 1)
""",
        },
    ),
    Way(
        "a test: patch.object of another name",
        {
            "tests/test_app.py": """\
from app import main, jobs
from unittest.mock import patch
def test_a():
    with patch.object(main, 'other'), patch.object(jobs, 'watch'): pass
""",
        },
    ),
    Way(
        "a test: a flag of that name",
        {
            "tests/test_app.py": """\
def test_a():
    c = Config(startup=True)
    d = {'startup': 1}
""",
        },
    ),
    Way(
        "a literal type",
        {
            "app/other.py": """\
from typing import Literal
def f(x: Literal['startup']) -> 'Literal["startup"]': ...
""",
        },
    ),
    Way(
        "the key of a logger",
        {
            "app/other.py": """\
LOGGING = {'loggers': {'app.jobs': {}, 'app.main': {}}}
import logging
logging.getLogger('app.main')
""",
        },
    ),
    Way(
        "a message with its path",
        {
            "app/other.py": """\
def f(x):
    raise RuntimeError('failed in app.jobs.startup: no')
def g(x):
    logger.error(f'{x}.startup failed')
    print(f'{x}.startup')
    logger.info('app.jobs.startup done')
""",
        },
    ),
    Way(
        "a docstring with its path",
        {
            "app/other.py": """\
def f():
    '''Calls app.jobs:startup and app.jobs.startup.'''
""",
        },
    ),
    Way(
        "a URL",
        {
            "app/other.py": """\
URL = 'http://localhost:8000/startup'
F = f'{URL}/startup'
G = 'https://x.y/startup?z=startup'
""",
        },
    ),
    Way(
        "an attribute of the importer",
        {
            "app/other.py": """\
from app import main
register(main.app)
""",
        },
    ),
    Way(
        "eval with names of its own",
        {
            "app/other.py": """\
def f(x): return eval(x, {'__builtins__': {}})
class M:
    def g(self): self.model.eval()
""",
        },
    ),
    Way(
        "the name of the caller's module",
        {
            "app/jobs.py": """\
import sys
def f(): return sys._getframe(1).f_globals['__name__']
def g(): return sys._getframe(1).f_globals.get('__name__')
""",
        },
    ),
    Way(
        "a test: data with that key",
        {
            "tests/test_app.py": """\
from unittest.mock import Mock
def test_a(client):
    m = Mock(return_value=3)
    client.post('/x', json={'startup': 'x', 'y': [1]})
""",
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
    assert got_parameter(files, after) == {"app/jobs.py::startup"}
