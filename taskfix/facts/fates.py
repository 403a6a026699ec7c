"""How a fate is said: the ways to write a Use, and the variable whose reads are being judged."""

from __future__ import annotations

from dataclasses import dataclass

from taskfix.facts.scopes import Scope
from taskfix.model import Use

WAITED = "wait() lets go of what is still pending"


@dataclass(frozen=True, slots=True)
class Token:
    """The variable (or container variable) whose reads are being judged.

    ``index`` is the place of the value in a list or tuple that the variable is bound to.
    """

    owner: Scope
    name: str
    container: bool
    index: int | None = None


def held(by: str) -> Use:
    return Use("held", by)


def lost(by: str, rule: str = "TF001", **more: object) -> Use:
    return Use("lost", by, rule, **more)  # type: ignore[arg-type]
