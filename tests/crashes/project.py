"""A small project for runs that are broken: chains through several files, and odd files."""

from __future__ import annotations

import os
from pathlib import Path

OWNER = b"""import asyncio

from spawning import start
from passing import pass_on


async def main():
    await start()
    await pass_on()
    await asyncio.Event().wait()


asyncio.run(main())
"""
PASSING = b"""import asyncio

from deeper import dive


async def pass_on():
    await dive()
"""
SPAWNING = b"""import asyncio


async def start():
    asyncio.create_task(asyncio.sleep(1))
"""
ALONE = b"""import asyncio


async def _handle(request):
    asyncio.ensure_future(request.close())


HANDLERS = [_handle]
"""

FILES = {
    "pyproject.toml": b"[project]\nname = 'p'\nversion = '1'\n",
    "owner.py": OWNER,
    "spawning.py": SPAWNING,
    "passing.py": PASSING,
    "deeper.py": SPAWNING.replace(b"start", b"dive"),
    "windows.py": ALONE.replace(b"\n", b"\r\n"),
    "marked.py": b"\xef\xbb\xbf" + ALONE,
    "linked.py": ALONE,
    "script.py": b"#!/usr/bin/env python3\n" + ALONE,
    "untouched.py": b"import asyncio\n",
}
# A second name of the file, outside of what is analysed: it must go on being the same file.
LINK = "linked.bak"


def make_project(directory: Path) -> None:
    """Write the files into a directory."""
    directory.mkdir()
    for name, data in FILES.items():
        (directory / name).write_bytes(data)
    (directory / "script.py").chmod(0o755)
    os.link(directory / "linked.py", directory / LINK)


def contents(directory: Path) -> dict[str, bytes]:
    """Everything in the directory, so that no temporary file is overlooked."""
    return {path.name: path.read_bytes() for path in directory.iterdir()}
