"""How a site hands its task, or its coroutine, over to a function of the project that holds it."""

from __future__ import annotations

from codemods.edits import Edit, ReplaceExpression, WrapCall
from taskfix.apis.spawners import TAKES_COROUTINES
from taskfix.lifetime.helpers import Keeper
from taskfix.lifetime.sites import Site
from taskfix.model import Holder, Hop, Reason
from taskfix.planning.proposal import World, hop, keep_at, reads_better_bound, spawns

# Where only what is dropped, and where what is returned, may take the place of the spawner.
_DROPPED = frozenset({"statement", "lambda", "loop", "branch", "display"})
_USED = _DROPPED | {"expression", "return", "argument"}


def hand_over(
    site: Site, world: World, expression: str, keeper: Keeper
) -> list[Edit] | Reason | None:
    """The edits at the site; why its set may not have the task; None where it does not fit."""
    if not _is_declared_for(site, world, keeper):
        return None
    promises = world.holders.promises
    refusal = promises.refusal(keeper.set_) or promises.refusal_of(keeper.set_, site)
    if refusal is not None:
        return refusal
    if keeper.kind == "starter":
        return _started(site, expression, keeper)
    if site.use.shape == "reference":
        return None
    kept = keep_at(site, world, "", keeper=expression)
    bound = None if not isinstance(kept, list) else kept
    dropped = site.use.shape == "statement" and not site.call.chained
    if not (keeper.gives or dropped) or (bound is not None and reads_better_bound(site)):
        return bound
    return [WrapCall(site.value, expression)]


def _is_declared_for(site: Site, world: World, keeper: Keeper) -> bool:
    """Report whether a type checker lets the site call the function with its task."""
    typed = site.function is not None and site.function.typed
    if typed and world.config.at(site.path).typed_functions and not keeper.function.typed:
        return False
    return world.result_types.fit(site, keeper.takes)


def _started(site: Site, expression: str, keeper: Keeper) -> list[Edit] | None:
    """A starter takes over only where nothing but the coroutine is given, on this loop."""
    call = site.call
    # ``ensure_future`` takes futures too, which ``create_task`` does not.
    if site.spawner.name not in TAKES_COROUTINES | {keeper.spawner} or site.rule == "TF004":
        return None
    if site.use.shape == "reference" and call.positional == 0 and site.rule == "TF003":
        return [ReplaceExpression(call.span, expression)]
    if call.positional != 1 or call.keywords or call.stars:
        return None
    fits = site.use.shape in (_USED if keeper.gives else _DROPPED)
    if not fits or (call.chained and not keeper.gives) or call.callee_span is None:
        return None
    return [ReplaceExpression(call.callee_span, expression)]


def holder_of(keeper: Keeper, world: World, strategy: str) -> Holder:
    """The set that the function fills."""
    return Holder(
        strategy, keeper.set_.name, world.project.path_of(keeper.set_.id), keeper.set_.line
    )


def hops_of(site: Site, keeper: Keeper, world: World, expression: str) -> tuple[Hop, ...]:
    """From the set through the function to the site."""
    name, path = keeper.set_.name, world.project.path_of(keeper.set_.id)
    function = keeper.function
    return (
        hop(path, keeper.set_.line, None, "owner", f"creates {name}"),
        hop(path, function.key.line, function, "passes", f"adds the task to {name}"),
        spawns(site, f"hands over to {expression}()"),
    )
