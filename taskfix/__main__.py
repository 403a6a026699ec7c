"""Lets ``python -m taskfix`` be the same program as ``taskfix``."""

from taskfix.cli import main

if __name__ == "__main__":
    main(prog_name="taskfix")
