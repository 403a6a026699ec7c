"""What a set promises to those who read it: who would notice one more task in it, and when.

A set may take a task only if that changes nothing before its owner is shut down: nothing more is
awaited, cancelled, counted or raised while the program goes on. And never a task that itself ends
what the set holds, which would cancel itself or wait for itself.
"""

from __future__ import annotations

import re

from taskfix.apis.callables import CALLING_AT_END, ENDING_NAMES
from taskfix.apis.spawners import SPAWNER_NAMES
from taskfix.index.project import Project
from taskfix.index.too_far import if_too_far
from taskfix.lifetime.frames import Frames
from taskfix.lifetime.instances import Instances
from taskfix.lifetime.mentions import Mentions
from taskfix.lifetime.reaching import UNKNOWN, Reaching
from taskfix.lifetime.sites import Site
from taskfix.model import Call, Dealing, Function, Handling, Reason, SetFact
from taskfix.paths import is_test

_NOTHING: frozenset[Handling] = frozenset({"keeps", "guards", "logs", "grows", "passes"})
# These are noticed at any time.
_NEVER: frozenset[Handling] = frozenset({"collects", "drops", "steers", "raises"})
_ENDING: frozenset[Handling] = frozenset({"ends", "awaits", "raises", "collects"})
_WAITING: frozenset[Handling] = frozenset({"ends", "awaits"})
_WORDS: dict[Handling, str] = {
    "counts": "tells how many tasks {name} has, or which",
    "reads": "looks at the tasks in {name}",
    "ends": "cancels the tasks in {name}",
    "awaits": "waits for the tasks in {name}",
    "raises": "raises what goes wrong in a task of {name}",
    "collects": "uses what the tasks in {name} give",
    "drops": "takes tasks out of {name} that may be pending",
    "steers": "decides by what is in {name} what to do",
}
_TOO_FAR: Reason | None = Reason("too-far", "too many files may look at the set")
_MOST_CALLERS = 4


