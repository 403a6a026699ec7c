"""Lets assertions of the door explain themselves as those of a test do."""

import pytest

pytest.register_assert_rewrite("tests.door", "tests.casefile", "tests.oracle")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="run the slow tests as well")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Slow tests are left out unless they are asked for."""
    if config.getoption("--all"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if not item.get_closest_marker("slow")]


@pytest.fixture(autouse=True)
def _state_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No test leaves anything in the files of the user who runs it."""
    monkeypatch.setenv("TASKFIX_STATE_DIR", str(tmp_path_factory.mktemp("state")))
