"""Every byte outside of the edits stays what it was, also where LibCST does not render it back."""

from __future__ import annotations

import pytest

from codemods.apply import apply_edits
from codemods.edits import AddImport, Edit, EditError, KeepTask, UneditableError
from codemods.splice import split_lines
from tests.codemods.marks import marked

KEPT = "task = g()\n{0}tasks.add(task)\n{0}task.add_done_callback(tasks.discard)"

TEXTS = {
    "Windows newlines": ("a = 1\r\n«g()»\r\nb = 2\r\n", "\r\n"),
    "old Mac newlines": ("a = 1\r«g()»\rb = 2\r", "\r"),
    "no newline at the end": ("a = 1\n«g()»", "\n"),
    "no newline at the end and Windows newlines": ("a = 1\r\n«g()»", "\r\n"),
    "mixed newlines": ("a = 1\n«g()»\r\nb = 2\n", "\r\n"),
    "a form feed": ("\fa = 1\n\f\n«g()»\n", "\n"),
    "space before a colon": ("try :\n    pass\nexcept A :\n    pass\n«g()»\n", "\n"),
    "space at the ends of lines": ("a = 1  \n  \n«g()»\nb = 2 \n   ", "\n"),
    "a byte order mark": ("\ufeffa = 1\n«g()»\n", "\n"),
    "a line that goes on": ("a = \\\n    1\n«g()»\n", "\n"),
    "other separators in strings": ("a = '\x0b\x1c\u2028'\n«g()»\n", "\n"),
}


@pytest.mark.parametrize(("before", "newline"), TEXTS.values(), ids=TEXTS)
def test_keeps(before: str, newline: str) -> None:
    source, edits = kept(before)
    expected = source.replace("g()", KEPT.format("").replace("\n", newline))
    assert apply_edits(source, edits) == expected


def test_a_changed_line_that_cannot_be_rendered_is_refused() -> None:
    source, edits = kept("\f«g()»\n")
    with pytest.raises(EditError):
        apply_edits(source, edits)


DEEP = {
    "a long sum": "x = " + " + ".join(["a"] * 3000) + "\n",
    "many elifs": "if a:\n    pass\n" + "".join(f"elif b{i}:\n    pass\n" for i in range(400)),
    "a long chain": "x = a" + ".f()" * 400 + "\n",
    "many brackets": "x = " + "[" * 150 + "]" * 150 + "\n",
}


@pytest.mark.parametrize("code", DEEP.values(), ids=DEEP)
def test_edits_a_file_with(code: str) -> None:
    assert apply_edits(code + "f()\n", [AddImport("asyncio")]).endswith(code + "f()\n")


def test_a_file_that_cannot_be_parsed_is_refused() -> None:
    with pytest.raises(UneditableError, match="parse"):
        apply_edits("def f(:\n", [AddImport("asyncio")])


def test_no_edits_change_nothing() -> None:
    assert apply_edits("def f(:\n", []) == "def f(:\n"


def test_lines_are_split_as_python_counts_them() -> None:
    lines = [(line.text, line.newline) for line in split_lines("a\rb\r\n\x0c\x1c\n\n")]
    assert lines == [("a", "\r"), ("b", "\r\n"), ("\x0c\x1c", "\n"), ("", "\n"), ("", "")]


def kept(before: str) -> tuple[str, list[Edit]]:
    # The marks are found in a text with LF newlines, as positions are counted.
    _, spans = marked(before.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", ""))
    source = before.replace("«", "").replace("»", "")
    return source, [KeepTask(span, "task", "tasks") for span in spans]
