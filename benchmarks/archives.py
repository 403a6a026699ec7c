"""Fetches and unpacks the pinned packages, from the index that pip is configured to use."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MANIFEST = Path(__file__).with_name("packages.toml")
CACHE = Path(tempfile.gettempdir()) / "taskfix-archives"
_SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
_DEFAULT_INDEX = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned archive."""

    name: str
    version: str
    archive: str
    sha256: str

    @property
    def directory(self) -> str:
        return f"{self.name}-{self.version}"


class ArchiveError(Exception):
    """An archive cannot be had, or is not the one that is pinned."""


def read_manifest(path: Path = MANIFEST) -> list[Package]:
    """All packages of the manifest, in its order."""
    return [Package(**row) for row in tomllib.loads(path.read_text("utf-8")).get("package", [])]


def fetch(package: Package, cache: Path) -> Path:
    """The archive of a package in the cache, downloaded where it is not there yet."""
    archive = cache / package.archive
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        partial = archive.with_suffix(archive.suffix + ".partial")
        partial.write_bytes(_read(_address(package)))
        partial.replace(archive)
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != package.sha256:
        raise ArchiveError(f"{archive} has the hash {found}, not {package.sha256}")
    return archive


def unpack(archive: Path, target: Path) -> None:
    """Unpack into ``target``, without the one directory that all files of an sdist are in."""
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(target)
        return
    with tarfile.open(archive) as sdist:
        for member in sdist.getmembers():
            _, _, member.name = member.name.partition("/")
            if member.name and (member.isfile() or member.isdir()):
                sdist.extract(member, target, filter="data")


def _address(package: Package) -> str:
    project = re.sub(r"[-_.]+", "-", package.name).lower()
    page = urljoin(_index().rstrip("/") + "/", f"{project}/")
    listing = json.loads(_read(page, _SIMPLE_JSON))
    for file in listing["files"]:
        if file["filename"] == package.archive:
            return urljoin(page, str(file["url"]))
    raise ArchiveError(f"the index has no {package.archive}")


def _read(address: str, accept: str = "*/*") -> bytes:
    request = urllib.request.Request(address, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=300) as answer:
        data = answer.read()
    assert isinstance(data, bytes)
    return data


def _index() -> str:
    """The index of pip's environment, of its configuration, or its default."""
    return (
        os.environ.get("PIP_INDEX_URL")
        or _python("-m", "pip", "config", "get", "global.index-url")
        or _python("-c", _DEFAULT_INDEX)
    )


def _python(*arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    return done.stdout.strip()
