"""The pieces of a finding that several formats show: its headline, its chain, its verdict."""

from __future__ import annotations

from collections.abc import Iterator

from taskfix.formats._lines import Line, line
from taskfix.model import Finding, Hop
from taskfix.paths import visible
from taskfix.reports.outcome import Outcome

_ROLES = {"owner": "owns the holder", "passes": "passes it on", "spawns": "starts the task"}


def shown(outcome: Outcome) -> list[Finding]:
    """The findings that people are told of; suppressed ones are only counted."""
    return [finding for finding in outcome.report.findings if finding.status != "suppressed"]


def headline(finding: Finding) -> Line:
    """Where a finding is, its rule, whether it can be fixed, and what is wrong."""
    star = (" [*]", "bold cyan") if finding.status == "fixable" else ""
    return line(
        (visible(finding.path), "bold"),
        f":{finding.span.line}:{finding.span.column + 1}: ",
        (finding.rule, "bold red"),
        star,
        f" {finding.message}",
    )


def verdict(finding: Finding) -> Line:
    """What is done about a finding, or why nothing is."""
    if finding.status == "suppressed":
        return line(("  suppressed", "yellow"), ": a comment says so")
    if finding.status == "refused" and finding.reason:
        refused = (f"  refused ({finding.reason.code})", "yellow")
        return line(refused, f": {visible(finding.reason.message)}")
    done = ("  fixed" if finding.status == "fixed" else "  fix", "green")
    if finding.holder is None:
        return line(done)
    holder = finding.holder
    where = f"{holder.path}:{holder.line}" if holder.line else f"new in {holder.path}"
    kept = f": kept in {holder.name} ({visible(where)}), strategy {holder.strategy}"
    return line(done, kept)


def chain_lines(finding: Finding) -> Iterator[Line]:
    """The functions from the owner of the holder down to the one that starts the task."""
    for depth, hop in enumerate(finding.chain):
        branch = f"{'   ' * (depth - 1)}└─ " if depth else ""
        yield line("  ", (branch, "bright_blue"), hop_line(hop))


def hop_line(hop: Hop) -> Line:
    """One function of a chain: where it is, its part, and what the fix does there."""
    edit = f": {hop.edit}" if hop.edit else ""
    where = (f"  {visible(hop.path)}:{hop.line}", "bright_blue")
    return line((hop.function, "bold"), where, f"  {_ROLES[hop.role]}{edit}")
