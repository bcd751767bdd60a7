"""From collection rules to grants.

In charge of: what the rules of every collection (PocketBase's list, view, create, update and delete rule, each a text)
grant to whoever meets them, and the visibility of an auth item's e-mail address. Not in charge of: policies
(`load_policies`), names inside a rule (`plan/resolve`), or putting rules into plans (`plan/secure`). Called by
`grants`.

No rule (None): nobody but admins. The empty rule: everyone, every row. A rule that can't be understood grants
nothing, and is noted. A collection without metadata has no rules: nothing is public until someone says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal as Choice

from satchel.errors import SatchelError
from satchel.expr.nodes import And, Compare, Literal, Node, Or, Path
from satchel.expr.syntax_text import parse_rule
from satchel.model.catalog import Action, Catalog, Collection
from satchel.policy.grant import Grant

RuleAction = Choice["list", "view", "create", "update", "delete"]
ACTIONS: tuple[RuleAction, ...] = ("list", "view", "create", "update", "delete")

AUTH_ID = Path(("@request", "auth", "id"))
AUTH_COLLECTION = Path(("@request", "auth", "collectionName"))


@dataclass(frozen=True, slots=True)
class RuleGrants:
    """`notes`: a sentence for each rule that grants nothing because it can't be understood."""

    table: Mapping[tuple[str, Action], tuple[Grant, ...]]
    notes: tuple[str, ...] = ()


def load_rules(catalog: Catalog) -> RuleGrants:
    """The grants of all rules in the catalog."""
    table: dict[tuple[str, Action], tuple[Grant, ...]] = {}
    notes: list[str] = []
    for collection in catalog.collections.values():
        for action in ACTIONS:
            found = rule_grants(collection, action, notes)
            if found:
                table[(collection.name, action)] = found
        managing = _manage_where(collection, [])
        if managing is not None:
            table[(collection.name, "manage")] = (Grant(collection.name, "manage", managing, origin="rule:manageRule"),)
    return RuleGrants(table, tuple(notes))


def rule_grants(collection: Collection, action: RuleAction, notes: list[str]) -> tuple[Grant, ...]:
    """The grants of one rule; () when there is none or it can't be understood (then a note is added)."""
    rule = collection.rules.get(f"{action}Rule")
    if rule is None:
        return ()
    understood, where = _parse(collection, f"{action}Rule", rule, notes)
    if not understood:
        return ()
    origin = f"rule:{collection.name}.{action}Rule"
    main = Grant(collection.name, action, where=where, fields=_fields(collection, action), origin=origin)
    if action in ("list", "view") and _guards_email(collection):
        email = _email_where(collection, notes)
        where = _both(where, email)
        return (main, Grant(collection.name, action, where, frozenset({"email"}), origin=f"{origin}:email"))
    return (main,)


def written_grants(collection: Collection, writing: Sequence[Grant]) -> tuple[Grant, ...]:
    """Grants for the one row that somebody has just written, with one of these grants.

    PocketBase answers a write with the whole record, whatever its view rule says. Who writes by a policy alone gets the
    record's key; the fields that the policy lets them read come from its own grants.
    """
    by_rule = any(grant.origin.startswith("rule:") for grant in writing)
    fields = _fields(collection, "view") if by_rule else frozenset[str]()
    # The row is looked up by its key, which its writer knows.
    fields = None if fields is None else fields | frozenset(collection.key)
    main = Grant(collection.name, "view", fields=fields, origin="written")
    if not by_rule or not _guards_email(collection):
        return (main,)
    return (main, Grant(collection.name, "view", _email_where(collection, []), frozenset({"email"}), origin="written"))


def own_grant(collection: Collection) -> Grant:
    """A grant for the account that asks: itself, as far as rules show it, and its address."""
    fields = _fields(collection, "view")
    if fields is not None and _guards_email(collection):
        fields |= {"email"}
    return Grant(collection.name, "view", _itself(collection), fields, origin="own")


def _parse(collection: Collection, name: str, rule: str, notes: list[str]) -> tuple[bool, Node | None]:
    """(whether it can be understood, its expression: None for the empty rule)."""
    if rule == "":
        return True, None
    try:
        return True, parse_rule(rule)
    except SatchelError as error:
        notes.append(f'The {name} of "{collection.name}" grants nothing, as it can\'t be understood: {error.message}')
        return False, None


def _fields(collection: Collection, action: RuleAction) -> frozenset[str] | None:
    """The fields that a rule opens: all but hidden ones and, for reading, those that nobody may read back.

    None (every field) when nothing is left out, which spares plans a check per field.
    """
    if action == "delete":
        return None
    names = {name for name in collection.fields if _opens(collection, name, action)}
    if action in ("list", "view") and _guards_email(collection):
        names.discard("email")
    return None if len(names) == len(collection.fields) else frozenset(names)


def _opens(collection: Collection, name: str, action: RuleAction) -> bool:
    field = collection.fields[name]
    if action in ("list", "view"):
        # A password of its own shows as an empty text, to whoever may see the field.
        return not field.hidden and (field.kind == "password" or not field.concealed)
    # The password of an auth item is hidden, and still everyone who may write the item may set it.
    return not field.hidden or (collection.type == "auth" and name == "password")


def _guards_email(collection: Collection) -> bool:
    email = collection.fields.get("email")
    return collection.type == "auth" and email is not None and not email.hidden and not email.concealed


def _email_where(collection: Collection, notes: list[str]) -> Node:
    """emailVisibility = true || (id = @request.auth.id && @request.auth.collectionName = 'users') || (manageRule)"""
    ways: list[Node] = []
    if "emailVisibility" in collection.fields:
        ways.append(Compare("=", Path(("emailVisibility",)), Literal(True)))
    if len(collection.key) == 1:
        ways.append(_itself(collection))
    managing = _manage_where(collection, notes)
    if managing is not None:
        ways.append(managing)
    return Or(tuple(ways))


def _itself(collection: Collection) -> Node:
    """@request.auth.id != '' && id = @request.auth.id && @request.auth.collectionName = 'users'"""
    same = Compare("=", Path(collection.key), AUTH_ID)
    return And((_signed_in(), same, Compare("=", AUTH_COLLECTION, Literal(collection.name))))


def _manage_where(collection: Collection, notes: list[str]) -> Node | None:
    """Which accounts a caller manages; None for none. The empty text is no rule: it would make everyone a manager."""
    manage = collection.rules.get("manageRule")
    if not manage or collection.type != "auth":
        return None
    understood, where = _parse(collection, "manageRule", manage, notes)
    return And((_signed_in(), where)) if understood and where is not None else None


def _signed_in() -> Node:
    return Compare("!=", AUTH_ID, Literal(""))


def _both(first: Node | None, second: Node) -> Node:
    return second if first is None else And((first, second))
