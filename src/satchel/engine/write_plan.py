"""Write plans: what is known of a collection before anything is written to it, worked out once per catalog.

In charge of: for every field how a payload's value is read, checked, bound and read back; what is filled in by
itself; the texts of statements by shape. Not in charge of: running anything. Called by the other `write_*` rooms,
which get plans from `WritePlans`.

A plan costs some hundred microseconds to make and is kept as long as its catalog is the current one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from satchel.engine.write_fill import Fill, Moment, creation_fill, update_fill
from satchel.errors import SatchelError
from satchel.expr.dialect import Dialect
from satchel.expr.nodes import Node, Truth
from satchel.expr.syntax_tree import parse_rule
from satchel.http.json import encode as encode_json
from satchel.model.auth_fields import TOKEN_KEY, TOKEN_KEY_PATTERN
from satchel.model.catalog import Catalog, Collection, Field, Key, Relation
from satchel.model.fields import FIELDS, FieldKind
from satchel.model.fields.contract import Below
from satchel.model.fields.password import BCRYPT_COST
from satchel.model.fields.pattern import Make, compile_generator
from satchel.model.types import Refused, acceptor, storage_type
from satchel.model.types.json_value import parse_document
from satchel.sql import write as statements
from satchel.sql.write import Statement

STATEMENTS_MAX = 256
"""How many statements one collection keeps. Payloads of ever new shapes must not fill the memory."""

CONCEALED = "**********"

ACTING = ("CASCADE", "SET NULL", "SET DEFAULT")
"""What a foreign key may say that makes the database change rows by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class FieldPlan:
    """One stored field.

    `strict` and `lenient` read a payload's value (not None) in the Directus and the PocketBase style; `zero` is what
    stands for "no value" in an item that was never given one. `check` judges a value that is not blank. `settable`
    False: callers can't set it. `normal` brings stored values of different spellings together, to tell whether one
    changed.
    """

    field: Field
    name: str
    kind: FieldKind | None
    strict: Callable[[Any], Any]
    lenient: Callable[[Any], Any]
    zero: Any
    check: Callable[[Any], None] | None
    blank: Callable[[Any], bool]
    required: bool
    settable: bool
    nullable: bool
    must_be_given: bool
    secret: bool
    cost: int  # of bcrypt, for a secret; 0: argon2id
    sealed: bool  # encrypted at rest
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]
    normal: Callable[[Any, bool], Any]
    relation: Relation | None
    generate: Make | None
    on_create: Fill | None
    on_update: Fill | None


