"""Turns the bytes of a Python file into text and back, as PEP 263 and byte-order marks ask."""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from dataclasses import dataclass

_LINE_END = re.compile(rb"\r\n|\r|\n")
# One mark of UTF-32 begins with a mark of UTF-16, so it is looked for first.
_WIDE = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file, its newlines untouched, and what is needed to write it back."""

    text: str
    encoding: str
    bom: bool


@dataclass(frozen=True, slots=True)
class EncodingFailure:
    """Why bytes are not text in their declared encoding, or text not bytes in it."""

    line: int | None
    message: str


def decode(data: bytes) -> Text | EncodingFailure:
    """The text of a file, or the reason why it has none."""
    wide = _wide(data)
    if wide is not None:
        return EncodingFailure(1, f"is {wide}, which Python does not read; save it as UTF-8")
    bom = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if bom else data
    encoding = _declared_encoding(data)
    if isinstance(encoding, EncodingFailure):
        return encoding
    try:
        decoded = Text(body.decode(encoding), encoding, bom)
        # Stateful encodings such as utf-7 may spell one text in several ways; such a file could
        # not be changed without changing bytes outside of the edits.
        survives = encode(decoded.text, decoded) == data
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(body[: error.start])) + 1
        byte = body[error.start]
        return EncodingFailure(line, f"byte 0x{byte:02x} is not valid {encoding}")
    except UnicodeError as error:  # of encodings for host names, and of the one for no text
        return EncodingFailure(None, f"is not valid {encoding}: {error}")
    except LookupError:
        return EncodingFailure(1, f"{encoding} is not a text encoding")
    if not survives:
        return EncodingFailure(None, f"the file does not survive a round trip through {encoding}")
    return decoded


def encode(text: str, like: Text) -> bytes | EncodingFailure:
    """The bytes of ``text`` in the encoding, and with the byte-order mark, of ``like``."""
    try:
        data = text.encode(like.encoding)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        character = text[error.start]
        return EncodingFailure(line, f"{character!a} cannot be written in {like.encoding}")
    except UnicodeError as error:
        return EncodingFailure(None, f"cannot be written in {like.encoding}: {error}")
    return codecs.BOM_UTF8 + data if like.bom else data


def _wide(data: bytes) -> str | None:
    return next((name for mark, name in _WIDE.items() if data.startswith(mark)), None)


def _declared_encoding(data: bytes) -> str | EncodingFailure:
    # detect_encoding() splits at line feeds only, so it would search the whole of a file with
    # bare carriage returns for a cookie; it gets the first two real lines instead.
    head = b"\n".join(_LINE_END.split(data, 2)[:2])
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(head).readline)
    except SyntaxError:
        return _explain(head)
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _explain(head: bytes) -> EncodingFailure:
    for number, line in enumerate(head.removeprefix(codecs.BOM_UTF8).split(b"\n"), start=1):
        cookie = re.match(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", line)
        if cookie:
            name = cookie[1].decode("ascii", "replace")
            return EncodingFailure(number, f"cannot be read in its declared encoding {name!r}")
        if not _is_utf8(line):
            return EncodingFailure(number, "is not UTF-8 and declares no other encoding")
    return EncodingFailure(1, "has an invalid encoding declaration")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
