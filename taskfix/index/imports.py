"""Import statements, read from bytes: which files may have a name for something of another file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cached_property

from taskfix.index.library import Library
from taskfix.index.module_names import ModuleNames, packages_around, stem

# Also behind a colon or a semicolon, in brackets over several lines, and after a backslash. A
# text that looks like this does no harm.
_STATEMENT = re.compile(
    rb"(?:^|[;:])[ \t]*(?:"
    rb"from[ \t]+(?P<base>[\w.\x80-\xff]+)[ \t\\\r\n]+import[ \t\\\r\n]*"
    rb"(?P<names>\([^)]*\)|(?:[^\n\\;]|\\\r?\n)*)"
    rb"|import[ \t]+(?P<modules>(?:[^\n\\;]|\\\r?\n)*))",
    re.M,
)
_COMMENT = re.compile(rb"#[^\n]*")
# `import_module("pkg.jobs")`, and what finds modules in other ways: such a file may have any.
_AT_RUN_TIME = rb"\b(?:import_module|__import__|resolve_name|import_string)\b|\bsys\.modules\b"
_FINDING_WORDS = (b"import_module", b"__import__", b"resolve_name", b"import_string", b"modules")
# A name in any place but after `def` and `class`
_USE = rb"(?<!\bdef )(?<!\bclass )(?<![\w\x80-\xff])%(name)b(?![\w\x80-\xff])"
# `server.poll`, `getattr(server, "poll")`
_LOOKED_UP = rb"\.[\s\\]*%(name)b(?![\w\x80-\xff])|[\"']%(name)b[\"']"
_STAR = rb"\bimport[ \t]*\*"


@dataclass(frozen=True, slots=True)
class Import:
    """One import: of names from a module, or (``names`` is empty) of a module itself."""

    dots: int
    module: tuple[str, ...]
    names: tuple[str, ...] = ()


class ImportGraph:
    """Answers for one state of a project."""

    def __init__(self, library: Library, files: ModuleNames) -> None:
        self.library = library
        self.files = files
        self._imports: dict[str, tuple[Import, ...]] = {}
        self._meaning: dict[tuple[str, str], tuple[str, ...]] = {}
        self._modules: dict[str, frozenset[str]] = {}
        self._deep: dict[str, frozenset[str]] = {}
        self._named: dict[str, tuple[tuple[Import, frozenset[str]], ...]] = {}
        self._targets: dict[tuple[str, Import], frozenset[str]] = {}

    def of(self, path: str) -> tuple[Import, ...]:
        """The import statements of a file, wherever in it they stand."""
        if path not in self._imports:
            self._imports[path] = tuple(_imports(self.library.data(path)))
        return self._imports[path]

    def may_mean(self, home: str, name: str) -> tuple[str, ...]:
        """The files that may mean what the file ``home`` binds to ``name``, that file first.

        They spell the name, or pass all names on by a star; and they import it from a file that
        has it, or a module through which it can be reached.
        """
        key = home, name
        if key not in self._meaning:
            self._meaning[key] = tuple(self._reached(home, name))
        return self._meaning[key]

    def importers(self, home: str) -> Iterator[str]:
        """The other files that import a file by a statement."""
        for path in dict.fromkeys((*self.library.spelling(stem(home)), *self.stars)):
            if path != home and any(home in self._target(path, one) for one in self.of(path)):
                yield path

    def targets(self, path: str) -> frozenset[str]:
        """The files that a file imports, or names from."""
        return frozenset().union(*(self._target(path, one) for one in self.of(path)))

    def names_whole(self, path: str, whole: re.Pattern[bytes], renamed: re.Pattern[bytes]) -> bool:
        """Report whether a pattern is found outside of imports, or another one in an import."""
        data = self.library.data(path)
        if whole.search(data) is None and renamed.search(data) is None:
            return False
        rest, statements = without_imports(data)
        return whole.search(rest) is not None or renamed.search(statements) is not None

    def importers_of_module(self, module: str) -> tuple[str, ...]:
        """The files that import a module itself, and not only names from it."""
        return tuple(
            path
            for path in self.library.spelling(stem(module))
            if path != module and module in self._modules_of(path)
        )

    @cached_property
    def _at_run_time(self) -> frozenset[str]:
        """The files that may have any module at run time."""
        return frozenset(self.library.matching(_AT_RUN_TIME, *_FINDING_WORDS))

    @cached_property
    def stars(self) -> tuple[str, ...]:
        return self.library.matching(_STAR, b"*")

    def importing_all(self, modules: Set[str]) -> Iterator[str]:
        """The files that import all names of one of some modules."""
        for path in self.stars:
            for one, base in self._from(path):
                if "*" in one.names and not base.isdisjoint(modules):
                    yield path
                    break

    def _reached(self, home: str, name: str) -> Iterator[str]:
        using = self._using(name)
        by_module, by_name = _Leading(), _Leading()
        looked_up = set(self.looking_up(name))
        for path in using:
            if path in looked_up:
                by_module.add(path, self._through_modules(path))
            for one, base in self._from(path):
                if name in one.names:
                    by_name.add(path, base)
        found = dict.fromkeys((home, *(p for p in using if p in self._at_run_time)))
        found.update(dict.fromkeys(path for path in self.stars if path in self._at_run_time))
        left = list(found)
        while left:
            reached = left.pop()
            new = [*by_name.to(reached), *self._stars_by_name.to(reached)]
            for above in (reached, *packages_around(reached)):
                new += [*by_module.to(above), *self._stars_by_module.to(above)]
            for path in new:
                if path not in found:
                    found[path] = None
                    left.append(path)
        yield from found

    @cached_property
    def _stars_by_module(self) -> _Leading:
        leading = _Leading()
        for path in self.stars:
            leading.add(path, self._through_modules(path))
        return leading

    @cached_property
    def _stars_by_name(self) -> _Leading:
        leading = _Leading()
        for path in self.stars:
            for one, base in self._from(path):
                if "*" in one.names:
                    leading.add(path, base)
        return leading

    def looking_up(self, name: str) -> tuple[str, ...]:
        """The files that look a name up in a module or an object, or may do so by a text."""
        if not name.isascii():
            return self.library.spelling(name)
        pattern = _LOOKED_UP % {b"name": re.escape(name).encode()}
        return self.library.matching_near(pattern, name.encode(), above=3)

    def _using(self, name: str) -> tuple[str, ...]:
        """The files that spell a name otherwise than to define something of that name."""
        if not name.isascii():
            return self.library.spelling(name)
        word = re.escape(name).encode()
        return self.library.matching_near(_USE % {b"name": word}, name.encode())

    def _from(self, path: str) -> tuple[tuple[Import, frozenset[str]], ...]:
        """The imports of names by a file, each with the file that has them."""
        if path not in self._named:
            found = ((one, self._base(path, one)) for one in self.of(path) if one.names)
            self._named[path] = tuple((one, base) for one, base in found if base)
        return self._named[path]

    def _modules_of(self, path: str) -> frozenset[str]:
        """The files that a file imports as modules."""
        if path not in self._modules:
            found = (
                self._target(path, one) - (self._base(path, one) if one.names else frozenset())
                for one in self.of(path)
            )
            self._modules[path] = frozenset().union(*found)
        return self._modules[path]

    def _through_modules(self, path: str) -> frozenset[str]:
        """The files that a file imports as modules, and those that these import in turn.

        ``import a; a.jobs.poll()``, where ``a`` imports the module ``jobs``
        """
        if path not in self._deep:
            own = self._modules_of(path)
            self._deep[path] = own.union(*(self._modules_of(module) for module in own))
        return self._deep[path]

    def _base(self, path: str, one: Import) -> frozenset[str]:
        """The file that names are imported from."""
        found = self.files.find(one.dots, list(one.module), path)
        return frozenset({found[0]} if found is not None else ())

    def _target(self, path: str, one: Import) -> frozenset[str]:
        """The files that one import leads to."""
        key = path, one
        if key not in self._targets:
            # `import pkg.jobs` binds `pkg`, so that it leads to the packages around as well.
            lengths = range(1, len(one.module)) if not one.names and not one.dots else ()
            ways = [list(one.module[:length]) for length in lengths]
            ways += [[*one.module, name] for name in one.names]
            places = (self.files.find(one.dots, way, path) for way in ways)
            found = {place[0] for place in places if place is not None}
            found |= self._base(path, one)
            self._targets[key] = frozenset(found)
        return self._targets[key]


class _Leading:
    """The files that lead to others, by these."""

    def __init__(self) -> None:
        self._by_target: dict[str, list[str]] = {}

    def add(self, path: str, targets: Iterable[str]) -> None:
        for target in targets:
            self._by_target.setdefault(target, []).append(path)

    def to(self, target: str) -> list[str]:
        return self._by_target.get(target, [])


def without_imports(data: bytes) -> tuple[bytes, bytes]:
    """The text without its import statements, and these."""
    statements = [match[0] for match in _STATEMENT.finditer(data)]
    return _STATEMENT.sub(b"", data), b"\n".join(statements)


def _imports(data: bytes) -> Iterator[Import]:
    for match in _STATEMENT.finditer(data):
        if match["base"] is not None:
            names = _COMMENT.sub(b"", match["names"]).strip(b"()")
            parts = (part.split() for part in names.replace(b"\\", b" ").split(b","))
            dots, module = _dotted(match["base"])
            yield Import(dots, module, tuple(_text(part[0]) for part in parts if part))
        else:
            line = _COMMENT.sub(b"", match["modules"]).replace(b"\\", b" ")
            for part in line.split(b","):
                words = part.split()
                if words:
                    dots, module = _dotted(words[0])
                    yield Import(dots, module)


def _dotted(base: bytes) -> tuple[int, tuple[str, ...]]:
    text = _text(base)
    names = text.lstrip(".")
    return len(text) - len(names), tuple(name for name in names.split(".") if name)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
