"""Statements -> bytes, as oddly formatted as Python allows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias

# What may stand between brackets without a change of meaning; strings of programs have none of it.
_OPENING = re.compile(r"(?<=[\w)])\((?=[^)])")
_COMMA = re.compile(r", (?=[\w*({\[])")
_EQUALS = re.compile(r"(?<=\w) = (?=\w)")
_CALL = re.compile(r"\.(?=create_task|ensure_future|call_soon)")
_COOKIES = {"latin-1": "# -*- coding: latin-1 -*-", "utf-8": "# coding: utf-8"}


@dataclass(frozen=True, slots=True)
class Line:
    """A simple statement. ``alone``: nothing may be joined to it."""

    code: str
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A compound statement: its header without the colon, and its body."""

    header: str
    body: Sequence[Node]
    decorators: tuple[str, ...] = ()


Node: TypeAlias = Line | Block


@dataclass(slots=True)
class Layout:
    """How one file is formatted."""

    random: Random
    odd: bool = True
    unit: str = "    "
    newline: str = "\n"
    encoding: str = "utf-8"
    bom: bool = False
    marks: int = 0
    comments: list[str] = field(default_factory=list)

    @classmethod
    def drawn(cls, random: Random) -> Layout:
        """A layout as it comes."""
        odd = random.random() < 0.7
        if not odd:
            return cls(random, odd=False)
        encoding = "latin-1" if random.random() < 0.05 else "utf-8"
        return cls(
            random,
            unit=random.choice(["    "] * 5 + ["  ", "\t", "   "]),
            newline=random.choice(["\n"] * 5 + ["\r\n", "\r\n", "\r", "mixed"]),
            encoding=encoding,
            bom=encoding == "utf-8" and random.random() < 0.1,
        )

    def chance(self, probability: float) -> bool:
        return self.odd and self.random.random() < probability

    # -- lines -------------------------------------------------------------------------------

    def encoded(self, body: Sequence[Node]) -> bytes:
        """The bytes of a module."""
        lines = list(self._lines(body, ""))
        if self.encoding != "utf-8" or self.chance(0.05):
            lines.insert(0, _COOKIES[self.encoding])
        if self.chance(0.05) and not self.bom:
            lines.insert(0, "#!/usr/bin/env python")
        ends = [self._newline() for _ in lines]
        if self.chance(0.15):
            ends[-1] = ""
        pairs = zip(lines, ends, strict=True)
        text = "".join(line.replace("\n", end or "\n") + end for line, end in pairs)
        data = text.encode(self.encoding, "xmlcharrefreplace")
        return b"\xef\xbb\xbf" + data if self.bom else data

    def _newline(self) -> str:
        return self.random.choice(["\n", "\r\n"]) if self.newline == "mixed" else self.newline

    def _lines(self, body: Sequence[Node], indent: str) -> Iterator[str]:
        index = 0
        while index < len(body):
            node = body[index]
            index += 1
            yield from self._above(node, indent)
            if isinstance(node, Block):
                yield from self._block(node, indent)
                continue
            codes = [self._code(node.code, indent)]
            while index < len(body) and not node.alone and self.chance(0.06):
                following = body[index]
                if isinstance(following, Block) or following.alone:
                    break
                codes.append(following.code)
                index += 1
            yield indent + self._joined(codes) + self._comment()

    def _joined(self, codes: Sequence[str]) -> str:
        end = ";" if self.chance(0.02) and not codes[-1].startswith("@") else ""
        return self.random.choice(["; ", ";", " ; "]).join(codes) + end

    def _block(self, block: Block, indent: str) -> Iterator[str]:
        for decorator in block.decorators:
            yield f"{indent}{decorator}{self._comment()}"
        header = self._code(block.header, indent) + (" :" if self.chance(0.03) else ":")
        simple = [node for node in block.body if isinstance(node, Line) and not node.alone]
        if len(simple) == len(block.body) < 3 and self.chance(0.15):
            yield indent + header + " " + self._joined([n.code for n in simple]) + self._comment()
            return
        yield indent + header + self._comment()
        unit = self.random.choice(["  ", "\t", "     "]) if self.chance(0.04) else self.unit
        yield from self._lines(block.body, indent + unit)

    # -- what is odd about them --------------------------------------------------------------

    def _above(self, node: Node, indent: str) -> Iterator[str]:
        defines = isinstance(node, Block) and node.header.startswith(("def", "async def", "class"))
        continues = isinstance(node, Block) and node.header.startswith(
            ("else", "elif", "except", "finally", "case")
        )
        if continues:
            return
        if defines and not self.chance(0.2):
            yield from [""] * (1 if indent else 2)
        if self.chance(0.05):
            yield self.random.choice(["", indent, "\f", "   "])
        if self.chance(0.06):
            mark = self._mark()
            yield self.random.choice([indent, indent, ""]) + mark

    def _comment(self) -> str:
        if not self.chance(0.1):
            return "  " if self.chance(0.03) else ""
        kinds = ["{}"] * 12 + ["{} # noqa", "{}  # noqa: E501", "# type: ignore {}"]
        kinds += ["# type: int", "# noqa: RUF006 {}", "{}  # noqa: RUF006", "# taskfix: ignore {}"]
        kind = self.random.choice(kinds)
        return self.random.choice(["  ", " ", ""]) + kind.format(self._mark())

    def _mark(self) -> str:
        self.marks += 1
        mark = f"# c{self.marks}c {self.random.choice(['Note.', 'é', 'x = 1', '(', 'f():'])}"
        self.comments.append(f"c{self.marks}c")
        return mark

    def _code(self, code: str, indent: str) -> str:
        """The code with other space where space means nothing."""
        code = code.replace("{i}", indent)
        if not self.chance(0.12) or '"' in code or "\n" in code:
            return code
        deeper = "\n" + indent + self.random.choice(["    ", "  ", "\t", ""])
        comment = f"  {self._mark()}" if self.random.random() < 0.1 else ""
        kinds = [
            (_OPENING, "( "),
            (_OPENING, "(" + comment + deeper),
            (_COMMA, ","),
            (_COMMA, " ,  "),
            (_EQUALS, "="),
            (_EQUALS, " = \\" + deeper),
            (_CALL, " . "),
            (_CALL, ". \\" + deeper),
        ]
        pattern, new = self.random.choice(kinds)
        new_code = pattern.sub(lambda _: new, code, count=self.random.choice([1, 2]))
        if comment and new_code.count(comment) != 1:
            return code
        return new_code
