"""The table of APIs: the rows of all files in ``libraries``, and how one asks for them."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache

from taskfix.apis import libraries
from taskfix.apis.row import Api, Effect, Gives


@cache
def table() -> tuple[Api, ...]:
    """Every row, file by file."""
    names = sorted(info.name for info in pkgutil.iter_modules(libraries.__path__))
    found = (importlib.import_module(f"{libraries.__name__}.{name}").APIS for name in names)
    return tuple(row for rows in found for row in rows)


def doing(effect: Effect, argument: str = "") -> Iterator[Api]:
    """The rows that do that with an argument, or with any."""
    for row in table():
        if any(one == effect and argument in ("", told) for told, one in row.does):
            yield row


def giving(kind: Gives) -> Iterator[Api]:
    """The rows that give that."""
    return (row for row in table() if kind in row.gives)


def debts() -> Iterator[Api]:
    """The rows that go by how something is spelled, whatever it is a method of."""
    return (row for row in table() if row.is_guess)


# -- names of rows, as sets --------------------------------------------------------------


def callees(rows: Iterator[Api]) -> frozenset[str]:
    """The canonical values of the functions among some rows."""
    return frozenset(row.name for row in rows if row.is_plain)


def calls(rows: Iterator[Api]) -> frozenset[str]:
    """The canonical values of what the functions among some rows give."""
    return frozenset(row.name + "()" * (not row.is_attribute) for row in rows if row.is_plain)


def spelled(rows: Iterator[Api]) -> frozenset[str]:
    """The names of what goes by its spelling among some rows."""
    return frozenset(row.word for row in rows if row.is_guess)


def words(rows: Iterator[Api]) -> frozenset[str]:
    """How code spells some rows in the end, whatever it has imported."""
    return frozenset(row.word for row in rows)


def methods(rows: Iterator[Api], receiver: str) -> frozenset[str]:
    """The methods among some rows of what is known to be that: ``{logger}``, ``builtins.set()``."""
    return frozenset(row.word for row in rows if row.name == f"{receiver}.{row.word}")


def keywords(effect: Effect, rows: Iterator[Api]) -> frozenset[str]:
    """The keywords of some rows with which their calls do that."""
    told = (argument for row in rows for argument, one in row.does if one == effect)
    return frozenset(argument for argument in told if argument.isidentifier())


def spelling(rows: Iterator[Api]) -> re.Pattern[str]:
    """The names of what goes by its spelling among some rows, which may be globs."""
    return re.compile("|".join(_glob(row.word) for row in rows if row.is_guess) or "(?!)")


# -- patterns ----------------------------------------------------------------------------


def is_given(value: str, kind: Gives) -> bool:
    """Report whether a canonical value is what some row gives."""
    return _given_by(kind).fullmatch(value) is not None


@cache
def _given_by(kind: Gives) -> re.Pattern[str]:
    patterns = [f"{pattern(row)}" + r"\(\)" * (not row.is_attribute) for row in giving(kind)]
    return re.compile("|".join(patterns) or "(?!)")


def pattern(row: Api) -> str:
    """The canonical values of a callable, as a regular expression."""
    if row.is_guess:
        return rf".*\.{_glob(row.word)}"
    return _glob(row.name)


def _glob(name: str) -> str:
    parts = {"**": r"[\w.]*", "*": r"\w*"}
    return "".join(parts.get(part) or re.escape(part) for part in re.split(r"(\*\*?)", name))
