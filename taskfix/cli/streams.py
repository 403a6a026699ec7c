"""Gives the program streams to write to, whatever it was started with."""

from __future__ import annotations

import os
import sys


def open_closed_streams() -> None:
    """Give a program that was started without its streams some that lead nowhere.

    Else the next files that are opened take their numbers, and what is written goes there.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))
