"""Finds the framework that would look for a function by its name, and read its parameters."""

from __future__ import annotations

from taskfix.apis.signature_readers import CONVENTIONS, Convention
from taskfix.index.project import Project
from taskfix.model import Function


def reading_convention(function: Function, project: Project) -> Convention | None:
    """The convention that a function falls under. A name alone is none, but with its framework."""
    path = project.path_of(function.id)
    if function.class_ is not None or function.parent is not None:
        return None  # a framework finds methods through a base or a decorator, or an object
    for one in CONVENTIONS:
        if one.name.fullmatch(function.name) and one.file.fullmatch(path):
            if not one.imports or imports_one(path, one.imports, project):
                return one
    return None


def imports_one(path: str, packages: frozenset[str], project: Project) -> bool:
    """Report whether a module imports one of some packages, or something of it."""
    imports = project.modules[path].imports
    for imported in (*(name for name, _ in imports.names), *imports.stars):
        if any(imported == package or imported.startswith(f"{package}.") for package in packages):
            return True
    return False
