"""A function that nobody in sight calls gets a parameter only where a module offers it."""

from __future__ import annotations

import pytest

from taskfix.config import Config
from tests.hazards.judge import STRATEGIES, fix, got_parameter

BODY = "    asyncio.create_task(send())\n"

# What frameworks call by convention: (where it is, the line of its `def`).
CALLED_BY_FRAMEWORKS = {
    "an Alembic migration": ("migrations/versions/1a2b_add.py", "def upgrade():"),
    "a gunicorn hook": ("gunicorn.conf.py", "def when_ready(server):"),
    "a gunicorn hook of a worker": ("conf/gunicorn_conf.py", "def post_fork(server, worker):"),
    "a pytest plugin": ("app/plugin.py", "def pytest_configure(config):"),
    "a fixture file": ("conftest.py", "def client():"),
    "Home Assistant": ("custom_components/x/__init__.py", "async def async_setup_entry(hass, e):"),
    "Home Assistant's unloading": ("x/__init__.py", "async def async_unload_entry(hass, entry):"),
    "a Sphinx extension": ("ext/versions.py", "def setup(app):"),
    "an mkdocs hook": ("docs/hooks.py", "def on_page_markdown(text):"),
    "mkdocs macros": ("macros.py", "def define_env(env):"),
    "a locust file": ("locustfile.py", "def warm(environment):"),
    "a nox file": ("noxfile.py", "def tests(session):"),
    "a doit file": ("dodo.py", "def task_build():"),
    "a fabric file": ("fabfile.py", "def deploy(c):"),
    "a discord.py extension": ("cogs/music.py", "async def setup(bot):"),
    "an aiohttp handler": ("app/web.py", "async def home(request):"),
    "a telegram handler": ("app/telegram.py", "async def greet(update, context):"),
    "an application factory": ("app/web.py", "def create_app():"),
    "an AWS function": ("app/web.py", "def lambda_handler(event, context):"),
    "a Pyramid include": ("app/web.py", "def includeme(config):"),
    "an ASGI application": ("app/web.py", "async def application(scope, receive, send):"),
    "an ASGI middleware": ("app/web.py", "async def middleware(scope, receive, send):"),
    "an IPython extension": ("app/magic.py", "def load_ipython_extension(ipython):"),
    "a view": ("app/views.py", "def show(number):"),
    "a Celery task file": ("app/tasks.py", "def refresh(number):"),
    "a page": ("pages/home.py", "def show(number):"),
    "a startup hook": ("app/web.py", "async def startup():"),
    "a webhook": ("app/web.py", "async def webhook(payload):"),
    "a callback": ("app/web.py", "def result_callback(value):"),
    "an example": ("examples/demo.py", "async def ping(host):"),
}
PLAIN = {
    "a module": ("notify.py", "async def notify(event):"),
    "a package": ("app/notify.py", "def send_later(user, text):"),
    "a library": ("src/lib/pool.py", "async def refill(pool: 'Pool') -> None:"),
}


def _module(line: str) -> str:
    return f"import asyncio\n\n\nasync def send(): ...\n\n\n{line}\n{BODY}"


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("name", CALLED_BY_FRAMEWORKS)
def test_a_framework_calls_it(name: str, strategy: str) -> None:
    path, line = CALLED_BY_FRAMEWORKS[name]
    files = {path: _module(line)}
    report, after = fix(files, Config(strategy=strategy))  # type: ignore[arg-type]
    assert got_parameter(files, after) == set()
    assert [f.holder and f.holder.strategy for f in report.findings] == ["module"]


def test_a_handler_is_told_by_the_type_that_it_is_given() -> None:
    line = "async def greet(m: types.Message):"
    files = {"app/greeter.py": f"from aiogram import types\n{_module(line)}"}
    _, after = fix(files, Config())
    assert got_parameter(files, after) == set()


def test_the_packaging_metadata_names_it() -> None:
    files = {"app/notify.py": _module("def notify():")}
    _, after = fix(files, Config(packaging_references=("app.notify:notify",)))
    assert got_parameter(files, after) == set()


@pytest.mark.parametrize(
    "code",
    [
        "PLUGINS = ['app.notify']",
        "import app.notify\nregister(app.notify)",
        "import importlib\ndef load(name):\n    return importlib.import_module('app.' + name)",
        "import importlib\ndef load(name):\n    return importlib.import_module(name)",
    ],
)
def test_its_module_is_loaded_by_name(code: str) -> None:
    files = {"app/__init__.py": "", "app/notify.py": _module("def notify():"), "app/b.py": code}
    _, after = fix(files, Config())
    assert got_parameter(files, after) == set()


@pytest.mark.parametrize("name", PLAIN)
def test_plain_api_gets_a_parameter(name: str) -> None:
    path, line = PLAIN[name]
    function = line.partition("def ")[2].partition("(")[0]
    files = {path: f"__all__ = ['{function}']\n{_module(line)}"}
    report, after = fix(files, Config())
    assert len(got_parameter(files, after)) == 1
    assert [f.holder and f.holder.strategy for f in report.findings] == ["boundary"]
