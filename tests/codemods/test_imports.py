"""A module or a name becomes importable, in the style of the module."""

from __future__ import annotations

import pytest

from codemods.edits import AddImport
from tests.codemods.marks import expect

MODULES = {
    "an empty file": ("", "import asyncio\n"),
    "a file with a docstring alone": ('"""Doc."""\n', '"""Doc."""\n\nimport asyncio\n'),
    "a file without imports": (
        "#!/usr/bin/env python\n# Licence.\n\nx = 1\n",
        "#!/usr/bin/env python\n# Licence.\n\nimport asyncio\n\nx = 1\n",
    ),
    "a comment about the first function": (
        "# Licence.\n\n\n# About f.\ndef f(): ...\n",
        "# Licence.\n\nimport asyncio\n\n\n# About f.\ndef f(): ...\n",
    ),
    "sorted imports": (
        "import abc\nimport os\n\nimport libcst\n",
        "import abc\nimport asyncio\nimport os\n\nimport libcst\n",
    ),
    "imports that all sort after it": (
        "from __future__ import annotations\n\n# About os.\nimport os\n",
        "from __future__ import annotations\n\nimport asyncio\n# About os.\nimport os\n",
    ),
    "imports that all sort before it": (
        "import abc\nimport argparse  # Note.\n\nx = 1\n",
        "import abc\nimport argparse  # Note.\nimport asyncio\n\nx = 1\n",
    ),
    "only from imports of the standard library": (
        "from os import path\n\nimport libcst\n",
        "import asyncio\nfrom os import path\n\nimport libcst\n",
    ),
    "plain imports before from imports": (
        "import abc\nfrom collections import deque\n",
        "import abc\nimport asyncio\nfrom collections import deque\n",
    ),
    "imports sorted by module alone": (
        "from abc import ABC\nimport array\nfrom os import path\nimport sys\n",
        "from abc import ABC\nimport array\nimport asyncio\nfrom os import path\nimport sys\n",
    ),
    "only other people's packages": (
        "import libcst\n\nx = 1\n",
        "import asyncio\n\nimport libcst\n\nx = 1\n",
    ),
    "an alias": ("import asyncio as aio\n", "import asyncio\nimport asyncio as aio\n"),
    "a star import": (
        "from asyncio import *\nimport os\n",
        "import asyncio\nfrom asyncio import *\nimport os\n",
    ),
    "an import for type checkers": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import asyncio\n",
        "import asyncio\nfrom typing import TYPE_CHECKING\n\n"
        "if TYPE_CHECKING:\n    import asyncio\n",
    ),
    "the import itself": ("import os, asyncio\n", "import os, asyncio\n"),
    "the import in a try": (
        "try:\n    import asyncio\nexcept ImportError:\n    asyncio = None\n",
        "try:\n    import asyncio\nexcept ImportError:\n    asyncio = None\n",
    ),
    "a part of the package": ("import asyncio.events\n", "import asyncio.events\n"),
}


@pytest.mark.parametrize(("before", "after"), MODULES.values(), ids=MODULES)
def test_module_is_imported_beside(before: str, after: str) -> None:
    expect(before, [AddImport("asyncio"), AddImport("asyncio")], after)


NAMES = {
    "sorted names": (
        "from typing import AnyStr, cast\n",
        "from typing import AnyStr, Optional, cast\n",
    ),
    "unsorted names": (
        "from typing import cast, Any, NamedTuple\n",
        "from typing import cast, Any, NamedTuple, Optional\n",
    ),
    "names in parentheses": (
        "from typing import (\n    Any,  # Any.\n    cast,  # Cast.\n)\n",
        "from typing import (\n    Any,  # Any.\n    Optional,\n    cast,  # Cast.\n)\n",
    ),
    "names in parentheses that sort before it": (
        "from typing import (\n    Any,\n    List,  # List.\n)\n",
        "from typing import (\n    Any,\n    List,  # List.\n    Optional,\n)\n",
    ),
    "a line that becomes too long": (
        "from typing import Annotated, Any, ClassVar, Generic, Iterable, Iterator, NewType, T\n",
        "from typing import (\n    Annotated,\n    Any,\n    ClassVar,\n    Generic,\n"
        "    Iterable,\n    Iterator,\n    NewType,\n    Optional,\n    T,\n)\n",
    ),
    "no import of the module": (
        "import os\nfrom os import path\n\nimport libcst\n",
        "import os\nfrom os import path\nfrom typing import Optional\n\nimport libcst\n",
    ),
    "the name itself": ("from typing import Any, Optional\n", "from typing import Any, Optional\n"),
    "an alias of the name": (
        "from typing import Optional as O\n",
        "from typing import Optional, Optional as O\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), NAMES.values(), ids=NAMES)
def test_name_is_imported_beside(before: str, after: str) -> None:
    expect(before, [AddImport("typing", "Optional")], after)
