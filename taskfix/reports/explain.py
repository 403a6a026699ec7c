"""Shows one finding, or the page of one rule, with everything that is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text
from rich.tree import Tree

from taskfix.formats._parts import headline, hop_line, verdict
from taskfix.formats.full import excerpt, source_lines
from taskfix.model import Caller, Finding, Hop
from taskfix.paths import visible
from taskfix.reports.rules import Page


def explain_finding(finding: Finding, source: bytes) -> RenderableType:
    """The finding, its chain hop by hop, its holder, and what else was considered."""
    return Group(*_finding(finding, source))


def explain_rule(page: Page) -> RenderableType:
    """The page of a rule."""
    return Group(*_page(page))


def _finding(finding: Finding, source: bytes) -> Iterator[RenderableType]:
    yield headline(finding)
    yield from excerpt(finding.span, source_lines(source))
    if finding.chain:
        yield _heading("Chain")
        yield Padding(_tree(finding.chain), (0, 0, 0, 2))
    yield _heading("Result")
    yield verdict(finding)
    # That there is no fix by hand to mend goes without saying.
    considered = [one for one in finding.considered if one.reason.code != "no-mistake"]
    if considered:
        yield _heading("Also considered")
    for one in considered:
        reason = (f" ({one.reason.code})", "yellow")
        yield Text.assemble((f"  {one.strategy}", "bold"), reason, f": {one.reason.message}")
    if finding.notes:
        yield _heading("Notes")
    for note in finding.notes:
        yield Text(f"  {note}")


def _tree(chain: Sequence[Hop]) -> Tree:
    """The functions of a chain, each below the one that hands it the holder."""
    first, *rest = chain
    tree = Tree(hop_line(first), guide_style="bright_blue")
    branch = tree
    for hop, below in zip(chain, [*rest, None], strict=True):
        for reader in hop.readers:
            branch.add(Text.assemble("read by ", (reader, "bright_blue")))
        _add_callers(branch, hop.callers)
        if below is not None:
            branch = branch.add(hop_line(below))
    return tree


def _add_callers(branch: Tree, callers: Sequence[Caller]) -> None:
    for caller in callers:
        color = "green" if caller.passes else "yellow"
        where = (f"  {visible(caller.path)}:{caller.line}", "bright_blue")
        name = (caller.function, "bold")
        line = Text.assemble("also called by ", name, where, "  ", (caller.edit, color))
        _add_callers(branch.add(line), caller.callers)


def _page(page: Page) -> Iterator[RenderableType]:
    yield Text.assemble((page.code, "bold red"), (f" {page.name}", "bold"))
    for heading, text in (("What it finds", page.finds), ("Why it is bad", page.why)):
        yield _heading(heading)
        yield Text(text)
    for heading, code in (("Before", page.before), ("After", page.after)):
        yield _heading(heading)
        yield Text("\n").join(Text(f"    {line}".rstrip()) for line in code.splitlines())
    yield _heading("How to silence it")
    yield Text(page.silence.format(code=page.code))


def _heading(text: str) -> Text:
    return Text(f"\n{text}", "bold")
