"""Classes that neither read what the methods of a subclass take nor call what they do not define.

An abstract class or a protocol only says what there must be.
"""

from __future__ import annotations

from taskfix.apis.callables import PLAIN_BASES as WITHOUT_ATTRIBUTES

PLAIN_BASES = WITHOUT_ATTRIBUTES | {"typing.Protocol", "typing_extensions.Protocol"}
