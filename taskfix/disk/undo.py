"""Takes back what a run has written, as far as nobody has changed it since."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from taskfix.disk.contents import content
from taskfix.disk.interrupts import Interrupts
from taskfix.disk.journal import Recorded, recorded, resume
from taskfix.disk.names import display_name, why
from taskfix.disk.replace import temporary_names
from taskfix.disk.transaction import Session
from taskfix.model import Change, Problem


@dataclass(frozen=True, slots=True)
class Undone:
    """What has come of it: ``refused`` were changed since, ``problems`` could not be written."""

    restored: tuple[str, ...] = ()
    refused: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


def runs_in(directory: Path) -> Iterator[Recorded]:
    """The remembered runs that have changed files below a directory, the latest first."""
    top = directory.resolve()
    return (run for run in recorded() if any(file.is_relative_to(top) for file in run.files))


def undo(run: Recorded) -> Undone:
    """Give the files of a run the bytes that they had before it.

    A file that has been changed since is left alone, and so are the files that are right only
    together with it.
    """
    try:
        return _undone(run)
    except OSError as error:
        message = f"cannot be used to restore anything: {why(error)}"
        return Undone(problems=(Problem(str(run.directory), None, "TF906", message),))


def _undone(run: Recorded) -> Undone:
    contents = {file: content(file) for file in run.files}
    refused = dict(_refused(run, contents))
    changes = [
        Change(display_name(file), data, before)
        for file, data in contents.items()
        if data is not None and file not in refused
        if (before := run.before(file)) is not None and data != before
    ]
    with Interrupts() as interrupts:
        session = Session(resume(run), interrupts)
        with contextlib.ExitStack() as stack:
            stack.callback(session.release)
            stack.callback(session.close)  # after an interrupt too: it can be undone again
            _remove_temporaries(run)
            problems = session.write(changes)
    restored = () if problems else tuple(change.path for change in changes)
    return Undone(restored, tuple(refused.values()), problems)


def _refused(
    run: Recorded, contents: Mapping[Path, bytes | None]
) -> Iterator[tuple[Path, Problem]]:
    lost = {file for file in run.files if run.before(file) is None}
    changed = {file for file, data in contents.items() if not _is_known(run, file, data)} | lost
    for file in run.files:
        if file in changed:
            message = "was changed since" if contents[file] is not None else "is gone"
            yield file, _problem(file, "was kept no more as it was" if file in lost else message)
            continue
        others = sorted(other for group in run.groups if file in group for other in group & changed)
        if others and contents[file] != run.before(file):
            yield file, _problem(file, f"belongs together with {display_name(others[0])}")


def _is_known(run: Recorded, file: Path, data: bytes | None) -> bool:
    return data is not None and (data == run.before(file) or run.wrote(file, data))


def _problem(file: Path, message: str) -> Problem:
    return Problem(display_name(file), None, "TF907", message)


def _remove_temporaries(run: Recorded) -> None:
    """A run that was killed has left what it was about to put into place."""
    for number, file in enumerate(run.files):
        for temporary in temporary_names(file, run.name, number):
            temporary.unlink(missing_ok=True)
            (run.directory / temporary.name).unlink(missing_ok=True)
