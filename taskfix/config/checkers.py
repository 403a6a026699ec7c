"""Reads what the type checkers of a project ask of the annotations that a fix writes."""

from __future__ import annotations

import configparser
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from taskfix.config.tables import table

_STRICT = frozenset(
    {
        "disallow_any_generics",
        "check_untyped_defs",
        "disallow_incomplete_defs",
        "disallow_untyped_defs",
    }
)
_ON = frozenset({"true", "1", "yes", "on"})


@dataclass(frozen=True, slots=True)
class Checks:
    """What would be an error, anywhere in the project."""

    arguments: bool = False  # ``set[asyncio.Task]`` without the argument of Task
    bodies: bool = False  # a wrong type in a function without annotations
    untyped: bool = False  # the first annotation of a function: all are wanted then, or its body
    bare: bool = False  # a function without annotations


def read_checks(
    pyproject: Mapping[str, Any], inis: Sequence[configparser.RawConfigParser], pyrightconfig: str
) -> Checks:
    """What mypy is told, in whatever section, and what pyright is told."""
    sections = list(_mypy_sections(pyproject, inis))
    on = {key for section in sections for key in section}
    if "strict" in on:
        on |= _STRICT
    pyrights = [
        table(pyproject, "tool", "pyright"),
        table(pyproject, "tool", "basedpyright"),
        _json(pyrightconfig),
    ]
    bodies, whole = "check_untyped_defs" in on, "disallow_untyped_defs" in on
    parameters = any(_reports(settings, "reportMissingParameterType") for settings in pyrights)
    passed_over = bool(sections) and not bodies and not parameters
    return Checks(
        arguments="disallow_any_generics" in on
        or any(_reports(settings, "reportMissingTypeArgument") for settings in pyrights),
        bodies=bodies,
        untyped=passed_over or ("disallow_incomplete_defs" in on and not whole),
        bare=whole or parameters,
    )


def _mypy_sections(
    pyproject: Mapping[str, Any], inis: Sequence[configparser.RawConfigParser]
) -> Iterator[set[str]]:
    """The switches that are on in each section: that of all modules, and those of some."""
    settings = table(pyproject, "tool", "mypy")
    overrides = settings.get("overrides")
    tables = [settings, *(overrides if isinstance(overrides, list) else ())]
    for one in tables if settings else ():
        if isinstance(one, Mapping):
            yield {key for key, value in one.items() if value is True}
    for ini in inis:
        for section in ini.sections():
            if section == "mypy" or section.startswith("mypy-"):
                yield {key for key, value in ini.items(section) if value.strip().lower() in _ON}


def _reports(settings: Mapping[str, Any], rule: str) -> bool:
    named = settings.get(rule)
    if named is not None:
        return named in (True, "error", "warning")
    return settings.get("typeCheckingMode") == "strict"


def _json(text: str) -> Mapping[str, Any]:
    # The file may hold comments, which JSON does not know; only whole-line ones are taken out.
    try:
        return table(json.loads(re.sub(r"(?m)^\s*//.*$", "", text)))
    except ValueError:
        return {}
