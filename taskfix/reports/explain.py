"""Shows one finding, or the page of one rule, with everything that is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from taskfix.formats._lines import EMPTY, Line, line
from taskfix.formats._parts import headline, hop_line, verdict
from taskfix.formats.full import excerpt, source_lines
from taskfix.model import Caller, Finding, Hop
from taskfix.paths import visible
from taskfix.reports.rules import Page


def explain_finding(finding: Finding, source: bytes) -> Iterator[Line]:
    """The finding, its chain hop by hop, its holder, and what else was considered."""
    yield headline(finding)
    yield from excerpt(finding.span, source_lines(source))
    if finding.chain:
        yield from _heading("Chain")
        yield from (line("  ", one) for one in _tree(finding.chain))
    yield from _heading("Result")
    yield verdict(finding)
    # That there is no fix by hand to mend goes without saying.
    considered = [one for one in finding.considered if one.reason.code != "no-mistake"]
    if considered:
        yield from _heading("Also considered")
    for one in considered:
        reason = (f" ({one.reason.code})", "yellow")
        yield line((f"  {one.strategy}", "bold"), reason, f": {one.reason.message}")
    if finding.notes:
        yield from _heading("Notes")
    for note in finding.notes:
        yield line(f"  {note}")


def explain_rule(page: Page) -> Iterator[Line]:
    """The page of a rule."""
    yield line((page.code, "bold red"), (f" {page.name}", "bold"))
    for heading, text in (("What it finds", page.finds), ("Why it is bad", page.why)):
        yield from _heading(heading)
        yield line(text)
    for heading, code in (("Before", page.before), ("After", page.after)):
        yield from _heading(heading)
        yield from (line(f"    {one}") for one in code.splitlines())
    yield from _heading("How to silence it")
    yield line(page.silence.format(code=page.code))


def _heading(text: str) -> Iterator[Line]:
    yield EMPTY
    yield line((text, "bold"))


def _tree(chain: Sequence[Hop]) -> Iterator[Line]:
    """The functions of a chain, each below the one that hands it the holder."""
    hop, *below = chain
    yield hop_line(hop)
    readers = [[line("read by ", (reader, "bright_blue"))] for reader in hop.readers]
    callers = [list(_caller(caller)) for caller in hop.callers]
    yield from _branches([*readers, *callers, *([list(_tree(below))] if below else ())])


def _caller(caller: Caller) -> Iterator[Line]:
    color = "green" if caller.passes else "yellow"
    where = (f"  {visible(caller.path)}:{caller.line}", "bright_blue")
    yield line("also called by ", (caller.function, "bold"), where, "  ", (caller.edit, color))
    yield from _branches([list(_caller(one)) for one in caller.callers])


def _branches(branches: Sequence[Sequence[Line]]) -> Iterator[Line]:
    """What hangs below one line: each branch is a line and all that hangs below that."""
    for number, (first, *below) in enumerate(branches, 1):
        corner, edge = ("└── ", "    ") if number == len(branches) else ("├── ", "│   ")
        yield line((corner, "bright_blue"), first)
        yield from (line((edge, "bright_blue"), one) for one in below)
