"""Remembers on the disk what a run does, so that it can be undone, even if the run is killed.

A run has a directory of its own:

    manifest.json   which files it may change, and which of them belong together
    before/N        the original bytes of the N-th file
    over/N-M        bytes with which the N-th file is overwritten, where renaming is not possible
    writes.jsonl    every content that the run has put into a file, noted before it is put there
    lock            held for as long as the run lives
    finished        is there once the run has come to its end
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from taskfix.disk.contents import content
from taskfix.disk.durable import sync_directory, write_new, write_synced
from taskfix.disk.lock import Lock
from taskfix.disk.state import state_directories, state_directory
from taskfix.model import Change

# How many runs of one project can be undone, one after the other.
KEPT_RUNS = 20
_AN_HOUR = 3600
_STAMP = "%Y%m%d-%H%M%S"


def digest(data: bytes) -> str:
    """What a content is recognised by."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the journal of a run says, for as long as nothing is written to it."""

    directory: Path
    root: Path
    started: datetime  # in UTC
    files: tuple[Path, ...]  # absolute
    originals: tuple[str, ...]  # the digests of what the files were
    groups: tuple[frozenset[Path], ...]  # files that are right only together
    written: dict[Path, list[str]]  # the digests of what the run has put there, in order
    finished: bool

    @property
    def name(self) -> str:
        return self.directory.name

    @property
    def alive(self) -> bool:
        """Whether the run is still under way."""
        return not self.finished and Lock.is_held(self.directory / "lock")

    def before(self, file: Path) -> bytes | None:
        """The original content of a file, None where it was lost or is no more what it was."""
        number = self.files.index(file)
        data = content(self.directory / "before" / str(number))
        return data if data is not None and digest(data) == self.originals[number] else None

    def wrote(self, file: Path, data: bytes) -> bool:
        """Whether a content of a file is the run's work and no one else's."""
        digests = self.written.get(file, [])
        # A run that has ended has left the last one; one that was killed may have left any.
        if digest(data) in (digests[-1:] if self.finished else digests):
            return True
        return not self.finished and self._is_torn(file, data)

    def _is_torn(self, file: Path, data: bytes) -> bool:
        """Whether a content is what a kill in the middle of overwriting the file has left."""
        number = self.files.index(file)
        new = [path.read_bytes() for path in self.directory.glob(f"over/{number}-*")]
        # It may have been put back as well, and that have been broken off.
        before = self.before(file)
        contents = [*new, before] if before is not None else new
        return any(_is_mixture(data, start, end) for start in contents for end in contents)

    def forget(self) -> None:
        """Remove the journal: the run can no longer be undone."""
        shutil.rmtree(self.directory, ignore_errors=True)

    def finish(self) -> None:
        """Let the run count as ended, with what stands in the files now."""
        _mark_finished(self.directory)


