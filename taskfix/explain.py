"""Shows one finding, or the page of one rule, with everything that is known of it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from taskfix.formats._parts import chain_lines, headline, verdict
from taskfix.formats.full import excerpt, source_lines
from taskfix.model import Finding
from taskfix.rules import Page


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
        yield from chain_lines(finding)
    yield _heading("Result")
    yield verdict(finding)
    if finding.considered:
        yield _heading("Also considered")
    for one in finding.considered:
        reason = (f" ({one.reason.code})", "yellow")
        yield Text.assemble((f"  {one.strategy}", "bold"), reason, f": {one.reason.message}")
    if finding.notes:
        yield _heading("Notes")
    for note in finding.notes:
        yield Text(f"  {note}")


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
