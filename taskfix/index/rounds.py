"""Sources -> Project: reads as few files as can matter, in rounds.

Files that spell a spawner come first. Then every file that mentions a function which may get the
parameter, or gives a new task to its caller, until no new names turn up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from taskfix.apis.spawners import spawner_names
from taskfix.config import Config
from taskfix.facts.encoding import Text, decode
from taskfix.facts.loading import TRIGGERS
from taskfix.facts.texts import last_name
from taskfix.index.project import Project
from taskfix.index.wanted import Mentions, Wanted
from taskfix.index.workers import Job, Workers
from taskfix.lifetime.frames import Frames
from taskfix.lifetime.objects import APPLICATIONS
from taskfix.lifetime.sites import Site, Sites
from taskfix.model import Change, Function, Module, Problem, Source
from taskfix.signatures.exposure import spellings
from taskfix.signatures.threadable import Threadable

# Whole words in bytes. It may let too much through, never too little.
_SPAWNERS = re.compile(
    rb"\b(?:" + "|".join(sorted(spawner_names())).encode() + rb")\b"
    # Comments that silence nothing are reported wherever they stand.
    rb"|#\s*taskfix:"
    # In UTF-16 and UTF-32 words look different, so that nothing is known before it is decoded.
    rb"|\A(?:\xff\xfe|\xfe\xff|\0\0\xfe\xff)"
)
# A set that is given to an object, `app.state.tasks = set()`, or to every request of an app; or
# that is there for other modules.
_GIVEN_SETS = re.compile(
    rb"^[ \t]*(?!self\b|cls\b)\w+(?:\.\w+)+[ \t]*(?::[^=\n]+)?=[ \t]*set\(\)"
    rb"|^[ \t]*yield[ \t]*\{"
    rb"|^\w*tasks\w*[ \t]*(?::[^=\n]+)?=[ \t]*set\(\)",
    re.M,
)


# What a set of tasks is declared for, or what is added to it.
_TASK = re.compile(r"\b(?:Task|Future|ensure_future|create_task)\b")


class Reading:
    """The facts of one set of sources, as far as they have been read."""

    def __init__(self, sources: Sequence[Source], config: Config, workers: Workers) -> None:
        self._workers = workers
        self.sources = {source.path: source for source in sources}
        self.config = config
        self.problems: dict[str, Problem] = {}
        self.modules: dict[str, Module] = {}
        self._full = {s.path for s in sources if _SPAWNERS.search(s.data)}
        self._givers = {s.path for s in sources if _GIVEN_SETS.search(s.data)}
        self._mentions = Mentions(self.sources)
        self.wanted = Wanted()

    def after(self, changes: Sequence[Change]) -> Reading:
        """A reading of the sources with changes, that knows what it can of this one."""
        new = {change.path: change.after for change in changes}
        sources = [
            replace(source, data=new.get(path, source.data))
            for path, source in self.sources.items()
        ]
        again = Reading(sources, self.config, self._workers)
        again.wanted = self.wanted
        again.problems = {p: known for p, known in self.problems.items() if p not in new}
        again.modules = {p: known for p, known in self.modules.items() if p not in new}
        again._mentions.forget(frozenset(new), self._mentions)
        return again

    def read(self) -> Project:
        """Read until no new names turn up."""
        known = frozenset(self.modules)
        self._collect((self._full | self._givers | self._mentions.of(self.wanted)) - known)
        project = self.project()
        for _ in range(self.config.max_depth + 3):
            new = self._wanted(project) - self.wanted
            if not new:
                break
            self.wanted |= new
            mentioning = self._mentions.of(self.wanted)
            again = frozenset(self.modules) if new.held else frozenset[str]()
            self._collect(self._mentions.of(new) | (self._full & mentioning) | again)
            project = self.project()
        return project

    def text(self, path: str) -> Text:
        """The decoded text of a source whose facts are known."""
        text = decode(self.sources[path].data)
        assert isinstance(text, Text)
        return text

    def project(self) -> Project:
        return Project(self.modules.values(), self.sources, self.config.src)

    def sites(self, project: Project) -> list[Site]:
        """The dangling sites in the files that may be changed."""
        found = Sites(project, Frames(project)).all()
        return [site for site in found if self.sources[site.path].selected]

    # -- which files ---------------------------------------------------------------------

    def _collect(self, paths: Iterable[str]) -> None:
        sources = tuple(self.sources[path] for path in sorted(paths) if path not in self.problems)
        full = self._full.intersection(source.path for source in sources)
        job = Job(sources, self.wanted.recorded(), frozenset(full))
        for source, result in zip(sources, self._workers.facts_of(job), strict=True):
            if isinstance(result, Problem):
                self.problems[source.path] = result
            else:
                self.modules[source.path] = result

    def _replaced(self, names: set[str]) -> set[str]:
        """Those of some names that are bound somewhere as an attribute: ``jobs.server = None``."""
        words = "|".join(sorted(names)).encode()
        stored = re.compile(rb"\.(%s)[ \t]*(?::[^=\n]+)?=(?!=)" % (words or rb"(?!)"))
        found = (stored.findall(source.data) for source in self.sources.values())
        return {word.decode() for words in found for word in words}

    # -- which names ---------------------------------------------------------------------

    def _wanted(self, project: Project) -> Wanted:
        """What to look for everywhere: wrappers, managers, what a chain may reach, classes."""
        sites = Sites(project, Frames(project))
        names, started, modules = set(sites.aliases), set[str](), set[str]()
        held: set[str] = set()
        for id_ in [*sites.wrappers, *sites.managers]:
            names |= _names_of(project.functions[id_], project)
        level = {site.function.id for site in sites.all() if site.function is not None}
        if sites.all():
            names |= _given_sets(project) | _sets_of_tasks(project) | _running(project)
            names |= self._replaced(_objects(project))
        seen: set[str] = set()
        threadable = Threadable(project, self.config)
        for _ in range(self.config.max_depth + 1):
            seen |= level
            functions = [project.functions[id_] for id_ in sorted(level)]
            reachable = [f for f in functions if threadable.local_refusal(f) is None]
            for function in functions:
                if function in reachable:
                    names |= _names_of(function, project)
                    modules |= {project.path_of(function.id)}
                    modules |= threadable.exposure.binders(function)
                    if function.class_ is not None and not function.name.startswith("_"):
                        instances = threadable.methods.instances
                        relatives = project.relatives(function.class_)
                        names |= instances.names_in(instances.shared, relatives)
                        held |= instances.names_in(instances.attributes, relatives)
                    continue
                if function.is_async:
                    started.add(function.name)
                names |= _names_of_class(function, project)
            level = {
                call.function
                for function in reachable
                for _, call in project.callers.get(function.id, ())
                if call.function is not None
            } - seen
        names |= _aliases(names, project)
        if modules:
            names |= TRIGGERS
        return Wanted(*map(frozenset, (names, started, modules, held)))


def _objects(project: Project) -> set[str]:
    """The names of modules that are bound to an instance of a class of the project."""
    return {
        name
        for path, module in project.modules.items()
        for name, values in module.exports
        if name in module.steady and name.isascii()
        if any(v.endswith("()") for v in values)
        if {v.removesuffix("()") for v in project.resolve_all(values, path)}
        & project.classes.keys()
    }


def _given_sets(project: Project) -> set[str]:
    """What decides whether a set that was given to an object can be used."""
    given = [s for m in project.modules.values() for s in m.sets if s.scope == "attribute"]
    names = {set_.name.rpartition(".")[2] for set_ in given}
    names |= {s.yielded for m in project.modules.values() for s in m.sets if s.yielded}
    if any(".state." in set_.name for set_ in given):
        names |= {application.rpartition(".")[2] for application in APPLICATIONS}
    return names


def _sets_of_tasks(project: Project) -> set[str]:
    """The sets that may be used: who replaces, empties or counts them matters, wherever it is."""
    return {
        set_.name.rpartition(".")[2]
        for module in project.modules.values()
        for set_ in module.sets
        if set_.kind == "set" and set_.scope in {"module", "class", "instance"}
        if _TASK.search(" ".join(set_.elements or set_.added))
    }


def _running(project: Project) -> set[str]:
    """The functions that run a loop: how often they are called decides what its tasks outlive."""
    found = {
        call.function
        for module in project.modules.values()
        for call in module.calls
        if call.method == "run_until_complete" and call.function is not None
    }
    new = found
    while new:
        callers = {call.function for id_ in new for _, call in project.callers.get(id_, ())}
        new = {id_ for id_ in callers if id_ is not None} - found
        found |= new
    return {project.functions[id_].name for id_ in found} - {"main"}


def _aliases(names: set[str], project: Project) -> set[str]:
    """``boot`` of ``from .jobs import startup as boot``, which others may import."""
    return {
        name
        for module in project.modules.values()
        for name, values in module.exports
        if any(last_name(value) in names for value in values) and not name.startswith("__")
    }


def _names_of(function: Function, project: Project) -> set[str]:
    """Its name, and that of its class: who inherits from that, and who hands it over."""
    names = {*spellings(function), *_names_of_class(function, project)}
    return {name for name in names if not (name.startswith("__") and name.endswith("__"))}


def _names_of_class(function: Function, project: Project) -> set[str]:
    """The class that a function is in, itself or as a part of a method, and its subclasses."""
    around: Function | None = function
    while around is not None and around.class_ is None:
        around = project.functions.get(around.parent or "")
    class_ = (around.class_ or "") if around is not None else ""
    return {one.name for one in project.relatives(class_).values()}
