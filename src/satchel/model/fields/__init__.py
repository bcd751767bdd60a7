"""Field kinds: PocketBase's types of fields, one file each.

In charge of: the registry. Called by `engine/write_plan` for values on their way into a row, and by whoever saves a
collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from satchel.model.fields import (
    autodate,
    bool,  # noqa: A004 - the kind is called so
    date,
    editor,
    email,
    file,
    geo_point,
    json,
    number,
    password,
    relation,
    select,
    text,
    url,
)
from satchel.model.fields.contract import Below, FieldKind, Options, OptionsContext

__all__ = ["FIELDS", "Below", "FieldKind", "Options", "OptionsContext"]

_ALL = (
    text.FIELD, editor.FIELD, number.FIELD, bool.FIELD, email.FIELD, url.FIELD, date.FIELD, autodate.FIELD,
    select.FIELD, file.FIELD, relation.FIELD, json.FIELD, geo_point.FIELD, password.FIELD,
)  # fmt: skip

FIELDS: Mapping[str, FieldKind] = MappingProxyType({found.kind: found for found in _ALL})
