"""What settings say of a collection, under its new name (pure).

In charge of: the labels of rate limits. Not in charge of: keeping settings. Called by `store`.
"""

from __future__ import annotations

from msgspec.structs import replace

from satchel.settings.model import AppSettings


def with_collection_renamed(settings: AppSettings, old: str, new: str) -> AppSettings:
    """The settings, with the labels `old:action` of rate limits as `new:action`; the same object if there is none.

    The result may be invalid: `new:action` may have a rule already, for another collection that had this name.
    """
    limits = settings.rate_limits
    begin = f"{old}:"
    if not any(rule.label.startswith(begin) for rule in limits.rules):
        return settings
    rules = tuple(
        replace(rule, label=f"{new}:{rule.label.removeprefix(begin)}") if rule.label.startswith(begin) else rule
        for rule in limits.rules
    )
    return replace(settings, rate_limits=replace(limits, rules=rules))