class CollectionPlan:
    """One collection. `fields`: its stored fields; `to_many`: alias → the relation that it lists."""

    def __init__(self, catalog: Catalog, collection: Collection, dialect: Dialect) -> None:
        self.catalog = catalog
        self.collection = collection
        self.dialect = dialect
        self.name = collection.name
        self.source = collection.source
        stored = collection.stored_fields
        self.fields: Mapping[str, FieldPlan] = {
            item.name: _field_plan(catalog, collection, item, dialect) for item in stored
        }
        self.key = collection.key
        self.key_plans = tuple(self.fields[name] for name in collection.key)
        self.to_many: Mapping[str, Relation] = {
            name: relation for (owner, name), relation in catalog.aliases.items() if owner == collection.name
        }
        self.on_create = tuple(item for item in self.fields.values() if item.on_create is not None)
        self.on_update = tuple(item for item in self.fields.values() if item.on_update is not None)
        self.kinds = tuple(item for item in self.fields.values() if item.kind is not None)
        self.must_be_given = tuple(item for item in self.fields.values() if item.must_be_given)
        self.hidden = frozenset(name for name, item in collection.fields.items() if _is_hidden(collection, item))
        self.concealed = frozenset(item.name for item in self.fields.values() if item.field.concealed)
        self.rules: tuple[Node, ...] = _field_rules(collection)
        # foreign keys of others by which the database itself deletes or changes rows
        keys = _foreign_keys_to(catalog, collection)
        self.followers = tuple(item for item in keys if item.on_delete in ACTING)
        self.key_followers = tuple(item for item in keys if item.on_update in ACTING)
        self.followed_fields = frozenset(name for item in self.key_followers for name in item.one_fields)
        # foreign keys by which a row may hold itself back
        self.self_holders = tuple(
            item
            for item in keys
            if dialect.name in statements.SELF_HOLDING and item.many == collection.name and item.on_delete not in ACTING
        )
        self._statements: dict[object, Statement] = {}

    # --- statements by shape

    def _kept(self, shape: object, make: Callable[[], Statement]) -> Statement:
        found = self._statements.get(shape)
        if found is None:
            if len(self._statements) >= STATEMENTS_MAX:
                self._statements.clear()
            found = self._statements[shape] = make()
        return found

    def insert(self, names: tuple[str, ...]) -> Statement:
        """A new row from values of these fields; hands back all others, where the database can."""
        return self._kept(("insert", names), lambda: self._insert(names))

    def _insert(self, names: tuple[str, ...]) -> Statement:
        given = set(names)
        out = [item.field for item in self.fields.values() if item.name not in given]
        if not statements.can_return(self.dialect):
            out = []
        return statements.insert(self.dialect, self.collection, self._fields(names), out)

    def update(self, names: tuple[str, ...]) -> Statement:
        return self._kept(
            ("update", names), lambda: statements.update(self.dialect, self.collection, self._fields(names))
        )

    def delete(self) -> Statement:
        return self._kept("delete", lambda: statements.delete(self.dialect, self.collection))

    def select(self, where: tuple[str, ...], *, lock: bool) -> Statement:
        """Whole rows by the values of some fields."""
        everything = [item.field for item in self.fields.values()]
        return self._kept(
            ("select", where, lock),
            lambda: statements.select(self.dialect, self.collection, everything, self._fields(where), lock=lock),
        )

    def select_some(self, where: tuple[str, ...], limit: int | None) -> Statement:
        """Whole rows by the values of some fields, locked, up to a number."""
        everything = [item.field for item in self.fields.values()]
        return self._kept(
            ("some", where, limit),
            lambda: statements.select(
                self.dialect, self.collection, everything, self._fields(where), lock=True, limit=limit
            ),
        )

    def select_listing(self, name: str, *, lock: bool) -> Statement:
        """Whole rows whose list field holds a key."""
        everything = [item.field for item in self.fields.values()]
        return self._kept(
            ("listing", name, lock),
            lambda: statements.select_listing(
                self.dialect, self.collection, everything, self.fields[name].field, lock=lock
            ),
        )

    def select_among(self, name: str, count: int) -> Statement:
        return self._kept(
            ("among", name, count),
            lambda: statements.select_among(self.dialect, self.collection, self.fields[name].field, count),
        )

    def select_max(self, name: str, where: tuple[str, ...]) -> Statement:
        return self._kept(
            ("max", name, where),
            lambda: statements.select_max(self.dialect, self.collection, self.fields[name].field, self._fields(where)),
        )

    def select_folded(self, name: str) -> Statement:
        """Keys that are the same but for upper and lower case."""
        return self._kept(
            ("folded", name),
            lambda: statements.select_folded(self.dialect, self.collection, self.fields[name].field),
        )

    def catch_up(self, name: str) -> Statement | None:
        return statements.catch_up(self.dialect, self.collection, self.fields[name].field)

    def _fields(self, names: Sequence[str]) -> list[Field]:
        return [self.fields[name].field for name in names]

    # --- values

    def encode(self, names: Sequence[str], values: Sequence[Any]) -> list[Any]:
        """Stored values of these fields as the driver wants them."""
        fields = self.fields
        return [fields[name].encode(value) for name, value in zip(names, values, strict=True)]

    def bind(self, names: Sequence[str], values: Mapping[str, Any]) -> list[Any]:
        """The stored values of these fields as the driver wants them."""
        fields = self.fields
        return [fields[name].encode(values[name]) for name in names]

    def decode(self, out: Sequence[Field], row: Sequence[Any]) -> dict[str, Any]:
        """A row that came back as values by field name."""
        fields = self.fields
        return {field.name: fields[field.name].decode(value) for field, value in zip(out, row, strict=True)}

    def cast_key(self, key: Sequence[Any]) -> Key | None:
        """The key as its columns' types have it; None if it can't be one of theirs."""
        if len(key) != len(self.key_plans) or not self.key_plans:
            return None
        parts: list[Any] = []
        for plan, part in zip(self.key_plans, key, strict=True):
            found = None if part is None else plan.normal(part, False)
            if found is None:
                return None
            parts.append(found)
        return tuple(parts)

    def key_of(self, values: Mapping[str, Any]) -> Key | None:
        """The key inside an item, None when a part is absent, null or not of its type."""
        return self.cast_key([values.get(name) for name in self.key])

    def new_token_key(self, below: Below) -> str:
        """A random text for an auth item's `tokenKey`, whatever somebody made of that field's own pattern."""
        found = self.fields[TOKEN_KEY]
        return (found.generate or _token_key)(below)

    def differs(self, name: str, before: Any, after: Any) -> bool:
        """Whether two stored values of a field mean different things (`5` and `5.00` do not)."""
        if before is after or (type(before) is type(after) and before == after):
            return False
        if before is None or after is None:
            return True
        found = self.fields[name]
        left, right = found.normal(before, False), found.normal(after, False)
        if left is None or right is None:
            return True
        return Decimal(left) != Decimal(right) if found.field.type == "decimal" else bool(left != right)


