"""Which parameter of a function an argument of a call goes to."""

from __future__ import annotations

from taskfix.model import Function


def parameters_of(function: Function, slot: str, *, bound: bool) -> list[str]:
    """The parameters that an argument may go to; none where that is not known.

    ``slot`` is its position, its keyword, or ``*`` behind a starred one; ``bound`` tells whether
    the object of a method is no argument.
    """
    plain = [p.name for p in function.parameters if p.kind in {"positional", "keyword"}]
    rest = {p.kind: p.name for p in function.parameters if p.kind in {"args", "kwargs"}}
    if slot in plain:
        return [slot]
    positional = [p.name for p in function.parameters if p.kind == "positional"]
    if function.kind == "classmethod" or (function.kind == "method" and bound):
        positional = positional[1:]
    if slot == "*":
        return [*positional, *([rest["args"]] if "args" in rest else [])]
    if slot.isdigit():
        given = positional[int(slot) : int(slot) + 1]
        return given or ([rest["args"]] if "args" in rest else [])
    return [rest["kwargs"]] if slot.isidentifier() and "kwargs" in rest else []
