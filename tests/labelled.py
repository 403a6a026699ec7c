"""Reads the labelled snippets: which of their lines lose a task, and which do not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"
CASES = DATA / "detection_cases.jsonl"
# Written by us after the first file, to have what it does not: here we may learn from mistakes.
MORE = DATA / "more_detection_cases.jsonl"


@dataclass(frozen=True, slots=True)
class Labelled:
    """One snippet. Its labels were checked by running it where ``ran`` is true."""

    id: str
    category: str
    code: str
    bad_lines: tuple[int, ...]
    why: str
    ran: bool
    drive: str | None
    debatable: bool


def read_labelled(path: Path = CASES) -> list[Labelled]:
    """All snippets of a file with one JSON object per line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_labelled(json.loads(line)) for line in lines if line.strip()]


def _labelled(row: dict[str, object]) -> Labelled:
    return Labelled(
        id=str(row["id"]),
        category=str(row["category"]),
        code=str(row["code"]),
        bad_lines=_lines(row["bad_lines"]),
        why=str(row["why"]),
        ran=row["verified"] != "reasoned",
        drive=str(row["drive"]) if row.get("drive") else None,
        debatable=bool(row.get("debatable")),
    )


def _lines(value: object) -> tuple[int, ...]:
    assert isinstance(value, list)
    return tuple(int(line) for line in value)
