"""The ``concise`` format: one line for each finding, as editors and ruff's users know it."""

from __future__ import annotations

from collections.abc import Iterable

from taskfix.formats._lines import Line, line, to_bytes
from taskfix.formats._parts import headline, shown
from taskfix.model import Finding
from taskfix.paths import visible
from taskfix.reports.outcome import Outcome


def render(outcome: Outcome, color: bool) -> bytes:
    """``path:line:column: TF001 [*] message``, where the star says that it can be fixed."""
    return render_findings(shown(outcome), color=color)


def render_findings(findings: Iterable[Finding], *, color: bool = False) -> bytes:
    """One line for each of the findings, with the reason of those that are refused."""
    return to_bytes(map(_line, findings), color=color)


def _line(finding: Finding) -> Line:
    head = headline(finding)
    if finding.status == "refused" and finding.reason:
        mark = (f" [refused: {finding.reason.code}]", "yellow")
        return line(head, mark, f" {visible(finding.reason.message)}")
    if finding.status == "fixed" and finding.holder:
        return line(head, (f" [fixed: {finding.holder.name}]", "green"))
    return head
