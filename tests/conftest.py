"""Lets assertions of the door explain themselves as those of a test do."""

import pytest

pytest.register_assert_rewrite("tests.door", "tests.casefile", "tests.oracle")
