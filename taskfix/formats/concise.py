"""The ``concise`` format: one line for each finding, as editors and ruff's users know it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from taskfix.formats._parts import headline, shown
from taskfix.model import Finding
from taskfix.paths import visible
from taskfix.reports.outcome import Outcome


def render(outcome: Outcome, color: bool) -> Text:
    """``path:line:column: TF001 [*] message``, where the star says that it can be fixed."""
    return render_findings(shown(outcome))


def render_findings(findings: Iterable[Finding]) -> Text:
    """One line for each of the findings, with the reason of those that are refused."""
    return Text("\n").join(map(_line, findings))


def _line(finding: Finding) -> Text:
    line = headline(finding)
    if finding.status == "refused" and finding.reason:
        mark = (f" [refused: {finding.reason.code}]", "yellow")
        return Text.assemble(line, mark, f" {visible(finding.reason.message)}")
    if finding.status == "fixed" and finding.holder:
        return Text.assemble(line, (f" [fixed: {finding.holder.name}]", "green"))
    return line
