"""Checks that what the pages for contributors name is there, and that they are short enough."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from tests.hazards.programs import OBSERVER
from tests.test_architecture import FLOORS, UPWARDS

ROOT = Path(__file__).parent.parent
PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md")
# What is read aloud in a minute is about 200 words; silently one reads somewhat faster.
WORDS_IN_TEN_MINUTES = 2300

_FENCE = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
_SPAN = re.compile(r"`([^`\n]+)`")
_MODULE = re.compile(r"\bpython -m ([\w.]+)")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
_PATH = re.compile(r"[\w.-]*/[\w./-]*|[\w-]+\.(?:py|md|toml|jsonl)")
_WORD = re.compile(r"[A-Za-z_]\w*")


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def paths(text: str) -> set[str]:
    """What is in backticks and looks like a path, or like the name of a file."""
    return {span for span in _SPAN.findall(text) if _PATH.fullmatch(span)}


def is_there(path: str) -> bool:
    """Whether a path is one of the checkout; a bare name may be that of any file of ours."""
    if path == OBSERVER:
        return True  # a file of a hazard program, which is a block of Markdown
    folders = ("taskfix", "codemods", "tests", "benchmarks")
    anywhere = "/" not in path and any(any((ROOT / top).rglob(path)) for top in folders)
    return (ROOT / path).exists() or anywhere


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page: str) -> None:
    text = text_of(page)
    assert [path for path in sorted(paths(text)) if not is_there(path)] == []
    assert [link for link in _LINK.findall(text) if not (ROOT / link).exists()] == []
    modules = set(_MODULE.findall(text))
    assert [one for one in sorted(modules) if importlib.util.find_spec(one) is None] == []


def test_what_is_not_there_would_be_found() -> None:
    assert paths("`taskfix/nowhere/` and `model.py`, `x = 1`") == {"taskfix/nowhere/", "model.py"}
    assert not is_there("taskfix/nowhere/")
    assert not is_there("nowhere.py")
    assert is_there("model.py")


@pytest.mark.parametrize("page", PAGES)
def test_the_names_of_a_page_are_names_of_the_code(page: str) -> None:
    code = [path for top in ("taskfix", "codemods", "tests") for path in (ROOT / top).rglob("*.py")]
    words = {word for path in code for word in _WORD.findall(path.read_text("utf-8"))}
    # `judge_file`, `World`, `render(outcome, color)`
    spans = {span.partition("(")[0] for span in _SPAN.findall(text_of(page))}
    named = {span for span in spans if _WORD.fullmatch(span)}
    assert "World" in words
    assert named - words == set()


def test_each_benchmark_is_described() -> None:
    programs = [p for p in (ROOT / "benchmarks").glob("*.py") if "__main__" in p.read_text("utf-8")]
    described = set(_MODULE.findall(text_of("CONTRIBUTING.md")))
    assert {f"benchmarks.{path.stem}" for path in programs} <= described


def test_the_map_has_the_floors_in_their_order() -> None:
    titles = re.findall(r"^### `taskfix/(\w+)(?:/|\.py)`$", text_of("ARCHITECTURE.md"), re.M)
    assert titles == [floor for floor in reversed(FLOORS) if floor != "__main__"]
    numbers = "none one two three four five six seven eight nine ten".split()
    assert f"{numbers[len(UPWARDS)].title()} still do" in text_of("ARCHITECTURE.md")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_read_in_ten_minutes(page: str) -> None:
    assert len(text_of(page).split()) < WORDS_IN_TEN_MINUTES


@pytest.mark.parametrize("page", PAGES)
def test_a_page_cites_only_what_is_shipped(page: str) -> None:
    assert not re.search(r"\bDESIGN\b|\bsection \d|\bnotes/", text_of(page))
