"""Encodings, line ends, indentation and characters that are easily lost."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator

from tests.corpus.specimen import CLIENT, Sample, Specimen, fixed, named

BOM = codecs.BOM_UTF8
SITE = CLIENT.before.encode()
HOSTS = b"# coding: idna\n" + SITE + b"# " + b"a" * 100 + b"\n"
GREETING = 'WORDS = "grüße, naïveté"  # schön\n'


def specimens() -> Iterator[Specimen]:
    yield from _declared()
    yield from _marked()
    yield from _undecodable()
    yield from _newlines()
    yield from _ends()
    yield from _indented()
    yield from _characters()


def _encoded(encoding: str) -> Callable[[str], bytes]:
    return lambda text: text.encode(encoding)


def _with_bom(text: str) -> bytes:
    return BOM + text.encode()


# -- encodings -----------------------------------------------------------------------------------


def _declared() -> Iterator[Specimen]:
    for encoding, words in {
        "utf-8": "grüße 任务 🎈",
        "latin-1": "naïveté \x85 \xa0",
        "iso-8859-15": "10 €",
        "cp1252": "“10 €”",
        "cp437": "╔═╗",
        "koi8-r": "задача",
        "mac-roman": "naïveté ∂",
        "shift_jis": "表 ソ 十",  # the second byte of each is a backslash
        "big5": "功 許",  # and here
        "gbk": "任务",
        "euc-jp": "仕事",
        "iso2022_jp": "仕事",
        "ascii": "task",
        "utf-8-sig": "tâche",
    }.items():
        text = CLIENT.below(f"# -*- coding: {encoding} -*-\n").above(
            f'\n\nWORDS = "{words}" # {words}\n'
        )
        yield fixed(f"declared {encoding}", text, _encoded(encoding.removesuffix("-sig")))
    latin = CLIENT.above(GREETING)
    yield fixed("no declaration", latin)
    for what, head in {
        "a cookie for vim": "# vim: set fileencoding=latin-1 :\n",
        "a cookie below a shebang": "#!/usr/bin/env python\n# coding: latin-1\n",
        "a cookie below a blank line": "\n# coding=latin-1\n",
        "a cookie below a form feed": "\x0c\n# coding: latin-1\n",
        "a cookie with spaces before it": " \t# coding: latin-1\n",
        "a cookie with another spelling": "# coding: Latin_1\n",
    }.items():
        yield fixed(what, latin.below(head), _encoded("latin-1"))
    for what, head in {
        "a cookie on the third line is none": "#\n#\n# coding: latin-1\n",
        "a cookie below code is none": "x = 1\n# coding: latin-1\n",
        "a cookie in a string is none": '"""\n# coding: latin-1\n"""\n',
        "a cookie behind code is none": "x = 1  # coding: latin-1\n",
    }.items():
        yield fixed(what, latin.below(head))


def _marked() -> Iterator[Specimen]:
    text = CLIENT.above(GREETING)
    yield fixed("a byte order mark", text, _with_bom)
    yield fixed("a mark and CRLF", text.map(_crlf), _with_bom)
    yield fixed("a mark and a cookie", text.below("# coding: utf-8\n"), _with_bom)
    yield fixed("a mark and a sig cookie", text.below("# coding: utf-8-sig\n"), _with_bom)
    yield fixed("a mark above a docstring", text.below('"""Clients."""\n\n'), _with_bom)


def _undecodable() -> Iterator[Specimen]:
    for what, data, words in (
        ("bytes that are not UTF-8", SITE + b"'\xe9'\n", ":7: .*0xe9 is not valid utf-8"),
        ("half a character at the end", SITE + b"# \xe2\x82", "not valid utf-8"),
        ("a surrogate in UTF-8", SITE + b"'\xed\xa0\x80'\n", "not valid utf-8"),
        ("not the declared ASCII", b"# coding: ascii\n" + SITE + b"'\xe9'\n", "not valid ascii"),
        ("an unknown cookie", b"# coding: klingon\n" + SITE, "klingon"),
        ("a mark against its cookie", BOM + b"# coding: latin-1\n" + SITE, "latin-1"),
        ("a cookie that is no text encoding", b"# coding: rot13\n" + SITE, "rot13"),
        ("a cookie that turns bytes into bytes", b"# coding: hex\n" + SITE, "hex"),
        ("a cookie for the names of hosts", HOSTS, "idna"),
        ("a cookie for no text at all", b"# coding: undefined\n" + SITE, "not valid undefined"),
        ("a cookie that is not what it says", b"# coding: utf-16\n" + SITE, "utf-16"),
        ("two-byte characters, little end first", CLIENT.before.encode("utf-16"), "UTF-16"),
        (
            "two-byte characters, big end first",
            b"\xfe\xff" + CLIENT.before.encode("utf-16-be"),
            "UTF-16",
        ),
        ("four-byte characters", CLIENT.before.encode("utf-32"), "UTF-32"),
    ):
        yield named(what, data, "TF902", words)


# -- lines ---------------------------------------------------------------------------------------


def _crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def _cr(text: str) -> str:
    return text.replace("\n", "\r")


STRING = 'TEXT = """one\ntwo\n"""\n'


