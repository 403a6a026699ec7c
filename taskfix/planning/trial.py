"""One try: the edits of all plans are made, file by file, and each new file is judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from codemods.apply import apply_edits
from codemods.edits import Edit, EditError, KeepTask, LambdaToFunction, UneditableError
from taskfix.config import Config
from taskfix.facts.encoding import EncodingFailure, encode
from taskfix.gates import judge_file
from taskfix.index.library import Library
from taskfix.model import Change, Reason
from taskfix.planning.locks import Lock, uneditable
from taskfix.planning.plan import Inseparable, LockedFile, Plan, Rejected

Flawed: TypeAlias = Rejected | LockedFile | Inseparable


@dataclass(frozen=True, slots=True)
class _Flaw:
    """What is wrong with a file; ``edit`` is what it comes from, where that is known."""

    reason: Reason
    edit: Edit | None = None
    lock: Lock | None = None
    in_a_line: bool = False  # what cannot be reproduced is one line only
    bug: bool = False


class Trial:
    """Makes the edits of plans to the files of a project, and knows again what it has made."""

    def __init__(self, library: Library, config: Config) -> None:
        self._library = library
        self._config = config
        self._made: dict[tuple[str, tuple[Edit, ...]], bytes | _Flaw] = {}

    def changes(self, plans: Sequence[Plan]) -> tuple[Change, ...] | Flawed:
        """The changed files, or what one of them has no place for."""
        changes = []
        for path, edits in sorted(_edits(plans).items()):
            result = self._file(path, edits)
            if isinstance(result, _Flaw):
                return self._rejected(path, result, plans)
            before = self._library.sources[path].data
            changes.append(Change(path, before, result, len(edits)))
        return tuple(changes)

    def _file(self, path: str, edits: tuple[Edit, ...]) -> bytes | _Flaw:
        key = path, edits
        if key not in self._made:
            self._made[key] = self._make(path, edits)
        return self._made[key]

    def _make(self, path: str, edits: tuple[Edit, ...]) -> bytes | _Flaw:
        text, config = self._library.text(path), self._config.at(path)
        try:
            result = apply_edits(text.text, edits, config.line_length)
        except EditError as error:
            return _Flaw(Reason("edit-refused", str(error)), error.edit)
        except UneditableError as error:
            lock = uneditable(path, error)
            return _Flaw(lock.reason, lock=lock, in_a_line=error.line is not None)
        data = encode(result, text)
        if isinstance(data, EncodingFailure):
            return _Flaw(Reason("not-encodable", data.message))
        source = self._library.sources[path]
        failure = judge_file(source, data, edits, config.min_python)
        if failure is not None:
            return _Flaw(Reason("did-not-verify", f"{failure.gate}: {failure.message}"), bug=True)
        return data

    def _rejected(self, path: str, flaw: _Flaw, plans: Sequence[Plan]) -> Flawed:
        """The plans that spoil a file: those that do so alone, else all that touch it."""
        involved = [plan for plan in plans if plan.proposal and path in plan.proposal.paths]
        if isinstance(flaw.edit, (KeepTask, LambdaToFunction)):
            reason = Reason("needs-expression", flaw.reason.message)
            return Inseparable(path, flaw.edit.call, reason)
        if flaw.edit is not None:
            guilty = [p for p in involved if p.proposal and (path, flaw.edit) in p.proposal.edits]
            return Rejected(tuple(guilty), flaw.reason)
        alone = [
            plan for plan in involved if isinstance(self._file(path, _edits([plan])[path]), _Flaw)
        ]
        if flaw.lock is not None and (not flaw.in_a_line or len(alone) in (0, len(involved))):
            return LockedFile(path, flaw.lock)
        return Rejected(tuple(alone or involved), flaw.reason, site=flaw.bug)


def _edits(plans: Sequence[Plan]) -> dict[str, tuple[Edit, ...]]:
    """The edits of each file, every one once."""
    found: dict[str, dict[Edit, None]] = defaultdict(dict)
    for plan in plans:
        for path, edit in plan.proposal.edits if plan.proposal else ():
            found[path][edit] = None
    return {path: tuple(edits) for path, edits in found.items()}
