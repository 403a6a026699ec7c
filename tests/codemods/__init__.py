"""Tests of the edits alone: what they make of a source, with no plan behind them."""

import pytest

pytest.register_assert_rewrite("tests.codemods.marks")
