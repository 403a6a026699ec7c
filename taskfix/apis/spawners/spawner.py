"""What a spawner is: the type that the families share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Product: TypeAlias = Literal["task", "future", "concurrent"]


@dataclass(frozen=True, slots=True)
class Spawner:
    """An API that starts a task. ``makes`` is the kind of object that it gives back."""

    name: str
    makes: Product = "task"
