"""What the tasks of a site give in the end, as far as annotations tell a type checker."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from taskfix.index.project import Project
from taskfix.lifetime.sites import Site
from taskfix.planning.spelling import VARIABLES

# The last argument, where it is a plain word: Task[None], Coroutine[Any, Any, None].
_ELEMENT = re.compile(
    r"\b(?:Task|Future|Coroutine|Awaitable)\[(?:[^\[\]]*,)?\s*(?P<result>\w+)\s*\]"
)
# What a set or a function may be declared for, so that a task of another result does not fit.
_PLAIN = frozenset({"None", "bool", "bytes", "float", "int", "str"})
_FITS_ALL = frozenset({"Any", "typing.Any", "NoReturn", "typing.NoReturn", "Never"})

Place = tuple[str, str | None, str]  # the path, the function's id, the plain name of the variable


class ResultTypes:
    """Answers for the sites of one project."""

    def __init__(self, project: Project, sites: Iterable[Site]) -> None:
        self.project = project
        # In the order of the sites, with the name of the coroutine: (result, name).
        self._of_place: dict[Place, list[tuple[str, str | None]]] = defaultdict(list)
        for site in sites:
            own_name = site.use.shape == "binding" and site.use.variable != "_"
            result = None if own_name else self._of(site)
            known = self._of_place[_place(site)]
            if result is not None and (result, site.call.first) not in known:
                known.append((result, site.call.first))

    def differ(self, site: Site, *, doubt: bool) -> bool:
        """Report whether one variable would get tasks of different types in a function.

        Of coroutines out of sight nothing is known; ``doubt`` takes each for one of its own type.
        """
        results = {result for result, _ in self._of_place[_place(site)]}
        return len(results if doubt else [r for r in results if not r.startswith("?")]) > 1

    def number(self, site: Site) -> int:
        """How many coroutines of the same name but another result come before, in the function."""
        result, name = self._of(site), site.call.first
        same = [known for known, other in self._of_place[_place(site)] if other == name]
        return same.index(result) if result in same else 0

    def fit(self, site: Site, declared: str | None) -> bool:
        """Report whether a place declared as ``set[asyncio.Task[None]]`` may take the task."""
        match = _ELEMENT.search(declared or "")
        if match is None:
            return True
        result = self._of(site)
        if match["result"] not in _PLAIN or result is None or result.startswith("?"):
            return True
        return result == match["result"] or result in _FITS_ALL

    def declared_wider(self, site: Site) -> bool:
        """Report whether the project function that is called is declared to give less than a task.

        ``-> Awaitable[None]`` has no ``add_done_callback``.
        """
        found = self.project.resolve_all(site.call.callee, site.path)
        results = [
            self.project.functions[id_].result for id_ in self.project.functions.among(found)
        ]
        wanted = r"\b(?:Task|Any)\b" if site.spawner.makes == "task" else r"\b(?:Task|Future|Any)\b"
        return any(result is not None and not re.search(wanted, result) for result in results)

    def _of(self, site: Site) -> str | None:
        """The annotation; ``?name`` for a coroutine out of sight; None where there is none."""
        if site.spawner.makes != "task":
            return f"?{site.call.span}"  # of a gather() it depends on everything that is gathered
        found = self.project.resolve_all(site.call.first_callee, site.path)
        functions = [self.project.functions[id_] for id_ in self.project.functions.among(found)]
        if len(functions) != 1:
            spelled = ", ".join(sorted(site.call.first_callee))
            return f"?{spelled or site.call.first or site.call.span}"
        result = functions[0].result
        return None if result is None else result.strip("\"'")


def _place(site: Site) -> Place:
    function = site.function.id if site.function is not None else None
    return site.path, function, VARIABLES[site.spawner.makes]
