"""Facts of one module: plain, picklable values, collected with ``ast``."""

from taskfix.facts.collect import collect

__all__ = ["collect"]