@dataclass(slots=True)
class Journal:
    """The journal of the run that is under way."""

    directory: Path
    lock: Lock
    root: Path
    index: dict[Path, int]
    originals: dict[Path, str]
    groups: list[list[Path]]
    current: dict[Path, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.directory.name

    def extend(self, changes: Sequence[Change]) -> None:
        """Remember more files, before any of them is written. Raises ``OSError``.

        What lies outside of the project, as a file that has become a link, is not written at all.
        """
        new = {Path(change.path).resolve(): change.before for change in changes}
        new = {f: old for f, old in new.items() if f not in self.index and self.root in f.parents}
        if not new:
            return
        for number, (file, before) in enumerate(new.items(), len(self.index)):
            write_new(self.directory / "before" / str(number), before)
            self.index[file] = number
            self.originals[file] = digest(before)
        self._write_manifest()

    def tie(self, groups: Iterable[Iterable[str]]) -> None:
        """Remember more files that are right only together. Raises ``OSError``."""
        self.groups += _resolved(groups)
        self._write_manifest()

    def _write_manifest(self) -> None:
        manifest = {
            "schema": 1,
            "root": str(self.root),
            "files": [str(file) for file in self.index],
            "sha256": [self.originals[file] for file in self.index],
            "groups": [[str(file) for file in group] for group in self.groups],
        }
        new = self.directory / "manifest.new"
        write_new(new, json.dumps(manifest, indent=1).encode())
        new.replace(self.directory / "manifest.json")
        sync_directory(self.directory)

    def record(self, file: Path, data: bytes) -> None:
        """Note that a file is about to get a content. To be called before it happens."""
        entry = {"file": self.index[file], "sha256": digest(data)}
        with (self.directory / "writes.jsonl").open("ab") as log:
            write_synced(log.fileno(), json.dumps(entry).encode() + b"\n")
        self.current[file] = digest(data)

    def record_overwriting(self, file: Path, data: bytes) -> None:
        """As ``record``, for a content that is not put into place by a single step."""
        folder = self.directory / "over"
        folder.mkdir(exist_ok=True)
        number = len(list(folder.iterdir()))
        write_new(folder / f"{self.index[file]}-{number}", data)
        self.record(file, data)

    def note_restored(self, file: Path, data: bytes) -> None:
        """Note that a file has a content again that it had before: it is recorded already."""
        self.current[file] = digest(data)

    @property
    def changed(self) -> bool:
        """Whether some file now differs from what it was before the run."""
        return any(self.originals[file] != now for file, now in self.current.items())

    def finish(self) -> None:
        """End the run. If nothing is left of it there is nothing to remember."""
        if self.changed:
            _mark_finished(self.directory)
            with contextlib.suppress(OSError):  # others prune as well
                _prune(self.directory)
        else:
            shutil.rmtree(self.directory, ignore_errors=True)


def begin(root: Path, changes: Sequence[Change], groups: Iterable[Iterable[str]] = ()) -> Journal:
    """Start the journal of a run that may make these changes. Raises ``OSError``."""
    files = [Path(change.path).resolve() for change in changes]
    directory = _new_directory()
    journal = Journal(
        directory,
        Lock(directory / "lock"),
        root.resolve(),
        {file: number for number, file in enumerate(files)},
        {file: digest(change.before) for file, change in zip(files, changes, strict=True)},
        _resolved(groups),
    )
    (directory / "before").mkdir()
    for file, change in zip(files, changes, strict=True):
        write_new(directory / "before" / str(journal.index[file]), change.before)
    # With the manifest the journal is complete: without it nothing has been written yet.
    journal._write_manifest()
    sync_directory(directory.parent)
    return journal


def resume(run: Recorded) -> Journal:
    """The journal of an earlier run, to write to it again. Raises ``OSError``."""
    journal = Journal(
        run.directory,
        Lock(run.directory / "lock"),
        run.root,
        {file: number for number, file in enumerate(run.files)},
        dict(zip(run.files, run.originals, strict=True)),
        [list(group) for group in run.groups],
    )
    journal.current.update((file, digests[-1]) for file, digests in run.written.items())
    (run.directory / "finished").unlink(missing_ok=True)
    sync_directory(run.directory)
    return journal


def recorded() -> Iterator[Recorded]:
    """The runs that are remembered, the latest first."""
    directories = [one for state in state_directories() for one in (state / "runs").glob("*-*-*")]
    for directory in sorted(directories, key=lambda one: one.name, reverse=True):
        found = _load(directory)
        if found is not None:
            yield found


def _load(directory: Path) -> Recorded | None:
    """The journal in a directory. None where it cannot be read, and where it never began."""
    try:
        manifest = json.loads((directory / "manifest.json").read_bytes())
        files = tuple(Path(file) for file in manifest["files"])
        originals = tuple(map(str, manifest["sha256"]))
        run = Recorded(
            directory,
            Path(manifest["root"]),
            datetime.strptime(directory.name[:15], _STAMP).replace(tzinfo=timezone.utc),
            files,
            originals,
            tuple(frozenset(Path(file) for file in group) for group in manifest["groups"]),
            _written(directory / "writes.jsonl", files),
            (directory / "finished").exists(),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return run if len(files) == len(originals) else None


def _written(log: Path, files: Sequence[Path]) -> dict[Path, list[str]]:
    written: dict[Path, list[str]] = {}
    try:
        lines = log.read_bytes().splitlines()
    except FileNotFoundError:
        return written
    for line in lines:
        try:
            entry = json.loads(line)
            file, sha256 = files[entry["file"]], str(entry["sha256"])
        except (ValueError, KeyError, TypeError, IndexError):
            continue  # cut off by a kill: what it announces has not been done
        written.setdefault(file, []).append(sha256)
    return written


def _runs() -> Path:
    runs = state_directory() / "runs"
    runs.mkdir(mode=0o700, exist_ok=True)
    return runs


def _new_directory() -> Path:
    stamp = datetime.now(timezone.utc).strftime(_STAMP)
    for number in range(1, 1000):
        directory = _runs() / f"{stamp}-{number:03}"
        try:
            directory.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return directory
    raise FileExistsError(17, "too many runs in one second", str(_runs()))


def _resolved(groups: Iterable[Iterable[str]]) -> list[list[Path]]:
    return [[Path(path).resolve() for path in group] for group in groups]


def _is_mixture(data: bytes, start: bytes, end: bytes) -> bool:
    """Whether data begins as one content and goes on as another."""
    pairs = enumerate(zip(data, start, strict=False))
    shorter = min(len(data), len(start))
    same = next((index for index, (one, other) in pairs if one != other), shorter)
    return data[same:] == end[same:]


def _mark_finished(directory: Path) -> None:
    (directory / "finished").touch()
    sync_directory(directory)


def _prune(latest: Path) -> None:
    """Forget the oldest runs of a project, and those that were killed before they began."""
    own = _load(latest)
    runs = [one for one in recorded() if own and one.root == own.root and one.finished]
    for one in runs[KEPT_RUNS:]:
        one.forget()
    for directory in latest.parent.iterdir():
        old = time.time() - directory.stat().st_mtime > _AN_HOUR
        if old and not (directory / "manifest.json").exists():
            shutil.rmtree(directory, ignore_errors=True)
