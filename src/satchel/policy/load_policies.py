"""From policy rows to grants.

In charge of: which policies are in force for somebody (own ones, those of the role and its parents, the public ones
for whoever has no role, each only from the addresses that it allows), and what their permission rows grant. Not in
charge of: collection rules (`load_rules`), reading the rows (`auth/`), or putting grants into plans (`plan/secure`).
Called by `auth/`.

Everything fails closed: a permission whose filter or validation can't be understood grants nothing and is noted; an
access row that names a policy or role that does not exist is no access.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from satchel.errors import SatchelError
from satchel.expr.nodes import And, Node, Truth
from satchel.expr.syntax_tree import parse_rule
from satchel.model.catalog import EMPTY, Action
from satchel.policy.addresses import Span, admits, parse_entry
from satchel.policy.app_access import APP_ROWS
from satchel.policy.grant import Grant

Row = Mapping[str, Any]

ACTIONS: Mapping[str, tuple[Action, ...]] = {
    "read": ("list", "view"),
    "create": ("create",),
    "update": ("update",),
    "delete": ("delete",),
    "share": ("share",),
}

KEPT_BACK: Mapping[str, Mapping[str, Any]] = {
    "directus_folders": {"_or": [{"type": {"_null": True}}, {"type": {"_neq": "flows"}}]},
}
"""Items of the program's own tables that no permission row opens: folders of flows are for those who make flows."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`spans`: the addresses it may be used from; () = all. An entry that can't be read is None, and admits nobody."""

    id: str
    name: str = ""
    admin_access: bool = False
    app_access: bool = False
    enforce_tfa: bool = False
    spans: tuple[Span | None, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class PolicyBook:
    """All policies, as one snapshot. `version` names it: equal versions have equal content."""

    version: str
    policies: Mapping[str, Policy] = field(default_factory=dict[str, Policy])
    permissions: Mapping[str, tuple[Row, ...]] = field(default_factory=dict[str, tuple[Row, ...]])
    parents: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    by_role: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    by_user: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    public: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effective:
    """What somebody has from one address: ids of the policies in force (sorted) and what they amount to."""

    policies: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    admin: bool = False
    app_access: bool = False
    enforce_tfa: bool = False


@dataclass(frozen=True, slots=True)
class PolicyGrants:
    """`notes`: a sentence for each permission that grants nothing because it can't be understood."""

    table: Mapping[tuple[str, Action], tuple[Grant, ...]]
    notes: tuple[str, ...] = ()


def make_book(
    version: str,
    *,
    policies: Iterable[Row],
    permissions: Iterable[Row],
    access: Iterable[Row],
    roles: Iterable[Row],
) -> PolicyBook:
    """A book from stored rows, by their field names; JSON and lists are already decoded, keys are text."""
    known = {str(row["id"]): _policy(row) for row in policies}
    rows: dict[str, list[Row]] = {}
    # The order decides which preset wins, so it must not depend on the database.
    for row in sorted(permissions, key=_permission_order):
        if row.get("policy") is not None:
            rows.setdefault(str(row["policy"]), []).append(row)
    by_role: dict[str, list[str]] = {}
    by_user: dict[str, list[str]] = {}
    public: list[str] = []
    for row in access:
        policy = _text(row.get("policy"))
        if policy is None or policy not in known:
            continue
        role, user = _text(row.get("role")), _text(row.get("user"))
        if role is not None:
            by_role.setdefault(role, []).append(policy)
        if user is not None:
            by_user.setdefault(user, []).append(policy)
        if role is None and user is None:
            public.append(policy)
    return PolicyBook(
        version=version,
        policies=known,
        permissions={name: tuple(found) for name, found in rows.items()},
        parents={str(row["id"]): _text(row.get("parent")) for row in roles},
        by_role={name: tuple(found) for name, found in by_role.items()},
        by_user={name: tuple(found) for name, found in by_user.items()},
        public=tuple(public),
    )


def roles_of(book: PolicyBook, role: str | None) -> tuple[str, ...]:
    """The role and its parents, nearest first. A circle ends where it closes; an unknown role is left out."""
    found: list[str] = []
    while role is not None and role in book.parents and role not in found:
        found.append(role)
        role = book.parents[role]
    return tuple(found)


