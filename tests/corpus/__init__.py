"""Awkward files, each with what must become of it."""

from __future__ import annotations

from tests.corpus import texts
from tests.corpus.specimen import Specimen

SPECIMENS: list[Specimen] = [*texts.specimens()]
