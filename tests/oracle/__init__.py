"""Shows by running a snippet which of its pending tasks the garbage collector takes."""

from tests.oracle.drive import Outcome, Snippet, drive

__all__ = ["Outcome", "Snippet", "drive"]
