"""What the configuration says of callables: who reads the parameters of what it gets."""

from __future__ import annotations

from collections.abc import Iterable

from taskfix.config import Config


class Told:
    """Answers for one project, by the values of decorators, bases and callees."""

    def __init__(self, config: Config) -> None:
        self._reading = config.reads_signatures
        self._calling = config.calls_plainly

    def reads(self, value: str) -> bool:
        """Report whether it is said to read the parameters of what it gets."""
        return _is_among(value, self._reading)

    def calls(self, value: str) -> bool:
        """Report whether it is said to do no more than call what it gets."""
        return _is_among(value, self._calling) and not self.reads(value)


def _is_among(value: str, names: Iterable[str]) -> bool:
    """``bus.Bus().subscribe()`` and ``src/bus.py::Bus.subscribe`` are ``bus.Bus.subscribe``."""
    if not names:
        return False
    path, mark, qualname = value.partition("::")
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") if mark else ""
    dotted = f"{module}.{qualname}" if mark else path
    plain = f".{dotted.replace('()', '').replace('!', '')}"
    return any(plain.endswith(f".{name}") for name in names)
