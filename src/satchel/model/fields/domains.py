"""Domain lists: the options `onlyDomains` and `exceptDomains`.

In charge of: checking the lists, and whether a domain passes them. Called by the kinds `email` and `url`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

from satchel.errors import FieldError
from satchel.model.fields.contract import Options, OptionsContext

_LABEL = r"[a-zA-Z0-9_](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?"
_DOMAIN = re.compile(rf"({_LABEL}\.)+{_LABEL}\.?")
DEFAULTS: Options = {"exceptDomains": [], "onlyDomains": []}


def _list(options: Options, name: str) -> list[str]:
    value = options.get(name)
    return [str(item) for item in cast("list[Any]", value)] if isinstance(value, list | tuple) else []


def domain_test(options: Options) -> Callable[[str], bool]:
    """Whether a domain is allowed. Compared exactly: `sub.x.com` is not `x.com`."""
    only, excepted = frozenset(_list(options, "onlyDomains")), frozenset(_list(options, "exceptDomains"))
    return lambda domain: (not only or domain in only) and domain not in excepted


def check_options(options: Options, _: OptionsContext) -> list[FieldError]:
    """Only one of the lists may be used, and they must hold domains."""
    only, excepted = _list(options, "onlyDomains"), _list(options, "exceptDomains")
    if only and excepted:
        return [FieldError((name,), "empty", "Must be blank.") for name in ("exceptDomains", "onlyDomains")]
    return [
        FieldError((name, position), "is_domain", "Must be a valid domain.")
        for name, items in (("onlyDomains", only), ("exceptDomains", excepted))
        for position, item in enumerate(items)
        if item and (len(item) > 255 or not _DOMAIN.fullmatch(item))
    ]
