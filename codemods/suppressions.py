"""RemoveSuppression: codes leave a ``# noqa`` or ``# ruff: ignore`` comment."""

from __future__ import annotations

import re
from collections.abc import Iterable

import libcst as cst

from codemods.edits import EditError, RemoveSuppression

_CODE = r"[A-Za-z][A-Za-z0-9-]*"
_CODES = rf"{_CODE}(?:\s*,\s*{_CODE}|\s+[A-Z]+[0-9]+\b)*"
_NOQA = re.compile(rf"(?P<before>#\s*noqa\s*:\s*)(?P<codes>{_CODES})", re.IGNORECASE)
_IGNORE = re.compile(rf"(?P<before>#\s*ruff\s*:\s*ignore\[)\s*(?P<codes>{_CODES})\s*(?P<after>\])")


def without_codes(comment: cst.Comment, edit: RemoveSuppression) -> cst.Comment | None:
    """The comment without the codes, None where nothing is left of it."""
    for pattern in (_NOQA, _IGNORE):
        match = pattern.search(comment.value)
        if match is None or not _codes(match) & _upper(edit.codes):
            continue
        text = comment.value[: match.start()] + _directive(match, edit) + _rest(match, edit)
        text = text.strip()
        return comment.with_changes(value=text) if text else None
    raise EditError(edit, "the line has no suppression of these codes")


def _codes(match: re.Match[str]) -> set[str]:
    return _upper(re.split(r"[\s,]+", match["codes"]))


def _upper(codes: Iterable[str]) -> set[str]:
    return {code.upper() for code in codes}


def _remaining(match: re.Match[str], edit: RemoveSuppression) -> str:
    """The codes that stay, with what separates them."""
    removed = _upper(edit.codes)
    parts = re.split(r"(\s*,\s*|\s+)", match["codes"])
    kept = [(index, code) for index, code in enumerate(parts[::2]) if code.upper() not in removed]
    separators = ["", *parts[1::2]]
    return "".join(
        (separators[index] if position else "") + code
        for position, (index, code) in enumerate(kept)
    )


def _directive(match: re.Match[str], edit: RemoveSuppression) -> str:
    remaining = _remaining(match, edit)
    if not remaining:
        return ""
    return match["before"] + remaining + (match.groupdict().get("after") or "")


def _rest(match: re.Match[str], edit: RemoveSuppression) -> str:
    """What follows the directive, as a comment of its own if the directive is gone."""
    rest = match.string[match.end() :]
    if _remaining(match, edit) or not rest.strip():
        return rest
    words = rest.strip().lstrip("-:–— ")
    return words if words.startswith("#") else f"# {words}"
