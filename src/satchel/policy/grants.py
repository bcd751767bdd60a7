"""All grants of an actor, from rules and policies alike.

In charge of: uniting what collection rules and policies grant, whichever wire asks, and naming the union so that
plans can be cached by it. Not in charge of: reading either (`load_rules`, `load_policies`) or keeping the result
(`auth/`). Called by `auth/`.
"""

from __future__ import annotations

from satchel.model.catalog import Action, Catalog
from satchel.policy.grant import Grant, Grants
from satchel.policy.load_policies import PolicyBook, policy_grants
from satchel.policy.load_rules import RuleGrants, load_rules
from satchel.policy.recorded import narrowed

READING: tuple[Action, ...] = ("list", "view")


def admin_grants(catalog: Catalog) -> Grants:
    """Everything: every row and field, through guards that are always true."""
    return Grants(("admin", catalog.version), admin=True)


def visible_grants(catalog: Catalog) -> Grants:
    """Every row, but only the fields that are not hidden: what nobody is kept from knowing by a rule's field list."""
    table: dict[tuple[str, Action], tuple[Grant, ...]] = {}
    for collection in catalog.collections.values():
        shown = frozenset(name for name, field in collection.fields.items() if not (field.hidden or field.concealed))
        for action in READING:
            table[(collection.name, action)] = (Grant(collection.name, action, fields=shown, origin="visible"),)
    return Grants(("visible", catalog.version), table=table)


def combine(
    catalog: Catalog,
    book: PolicyBook,
    *,
    policies: tuple[str, ...] = (),
    app_access: bool = False,
    admin: bool = False,
    rules: RuleGrants | None = None,
) -> Grants:
    """The grants of whoever has these policies in force (`Effective` of `load_policies`).

    `rules`: those of this catalog, when they were loaded before. The token is made of all that the result depends on.
    """
    if admin:
        return admin_grants(catalog)
    loaded = load_rules(catalog) if rules is None else rules
    table: dict[tuple[str, Action], tuple[Grant, ...]] = dict(loaded.table)
    for name, found in policy_grants(book, policies, app_access=app_access).table.items():
        table[name] = (*table.get(name, ()), *found)
    return Grants(("grants", catalog.version, book.version, policies, app_access), table=narrowed(table, catalog))
