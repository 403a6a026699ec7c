"""What the path of a file says about its role, and how it is shown."""

from __future__ import annotations

import re

_TEST = re.compile(r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:test_[^/]*|[^/]*_tests?|conftest)\.py$")
_EXAMPLE = re.compile(r"(?:^|/)(?:examples?|samples?|demos?|docs?|benchmarks?)/")

# Characters that end a line, move the cursor, turn the text around or are no characters.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """A text with a path in it, for people to read on one line: a name may hold any character."""
    return _UNSEEN.sub(lambda match: ascii(match[0])[1:-1], text)


def is_test(path: str) -> bool:
    """Report whether a file is test code."""
    return _TEST.search(path) is not None


def is_example(path: str) -> bool:
    """Report whether a file shows how a package is used, or measures it."""
    return _EXAMPLE.search(path) is not None
