"""The code of several files together, asked on demand: one object for all who analyse it.

Only looks things up; what is dangling, rooted or threadable is decided elsewhere. Each class adds
its questions to those of the class below: what a name means, where something may be named, who
calls it, who mentions it.
"""

from __future__ import annotations

from taskfix.index.readings import Readings
from taskfix.index.too_far import TooFar


class Project(Readings):
    """One state of the files of a project, and the answers that take several of them."""


__all__ = ["Project", "TooFar"]
