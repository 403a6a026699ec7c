"""The ``full`` format: each finding with its source, its chain, and its holder or reason."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.text import Text

from taskfix.facts.encoding import Text as Decoded
from taskfix.facts.encoding import decode
from taskfix.formats._parts import chain_lines, headline, shown, verdict
from taskfix.model import Finding, Span
from taskfix.reports.outcome import Outcome

# What would move the cursor or colour the terminal is shown as the picture of itself.
_PICTURES = {code: 0x2400 + code for code in range(32) if code != ord("\t")} | {127: 0x2421}


def render(outcome: Outcome, color: bool) -> RenderableType:
    """All findings, separated by blank lines; those that are fixed are told briefly."""
    blocks: list[RenderableType] = []
    for finding in shown(outcome):
        if finding.status == "fixed":
            blocks.append(Group(headline(finding), verdict(finding)))
        else:
            lines = source_lines(outcome.sources.get(finding.path, b""))
            blocks.append(Group(*_block(finding, lines)))
    return Group(*_separated(blocks))


def _block(finding: Finding, lines: list[str]) -> Iterator[RenderableType]:
    yield headline(finding)
    yield from excerpt(finding.span, lines)
    if len(finding.chain) > 1:
        yield from chain_lines(finding)
    yield verdict(finding)


def excerpt(span: Span, lines: list[str]) -> Iterator[Text]:
    """The line of a span with one line before and after it, and marks under the span."""
    if span.line > len(lines):
        return
    first, last = max(span.line - 1, 1), min(span.line + 1, len(lines))
    width = len(str(last))
    for number in range(first, last + 1):
        line = lines[number - 1]
        gutter = (f"  {number:>{width}} | ", "bright_blue")
        yield Text.assemble(gutter, line.translate(_PICTURES))
        if number == span.line:
            end = span.end_column if span.end_line == span.line else len(line)
            marks = "^" * max(cell_len(line[span.column : end]), 1)
            gutter = (f"  {'':{width}} | ", "bright_blue")
            yield Text.assemble(gutter, _blank(line[: span.column]), (marks, "bold red"))


def _blank(text: str) -> str:
    return "".join("\t" if character == "\t" else " " * cell_len(character) for character in text)


def source_lines(data: bytes) -> list[str]:
    """The lines of a file as Python counts them; none where it cannot be decoded."""
    decoded = decode(data)
    return re.split(r"\r\n|\r|\n", decoded.text) if isinstance(decoded, Decoded) else []


def _separated(blocks: list[RenderableType]) -> Iterator[RenderableType]:
    for index, block in enumerate(blocks):
        if index:
            yield Text("")
        yield block
