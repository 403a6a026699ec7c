"""Awkward files, each with what must become of it."""

from __future__ import annotations

from tests.corpus import code, disk, texts
from tests.corpus.specimen import Specimen

SPECIMENS: list[Specimen] = [*texts.specimens(), *code.specimens(), *disk.specimens()]
