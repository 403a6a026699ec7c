"""Syntax that is old, new, broken, deep or long, and files that say what may be done to them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.corpus.specimen import (
    CLIENT,
    Passed,
    Refused,
    Sample,
    Specimen,
    fixed,
    named,
)

SITE = CLIENT.before.encode()
CALL = "asyncio.create_task(self.run())"


def specimens() -> Iterator[Specimen]:
    yield from _broken()
    yield from _newer()
    yield from _lossy()
    yield from _deep()
    yield from _deep_at_the_site()
    yield from _long()
    yield from _nothing()
    yield from _generated()
    yield from _suppressed()


# -- what Python can and cannot parse ------------------------------------------------------------


def _broken() -> Iterator[Specimen]:
    for what, code in {
        "a print statement of Python 2": b'print "hello"\n',
        "an octal number of Python 2": b"x = 0777\n",
        "a string of Python 2": b'x = ur"a"\n',
        "an open bracket": b"f(\n",
        "a missing colon": b"def f()\n    pass\n",
        "a conflict of a merge": b"<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n",
        "a template": b"x = {{ value }}\n{% if a %}\ny = 1\n{% endif %}\n",
        "async as a name": b"async = True\n",
        "200 parentheses": b"x = " + b"(" * 201 + b"1" + b")" * 201 + b"\n",
        "5000 parentheses": b"x = " + b"(" * 5000 + b"1" + b")" * 5000 + b"\n",
        "5000 calls in calls": b"x = " + b"f(" * 5000 + b")" * 5000 + b"\n",
        "5000 lists below newer syntax": b"type A = int\nx = " + b"[" * 5000 + b"]" * 5000 + b"\n",
        "101 indentations": b"".join(b" " * n + b"if x:\n" for n in range(101))
        + b" " * 101
        + b"y\n",
        "the bytes of a program": b"\x7fELF\x02\x01\x01\0\0",
    }.items():
        yield named(what, SITE + b"\n\n" + code, "TF903", "cannot be parsed")


def _newer() -> Iterator[Specimen]:
    """Every Python that taskfix runs on must be able to fix these."""
    for what, code in {
        "a match statement": "match x:\n    case {'a': [b, *_]}:\n        pass\n",
        "exception groups": "try:\n    pass\nexcept* ValueError:\n    pass\n",
        "a type statement": "type Pair[T] = tuple[T, T]\n",
        "type parameters": "def first[T: int](items: list[T]) -> T:\n    return items[0]\n",
        "defaults of type parameters": "class Box[T = int]:\n    pass\n",
        "nested quotes in an f-string": 'x = f"{d["key"]} {f\'{"deep"}\'}"\n',
        "lines in an f-string": 'x = f"{\n    a  # comment\n}"\n',
        "a template string": 'x = t"hello {name}"\n',
        "exceptions without parentheses": "try:\n    pass\nexcept A, B:\n    pass\n",
    }.items():
        yield fixed(f"{what} below", CLIENT.above(f"\n\n{code}"))
        yield fixed(f"{what} in the class", _in_class(code))


def _lossy() -> Iterator[Specimen]:
    """LibCST renders these otherwise than they are written."""
    for what, code in {
        "space before the colon of an except": "try :\n    pass\nexcept (A, B) :\n    pass\n",
        "form feeds between functions": "\x0c\ndef f(): pass\n\x0c\n\x0c\ndef g(): pass\n",
        "spaces at the ends of lines": "def f(x) :   \n    return x   \n   \n \n",
        "a continued line that is blank": "x = 1 \\\n\n\ny = 2\n",
        "semicolons everywhere": "x = 1; y = 2;\nif x: pass;\n",
        "brackets on their own lines": "x = (\n(1,\n\n\n)  \n )  # end\n",
    }.items():
        yield fixed(f"{what} below", CLIENT.above(f"\n\n{code}"))
        yield fixed(f"{what} in the class", _in_class(code))


def _in_class(code: str) -> Sample:
    indented = "".join(
        f"    {line}" if line.strip("\n") else line for line in code.splitlines(True)
    )
    if "\\\n\n" in code or "\x0c" in code:
        indented = "".join(f"    {line}" for line in code.splitlines(True))
    return CLIENT.replace("class Client:\n", f"class Client:\n{indented}\n")


# -- depth and length ----------------------------------------------------------------------------


def _deep() -> Iterator[Specimen]:
    """None of these has to be changed, so that all of them are fixed."""
    elifs = "".join(f"elif a == {n}:\n    pass\n" for n in range(400))
    for what, code in {
        "a sum of 3000 terms": "x = " + " + ".join(["1"] * 3000) + "\n",
        "a sum of 3000 strings": "x = (" + " +\n    ".join(['"a"'] * 3000) + ")\n",
        "3000 strings side by side": "x = (\n" + '    "a"\n' * 3000 + ")\n",
        "a comparison of 1000": "x = " + " < ".join(["a"] * 1000) + "\n",
        "a conjunction of 3000": "x = " + " and ".join(["a"] * 3000) + "\n",
        "400 elifs": f"if a:\n    pass\n{elifs}",
        "400 chained calls": "x = a" + ".f()" * 400 + "\n",
        "400 subscripts": "x = a" + "[0]" * 400 + "\n",
        "5000 subscripts": "x = a" + "[0]" * 5000 + "\n",
        "90 parentheses": "x = " + "(" * 90 + "1" + ")" * 90 + "\n",
        "90 lists": "x = " + "[" * 90 + "]" * 90 + "\n",
        "90 calls in calls": "x = " + "f(" * 90 + ")" * 90 + "\n",
        "300 negations": "x = " + "not " * 300 + "a\n",
        "300 conditions": "x = " + "a if b else " * 300 + "c\n",
        "100 lambdas": "x = " + "lambda: " * 100 + "1\n",
        "90 nested functions": _nested("def f{n}():", 90),
        "90 nested conditions": _nested("if a{n}:", 90),
        "19 nested loops": _nested("for a{n} in b:", 19),
    }.items():
        yield fixed(what, CLIENT.above(f"\n\n{code}"))


def _nested(head: str, depth: int) -> str:
    lines = [f"{' ' * n}{head.replace('{n}', str(n))}\n" for n in range(depth)]
    return "".join(lines) + " " * depth + "pass\n"


def _deep_at_the_site() -> Iterator[Specimen]:
    long_sum = " + ".join(["1"] * 3000)
    chain = "a" + ".f()" * 400
    yield fixed("400 chained calls at the site", CLIENT.replace("self.run()", f"self.run({chain})"))
    yield fixed("a sum of 3000 terms above the site", _first(f"x = {long_sum}"))
    yield fixed(
        "90 parentheses at the site",
        CLIENT.replace("self.run()", "(" * 90 + "self.run()" + ")" * 90),
    )
    deep = CLIENT.replace("self.run()", f"self.run({long_sum})").before.encode()
    yield named("a sum of 3000 terms at the site", deep, "TF905", "too deeply", broken=False)


def _first(statement: str) -> Sample:
    return CLIENT.replace("(self):\n", f"(self):\n        {statement}\n")


def _long() -> Iterator[Specimen]:
    function = "\n\ndef f{n}(a, b):\n    return [x + {n} for x in a if b]\n"
    yield fixed(
        "4000 lines", CLIENT.above("".join(function.replace("{n}", str(n)) for n in range(1000)))
    )
    yield fixed("a line of a million characters", CLIENT.above(f'\n\nx = "{"a" * 1_000_000}"\n'))
    yield fixed("a line of ten thousand numbers", CLIENT.above(f"\n\nx = [{'1, ' * 10_000}]\n"))
    yield fixed(
        "a long line at the site", CLIENT.replace("self.run()", f'self.run("{"a" * 10_000}")')
    )


def _nothing() -> Iterator[Specimen]:
    for what, before in {
        "nothing": b"",
        "only a newline": b"\n",
        "only a byte order mark": b"\xef\xbb\xbf",
        "only a comment": b"# asyncio.create_task(f())",
        "only a string": b'"""asyncio.create_task(f())"""\n',
        "only spaces": b"   \n\t",
        "only a form feed": b"\x0c",
        # Nothing of these is read, so nobody has to hear of them.
        "a broken file that has nothing to do with us": b"def f(:\n",
        "bytes that have nothing to do with us": b"\xff\x00\xe9",
    }.items():
        yield Specimen(what, before, Passed())


# -- what a file says of itself ------------------------------------------------------------------


def _generated() -> Iterator[Specimen]:
    for what, head in {
        "generated as some tools say": "# @generated by a tool\n",
        "generated and not to be edited": "# This file is made by a tool. DO NOT EDIT.\n",
        "generated as gRPC says": "# Generated by the gRPC compiler plugin. DO NOT EDIT!\n",
        "generated as protobuf says": "# Generated by the compiler.  DO NOT EDIT!\n",
        "generated as Go programs say": "# Code generated by stringer. DO NOT EDIT.\n",
        "generated below a licence": "#!/usr/bin/env python\n#\n# Licence\n#\n# @generated\n",
        "generated as its docstring says": '"""@generated by a tool."""\n',
        "generated in small letters": "# Code generated by a tool; do not edit.\n",
        "generated without a warning": "# Autogenerated.\n# Do not edit by hand.\n",
    }.items():
        before = CLIENT.below(head).before.encode()
        yield Specimen(what, before, Refused("generated-code"))
    for what, text in {
        "a program that generates": '"""Makes files that say @generated."""\n\n',
        "a list that is kept by hand": "# Do not edit the order of these.\n",
    }.items():
        yield fixed(f"not generated but {what}", CLIENT.below(text))
    yield fixed("a warning far below", CLIENT.above("\n" * 60 + "# DO NOT EDIT below\n"))


def _suppressed() -> Iterator[Specimen]:
    for what, comment in {
        "silenced": "# taskfix: ignore",
        "silenced by its rule": "# taskfix: ignore[TF001]",
        "silenced with a reason": "# taskfix: ignore[TF001] it is kept elsewhere",
        "silenced for another linter": "# noqa: RUF006",
        "silenced for two linters": "# noqa: E501, RUF006",
        "silenced for all linters": "# noqa",
        "silenced for flake8": "# noqa: ASYNC300",
    }.items():
        before = CLIENT.replace(CALL, f"{CALL}  {comment}").before.encode()
        yield Specimen(what, before, Passed())
    above = CLIENT.replace(CALL, f"# taskfix: ignore\n        {CALL}").before.encode()
    yield Specimen("silenced from the line above", above, Passed())
    for what, comment in {
        "another rule": "# noqa: E501",
        "prose": "# not a taskfix: ignored",
    }.items():
        yield fixed(f"not silenced but {what}", _commented(comment))


def _commented(comment: str) -> Sample:
    before = CLIENT.before.replace(CALL, f"{CALL}  {comment}")
    after = CLIENT.after.replace(f"task = {CALL}", f"task = {CALL}  {comment}")
    return Sample(before, after)
