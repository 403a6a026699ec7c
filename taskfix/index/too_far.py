"""How far a question goes: the nearest files first, and not more than are worth it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

# More files than these are not looked at for one question; or than those, where a parameter is
# wanted wherever it can be.
MOST_FILES = 120
MOST_FILES_TO_THREAD = 600
# Who calls what more files than these may mean is not asked: nobody would change all these calls.
FAR = 40


class TooFar(Exception):  # noqa: N818  (an answer, and no error)
    """A question would take too many files, so that it stays open."""

    def __init__(self, name: str, files: int) -> None:
        super().__init__(f"{files} files have the word {name}: too many to look at")


def if_too_far(
    otherwise: Answer,
) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Let a question have an answer also where it goes too far: the one that is safe."""

    def decorated(question: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        @wraps(question)
        def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
            try:
                return question(*args, **kwargs)
            except TooFar:
                return otherwise

        return asked

    return decorated


def few(name: str, files: Iterable[str], most: int) -> Iterator[str]:
    """As many files as are looked at for one question about a name. Raises ``TooFar``."""
    every = tuple(files)
    yield from every[:most]
    if len(every) > most:
        raise TooFar(name, len(every))


def nearest(files: Iterable[str], home: str) -> list[str]:
    """Files in the order of how much of their path is that of ``home``, that file first."""
    parts = home.split("/")

    def distance(path: str) -> tuple[bool, int, str]:
        others = path.split("/")
        shared = 0
        while shared < min(len(parts), len(others)) and parts[shared] == others[shared]:
            shared += 1
        return path != home, -shared, path

    return sorted(files, key=distance)
