"""The ``json`` format: the stable contract for other programs, schema 1."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from taskfix.model import Finding, Hop
from taskfix.reports.measure import measure
from taskfix.reports.outcome import Outcome, summarize

SCHEMA = 1


def render(outcome: Outcome, color: bool) -> bytes:
    """One JSON object with sorted sites; escaped to ASCII, so that any file name can be told."""
    report = outcome.report
    document = {
        "schema": SCHEMA,
        "sites": [_site(finding) for finding in report.findings],
        "files": {
            "scanned": report.scanned,
            "parsed": report.parsed,
            "changed": list(outcome.changed),
            **_bytes(outcome),
        },
        "errors": [asdict(problem) for problem in report.problems],
        "summary": asdict(summarize(report)),
    }
    return json.dumps(document, indent=2).encode("ascii") + b"\n"


def _bytes(outcome: Outcome) -> dict[str, Any]:
    """How much of the changed files has changed, where some have."""
    changes = [change for change in outcome.report.changes if change.path in outcome.changed]
    return {"bytes": asdict(measure(changes))} if changes else {}


def _site(finding: Finding) -> dict[str, Any]:
    # A span counts columns from 0; here they count from 1 and, as in ruff's output, the end is
    # the first column that no longer belongs to the call.
    return {
        "id": finding.id,
        "rule": finding.rule,
        "path": finding.path,
        "line": finding.span.line,
        "column": finding.span.column + 1,
        "end_line": finding.span.end_line,
        "end_column": finding.span.end_column + 1,
        "call": finding.call,
        "function": finding.function,
        "use": finding.use,
        "status": finding.status,
        "reason": asdict(finding.reason) if finding.reason else None,
        "holder": asdict(finding.holder) if finding.holder else None,
        "chain": [_hop(hop) for hop in finding.chain],
    }


def _hop(hop: Hop) -> dict[str, Any]:
    return {"path": hop.path, "line": hop.line, "function": hop.function, "role": hop.role}
