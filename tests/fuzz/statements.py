"""Statements that start tasks, in every shape, and the code around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from tests.fuzz.layout import Block, Line, Node

# Names that a fix would like to use, and others.
NAMES = (
    *("task", "tasks", "background_tasks", "_background_tasks", "future", "t", "x", "value"),
    *("work_task", "loop", "start_work", "_track", "été", "name", "self_"),
)
ALIVE = "keep"  # a function of every module that keeps what it is given


@dataclass(frozen=True, slots=True)
class Target:
    """A function that programs may call: the code of a call, and what it gives."""

    call: str  # with {} for an argument
    is_async: bool
    gives_task: bool = False


@dataclass(slots=True)
class Scope:
    """What the code at hand may use."""

    random: Random
    prefix: str  # how asyncio is spelled, with its dot
    callables: list[Target]
    is_async: bool
    marks: list[int]
    ints: list[str] = field(default_factory=list)
    in_method: bool = False
    global_: str | None = None  # a module variable that the function may rebind
    depth: int = 0

    def pick(self, options: Sequence[str]) -> str:
        return self.random.choice(list(options))

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def mark(self) -> str:
        self.marks[0] += 1
        return f"'m{self.marks[0]}'"

    def name(self) -> str:
        return self.pick(NAMES)

    # -- expressions -------------------------------------------------------------------------

    def integer(self) -> str:
        return self.pick([*self.ints, "1", "0", "2"])

    def condition(self) -> str:
        x, y = self.integer(), self.integer()
        return self.pick(
            [
                *(x, f"not {x}", f"{x} > {y}", f"{y} < {x}", f"{x} in (1, 2)", f"({x} or {y})"),
                *(f"{x} and {y}", f"{x} if {y} else 0", "True", f"not ({x} == {y})"),
                *(f"{name} is not None" for name in self.ints),
            ]
        )

    def coroutine(self) -> str:
        options = [c for c in self.callables if c.is_async]
        one = self.random.choice(options)
        return one.call.format(self.integer())

    def spawn(self) -> str:
        """An expression that starts a task and gives it."""
        c, p = self.coroutine(), self.prefix
        kinds = [f"{p}create_task({c})"] * 6 + [
            f"{p}ensure_future({c})",
            f"{p}get_running_loop().create_task({c})",
            f"{p}create_task({c}, name='n')",
            f"{p}gather({c}, {self.coroutine()})",
            f"{p}shield({c})",
            f"({p}create_task({c}))",
            f"{p}create_task(coro={c})",
        ]
        wrappers = [one for one in self.callables if one.gives_task and not one.is_async]
        if wrappers:
            kinds += [self.random.choice(wrappers).call.format(self.integer())] * 2
        return self.random.choice(kinds)

    # -- statements --------------------------------------------------------------------------

    def body(self, size: int) -> list[Node]:
        nodes: list[Node] = []
        for _ in range(self.random.randint(1, size)):
            nodes += self.statement()
        return nodes

    def statement(self) -> list[Node]:
        roll = self.random.random()
        if roll < 0.35:
            return self.spawning()
        if roll < 0.5 and self.depth < 3:
            return self.compound()
        if roll < 0.75:
            return [self.calling()]
        if roll < 0.9:
            return [Line(f"print({self.mark()}, {self.integer()})")]
        return self.binding()

    def calling(self) -> Node:
        options = [one for one in self.callables if self.is_async or not one.is_async]
        if not options:
            return Line("pass")
        one = self.random.choice(options)
        call = one.call.format(self.integer())
        if one.is_async or one.gives_task and self.is_async and self.chance(0.5):
            call = f"await {call}"
        return Line(
            self.pick([call, call, f"_r = {call}", f"print({self.mark()}, ({call}) is None)"])
        )

    def binding(self) -> list[Node]:
        name = self.name()
        if name in ("loop", "_track", "start_work") or self.chance(0.2):
            return [Line(f"print({self.mark()}, {self.condition()})")]
        value = self.integer()
        self.ints.append(name)
        return [Line(f"{name} = {value}")]

    def spawning(self) -> list[Node]:
        kind = self.random.choice(
            [self._dropped, self._dropped, self._bound, self._shaped, self._held]
        )
        return kind()

    def _fresh(self) -> str:
        """A name that this scope does not read as a number."""
        free = [name for name in (*NAMES, "job", "pending") if name not in self.ints]
        return self.pick([name for name in free if name not in ("_track", "start_work")])

    def _dropped(self) -> list[Node]:
        s, c = self.spawn(), self.condition()
        codes = [s] * 4 + [
            f"_ = {s}",
            f"{s}.add_done_callback(done)",
            f"({c}) and {s}",
            f"({c}) or {s}",
            f"{s} if ({c}) else None",
            f"None if ({c}) else {s}",
            f"{s}, {self.spawn()}",
            f"[{s}, {self.spawn()}]",
            f"{s}.cancelled()",
            f"assert {s}",
            f"print({self.mark()}, {s} is None)",
            f"print({self.mark()}, {s}.done())",
            f"str({s})",
        ]
        return [Line(self.random.choice(codes))]

    def _bound(self) -> list[Node]:
        name, s, c = self._fresh(), self.spawn(), self.condition()
        after: list[Node] = []
        if self.chance(0.4):
            after = [Line(self.pick([f"{name}.add_done_callback(done)", f"print({name} is None)"]))]
        codes = [f"{name} = {s}"] * 3 + [
            f"({name} := {s})",
            f"{name}: object = {s}",
            f"{name}, _b = {s}, 1",
            f"{name} = _b = {s}",
            f"{name} = {s} if ({c}) else None",
            f"{name} = [{s}]",
        ]
        code = self.random.choice(codes)
        plain = code == f"{name} = {s}"
        return [Line(code), *(after if plain and "gather" not in s else [])]

    def _shaped(self) -> list[Node]:
        s, v = self.spawn(), self.pick(["i", "task", "n"])
        loop = f"{self.prefix}get_running_loop()"
        shapes: list[list[Node]] = [
            [Line(f"[{s} for {v} in range(2)]")],
            [Line(f"[{s} for {v} in range(3) if {v}]")],
            [Line(f"{{{s} for {v} in range(2) for _j in range(1)}}")],
            [Line(f"{loop}.call_soon(lambda: {s})")],
            [Line(f"{loop}.call_soon(lambda {v}=1: {s})")],
            [Line(f"{loop}.call_soon({self.prefix}create_task, {self.coroutine()})")],
            [Line(f"list(map({self.prefix}create_task, [{self.coroutine()}]))")],
            [Line(f"_f = lambda: {s}"), Line("_f()")],
            [Line(f"_f = lambda: {s}"), Line(f"{loop}.call_soon(_f)")],
            [Block(f"if {s}", [Line(f"print({self.mark()})")])],
            [Block(f"if ({self._fresh()} := {s})", [Line(f"print({self.mark()})")])],
            [Block(f"for _t in ({s}, {self.spawn()})", [Line("_t.add_done_callback(done)")])],
            [Block(f"while not {s}", [Line("break")])],
            [Line(f"print({self.mark()}, *[{s} is None])")],
        ]
        if self.is_async:
            shapes.append([Line(f"[{s} async for {v} in stream()]")])
            shapes.append([Block(f"async for {v} in stream()", [Line(s)])])
        return self.random.choice(shapes)

    def _held(self) -> list[Node]:
        s = self.spawn()
        held: list[list[Node]] = [[Line(f"{ALIVE}({s})")], [Line(f"{ALIVE}([{s}])")]]
        name = self._fresh()
        empty = self.pick(["set()", "[]"])
        add = "add" if empty == "set()" else "append"
        held.append([Line(f"{name} = {empty}"), Line(f"{name}.{add}({s})")])
        held.append([Line(f"_held.add({s})")])
        if self.in_method:
            held.append([Line(f"self.job = {s}")])
        if self.is_async:
            held += [[Line(f"await {s}")], [Line(f"_r = await {s}")]]
            held.append([Line(f"{name} = {s}"), Line(f"await {name}")])
            held.append([Line(f"await {self.prefix}gather({s}, {self.coroutine()})")])
        return self.random.choice(held)

    # -- compound statements -----------------------------------------------------------------

    def compound(self) -> list[Node]:
        kinds = [self._if, self._for, self._while, self._try, self._with, self._match, self._nested]
        self.depth += 1
        known = len(self.ints)
        nodes = self.random.choice(kinds)()
        # What is only bound in there may be unbound below.
        del self.ints[known:]
        self.depth -= 1
        return nodes

    def _inner(self, size: int = 2) -> list[Node]:
        known = len(self.ints)
        body = self.body(size)
        del self.ints[known:]
        return body

    def _if(self) -> list[Node]:
        nodes: list[Node] = [Block(f"if {self.condition()}", self._inner())]
        if self.chance(0.3):
            nodes.append(Block(f"elif {self.condition()}", self._inner()))
        if self.chance(0.4):
            nodes.append(Block("else", self._inner()))
        return nodes

    def _for(self) -> list[Node]:
        nodes: list[Node] = [Block(f"for _i in range({self.pick('12')})", self._inner())]
        return [*nodes, Block("else", self._inner(1))] if self.chance(0.15) else nodes

    def _while(self) -> list[Node]:
        return [Block("while True", [*self._inner(), Line("break")])]

    def _try(self) -> list[Node]:
        raising: list[Node] = [Line("raise KeyError('k')")] if self.chance(0.3) else []
        body = [*self._inner(), *raising]
        if self.chance(0.4):
            handled = Block("except KeyError as _e", self._inner())
            inner: list[Node] = [Block("try", body), handled]
            return [*inner, Block("finally", self._inner(1))] if self.chance(0.3) else inner
        return [Block("try", body), Block("except (KeyError, OSError)", self._inner(1))]

    def _with(self) -> list[Node]:
        header = self.pick(
            ["with suppress(KeyError)", "with suppress(KeyError), nullcontext() as _n"]
        )
        if self.is_async and self.chance(0.4):
            header = f"async with {self.prefix}timeout(9)"
        return [Block(header, self._inner())]

    def _match(self) -> list[Node]:
        first = Block(f"case {self.pick(['1', '0 | 2', 'int() if True'])}", self._inner())
        return [Block(f"match {self.integer()}", [first, Block("case _", self._inner(1))])]

    def _nested(self) -> list[Node]:
        is_async = self.is_async and self.chance(0.5)
        outer, self.is_async = self.is_async, is_async
        parameter, known = self.name(), len(self.ints)
        self.ints.append(parameter)
        body = self._inner()
        del self.ints[known:]
        self.is_async = outer
        kind = "async def" if is_async else "def"
        call = f"inner({self.integer()})"
        call = f"await {call}" if is_async else call
        first: list[Node] = []
        if self.chance(0.2):
            first, body = [Line("_outer = 1")], [Line("nonlocal _outer"), Line("_outer = 2"), *body]
        return [*first, Block(f"{kind} inner({parameter}=0)", body), Line(call)]
