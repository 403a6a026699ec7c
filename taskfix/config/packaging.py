"""Reads what the packaging and type-checker files of a project say about it."""

from __future__ import annotations

import configparser
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taskfix.config.checkers import Checks, read_checks
from taskfix.config.tables import table
from taskfix.config.widths import editor_length, line_length
from taskfix.disk.contents import read_setting
from taskfix.disk.names import display_name
from taskfix.facts.encoding import EncodingFailure, decode

if TYPE_CHECKING:
    from email.message import Message

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True, slots=True)
class Packaging:
    """What the files beside the code say."""

    pyproject: Mapping[str, Any]
    min_python: tuple[int, int] | None
    references: tuple[str, ...]  # "module:function", as entry points are written
    line_length: int | None  # what the project's formatter keeps to
    checks: Checks  # what its type checkers ask for


class PackagingError(Exception):
    """``pyproject.toml`` is there but cannot be read."""


def read_packaging(root: Path) -> Packaging:
    """Read the files at the root of a project; those that are absent say nothing."""
    pyproject = _read_pyproject(root)
    setup_cfg = _read_ini(root, "setup.cfg")
    setup_py = _read_text(root, "setup.py")
    return Packaging(
        pyproject,
        _min_python(pyproject, setup_cfg, setup_py, _read_metadata(root)),
        tuple(sorted(set(_references(pyproject, setup_cfg, setup_py)))),
        line_length(
            table(pyproject, "tool"),
            _read_ruff(root),
            (_read_ini(root, ".flake8"), setup_cfg, _read_ini(root, "tox.ini")),
        )
        or editor_length(_read_text(root, ".editorconfig")),
        read_checks(
            pyproject,
            (setup_cfg, _read_ini(root, "mypy.ini"), _read_ini(root, ".mypy.ini")),
            _read_text(root, "pyrightconfig.json"),
        ),
    )


# -- versions ------------------------------------------------------------------------------------


def _min_python(
    pyproject: Mapping[str, Any],
    setup_cfg: configparser.RawConfigParser,
    setup_py: str,
    metadata: Message | None,
) -> tuple[int, int] | None:
    poetry = table(pyproject, "tool", "poetry", "dependencies").get("python")
    candidates = (
        table(pyproject, "project").get("requires-python"),
        poetry.get("version") if isinstance(poetry, dict) else poetry,
        setup_cfg.get("options", "python_requires", fallback=None),
        _required(setup_py),
        metadata["Requires-Python"] if metadata is not None else None,
    )
    said = _lowest(next((one for one in candidates if isinstance(one, str)), ""))
    classified = metadata.get_all("Classifier", []) if metadata is not None else []
    classifiers = map(str, classified)
    return said or _classified((*_texts(pyproject), *_values(setup_cfg), setup_py, *classifiers))


def _required(setup_py: str) -> str | None:
    """``python_requires=">=3.8"``, as a key of a dictionary too, or by the name of a constant."""
    found = re.search(r"""python_requires["']?\s*[=:]\s*(?:["']([^"']+)|(\w+))""", setup_py)
    if found is None or found[1]:
        return found and found[1]
    constant = re.search(rf"""^{found[2]}\s*=\s*["']([^"']+)""", setup_py, re.MULTILINE)
    return constant and constant[1]


def _classified(texts: Iterable[str]) -> tuple[int, int] | None:
    """The lowest version that the classifiers name."""
    pattern = r"Programming Language :: Python :: (\d)\.(\d+)"
    found = [match for text in texts for match in re.findall(pattern, text)]
    return min(((int(major), int(minor)) for major, minor in found), default=None)


def _lowest(specifier: str) -> tuple[int, int] | None:
    """The lowest version that a specifier such as ``>=3.9,<4`` or ``^3.8 || ^3.10`` allows."""
    bounds = [_lower_bound(alternative) for alternative in specifier.split("||")]
    return min((bound for bound in bounds if bound), default=None)


def _lower_bound(clauses: str) -> tuple[int, int] | None:
    # Not a bound from below: <, <=, !=. Everything else is one: >=, >, ==, ===, ~=, ^, ~, "3.10".
    pattern = r"(?P<operator>[<>=!~^]*)\s*(?P<major>\d+)(?:\.(?P<minor>\d+))?[\w.*]*"
    found = [
        (int(match["major"]), int(match["minor"] or 0))
        for match in re.finditer(pattern, clauses)
        if match["operator"] not in ("<", "<=", "!=")
    ]
    return max(found, default=None)


# -- entry points ----------------------------------------------------------------------------------

_REFERENCE = re.compile(r"\b[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


def _references(
    pyproject: Mapping[str, Any], setup_cfg: configparser.RawConfigParser, setup_py: str
) -> Iterator[str]:
    """Every ``module:function``, wherever it stands: an installer or a server calls it by name."""
    for text in _texts(pyproject):
        yield from _REFERENCE.findall(text)
    for text in _values(setup_cfg):
        yield from _REFERENCE.findall(text)
    yield from re.findall(rf"=\s*({_REFERENCE.pattern})", setup_py)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _values(ini: configparser.RawConfigParser) -> Iterator[str]:
    for section in ini.sections():
        for _, text in ini.items(section):
            yield text


# -- files ---------------------------------------------------------------------------------------


def _read_pyproject(root: Path) -> Mapping[str, Any]:
    shown = display_name(root / "pyproject.toml")
    try:
        data = read_setting(root / "pyproject.toml")
        return tomllib.loads((data or b"").decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackagingError(f"{shown}: {error}") from error


def _read_ruff(root: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_read_text(root, ".ruff.toml") or _read_text(root, "ruff.toml"))
    except tomllib.TOMLDecodeError:
        return {}


def _read_metadata(root: Path) -> Message | None:
    """What a build tool worked out of all the others and wrote into a source distribution."""
    text = _read_text(root, "PKG-INFO")
    if not text:
        return None
    from email import message_from_string  # few projects have such a file, and it takes a while

    return message_from_string(text)


def _read_ini(root: Path, name: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(_read_text(root, name))
    except configparser.Error:
        return configparser.RawConfigParser()
    return parser


def _read_text(root: Path, name: str) -> str:
    """The text of a file of another tool; a broken one is that tool's affair and says nothing."""
    try:
        decoded = decode(read_setting(root / name) or b"")
    except OSError:
        return ""
    return "" if isinstance(decoded, EncodingFailure) else decoded.text
