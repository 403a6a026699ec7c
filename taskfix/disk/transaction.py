"""Writes changes to files: all of them or none, and so that they can be taken back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from taskfix.disk import journal
from taskfix.disk.contents import content, holds
from taskfix.disk.interrupts import Interrupts
from taskfix.disk.names import why
from taskfix.disk.replace import NotWrittenError, Staged, put, put_back, stage
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
        return error.problems


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

    def admit(self, changes: Sequence[Change]) -> None:
        """Let the run change files that it did not think of. Raises ``NotWrittenError``."""
        with _remembering(changes):
            self._journal.extend(changes)

    def tie(self, groups: Groups) -> None:
        """Let more files count as right only together. Raises ``OSError``."""
        self._journal.tie(groups)

    def write(self, changes: Sequence[Change]) -> tuple[Problem, ...]:
        """Write all changes or none; the problems say why nothing was written.

        Every new content is put on the disk before the first file is replaced. If one cannot be
        replaced, or a signal comes, the files replaced so far get their old bytes back.
        """
        staged: list[Staged] = []
        spares: list[Staged] = []  # the old contents: taking back must need no space
        begun: list[Staged] = []
        try:
            for change in changes:
                self.interrupts.check()
                staged.append(stage(change, change.after, self._journal))
                spares.append(stage(change, change.before, self._journal, spare=True))
            for one, spare in zip(staged, spares, strict=True):
                self.interrupts.check()
                if self._is_to_be_put(one):
                    begun.append(spare)
                    put(one, self._journal)
        except NotWrittenError as error:
            return (*error.problems, *self._take_back(begun))
        except BaseException:
            self._take_back(begun)
            raise
        finally:
            _remove(one.temporary for one in (*staged, *spares))
        for one in staged:
            first = self._written.get(one.target, one.change)
            self._written[one.target] = replace(first, after=one.change.after)
        return ()

    def disturbed(self) -> list[Change]:
        """The files that are not what the run has made of them: from that to what they are."""
        found = []
        for one in self._written.values():
            data = content(one.path)
            if data is not None and data != one.after:
                found.append(Change(one.path, one.after, data))
        return found

    def adopt(self, change: Change) -> None:
        """Let what someone else has made of a file count as the run's own work."""
        target = Path(change.path).resolve()
        self._journal.record(target, change.after)
        self._written[target] = replace(self._written[target], after=change.after)

    def restore(self) -> tuple[Problem, ...]:
        """Give all files the bytes that they had before the run, whatever signal comes."""
        self.interrupts.ignore()
        changed = [one for one in self._written.values() if one.before != one.after]
        back = [Change(one.path, one.after, one.before) for one in changed]
        problems = self.write([one for one in back if holds(one.path, one.before)])
        problems = tuple(replace(one, message=_not_restored(one.message)) for one in problems)
        # The journal stays, so that it can be tried again.
        self._complete = self._complete and not problems
        with contextlib.suppress(OSError):
            self.close()
        return problems

    def close(self) -> None:
        """End the run: from now on it is one that can be undone. Raises ``OSError``."""
        if self._complete:
            self._journal.finish()

    def release(self) -> None:
        """Let go of the journal; if it was not closed, the next run finds it."""
        self._journal.lock.release()

    def _is_to_be_put(self, staged: Staged) -> bool:
        change = staged.change
        if holds(change.path, change.before):
            return True
        if staged.in_place and holds(change.path, change.after):
            # A second name of a file that has been written under its first.
            self._journal.record(staged.target, staged.data)
            return False
        raise NotWrittenError(_stale(change))

    def _take_back(self, spares: Sequence[Staged]) -> tuple[Problem, ...]:
        problems = []
        for spare in reversed(spares):
            change = spare.change
            # Overwriting may have stopped half way; a renamed file is the old one or the new one.
            if not spare.in_place and not holds(change.path, change.after):
                continue
            try:
                put_back(spare, self._journal)
            except NotWrittenError as error:
                # The journal stays, so that it can be tried again.
                self._complete = False
                problems.append(Problem(change.path, None, "TF906", _not_restored(str(error))))
        return tuple(problems)


@contextlib.contextmanager
def session(changes: Sequence[Change], root: Path, groups: Groups = ()) -> Iterator[Session]:
    """A run that may write these changes, in as many steps as it likes.

    If it is left by an exception everything is as it was before. A signal is held back until the
    session asks, so that it cannot come between a file and what is remembered of it. Raises
    ``NotWrittenError`` where nothing can be remembered.
    """
    with Interrupts() as interrupts:
        with _remembering(changes):
            record = journal.begin(root, changes, groups)
        one = Session(record, interrupts)
        try:
            yield one
            interrupts.check()
            one.close()
        except OSError as error:
            raise NotWrittenError(_not_remembered(changes[0], error), *one.restore()) from error
        except NotWrittenError as error:
            raise NotWrittenError(*error.problems, *one.restore()) from error
        except BaseException:
            one.restore()
            raise
        finally:
            one.release()


def _not_restored(why_not: str) -> str:
    return f"could not be restored: {why_not}; `taskfix undo` tries it again"


def _not_remembered(change: Change, error: OSError) -> Problem:
    message = f"is not changed, for no copy of it can be kept: {why(error)}"
    return Problem(change.path, None, "TF906", message)


def _remove(temporaries: Iterable[Path]) -> None:
    # What cannot be removed is in nobody's way: the changes do not fail for it.
    for path in temporaries:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _remembering(changes: Sequence[Change]) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotWrittenError(_not_remembered(changes[0], error)) from error


def _stale(change: Change) -> Problem:
    message = "was changed by someone else during the run; run taskfix again"
    return Problem(change.path, None, "TF907", message)
