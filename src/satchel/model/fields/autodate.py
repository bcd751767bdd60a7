"""The field kind `autodate`: the instant of creation or of the last change, set by the engine.

In charge of: its options. Not in charge of: setting it (`engine/write_plan`). What a client sends is ignored. Called
through `FIELDS`.
"""

from __future__ import annotations

from satchel.errors import FieldError
from satchel.model.fields.contract import FieldKind, Options, OptionsContext, blank_text, no_check
from satchel.model.fields.date import cast_date, zero_date


def _check_options(options: Options, _: OptionsContext) -> list[FieldError]:
    if options.get("onCreate") or options.get("onUpdate"):
        return []
    message = "Either onCreate or onUpdate must be enabled."
    return [FieldError((name,), "required", message) for name in ("onCreate", "onUpdate")]


FIELD = FieldKind(
    kind="autodate",
    storage=lambda _: "timestamp",
    zero=zero_date,
    cast=cast_date,
    check=no_check,
    blank=blank_text,
    check_options=_check_options,
    defaults={"onCreate": False, "onUpdate": False},
    settable=False,
)
