"""An import that nothing reads any more goes, and what stands around it stays."""

from __future__ import annotations

import pytest

from codemods.apply import apply_edits
from codemods.edits import EditError, RemoveImport
from tests.codemods.marks import expect

GONE = {
    "the first of a section": ("import a\nimport b\n\nimport c\n", "import b\n\nimport c\n"),
    "the last of a section": ("import b\nimport a\n\nimport c\n", "import b\n\nimport c\n"),
    "a section of its own": ("import b\n\nimport a\n\nimport c\n", "import b\n\nimport c\n"),
    "above a function": (
        '"""Doc."""\n\nimport a\n\n\ndef f(): ...\n',
        '"""Doc."""\n\n\ndef f(): ...\n',
    ),
    "below a comment of the file": (
        "# Licence.\n\nimport a\nimport b\n",
        "# Licence.\n\nimport b\n",
    ),
    "one of several": ("import b, a, c\n", "import b, c\n"),
    "the last of several": ("from b import c, a\n", "from b import c\n"),
    "the last of several in brackets": (
        "from b import (\n    c,\n    a,\n)\n",
        "from b import (\n    c,\n)\n",
    ),
    "under another name": ("import x as a\nimport b\n", "import b\n"),
    "a submodule": ("import a.x\nimport b\n", "import b\n"),
}


@pytest.mark.parametrize(("before", "after"), GONE.values(), ids=GONE)
def test_is_removed(before: str, after: str) -> None:
    expect(before, [RemoveImport("a")], after)


@pytest.mark.parametrize("before", ["import b\n", "if x:\n    import a\n", "from b import *\n"])
def test_is_no_plain_import(before: str) -> None:
    with pytest.raises(EditError):
        apply_edits(before, [RemoveImport("a")])
