"""Sources -> facts, in several processes where there is so much to read that it pays."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from types import TracebackType

from codemods.deep import run_deep
from taskfix.facts import collect
from taskfix.facts.parsing import parse
from taskfix.model import Module, Problem, Source

# A process takes most of a second to start, in which this many bytes can be read.
WORTH_IT = 2_000_000
_BYTES_OF_A_PORTION = 200_000
_MOST_PROCESSES = 16


@dataclass(frozen=True, slots=True)
class Job:
    """Sources to read, and which names to look for in them."""

    sources: tuple[Source, ...]
    names: frozenset[str]
    full: frozenset[str]  # the paths of which all calls are wanted

    @property
    def size(self) -> int:
        return sum(len(source.data) for source in self.sources)


def facts_of(job: Job) -> list[Module | Problem]:
    """The facts of each source, or why there are none."""
    return run_deep(lambda: [_facts_of(source, job) for source in job.sources])


class Workers:
    """Processes that read. They are started when they are first needed, and end with the block."""

    def __init__(self, processes: int) -> None:
        self._processes = min(processes, _MOST_PROCESSES)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._pool is not None:
            # After an interrupt nobody waits for what is still to be read.
            self._pool.shutdown(wait=kind is None, cancel_futures=True)
        # What is to be read later is little.
        self._pool, self._processes = None, 1

    def facts_of(self, job: Job) -> list[Module | Problem]:
        """As the function, in the order of the sources, whoever is ready first."""
        if self._processes < 2 or job.size < WORTH_IT:
            return facts_of(job)
        try:
            portions = self._started().map(facts_of, _portions(job))
            return [result for portion in portions for result in portion]
        except (BrokenProcessPool, OSError):
            # No process can be started, or one was ended from outside: it can be done here.
            self._processes = 1
            return facts_of(job)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._processes,
                # What runs in other threads now must not be copied half done.
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_leave_interrupts_to_the_parent,
            )
        return self._pool


def _facts_of(source: Source, job: Job) -> Module | Problem:
    parsed = parse(source)
    if isinstance(parsed, Problem):
        return parsed
    full = source.path in job.full
    return collect(source.path, parsed.text.text, parsed.tree, job.names, full=full)


def _portions(job: Job) -> Iterator[Job]:
    """Parts of a job, each big enough to be worth the way to another process."""
    start = size = 0
    for end, source in enumerate(job.sources, 1):
        size += len(source.data)
        if size >= _BYTES_OF_A_PORTION or end == len(job.sources):
            yield _portion(job, job.sources[start:end])
            start, size = end, 0


def _portion(job: Job, sources: Sequence[Source]) -> Job:
    paths = frozenset(source.path for source in sources)
    return Job(tuple(sources), job.names, job.full & paths)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