class WritePlans:
    """The plans of the current catalog, made when they are first asked for."""

    def __init__(self, dialect_of: Callable[[str], Dialect]) -> None:
        self._dialect_of = dialect_of
        self._catalog: Catalog | None = None
        self._plans: dict[str, CollectionPlan] = {}

    def of(self, catalog: Catalog, name: str) -> CollectionPlan | None:
        """The plan of a collection; None if the catalog has none of that name, or it has no table."""
        if catalog is not self._catalog:
            self._catalog, self._plans = catalog, {}
        found = self._plans.get(name)
        if found is None:
            collection = catalog.get(name)
            if collection is None or collection.kind == "folder":
                return None
            found = CollectionPlan(catalog, collection, self._dialect_of(collection.source))
            self._plans[name] = found
        return found


# --- one field --------------------------------------------------------------------------------------------------------


def _is_hidden(collection: Collection, field: Field) -> bool:
    """PocketBase's hidden fields: callers without admin rights can't set them, but for the password of an auth item."""
    return field.hidden and not (collection.type == "auth" and field.name == "password")


def _field_plan(catalog: Catalog, collection: Collection, field: Field, dialect: Dialect) -> FieldPlan:
    kind = FIELDS.get(field.kind)
    relation = catalog.m2o(collection.name, field.name)
    accept = acceptor(field, dialect.name)
    on_create = creation_fill(field, relation)
    generated = field.generated or (kind is not None and not kind.settable)
    generate = _generator(field, collection)
    given = not (field.nullable or generated or field.identity or field.default is not None)
    return FieldPlan(
        field=field,
        name=field.name,
        kind=kind,
        strict=accept if kind is None else _then(accept, kind.cast(field)),
        lenient=_forgiving(accept) if kind is None else kind.cast(field),
        zero=None if kind is None else kind.zero(field),
        check=None if kind is None else kind.check(field),
        blank=_is_none if kind is None else kind.blank,
        required=kind is not None and field.required,
        settable=not generated,
        nullable=field.nullable,
        must_be_given=(given or _is_bare_key(collection, field)) and kind is None and on_create is None,
        secret=(kind is not None and field.kind == "password") or field.type == "hash" or "hash" in field.special,
        cost=int(field.options.get("cost") or BCRYPT_COST) if field.kind == "password" else 0,
        sealed="encrypt" in field.special and field.type in ("string", "text"),
        encode=statements.encoder(dialect, field, _json_text),
        decode=statements.decoder(dialect, field, _read_json),
        normal=storage_type("json" if field.array else field.type).cast,
        relation=relation,
        generate=generate,
        on_create=on_create,
        on_update=update_fill(field, relation),
    )


_token_key = compile_generator(TOKEN_KEY_PATTERN)


def _is_bare_key(collection: Collection, field: Field) -> bool:
    """A key that nothing fills in: without it the new row could not be found again, even where the column may be
    NULL.
    """
    return field.name in collection.key and not field.identity and field.default is None and not field.generated


def _generator(field: Field, collection: Collection) -> Make | None:
    pattern = str(field.options.get("autogeneratePattern") or "") if field.kind == "text" else ""
    if not pattern:
        return None
    try:
        return compile_generator(pattern)
    except Refused:
        return None


def _then(accept: Callable[[Any], Any], cast: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: cast(accept(value))


def _forgiving(accept: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A form's empty text is no value for columns that hold other things than texts. Anything else that does not fit
    is an error: a column that PocketBase did not make has no zero value to fall back to."""

    def read(value: Any) -> Any:
        try:
            return accept(value)
        except Refused:
            if value == "":
                return None
            raise

    return read


def _foreign_keys_to(catalog: Catalog, collection: Collection) -> list[Relation]:
    """The foreign keys that refer to a collection, each once (a relation may be told twice, with two aliases)."""
    found: dict[tuple[str, tuple[str, ...]], Relation] = {}
    for relation in catalog.incoming.get(collection.name, ()):
        owner = catalog.get(relation.many)
        known = owner is not None and all(owner.column(name) for name in relation.many_fields)
        if relation.on_delete is not None and known and all(map(collection.column, relation.one_fields)):
            found.setdefault((relation.many, relation.many_fields), relation)
    return list(found.values())


def _field_rules(collection: Collection) -> tuple[Node, ...]:
    """The validation rules of fields (Directus's `meta.validation`). A rule that can't be understood lets nothing
    through.
    """
    rules: list[Node] = []
    for item in collection.fields.values():
        wanted = item.meta.get("validation") if item.meta else None
        if not wanted:
            continue
        try:
            rules.append(parse_rule(wanted))
        except SatchelError:
            rules.append(Truth(False))
    return tuple(rules)


def is_document(type_name: str) -> bool:
    """Whether values of the type are JSON documents."""
    return type_name == "json" or type_name.startswith("geometry")


def _is_none(value: Any) -> bool:
    return value is None


def _json_text(value: Any) -> str:
    return encode_json(value).decode()


def _read_json(text: str) -> Any:
    readable, document = parse_document(text)
    return document if readable else text


__all__ = ["CONCEALED", "CollectionPlan", "FieldPlan", "Moment", "WritePlans"]
