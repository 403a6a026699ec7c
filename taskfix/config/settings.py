"""Turns ``[tool.taskfix]`` and the command line into one frozen value; unknown keys are errors."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast, get_args

from taskfix.config.packaging import PackagingError, read_packaging
from taskfix.config.parts import Part, read_parts
from taskfix.config.tables import table
from taskfix.model import StrategyName
from taskfix.strategies import strategy_names

DEFAULT_EXCLUDE = (
    *(".git", ".hg", ".svn", ".jj", ".bzr"),
    *(".venv", "venv", ".env", "site-packages", "node_modules", "__pypackages__"),
    *(".tox", ".nox", ".eggs", "*.egg-info", "__pycache__"),
    *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".taskfix_cache"),
    *(".pyre", ".pytype", ".ipynb_checkpoints"),
    *("build", "_build", "buck-out", "dist"),
)


@dataclass(frozen=True, slots=True)
class Verification:
    """How the project checks itself, before and after it is changed."""

    command: str
    timeout: float | None = None  # seconds


@dataclass(frozen=True, slots=True)
class Config:
    """What the user and the project ask for. Everything has a default."""

    strategy: StrategyName = "auto"
    strategies: tuple[str, ...] = ()  # what "auto" tries, in this order; empty: all by their rank
    max_depth: int = 3
    min_python: tuple[int, int] = (3, 10)
    # What the project's type checkers would object to.
    strict: bool = False  # a type without its arguments
    checked_bodies: bool = False  # wrong types in a function without annotations
    keep_untyped: bool = False  # an annotation in a function without any
    typed_functions: bool = False  # a function without annotations
    set_name: str = "background_tasks"
    src: tuple[str, ...] = ("src", ".")  # import roots, relative to the project's
    include: tuple[str, ...] = ("*.py", "*.pyi")
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    force_exclude: bool = False
    ignore_noqa: bool = False
    boundaries: tuple[str, ...] = ()  # functions that are never given a parameter
    # Callables, as decorators, bases and callees name them: what reads the parameters of functions
    # that it gets, and what only calls them.
    reads_signatures: tuple[str, ...] = ()
    calls_plainly: tuple[str, ...] = ()
    line_length: int | None = None  # what the project's formatter or linter wants, if any
    packaging_references: tuple[str, ...] = ()  # "module:function", as entry points write it
    parts: tuple[Part, ...] = ()  # the packages within the project, the outer before the inner
    verify: Verification | None = None
    cache_dir: str | None = None  # relative to the project's root

    @property
    def prefers_threading(self) -> bool:
        """Whether the parameter is wanted wherever it can be, also where nobody passes a set."""
        return self.strategy == "thread" or self.strategies == ("thread",)

    def at(self, path: str) -> Config:
        """What holds for a file: the word of the packages that it is in over the project's."""
        config = self
        for part in self.parts:
            if part.holds(path):
                config = config._within(part)
        return config

    def _within(self, part: Part) -> Config:
        return replace(
            self,
            min_python=part.min_python or self.min_python,
            line_length=part.line_length or self.line_length,
            strict=self.strict or part.checks.arguments,
            checked_bodies=self.checked_bodies or part.checks.bodies,
            keep_untyped=self.keep_untyped or part.checks.untyped,
            typed_functions=self.typed_functions or part.checks.bare,
        )


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says over the configuration; None says nothing."""

    strategy: StrategyName | None = None
    max_depth: int | None = None
    ignore_noqa: bool | None = None
    exclude: tuple[str, ...] = ()
    force_exclude: bool | None = None
    respect_gitignore: bool | None = None


class ConfigError(Exception):
    """The configuration of the project cannot be read, or says something that has no meaning."""


def load_config(
    root: Path, overrides: Overrides | None = None, files: Iterable[str] = ()
) -> Config:
    """The configuration of the project at ``root``, with the command line's word over it.

    The packages that the files are in, by their paths from the root, have a word as well.
    """
    try:
        packaging = read_packaging(root)
    except PackagingError as error:
        raise ConfigError(str(error)) from error
    config = Config(
        strict=packaging.checks.arguments,
        checked_bodies=packaging.checks.bodies,
        keep_untyped=packaging.checks.untyped,
        typed_functions=packaging.checks.bare,
        min_python=packaging.min_python or Config().min_python,
        line_length=packaging.line_length,
        packaging_references=packaging.references,
    )
    settings = _settings(table(packaging.pyproject, "tool", "taskfix"))
    config = _with_parts(replace(config, **settings), root, files, frozenset(settings))
    return _overridden(config, overrides or Overrides())


def _with_parts(
    config: Config, root: Path, files: Iterable[str], settled: frozenset[str]
) -> Config:
    """Add what the packages within the project say, but for what it has settled itself."""
    references, parts = set(config.packaging_references), []
    for part, packaging in read_parts(root, files):
        if "min_python" in settled:
            part = replace(part, min_python=None)
        if "line_length" in settled:
            part = replace(part, line_length=None)
        parts.append(part)
        references.update(packaging.references)
    return replace(config, parts=tuple(parts), packaging_references=tuple(sorted(references)))


def _overridden(config: Config, overrides: Overrides) -> Config:
    said = {
        "strategy": overrides.strategy,
        "max_depth": overrides.max_depth,
        "ignore_noqa": overrides.ignore_noqa,
        "force_exclude": overrides.force_exclude,
        "respect_gitignore": overrides.respect_gitignore,
    }
    config = replace(config, **{key: value for key, value in said.items() if value is not None})  # type: ignore[arg-type]
    return replace(config, extend_exclude=(*config.extend_exclude, *overrides.exclude))


# -- [tool.taskfix] ------------------------------------------------------------------------------


def _settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    unknown = next((key for key in settings if key not in _READERS), None)
    if unknown is not None:
        raise ConfigError(f"[tool.taskfix] has no key `{unknown}`{_suggestion(unknown, _READERS)}")
    return {_field(key): _READERS[key](key, value) for key, value in settings.items()}


def _field(key: str) -> str:
    return "min_python" if key == "target-version" else key.replace("-", "_")


def _suggestion(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    if close:
        return f". Did you mean `{close[0]}`?"
    return f"; it may have {', '.join(f'`{name}`' for name in sorted(known))}"


def _boolean(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(key, "true or false", value)
    return value


def _depth(key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong(key, "a number from 0 on", value)
    return value


def _length(key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 20:
        raise _wrong(key, "a number from 20 on", value)
    return value


def _identifier(key: str, value: object) -> str:
    if not isinstance(value, str) or not value.isidentifier():
        raise _wrong(key, "a name", value)
    return value


def _directory(key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(key, "a directory", value)
    return value


def _strings(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(key, "a list of strings", value)
    return tuple(value)


def _strategy(key: str, value: object) -> StrategyName:
    names = get_args(StrategyName)
    if not isinstance(value, str) or value not in names:
        raise _wrong(key, f"one of {', '.join(names)}", value)
    return cast(StrategyName, value)


def _strategies(key: str, value: object) -> tuple[str, ...]:
    names = strategy_names()
    if not isinstance(value, list) or not value:
        raise _wrong(key, "a list of strategies", value)
    for name in value:
        if name not in names:
            hint = _suggestion(str(name), names)
            raise ConfigError(f"[tool.taskfix] `{key}` has no strategy {name!r}{hint}")
        if value.count(name) > 1:
            raise ConfigError(f"[tool.taskfix] `{key}` names {name!r} twice")
    return tuple(value)


def _version(key: str, value: object) -> tuple[int, int]:
    match = re.fullmatch(r"(?:py)?(\d)\.?(\d+)", value) if isinstance(value, str) else None
    if match is None:
        raise _wrong(key, 'a Python version, such as "3.10"', value)
    return int(match[1]), int(match[2])


def _verification(key: str, value: object) -> Verification:
    """``[tool.taskfix.verify]``, a table of its own."""
    if not isinstance(value, dict):
        raise _wrong(key, 'a table with the key "command"', value)
    known: dict[str, None] = dict.fromkeys(("command", "timeout"))
    for name in value:
        if name not in known:
            raise ConfigError(
                f"[tool.taskfix.verify] has no key `{name}`{_suggestion(name, known)}"
            )
    command, timeout = value.get("command"), value.get("timeout")
    if command is None:
        raise ConfigError("[tool.taskfix.verify] needs a `command`")
    if not isinstance(command, str) or not command.strip():
        raise _wrong("verify.command", "a line of shell", command)
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float, type(None))):
        raise _wrong("verify.timeout", "a number of seconds", timeout)
    if timeout is not None and timeout <= 0:
        raise _wrong("verify.timeout", "more than 0 seconds", timeout)
    return Verification(command, timeout)


def _wrong(key: str, expected: str, value: object) -> ConfigError:
    return ConfigError(f"[tool.taskfix] `{key}` must be {expected}, not {value!r}")


_READERS: dict[str, Callable[[str, object], object]] = {
    "target-version": _version,
    "strategy": _strategy,
    "strategies": _strategies,
    "max-depth": _depth,
    "line-length": _length,
    "set-name": _identifier,
    "src": _strings,
    "include": _strings,
    "exclude": _strings,
    "extend-exclude": _strings,
    "respect-gitignore": _boolean,
    "force-exclude": _boolean,
    "ignore-noqa": _boolean,
    "boundaries": _strings,
    "reads-signatures": _strings,
    "calls-plainly": _strings,
    "verify": _verification,
    "cache-dir": _directory,
}
