"""The ``full`` format: each finding with its source, its chain, and its holder or reason."""

from __future__ import annotations

import re
from collections.abc import Iterator

from taskfix.facts.encoding import Text as Decoded
from taskfix.facts.encoding import decode
from taskfix.formats._lines import EMPTY, Line, cells, line, to_bytes
from taskfix.formats._parts import chain_lines, headline, shown, verdict
from taskfix.model import Finding, Span
from taskfix.reports.outcome import Outcome

# What would move the cursor or colour the terminal is shown as the picture of itself.
_PICTURES = {code: 0x2400 + code for code in range(32) if code != ord("\t")} | {127: 0x2421}


def render(outcome: Outcome, color: bool) -> bytes:
    """All findings, separated by blank lines; those that are fixed are told briefly."""
    return to_bytes(_all_lines(outcome), color=color)


def _all_lines(outcome: Outcome) -> Iterator[Line]:
    for number, finding in enumerate(shown(outcome)):
        if number:
            yield EMPTY
        if finding.status == "fixed":
            yield headline(finding)
            yield verdict(finding)
        else:
            yield from _block(finding, source_lines(outcome.sources.get(finding.path, b"")))


def _block(finding: Finding, lines: list[str]) -> Iterator[Line]:
    yield headline(finding)
    yield from excerpt(finding.span, lines)
    if len(finding.chain) > 1:
        yield from chain_lines(finding)
    yield verdict(finding)


def excerpt(span: Span, lines: list[str]) -> Iterator[Line]:
    """The line of a span with one line before and after it, and marks under the span."""
    if span.line > len(lines):
        return
    first, last = max(span.line - 1, 1), min(span.line + 1, len(lines))
    width = len(str(last))
    for number in range(first, last + 1):
        code = lines[number - 1]
        gutter = (f"  {number:>{width}} | ", "bright_blue")
        yield line(gutter, code.translate(_PICTURES))
        if number == span.line:
            end = span.end_column if span.end_line == span.line else len(code)
            marks = "^" * max(cells(code[span.column : end]), 1)
            gutter = (f"  {'':{width}} | ", "bright_blue")
            yield line(gutter, _blank(code[: span.column]), (marks, "bold red"))


def _blank(text: str) -> str:
    return "".join("\t" if character == "\t" else " " * cells(character) for character in text)


def source_lines(data: bytes) -> list[str]:
    """The lines of a file as Python counts them; none where it cannot be decoded."""
    decoded = decode(data)
    return re.split(r"\r\n|\r|\n", decoded.text) if isinstance(decoded, Decoded) else []
