"""Files that are awkward for what they are on the disk: names, modes, links and neighbours."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.corpus.specimen import CLIENT, Named, Passed, Specimen, fixed, mode, named

SITE = CLIENT.before.encode()
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def specimens() -> Iterator[Specimen]:
    yield from _names()
    yield from _modes()
    yield from _links()
    yield from _neighbours()
    yield from _other_kinds()


def _names() -> Iterator[Specimen]:
    for what, name in {
        "a name with a space": "a b.py",
        "a name that looks like an option": "--diff.py",
        "a name that is not ASCII": "größe_任务.py",
        "a name with a newline": "a\nb.py",
        "a name with a tab": "a\tb.py",
        "a name with an escape": "a\x1b[31mb.py",
        "a name with quotes": "a'\"b.py",
        "a name with a backslash": "a\\b.py",
        "a name with brackets": "[a].py",
        "a name with a star": "a*.py",
        "a name with a percent sign": "%s{0}.py",
        "a name that is markup": "[bold]a.py",
        "a name that is no Unicode": os.fsdecode(b"caf\xe9.py"),
        "a name that is turned around": "a\u202eb.py",
        "a long name": f"{'a' * 240}.py",
        "a hidden file": ".hidden.py",
        "a file in a hidden directory": ".hidden/app.py",
        "a file in a deep directory": f"{'d/' * 60}app.py",
        "a stub": "app.pyi",
    }.items():
        yield fixed(what, CLIENT, name=name)
    broken = "a broken file with a newline in its name"
    outcome = Named(("TF903",), r"a\\nb\.py:9: TF903 cannot be parsed")
    yield Specimen(broken, SITE + b"\n\n(\n", outcome, "a\nb.py")


def _modes() -> Iterator[Specimen]:
    for what, bits in {
        "executable": 0o755,
        "private": 0o600,
        "writable by all": 0o666,
        "with the user's identity": 0o4755,
        "with the group's identity": 0o2755,
        "sticky": 0o1644,
    }.items():
        yield fixed(what, CLIENT.below("#!/usr/bin/env python3\n"), arrange=mode(bits))
    yield fixed(
        "in a directory that takes no files", CLIENT, arrange=lambda f: f.parent.chmod(0o555)
    )
    yield fixed("owned by another", CLIENT, arrange=_give_away)
    yield fixed("with an attribute", CLIENT, arrange=_attribute)
    read_only = Named(("TF906",), "cannot be written", broken=False)
    yield Specimen("read-only", SITE, read_only, arrange=mode(0o444))
    closed = Named(("TF901", "TF906"), "cannot be (read|written)", broken=False)
    yield Specimen("for nobody", SITE, closed, arrange=mode(0))
    yield Specimen("read-only without a task", b"x = 1\n", Passed(), arrange=mode(0o444))


def _give_away(file: Path) -> None:
    if IS_ROOT:
        os.chown(file, 12345, 12345)


def _attribute(file: Path) -> None:
    if hasattr(os, "setxattr"):
        try:
            os.setxattr(file, "user.comment", b"kept")
        except OSError:
            return  # not every file system has them


def _links() -> Iterator[Specimen]:
    yield fixed("with a hard link", CLIENT, arrange=lambda f: f.with_name("other").hardlink_to(f))
    yield fixed(
        "with a link beside it", CLIENT, arrange=lambda f: f.with_name("b.py").symlink_to(f.name)
    )
    yield fixed(
        "with a broken link beside it",
        CLIENT,
        arrange=lambda f: f.with_name("b.py").symlink_to("no"),
    )
    yield fixed(
        "with a loop beside it", CLIENT, arrange=lambda f: f.with_name("b.py").symlink_to("b.py")
    )
    yield fixed(
        "with a directory that leads back",
        CLIENT,
        arrange=lambda f: f.with_name("loop").symlink_to(".", target_is_directory=True),
    )
    yield fixed(
        "with a directory that leads to the root",
        CLIENT,
        arrange=lambda f: f.with_name("root").symlink_to("/", target_is_directory=True),
    )


def _neighbours() -> Iterator[Specimen]:
    yield fixed("with a directory that is named like a module", CLIENT, arrange=_directory("b.py"))
    yield fixed("with a socket beside it", CLIENT, arrange=_socket)
    yield fixed(
        "with the same name in capitals beside it", CLIENT, arrange=_beside("APP.PY", b"(\n")
    )
    for name in ("node_modules", ".venv", "site-packages", "__pycache__", "build", ".git"):
        arrange = _beside(f"{name}/b.py", SITE)
        yield fixed(f"with {name} beside it", CLIENT, arrange=arrange)


def _directory(name: str) -> Callable[[Path], None]:
    return lambda file: file.with_name(name).mkdir()


def _beside(name: str, data: bytes) -> Callable[[Path], None]:
    def arrange(file: Path) -> None:
        other = file.parent / name
        other.parent.mkdir(exist_ok=True)
        if not other.exists():  # where case does not matter it is the file itself
            other.write_bytes(data)

    return arrange


def _socket(file: Path) -> None:
    # Its name may not be long, so it is bound from within.
    here = Path.cwd()
    os.chdir(file.parent)
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind("s")
    finally:
        os.chdir(here)


def _other_kinds() -> Iterator[Specimen]:
    cell = b'{"cells": [{"cell_type": "code", "source": ["asyncio.create_task(f())"]}]}\n'
    words = "notebooks are not supported"
    notebook = Named(("TF909",), words, broken=False)
    yield Specimen("a notebook", cell, notebook, "a.ipynb")
    harmless = cell.replace(b"create_task", b"gather")
    yield Specimen("a notebook that starts no task", harmless, Passed(), "a.ipynb")
    yield Specimen("a script without an ending", b"#!/usr/bin/python\n" + SITE, Passed(), "script")
    yield Specimen("a text", SITE, Passed(), "app.txt")
    yield named("a module that is a program", b"\x7fELF create_task \xff", "TF902", "utf-8|UTF-8")
