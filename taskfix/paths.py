"""What the path of a file says about its role: a test, a stub."""

from __future__ import annotations

import re

_TEST = re.compile(r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:test_[^/]*|[^/]*_tests?|conftest)\.py$")


def is_test(path: str) -> bool:
    """Report whether a file is test code."""
    return _TEST.search(path) is not None
