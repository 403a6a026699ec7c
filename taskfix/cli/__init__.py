"""The command line: arguments in, output and exit code out."""

from taskfix.cli.commands import main

__all__ = ["main"]