def effective(book: PolicyBook, *, user: str | None, role: str | None, ip: str | None) -> Effective:
    """The policies in force for a user (None: a guest) with a role, asking from an address.

    Only who has no role at all has the public policies: a signed-in user with a role does not inherit them.
    """
    roles = roles_of(book, role)
    names: set[str] = set(book.public) if role is None else set()
    if user is not None:
        names.update(book.by_user.get(user, ()))
    for name in roles:
        names.update(book.by_role.get(name, ()))
    found = [book.policies[name] for name in sorted(names)]
    inside = [policy for policy in found if not policy.spans or admits(policy.spans, ip)]
    return Effective(
        policies=tuple(policy.id for policy in inside),
        roles=roles,
        admin=any(policy.admin_access for policy in inside),
        # An admin policy opens the studio whether or not it says so.
        app_access=any(policy.app_access or policy.admin_access for policy in inside),
        enforce_tfa=any(policy.enforce_tfa for policy in inside),
    )


def admin_holders(book: PolicyBook) -> tuple[frozenset[str], frozenset[str]]:
    """Users and roles (also by a parent role) that hold a policy with admin access, wherever they ask from."""
    admins = {policy.id for policy in book.policies.values() if policy.admin_access}
    users = {name for name, held in book.by_user.items() if admins.intersection(held)}
    roles = {
        name
        for name in book.parents
        if any(admins.intersection(book.by_role.get(above, ())) for above in roles_of(book, name))
    }
    return frozenset(users), frozenset(roles)


def policy_grants(book: PolicyBook, policies: Sequence[str], *, app_access: bool) -> PolicyGrants:
    """What the permission rows of some policies grant, and the least that app access needs."""
    rows = [(row, f"policy:{name}") for name in policies for row in book.permissions.get(name, ())]
    rows.sort(key=lambda entry: _permission_order(entry[0]))
    if app_access:
        rows.extend((row, "app access") for row in APP_ROWS)
    table: dict[tuple[str, Action], list[Grant]] = {}
    notes: list[str] = []
    for row, origin in rows:
        for grant in row_grants(row, origin, notes):
            table.setdefault((grant.collection, grant.action), []).append(grant)
    return PolicyGrants({name: tuple(found) for name, found in table.items()}, tuple(notes))


def row_grants(row: Row, origin: str, notes: list[str]) -> tuple[Grant, ...]:
    """What one permission row grants. A row that can't be understood grants nothing, and is named in `notes`."""
    collection, action = str(row.get("collection") or ""), str(row.get("action") or "")
    actions = ACTIONS.get(action, ())
    if not collection or not actions:
        return ()
    try:
        where = _where(row.get("permissions"), collection, action)
        validation = _node(row.get("validation"), collection)
        presets = _presets(row.get("presets"))
    except (SatchelError, TypeError) as error:
        notes.append(
            f'The {action} permission {row.get("id")} on "{collection}" ({origin}) grants nothing,'
            f" as it can't be understood: {error}"
        )
        return ()
    # Deleting and sharing are about whole items: such rows name no fields.
    fields = None if action in ("delete", "share") else _fields(row.get("fields"))
    return tuple(Grant(collection, name, where, fields, validation, presets, origin) for name in actions)


def _where(rule: Any, collection: str, action: str) -> Node | None:
    """A row's condition, with what holds for everybody who is no admin."""
    where = _node(rule, collection)
    kept = None if action == "create" else KEPT_BACK.get(collection)
    if kept is None:
        return where
    guard = parse_rule(kept, collection=collection)
    return guard if where is None else And((where, guard))


def _node(rule: Any, collection: str) -> Node | None:
    """A filter as an expression; None for one that is always true."""
    if rule is None:
        return None
    node = parse_rule(rule, collection=collection)
    return None if node == Truth(True) else node


def _presets(value: Any) -> Mapping[str, Any]:
    if value is None:
        return EMPTY
    if not isinstance(value, Mapping):
        raise TypeError("its presets are not an object")
    return cast("Mapping[str, Any]", value)


def _fields(value: Any) -> frozenset[str] | None:
    """The fields of a permission: `["*"]` is None (every field), nothing is no field."""
    names = _list(value)
    return None if "*" in names else frozenset(names)


def _list(value: Any) -> list[str]:
    """A stored list: decoded, or as the comma-separated text that it is stored as."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, list | tuple):
        return [str(part) for part in cast("Sequence[Any]", value)]
    return []


def _policy(row: Row) -> Policy:
    return Policy(
        id=str(row["id"]),
        name=str(row.get("name") or ""),
        admin_access=bool(row.get("admin_access")),
        app_access=bool(row.get("app_access")),
        enforce_tfa=bool(row.get("enforce_tfa")),
        spans=tuple(parse_entry(entry) for entry in _list(row.get("ip_access"))),
    )


def _permission_order(row: Row) -> tuple[int, str]:
    """By id, numerically when ids are numbers. (The rows of app access have none, and come last.)"""
    text = str(row.get("id") or "")
    return (int(text), "") if text.isdecimal() else (0, text)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
