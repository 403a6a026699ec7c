"""Facts of one module: plain, picklable values, collected with ``ast``."""

from taskfix.facts.collect import collect, is_generated

__all__ = ["collect", "is_generated"]