class Promises:
    """Answers for the sets of one project."""

    def __init__(self, project: Project, frames: Frames, mentions: Mentions) -> None:
        self.project = project
        self.frames = frames
        self.mentions = mentions
        self.instances = Instances(project, frames)
        self.reaching = Reaching(project)
        self._known: dict[str, Reason | None] = {}

    def refusal(self, set_: SetFact) -> Reason | None:
        """Why a set may not take any task that it does not have yet."""
        if set_.id not in self._known:
            self._known[set_.id] = self._refusal(set_)
        return self._known[set_.id]

    @if_too_far(_TOO_FAR)
    def refusal_of(self, set_: SetFact, site: Site) -> Reason | None:
        """Why a set may not take the task of a site."""
        ending = [(path, one) for path, one in self.mentions.dealings(set_) if one.what in _ENDING]
        if self._is_of_another_thread(set_, site):
            return Reason(
                "another-loop", f"another thread has the loop of the tasks in {set_.name}"
            )
        if not ending:
            return None
        started = self.reaching.started(site)
        functions = {one.function: (path, one) for path, one in ending if one.function}
        met = self.reaching.meets(site, started, functions.keys())
        if met == UNKNOWN:
            message = f"nobody knows what the task runs, and {_told(*ending[0], set_)}"
            return Reason("ends-what-is-held", message)
        if met is not None:
            path, dealing = functions[met]
            done = "cancels" if dealing.what == "ends" else "waits for"
            message = f"the task runs {_where(path, dealing)}, which {done} what {set_.name} holds"
            return Reason("ends-what-is-held", message)
        if self._waits(ending) and self._is_endless(started):
            message = f"{set_.name} is awaited at the end, and the task may never end"
            return Reason("awaited-at-exit", message)
        return None

    def _is_of_another_thread(self, set_: SetFact, site: Site) -> bool:
        """What is done with the set runs in another thread, and the site does not."""
        if set_.scope == "local":
            return False
        elsewhere = self.reaching.elsewhere(self.project.path_of(set_.id))
        if site.function is None or site.function.id in elsewhere:
            return False
        return any(one.function in elsewhere for _, one in self.mentions.dealings(set_))

    def _waits(self, ending: list[tuple[str, Dealing]]) -> bool:
        handled = {one.what for _, one in ending}
        return bool(handled & {"awaits", "raises"}) and "ends" not in handled

    def _is_endless(self, started: tuple[Function, ...]) -> bool:
        return not started or any(f.endless is not None or f.loops for f in started)

    @if_too_far(_TOO_FAR)
    def _refusal(self, set_: SetFact) -> Reason | None:
        if set_.rebound or self.mentions.is_replaced(set_):
            return Reason("set-replaced", f"{set_.name} is replaced by another set somewhere")
        class_ = self.project.classes.get(set_.owner or "") if set_.scope == "instance" else None
        ended = bool(self.mentions.handled(set_) & _ENDING)
        where = self.instances.temporary(class_, ended=ended) if class_ is not None else ""
        if where:
            return Reason("short-lived", f"{where} makes an instance that is gone before its tasks")
        dealings = [(p, one) for p, one in self.mentions.dealings(set_) if one.what not in _NOTHING]
        for path, dealing in sorted(dealings, key=lambda pair: pair[1].what not in _NEVER):
            if dealing.what in _NEVER or not self._is_closing(path, dealing, set_):
                goes_on = ", and the program goes on" if dealing.what in _WAITING else ""
                return Reason("set-is-read", _told(path, dealing, set_) + goes_on)
        return None

    # -- is it the end of the owner? ---------------------------------------------------------

    def _is_closing(self, path: str, dealing: Dealing, set_: SetFact) -> bool:
        function = self.project.functions.get(dealing.function or "")
        if function is None:
            return False
        if dealing.what in _WAITING and function.id == set_.owner:
            if function.waits_from is not None and function.waits_from <= dealing.line:
                return True
        return self._ends(function, dealing.line, set_, frozenset())

    def _ends(self, function: Function, line: int, set_: SetFact, seen: frozenset[str]) -> bool:
        """Report whether a line of a function runs only when the owner of a set is shut down."""
        if self._is_named_so(function, set_) or self._is_final(function, line, set_):
            return True
        if any(map(_says_end, function.decorator_texts)):
            return True
        if function.id in seen or len(seen) >= _MOST_CALLERS:
            return False
        return self._is_called_at_end(function, set_, seen | {function.id})

    def _is_final(self, function: Function, line: int, set_: SetFact) -> bool:
        """It is in the last lines of what owns the set, or of what outlives all tasks."""
        if not any(first <= line <= last for first, last in function.finals):
            return False
        return function.id == set_.owner or self.frames.outlives(function, function.key.line)

    def _is_named_so(self, function: Function, set_: SetFact) -> bool:
        if ENDING_NAMES.fullmatch(function.name) is None or self._goes_on_after(function, set_):
            return False
        class_ = self.project.classes.get(function.class_ or "")
        if class_ is None or set_.scope not in {"module", "class"} or function.kind != "method":
            return True
        # What one instance ends may be of another one.
        return self.instances.is_only_one(class_)

    def _goes_on_after(self, function: Function, set_: SetFact) -> bool:
        """Report whether its object starts tasks again: ``self.stop(); self.start()``."""
        path = self.project.path_of(function.id)
        for call in self.project.modules[path].calls_named(function.name):
            caller = self.project.functions.get(call.function or "")
            if caller is None or ENDING_NAMES.fullmatch(caller.name):
                continue
            if function.id not in self.project.resolve_all(call.callee, path):
                continue
            receiver = call.text.rpartition(".")[0]
            if call.repeated and receiver == "self":
                return True
            for later in self.project.calls_in(caller):
                if later.span > call.span and later.text.rpartition(".")[0] == receiver:
                    if self._starts_again(path, later, set_):
                        return True
        return False

    def _starts_again(self, path: str, call: Call, set_: SetFact) -> bool:
        filling = {one.function for _, one in self.mentions.dealings(set_) if one.what == "keeps"}
        return any(
            function.id in filling
            or any(one.method in SPAWNER_NAMES for one in self.project.calls_in(function))
            for function in self.reaching.called(path, call)
            if not ENDING_NAMES.fullmatch(function.name)
        )

    def _is_called_at_end(self, function: Function, set_: SetFact, seen: frozenset[str]) -> bool:
        path = self.project.path_of(function.id)
        at_end = False
        for where, mention in self.project.mentions(function.name, path, computed=False):
            if is_test(where) or function.id not in self.project.resolve_all(mention.values, where):
                continue
            if not _says_end(mention.text):
                return False
            at_end = True
        for where, call in self.project.calls_to(function.id):
            if is_test(where):
                continue
            caller = self.project.functions.get(call.function or "")
            if caller is None or not self._ends(caller, call.span.line, set_, seen):
                return False
            at_end = True
        return at_end


def _says_end(text: str) -> bool:
    """``app.on_event("shutdown")``, ``atexit.register(finish)``"""
    words = set(re.findall(r"\w+", text))
    known = {name.rpartition(".")[2] for name in CALLING_AT_END}
    return bool(words & known) or any(ENDING_NAMES.fullmatch(word) for word in words)


def _told(path: str, dealing: Dealing, set_: SetFact) -> str:
    return f"{_where(path, dealing)} {_WORDS[dealing.what].format(name=set_.name)}"


def _where(path: str, dealing: Dealing) -> str:
    name = (dealing.function or "").rpartition("::")[2].rpartition(".")[2]
    return f"{name}() in {path}:{dealing.line}" if name else f"{path}:{dealing.line}"
