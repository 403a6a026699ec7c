"""Lets assertions of the door explain themselves as those of a test do."""

import pytest

pytest.register_assert_rewrite("tests.door", "tests.casefile", "tests.oracle")


@pytest.fixture(autouse=True)
def _state_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No test leaves anything in the files of the user who runs it."""
    monkeypatch.setenv("TASKFIX_STATE_DIR", str(tmp_path_factory.mktemp("state")))
