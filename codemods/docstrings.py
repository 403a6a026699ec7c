"""An entry for a new parameter in a docstring that documents the others, in its own style."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from codemods.edits import AddParameter
from codemods.style import Style

_GOOGLE_HEADER = re.compile(r"(Args|Arguments|Parameters|Params|Keyword Args):\s*$")
_GOOGLE_ENTRY = re.compile(r"\*{0,2}(?P<name>\w+)\s*(?P<type>\([^)]*\))?\s*:")
_NUMPY_HEADER = re.compile(r"(Parameters|Other Parameters)\s*$")
_NUMPY_ENTRY = re.compile(r"\*{0,2}(?P<name>\w+)(?P<type>\s*:\s*\S.*)?\s*$")
_FIELD = re.compile(r"(?P<mark>[:@])param\s+(?P<type>[^:\s]+\s+)?\*{0,2}(?P<name>\w+)\s*:")
_TYPE_FIELD = re.compile(r"(?P<mark>[:@])type\s+(?P<name>\w+)\s*:")


@dataclass(frozen=True, slots=True)
class Place:
    """The lines to insert into a docstring, and the line they go above."""

    index: int
    lines: tuple[str, ...]


def documented(
    function: cst.FunctionDef, names: Sequence[str], edit: AddParameter, style: Style
) -> cst.FunctionDef:
    """The function with a docstring entry, where its docstring has one for one of ``names``."""
    docstring = _docstring(function)
    if docstring is None:
        return function
    value = _with_entry(docstring.value, set(names), edit, style)
    new = docstring.with_changes(value=value)
    changed = function.deep_replace(docstring, new)
    assert isinstance(changed, cst.FunctionDef)
    return changed


def _docstring(function: cst.FunctionDef) -> cst.SimpleString | None:
    match function.body:
        case cst.IndentedBlock(
            body=[
                cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() as string), *_]),
                *_,
            ]
        ):
            return string
    return None


def _with_entry(text: str, names: set[str], edit: AddParameter, style: Style) -> str:
    lines = text.split("\n")
    forms: tuple[Callable[[list[str], set[str], AddParameter, Style], Place | None], ...]
    forms = (_google, _numpy, _fields)
    for form in forms:
        place = form(lines, names, edit, style)
        if place is not None:
            return "\n".join([*lines[: place.index], *place.lines, *lines[place.index :]])
    return text


@dataclass(frozen=True, slots=True)
class _Entry:
    start: int
    end: int  # exclusive, blank lines after the entry left out
    match: re.Match[str]
    indentation: str

    @property
    def name(self) -> str:
        return self.match["name"]


def _google(lines: list[str], names: set[str], edit: AddParameter, style: Style) -> Place | None:
    """Args: and below it, indented, ``name (type): description``."""
    for index, line in enumerate(lines):
        if _GOOGLE_HEADER.match(line.strip()):
            section = _section(lines, index + 1, len(_indentation(line)) + 1)
            entries = list(_entries(lines, section, _GOOGLE_ENTRY))
            if any(entry.name in names for entry in entries):
                typed = any(entry.match["type"] for entry in entries)
                kind = f" ({_type(edit)})" if typed and edit.annotation else ""
                last = entries[-1].indentation
                deeper = _deeper(lines, entries) or last + style.unit
                words = [f"{edit.parameter}{kind}:", *edit.description.split()]
                return Place(_end(lines, entries), _wrapped(words, last, deeper, style))
    return None


def _numpy(lines: list[str], names: set[str], edit: AddParameter, style: Style) -> Place | None:
    """Parameters, dashes, and below them ``name : type`` with the description indented."""
    for index, line in enumerate(lines[:-1]):
        underlined = re.match(r"\s*-{3,}\s*$", lines[index + 1])
        if underlined and _NUMPY_HEADER.match(line.strip()):
            section = _numpy_section(lines, index + 2, len(_indentation(line)))
            entries = list(_entries(lines, section, _NUMPY_ENTRY))
            if any(entry.name in names for entry in entries):
                typed = any(entry.match["type"] for entry in entries)
                kind = f" : {_type(edit)}" if typed and edit.annotation else ""
                last = entries[-1].indentation
                deeper = _deeper(lines, entries) or last + style.unit
                description = _wrapped(edit.description.split(), deeper, deeper, style)
                return Place(_end(lines, entries), (last + edit.parameter + kind, *description))
    return None


def _fields(lines: list[str], names: set[str], edit: AddParameter, style: Style) -> Place | None:
    """``:param name: description``, perhaps with ``:type name: type``."""
    found = [(i, match) for i, line in enumerate(lines) if (match := _FIELD.match(line.strip()))]
    if not any(match["name"] in names for _, match in found):
        return None
    index, match = found[-1]
    types = [i for i, line in enumerate(lines) if _TYPE_FIELD.match(line.strip())]
    indentation = _indentation(lines[index] if index else lines[1])
    end = _field_end(lines, max(index, *types) if types else index)
    mark, kind = match["mark"], _type(edit)
    inline = f"{kind} " if match["type"] and kind and " " not in kind else ""
    words = [f"{mark}param {inline}{edit.parameter}:", *edit.description.split()]
    entry = _wrapped(words, indentation, indentation + style.unit, style)
    if types and kind:
        entry = (*entry, f"{indentation}{mark}type {edit.parameter}: {kind}")
    return Place(end, entry)


def _type(edit: AddParameter) -> str:
    """The annotation for people, who need no quotes in it."""
    return re.sub("[\"']", "", edit.annotation or "")


def _wrapped(words: Sequence[str], first: str, deeper: str, style: Style) -> tuple[str, ...]:
    """The words on as few lines as are long enough for them."""
    lines = [first + words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if style.fits(longer):
            lines[-1] = longer
        else:
            lines.append(deeper + word)
    return tuple(lines)


def _section(lines: list[str], start: int, indentation: int) -> range:
    end = start
    for index in range(start, len(lines)):
        if lines[index].strip() and len(_indentation(lines[index])) < indentation:
            break
        end = index + 1
    # The quotes that end a docstring are no part of a section.
    return range(start, min(end, len(lines) - 1))


def _numpy_section(lines: list[str], start: int, indentation: int) -> range:
    section = _section(lines, start, indentation)
    for index in section:
        if index + 1 < len(lines) and re.match(r"\s*-{3,}\s*$", lines[index + 1]):
            return range(start, index)
    return section


def _entries(lines: list[str], section: range, pattern: re.Pattern[str]) -> Iterator[_Entry]:
    """The entries of a section: the lines at its lowest indentation that look like one."""
    written = [index for index in section if lines[index].strip()]
    if not written:
        return
    lowest = min(len(_indentation(lines[index])) for index in written)
    starts = [index for index in written if len(_indentation(lines[index])) == lowest]
    for start, following in zip(starts, [*starts[1:], section.stop], strict=True):
        if match := pattern.match(lines[start].strip()):
            end = max(index for index in written if start <= index < following) + 1
            yield _Entry(start, end, match, _indentation(lines[start]))


def _end(lines: list[str], entries: Sequence[_Entry]) -> int:
    last = entries[-1]
    # What is passed as **kwargs stays last.
    return last.start if lines[last.start].strip().startswith("**") else last.end


def _deeper(lines: list[str], entries: Sequence[_Entry]) -> str:
    found = [entry for entry in entries if entry.end > entry.start + 1]
    return _indentation(lines[found[-1].start + 1]) if found else ""


def _field_end(lines: list[str], start: int) -> int:
    """The end of a field that may go on over indented lines."""
    indentation = len(_indentation(lines[start]))
    for index in range(start + 1, len(lines) - 1):
        if not lines[index].strip() or len(_indentation(lines[index])) <= indentation:
            return index
    return max(start + 1, len(lines) - 1) if start + 1 < len(lines) else start


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
