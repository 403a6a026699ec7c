"""Runs a project in this process, and tells what it prints."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.abc
import importlib.machinery
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType

from tests.quiet import quiet

_LIMIT = 20_000


def printed(files: Mapping[str, bytes], main: str) -> str:
    """What the program prints, with the exception that ends it if one does."""
    output = io.StringIO()
    with _importable(files), quiet(), contextlib.redirect_stdout(output):
        module = ModuleType("__main__")
        try:
            code = compile(files[main], main, "exec", dont_inherit=True)
            exec(code, module.__dict__)
        except Exception as error:  # whatever a program raises is part of what it does
            print(type(error).__name__, error)
        finally:
            asyncio.set_event_loop(None)
    return output.getvalue()[:_LIMIT]


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds the modules of a project in memory."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if self._path(fullname) in self._files:
            return importlib.machinery.ModuleSpec(fullname, self)
        return None

    def exec_module(self, module: ModuleType) -> None:
        path = self._path(module.__name__)
        exec(compile(self._files[path], path, "exec", dont_inherit=True), module.__dict__)

    def get_source(self, fullname: str) -> str | None:
        return None

    def is_package(self, fullname: str) -> bool:
        return False

    @staticmethod
    def _path(name: str) -> str:
        return f"{name}.py"


@contextlib.contextmanager
def _importable(files: Mapping[str, bytes]) -> Iterator[None]:
    finder = _Finder(files)
    before = dict(sys.modules)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in set(sys.modules) - set(before):
            if f"{name}.py" in files:
                del sys.modules[name]
