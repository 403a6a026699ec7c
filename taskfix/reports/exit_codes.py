"""The exit codes beside 0, for whoever ends the program."""

from __future__ import annotations

LEFT = 1  # findings remain, or files would change
FAILED = 3  # some files could not be read, decoded, parsed or written
REFUSED = 4  # files have uncommitted changes, or have changed since they were read
ROLLED_BACK = 5  # the project's check fails with some changes, and they were taken back
INTERNAL_ERROR = 70  # a bug of ours
INTERRUPTED = 130
