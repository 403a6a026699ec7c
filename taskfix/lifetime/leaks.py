"""Project -> leaks: sets of tasks that live on and only ever grow.

No task is lost there, so a leak is no finding: it is told apart, and nothing is changed. A set is
only called a leak where no code in sight takes anything out or goes over it, and where tasks are
added again and again, not just when the program starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from taskfix.apis.callables import ONE_ADDERS
from taskfix.index.project import Project, TooFar
from taskfix.lifetime.holders import Holders
from taskfix.model import Function, Growth, Leak, SetFact, Source, Suppression
from taskfix.paths import is_test
from taskfix.planning.proposal import World

RULE = "TF006"
# By their decorators and names these are called for every request, message or event.
_AGAIN = re.compile(
    r"\.(?:get|post|put|patch|delete|head|options|route|api_route|websocket|command|message|"
    r"message_handler|callback_query|callback_query_handler|on_message|subscriber|rpc)\b"
)
_EACH = re.compile(
    r"^(?:handle|handle_\w+|dispatch|do_[A-Z]+|data_received|datagram_received|connection_made|"
    r"on_(?:message|request|data|packet|frame|disconnect|connection|client_\w+|message_\w+))$"
)
_ADD_WORDS = sorted(b".%s" % name.encode() for name in ONE_ADDERS)
_ADDING = rb"\.(?:" + b"|".join(word[1:] for word in _ADD_WORDS) + rb")\s*\("
_RELATIVE = re.compile(rb"^\s*from\s+\.", re.M)


def find_leaks(world: World, sources: Mapping[str, Source]) -> Iterator[Leak]:
    """The leaks of a project, by path and position."""
    yield from _Leaks(world.project, world.holders, world.sites.keeping, sources).all()


@dataclass(frozen=True, slots=True)
class _Leaks:
    project: Project
    holders: Holders
    files: Set[str]
    sources: Mapping[str, Source]

    def all(self) -> Iterator[Leak]:
        """One leak a set, at the first place that adds to it."""
        adding = self.project.library.matching(_ADDING, *_ADD_WORDS)
        for path in sorted(self.files & set(adding)):
            for set_ in self.project.modules[path].sets:
                if not set_.grows or is_test(path) or not self._holds_tasks(set_, path):
                    continue
                try:
                    growth = self._leak(set_, path)
                except TooFar:
                    continue  # what is not known is not told
                if growth is not None:
                    span = growth.span
                    yield Leak(path, span, _message(set_), self._suppression(path, span.line))

    def _leak(self, set_: SetFact, path: str) -> Growth | None:
        """The first place that adds to a set again and again, if the set is a leak."""
        again = [growth for growth in set_.grows if self._repeats(growth, set_)]
        if again and self._lives_on(set_, again[0]) and not self._is_known(set_, path):
            return again[0]
        return None

    def _suppression(self, path: str, line: int) -> Suppression | None:
        for one in self.project.modules[path].suppressions:
            ours = one.kind == "taskfix" and (not one.codes or RULE in one.codes)
            if ours and one.first <= line <= one.last:
                return one
        return None

    def _holds_tasks(self, set_: SetFact, path: str) -> bool:
        added = frozenset().union(*(growth.added for growth in set_.grows))
        return set_.kind in {"set", "list"} and all(self.holders.is_task(v, path) for v in added)

    # -- how often -----------------------------------------------------------------------

    def _repeats(self, growth: Growth, set_: SetFact) -> bool:
        function = self.project.functions.get(growth.function or "")
        if function is None:
            return False
        if set_.scope == "local":
            endless = function.endless if set_.owner == function.id else None
            return growth.looped and endless is not None and endless <= growth.span.line
        return growth.looped or self._is_repeated(function, frozenset())

    def _is_repeated(self, function: Function, seen: frozenset[str]) -> bool:
        """Report whether a function is called again and again, as far as can be seen."""
        if any(_AGAIN.search(text) for text in function.decorator_texts):
            return True
        if _EACH.match(function.name):
            return True
        if function.id in seen or len(seen) > 4:
            return False
        for path, call in self.project.calls_to(function.id):
            caller = self.project.functions.get(call.function or "")
            if caller is None or is_test(path):
                continue
            if call.looped or self._is_repeated(caller, seen | {function.id}):
                return True
        return False

    # -- how long, and who else ----------------------------------------------------------

    def _lives_on(self, set_: SetFact, growth: Growth) -> bool:
        if set_.scope in {"module", "local"}:
            return True
        class_ = self.project.classes[set_.owner or ""]
        if class_.function is not None or self.project.subclasses_of(class_.id):
            return False
        if set_.scope == "class":
            return True
        made = self.project.calls_of_class(class_)
        return bool(made) and all(
            call.function is None and not call.in_lambda and not call.in_class_body
            for _, call in made
        )

    def _is_known(self, set_: SetFact, path: str) -> bool:
        """Report whether another file may get hold of the set."""
        if set_.scope == "local":
            return False
        name = set_.name.rpartition(".")[2]
        word = re.compile(rb"\b%s\b" % re.escape(name).encode())
        return any(
            other != path and word.search(source.data) and self._may_mean(set_, other)
            for other, source in self.sources.items()
        )

    def _may_mean(self, set_: SetFact, other: str) -> bool:
        """Report whether a file that has the name may have it from there."""
        data = self.sources[other].data
        if _RELATIVE.search(data):
            return True
        path = self.project.path_of(set_.id)
        names = set(path.removesuffix(".py").split("/")) | {(set_.owner or "").rpartition("::")[2]}
        words = [re.escape(name).encode() for name in sorted(names) if name]
        return re.search(rb"\b(?:%s)\b" % b"|".join(words), data) is not None


def _message(set_: SetFact) -> str:
    name = set_.name
    mend = f"`task.add_done_callback({name}.discard)` would"
    if set_.kind == "list":
        mend = f"a set and `task.add_done_callback({name}.discard)` would"
    return f"nothing takes finished tasks out of `{name}`, so they stay in memory: {mend}"
