"""Classes whose `__init__` is made for them, and how they say that an attribute is a set."""

from __future__ import annotations

from taskfix.apis.row import rows

_DATACLASSES = "https://docs.python.org/3/library/dataclasses.html"
_ATTRS = "https://www.attrs.org/en/stable/api.html"
_COPYING = "https://docs.python.org/3/library/copy.html"

APIS = (
    *rows(
        *("dataclasses.", "dataclass"),
        {},
        "dataclass",
        reason="its fields are given to each instance",
        source=f"{_DATACLASSES}#dataclasses.dataclass",
    ),
    *rows(
        *("attrs.", "define mutable frozen"),
        {},
        "attrs-class",
        reason="its fields are given to each instance",
        source=f"{_ATTRS}#attrs.define",
    ),
    *rows(
        *("attr.", "define mutable frozen s attrs dataclass"),
        {},
        "attrs-class",
        reason="the older names of the same",
        source=f"{_ATTRS}#attr.s",
    ),
    *rows(
        *("dataclasses.", "field"),
        {"default_factory": "calls"},
        "field",
        reason="the factory is called for each instance",
        source=f"{_DATACLASSES}#dataclasses.field",
    ),
    *rows(
        *("", "attrs.field attr.field attr.ib attr.attrib"),
        {"factory": "calls"},
        "field",
        reason="the factory is called for each instance",
        source=f"{_ATTRS}#attrs.field",
    ),
    *rows(
        *("", "attrs.Factory attr.Factory"),
        {},
        "factory",
        reason="stands for a default that is made anew for each instance",
        source=f"{_ATTRS}#attrs.Factory",
    ),
    *rows(
        *("*.", "copy deepcopy pickle cloudpickle dill asdict astuple"),
        {"self": "copies"},
        reason="whoever uses these may copy an instance, which a set of tasks does not survive",
        source=_COPYING,
    ),
)
