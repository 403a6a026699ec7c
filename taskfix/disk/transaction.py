"""Writes changes to files: all of them or none, and so that they can be taken back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from taskfix.disk import journal
from taskfix.disk.contents import holds
from taskfix.disk.interrupts import Interrupts
from taskfix.disk.names import why
from taskfix.disk.replace import NotWrittenError, Staged, put, stage
from taskfix.model import Change, Problem

Groups = Iterable[Iterable[str]]


def write(changes: Sequence[Change], root: Path, groups: Groups = ()) -> tuple[Problem, ...]:
    """Write all changes or none; the problems say why nothing was written.

    ``groups`` are the paths that are right only together. A signal that ends the program takes
    back what has been written, and is raised as ``KeyboardInterrupt``.
    """
    if not changes:
        return ()
    try:
        with session(changes, root, groups) as one:
            return one.write(changes)
    except NotWrittenError as error:
        return (error.problem,)


class Session:
    """Writes that are remembered together: one run, undone as a whole."""

    def __init__(self, record: journal.Journal, interrupts: Interrupts) -> None:
        self.interrupts = interrupts
        self._journal = record
        self._written: dict[Path, Change] = {}  # from what it was at first to what it is now
        self._complete = True

    @property
    def name(self) -> str:
        """What ``taskfix undo`` calls the run."""
        return self._journal.name

    def write(self, changes: Sequence[Change]) -> tuple[Problem, ...]:
        """Write all changes or none; the problems say why nothing was written.

        Every new content is put on the disk before the first file is replaced. If one cannot be
        replaced, or a signal comes, the files replaced so far get their old bytes back.
        """
        staged: list[Staged] = []
        begun: list[Staged] = []
        try:
            for change in changes:
                self.interrupts.check()
                staged.append(stage(change, change.after, self._journal))
            for one in staged:
                self.interrupts.check()
                if self._is_to_be_put(one):
                    begun.append(one)
                    put(one, self._journal)
        except NotWrittenError as error:
            return (error.problem, *self._take_back(begun))
        except BaseException:
            self._take_back(begun)
            raise
        finally:
            for one in staged:
                one.temporary.unlink(missing_ok=True)
        for one in staged:
            first = self._written.get(one.target, one.change)
            self._written[one.target] = Change(first.path, first.before, one.change.after)
        return ()

    def restore(self) -> tuple[Problem, ...]:
        """Give all files the bytes that they had before the run; tell which could not get them."""
        changed = [one for one in self._written.values() if one.before != one.after]
        return self._undo([one for one in changed if holds(one.path, one.after)])

    def close(self) -> None:
        self._journal.close(complete=self._complete)

    def _is_to_be_put(self, staged: Staged) -> bool:
        change = staged.change
        if holds(change.path, change.before):
            return True
        if staged.in_place and holds(change.path, change.after):
            # A second name of a file that has been written under its first.
            self._journal.record(staged.target, staged.data)
            return False
        raise NotWrittenError(_stale(change))

    def _take_back(self, begun: Sequence[Staged]) -> tuple[Problem, ...]:
        # Overwriting may have stopped half way; a renamed file is the old one or the new one.
        torn = [one for one in begun if one.in_place or holds(one.change.path, one.change.after)]
        return self._undo([one.change for one in reversed(torn)])

    def _undo(self, changes: Sequence[Change]) -> tuple[Problem, ...]:
        problems = []
        for change in changes:
            try:
                put(stage(change, change.before, self._journal), self._journal)
            except NotWrittenError as error:
                # The journal stays, so that it can be tried again.
                self._complete = False
                message = f"could not be restored: {error}; `taskfix undo` tries it again"
                problems.append(Problem(change.path, None, "TF906", message))
        return tuple(problems)


@contextlib.contextmanager
def session(changes: Sequence[Change], root: Path, groups: Groups = ()) -> Iterator[Session]:
    """A run that may write these changes, in as many steps as it likes.

    If it is left by an exception everything is as it was before. A signal is held back until the
    session asks, so that it cannot come between a file and what is remembered of it. Raises
    ``NotWrittenError`` where nothing can be remembered.
    """
    with Interrupts() as interrupts:
        try:
            record = journal.begin(root, changes, groups)
        except OSError as error:
            message = f"is not changed, for no copy of it can be kept: {why(error)}"
            raise NotWrittenError(Problem(changes[0].path, None, "TF906", message)) from error
        one = Session(record, interrupts)
        try:
            yield one
            interrupts.check()
        except BaseException:
            one.restore()
            raise
        finally:
            one.close()


def _stale(change: Change) -> Problem:
    message = "was changed by someone else during the run; run taskfix again"
    return Problem(change.path, None, "TF907", message)
