"""Turns a report into bytes and back: plain JSON, for who reads it may not trust who wrote it."""

from __future__ import annotations

import json
import types
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from taskfix.model import Report


def to_bytes(report: Report) -> bytes:
    """The report without its changes: those are made again where they are wanted."""
    return json.dumps(_plain(replace(report, changes=())), separators=(",", ":")).encode("ascii")


def from_bytes(data: bytes) -> Report | None:
    """The report that was stored, None where the bytes are not those of one."""
    try:
        report = _built(Report, json.loads(data))
    except (ValueError, TypeError, RecursionError):
        return None
    return report if isinstance(report, Report) else None


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _built(kind: Any, value: Any) -> Any:
    """A value of a type of the model; raises ``ValueError`` for what is none."""
    if isinstance(kind, type) and is_dataclass(kind):
        kinds = _kinds(kind)
        return kind(*_each(kinds, _list(value, len(kinds))))
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            return tuple(_built(arguments[0], one) for one in _list(value))
        return tuple(_each(arguments, _list(value, len(arguments))))
    if origin in (Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        (kind,) = (one for one in arguments if one is not type(None))
        return _built(kind, value)
    if value not in arguments if origin is Literal else type(value) is not kind:
        raise ValueError(f"{value!r} is no {kind}")
    return value


@cache
def _kinds(kind: type) -> tuple[Any, ...]:
    """The types of the fields of a dataclass."""
    hints = get_type_hints(kind)
    return tuple(hints[field.name] for field in fields(kind))


def _each(kinds: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    return [_built(kind, value) for kind, value in zip(kinds, values, strict=True)]


def _list(value: Any, length: int | None = None) -> list[Any]:
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise ValueError(f"{value!r} is no list of {length}")
    return value
