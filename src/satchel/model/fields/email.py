"""The field kind `email`.

In charge of: what looks like an e-mail address, and its domain. Called through `FIELDS`.
"""

from __future__ import annotations

import re
from typing import Any

from satchel.model.catalog import Field
from satchel.model.fields import domains
from satchel.model.fields.contract import Check, FieldKind, blank_text
from satchel.model.fields.text_cast import cast_text
from satchel.model.types.contract import Refused
from satchel.model.types.text_value import check_characters

# Letters and digits beyond ASCII are fine everywhere.
_FOREIGN = r"\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
_ATOM = rf"[a-zA-Z0-9!#$%&'*+/=?^_`{{|}}~{_FOREIGN}-]+"
_LOCAL = re.compile(rf'{_ATOM}(?:\.{_ATOM})*|"(?:[^"\\\x00-\x1f]|\\.)*"')
_LABEL = re.compile(rf"[a-zA-Z0-9{_FOREIGN}](?:[a-zA-Z0-9_~{_FOREIGN}-]*[a-zA-Z0-9{_FOREIGN}])?")
_LAST = re.compile(rf"[a-zA-Z{_FOREIGN}](?:[a-zA-Z0-9_~{_FOREIGN}-]*[a-zA-Z{_FOREIGN}])?")
_LENGTH_MAX = 1000


def is_email(value: str) -> bool:
    """Whether a text looks like an e-mail address with a domain of at least two parts."""
    local, _, domain = value.rpartition("@")
    labels = domain.removesuffix(".").split(".")
    return (
        len(value) <= _LENGTH_MAX
        and len(labels) > 1
        and _LOCAL.fullmatch(local) is not None
        and _LAST.fullmatch(labels[-1]) is not None
        and all(_LABEL.fullmatch(label) for label in labels)
    )


def _check(field: Field) -> Check:
    allowed = domains.domain_test(field.options)

    def check(value: Any) -> None:
        if not is_email(value):
            raise Refused("is_email", "Must be a valid email address.")
        check_characters(value)
        if not allowed(value.rpartition("@")[2]):
            raise Refused("email_domain_not_allowed", "Email domain is not allowed.")

    return check


FIELD = FieldKind(
    kind="email",
    storage=lambda _: "string",
    zero=lambda _: "",
    cast=cast_text,
    check=_check,
    blank=blank_text,
    check_options=domains.check_options,
    defaults=domains.DEFAULTS,
)
