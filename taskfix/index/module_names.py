"""Which file of a project the name of a module means."""

from __future__ import annotations

import posixpath
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator


class ModuleNames:
    """Which file an import means. Roots are the folders that absolute imports start from."""

    def __init__(self, paths: Iterable[str], roots: Iterable[str]) -> None:
        self._roots = frozenset(posixpath.normpath(root) for root in roots)
        self._by_name: dict[str, list[str]] = defaultdict(list)
        self._paths = {path for path in paths if path.endswith(".py")}
        for path in sorted(self._paths):
            parts = path.removesuffix(".py").split("/")
            if parts[-1] == "__init__":
                parts.pop()
            for start in range(len(parts)):
                self._by_name[".".join(parts[start:])].append(path)

    def find(self, dots: int, names: list[str], path: str) -> tuple[str, int] | None:
        """The file of the longest prefix of ``names`` that is a module, and that length."""
        if dots:
            return self._relative(dots, names, path)
        if names and names[0] in sys.stdlib_module_names:
            return None
        for length in range(len(names), 0, -1):
            candidates = self._by_name.get(".".join(names[:length]), [])
            fitting = [c for c in candidates if self._is_importable(c, length)]
            if fitting:
                return max(fitting, key=lambda c: self._nearness(c, length, path)), length
        return None

    def _nearness(self, candidate: str, length: int, path: str) -> tuple[int, bool, int]:
        """How likely a file is meant: near the importer, then below a root of imports."""
        parts = candidate.removesuffix("/__init__.py").removesuffix(".py").split("/")
        folder = "/".join(parts[: len(parts) - length]) or "."
        return _shared(candidate, path), folder in self._roots, -len(candidate)

    def submodule(self, file: str, name: str) -> str | None:
        folder = file.rpartition("/")[0]
        if not file.endswith("__init__.py"):
            return None
        prefix = f"{folder}/" if folder else ""
        return self._file_at(f"{prefix}{name}")

    def _relative(self, dots: int, names: list[str], path: str) -> tuple[str, int] | None:
        parts = path.split("/")[:-1]
        if dots - 1 > len(parts):
            return None
        folder = parts[: len(parts) - (dots - 1)]
        for length in range(len(names), -1, -1):
            found = self._file_at("/".join([*folder, *names[:length]]))
            if found is not None:
                return found, length
        return None

    def _file_at(self, stem: str) -> str | None:
        for candidate in (f"{stem}.py", f"{stem}/__init__.py" if stem else "__init__.py"):
            if candidate in self._paths:
                return candidate
        return None

    def _is_importable(self, candidate: str, length: int) -> bool:
        """An absolute name starts at a folder that is not itself a package."""
        parts = candidate.removesuffix("/__init__.py").removesuffix(".py").split("/")
        folder = "/".join(parts[: len(parts) - length])
        return not folder or f"{folder}/__init__.py" not in self._paths


def stem(path: str) -> str:
    """``jobs`` of ``app/jobs.py``, ``app`` of ``app/__init__.py``."""
    parts = path.removesuffix(".py").split("/")
    return parts[-2] if parts[-1] == "__init__" and len(parts) > 1 else parts[-1]


def packages_around(path: str) -> Iterator[str]:
    """The packages around a module, nearest first."""
    folder = path.rpartition("/")[0]
    while folder:
        package = f"{folder}/__init__.py"
        if package != path:
            yield package
        folder = folder.rpartition("/")[0]


def _shared(candidate: str, path: str) -> int:
    count = 0
    for one, other in zip(candidate.split("/"), path.split("/"), strict=False):
        if one != other:
            break
        count += 1
    return count