def _newlines() -> Iterator[Specimen]:
    text = CLIENT.below(STRING.replace("TEXT = ", "")).above(STRING)
    yield fixed("LF", text)
    yield fixed("CRLF", text.map(_crlf))
    yield fixed("CR", text.map(_cr))
    # Between lines of one kind new lines are of that kind, so each half says how its own look.
    lone = '"""one\ntwo\r\nthree\rfour"""\n'
    yield fixed("CRLF around a string with all kinds", CLIENT.map(_crlf).above(lone))
    yield fixed("LF around a string with all kinds", CLIENT.above(lone))
    yield fixed("LF above CRLF", _halves(lambda head: head, _crlf))
    yield fixed("CRLF above LF", _halves(_crlf, lambda rest: rest))
    yield fixed("CR above CRLF", _halves(_cr, _crlf))
    yield fixed(
        "a blank line with another end", text.map(_crlf).replace("\r\n\r\n\r\n", "\r\n\r\n\n")
    )
    yield fixed("CRLF and a continued line", CLIENT.map(_crlf).above("x = 1 + \\\r\n    1\r\n"))


def _halves(first: Callable[[str], str], second: Callable[[str], str]) -> Sample:
    """The sample with one kind of line above the class and another from there on."""

    def change(text: str) -> str:
        head, rest = text.split("\n\n\nclass")
        return first(head + "\n\n\n") + second("class" + rest)

    return CLIENT.map(change)


def _ends() -> Iterator[Specimen]:
    yield fixed("no newline at the end", CLIENT.map(str.rstrip))
    yield fixed("no newline at the end of CRLF", CLIENT.map(str.rstrip).map(_crlf))
    yield fixed("no newline at the end of CR", CLIENT.map(str.rstrip).map(_cr))
    yield fixed("a comment without newline at the end", CLIENT.above("# the end"))
    yield fixed("blank lines at the end", CLIENT.above("\n\n\n"))
    yield fixed("spaces at the end", CLIENT.above("\n\n    "))
    yield fixed("a comment in no block at the end", CLIENT.above("    # done\n  # done\n"))
    yield named("a backslash at the end", SITE + b"x = 1 + \\", "TF903", "cannot be parsed")
    yield named("a Ctrl-Z at the end", SITE + b"\x1a", "TF903", "U\\+001A|invalid")
    yield named("an open string at the end", SITE + b'"""\n', "TF903", "unterminated")


# -- indentation ---------------------------------------------------------------------------------


def _indented() -> Iterator[Specimen]:
    for what, unit in {
        "tabs": "\t",
        "one space": " ",
        "two spaces": "  ",
        "eight": " " * 8,
    }.items():
        yield fixed(f"indented by {what}", CLIENT.replace("    ", unit))
    yield fixed("a tab below four spaces", CLIENT.replace("        ", "    \t"))
    # LibCST does not count columns as Python does, so it cannot tell the blocks of these two.
    for what, old, new in (
        ("a tab for eight spaces", "        ", "  \t  "),
        ("a form feed in the indentation", "    def", "\x0c    def"),
    ):
        odd = CLIENT.replace(old, new).before.encode()
        yield named(what, odd, "TF904", "LibCST cannot parse it", broken=False)
    other = "\n\ndef other():\n\tif True:\n\t  pass\n"
    yield fixed("another indentation elsewhere", CLIENT.above(other))
    yield named(
        "tabs against spaces",
        b"import asyncio\n\n\nasync def f():\n        x = 1\n\tasyncio.create_task(f())\n",
        "TF903",
        "tabs and spaces",
    )
    yield named(
        "an indentation of nothing",
        SITE + b"   x = 1\n",
        "TF903",
        "indent",
    )


# -- characters ----------------------------------------------------------------------------------


def _characters() -> Iterator[Specimen]:
    for what, character in {
        "a line separator": "\u2028",
        "a paragraph separator": "\u2029",
        "a next line": "\x85",
        "a vertical tab": "\x0b",
        "a form feed": "\x0c",
        "a file separator": "\x1c",
        "a unit separator": "\x1f",
        "a byte order mark": "\ufeff",
        "an escape": "\x1b[31m",
        "a right-to-left override": "\u202e",
        "a combining accent": "e\u0301",
    }.items():
        text = CLIENT.below(f'"""a{character}b"""  # a{character}b\n')
        yield fixed(f"{what} in a string", text.above(f'"""a{character}b"""  # a{character}b\n'))
    call = "asyncio.create_task(self.run())"
    for what, character in {"a line separator": "\u2028", "a form feed": "\x0c"}.items():
        odd = call.replace("()", f'("a{character}b")')
        yield fixed(f"{what} at the site", CLIENT.replace(call, odd))
    yield fixed(
        "a letter of two units at the site", CLIENT.replace(call, call.replace("()", '("🎈", 1)'))
    )
    yield fixed(
        "names that are not ASCII", CLIENT.replace("Client", "Клиент").replace("run", "lauf_größe")
    )
    yield fixed("a name that Python spells differently", CLIENT.replace("run", "ﬁnish"))
    yield fixed("a form feed at the start", CLIENT.below("\x0c\n"))
    yield fixed("a form feed before the first word", CLIENT.below("\x0c"))
    yield fixed("a form feed between classes", CLIENT.replace("\n\n\nclass", "\n\n\x0c\nclass"))
    for what, character in {
        "a NUL": "\0",
        "a vertical tab": "\x0b",
        "a no-break space": "\xa0",
        "a zero width space": "\u200b",
        "a second byte order mark": "\ufeff",
    }.items():
        yield named(f"{what} in code", f"x = 1{character}\n".encode() + SITE, "TF903", "")
    yield named("a NUL in a string", SITE + b"x = 'a\0b'\n", "TF903", "null byte")
