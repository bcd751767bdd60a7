"""Collection objects and what submitted ones mean, without a server."""

from __future__ import annotations

from typing import Any

import pytest

from satchel.model.catalog import Catalog, Collection, Field, Index, Relation
from satchel.model.definition import CollectionDefinition
from satchel.wire.pocketbase.collection_body import changed_definition, new_definition
from satchel.wire.pocketbase.collection_shape import ID_FIELD, collection_object
from satchel.wire.pocketbase.errors import ApiError
from satchel.wire.pocketbase.scaffolds import scaffolds

EMPTY_CATALOG = Catalog.build([])


def made(name: str, *fields: Field, **more: Any) -> Collection:
    """A collection as this wire makes it."""
    options = {key: ID_FIELD[key] for key in ("autogeneratePattern", "max", "min", "pattern", "primaryKey")}
    key = Field(
        "id",
        "text",
        "id",
        nullable=False,
        id="text3208210256",
        kind="text",
        options=options,
        required=True,
        system=True,
    )
    return Collection(
        name, "main", name, key=("id",), fields={item.name: item for item in (key, *fields)}, id=f"pbc_{name}", **more
    )


TITLE = Field("title", "text", "title", id="text1", kind="text", options={"max": 5})
SCORE = Field("score", "float", "score", id="number1", kind="number", hidden=True)
POSTS = made(
    "posts",
    TITLE,
    SCORE,
    rules={"listRule": "", "viewRule": None},
    indexes=(Index("i", ("title",), sql="create index i on posts (title)"),),
)
FOREIGN = Collection(
    "orders",
    "main",
    "orders",
    key=("id",),
    fields={
        "id": Field("id", "integer", "id", nullable=False, identity=True, id="number_id"),
        "customer": Field("customer", "integer", "customer", id="relation_c"),
        "state": Field("state", "string", "state", enum=("open", "done"), id="select_s"),
        "lines": Field("lines", "alias"),
        "noted": Field("noted", "string", "noted", max_length=40, id="text_n"),
    },
    indexes=(Index("u", ("noted",), unique=True), Index("pk", ("id",), primary=True)),
    id="pbc_orders",
)
CUSTOMERS = Collection(
    "customers",
    "main",
    "customers",
    key=("a", "b"),
    fields={n: Field(n, "string", n, id=f"text_{n}") for n in "ab"},
    id="pbc_c",
)
CATALOG = Catalog.build([POSTS, FOREIGN, CUSTOMERS], [Relation("orders", ("customer",), "customers", ("a",))])


def names(definition: CollectionDefinition) -> list[str]:
    return [item.name for item in definition.fields]


# --- shown


def test_object_of_a_collection_made_here() -> None:
    shown = collection_object(POSTS, CATALOG)
    assert list(shown) == (
        [
            "id",
            "listRule",
            "viewRule",
            "createRule",
            "updateRule",
            "deleteRule",
            "name",
            "type",
            "fields",
            "indexes",
            "created",
            "updated",
            "system",
        ]
    )
    assert shown["fields"][0] == ID_FIELD
    assert shown["fields"][1] == {
        "autogeneratePattern": "",
        "help": "",
        "hidden": False,
        "id": "text1",
        "max": 5,
        "min": 0,
        "name": "title",
        "pattern": "",
        "presentable": False,
        "primaryKey": False,
        "required": False,
        "system": False,
        "type": "text",
    }
    assert all(list(field) == sorted(field) for field in shown["fields"])
    assert shown["indexes"] == ["create index i on posts (title)"]
    assert (shown["listRule"], shown["viewRule"], shown["deleteRule"]) == ("", None, None)


def test_object_of_a_table_that_was_there() -> None:
    shown = collection_object(FOREIGN, CATALOG)
    assert [(field["name"], field["type"]) for field in shown["fields"]] == [
        ("id", "text"),
        ("customer", "relation"),
        ("state", "select"),
        ("noted", "text"),
    ]
    assert shown["fields"][0]["primaryKey"] is True
    assert shown["fields"][0]["required"] is False
    assert shown["fields"][2]["values"] == ["open", "done"]
    assert shown["indexes"] == ["CREATE UNIQUE INDEX `u` ON `orders` (`noted`)"]
    composite = collection_object(CUSTOMERS, CATALOG)
    assert [field["name"] for field in composite["fields"]] == ["id", "a", "b"]


def test_scaffolds_can_be_submitted() -> None:
    base = {**scaffolds()["base"], "name": "x"}
    assert names(new_definition(base, EMPTY_CATALOG)) == ["id"]


# --- submitted


def test_new_collection() -> None:
    body = {
        "name": "things",
        "listRule": "",
        "fields": [
            {"name": "a", "type": "text", "max": 3, "nope": 1},
            {"name": "s", "type": "select", "values": ["x"]},
        ],
        "indexes": ["CREATE UNIQUE INDEX i ON things (a)", "nonsense", "create index j on other (a)"],
    }
    wanted = new_definition(body, EMPTY_CATALOG)
    assert names(wanted) == ["id", "a", "s"]
    assert wanted.rules == {
        "listRule": "",
        "viewRule": None,
        "createRule": None,
        "updateRule": None,
        "deleteRule": None,
    }
    assert wanted.fields[1].options["max"] == 3
    assert wanted.fields[2].options == {"maxSelect": 0, "values": ["x"]}
    first, broken, other = wanted.indexes
    assert (first.name, first.unique, first.sql) == ("i", True, "CREATE UNIQUE INDEX i ON things (a)")
    assert (broken.name, broken.sql) == ("", "nonsense")
    assert other.sql == "CREATE INDEX `j` ON `things` (`a`)"


def test_submitted_key_and_repeated_names() -> None:
    fields = [
        {"name": "a", "type": "text"},
        {"name": "a", "type": "number"},
        {"name": "id", "type": "text", "primaryKey": False, "max": 30, "hidden": True},
    ]
    wanted = new_definition({"name": "things", "fields": fields}, EMPTY_CATALOG)
    assert [(item.name, item.kind) for item in wanted.fields] == [("a", "number"), ("id", "text")]
    key = wanted.fields[1]
    assert (key.options["primaryKey"], key.options["max"], key.system, key.hidden) == (True, 30, True, False)
    assert key.options["pattern"] == "^[a-z0-9]+$"


@pytest.mark.parametrize(
    "body",
    [
        *(
            {"fields": {}},
            {"fields": [1]},
            {"fields": [{}]},
            {"fields": [{"name": "a", "type": "nope"}]},
            {"listRule": 5},
        ),
        *(
            {"fields": [{"name": "a", "type": "text", "max": "x"}]},
            {"fields": [{"name": "a", "type": "text", "max": 1.5}]},
        ),
        *(
            {"fields": [{"name": "a", "type": "select", "values": [1]}]},
            {"indexes": "x"},
            {"indexes": [1]},
            {"system": "yes"},
        ),
        *({"fields": [{"name": "a", "type": "bool", "hidden": 1}]}, {"fields": [{"name": 1, "type": "bool"}]}),
    ],
)
def test_values_of_the_wrong_type(body: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as caught:
        new_definition({"name": "things", **body}, EMPTY_CATALOG)
    assert caught.value.answer_status == 400
    assert caught.value.message.endswith("due to invalid formatting.")


def test_changes_keep_what_is_not_mentioned() -> None:
    wanted = changed_definition({"listRule": None}, POSTS, CATALOG)
    assert wanted.rules is not None
    assert (wanted.rules["listRule"], wanted.name, names(wanted)) == (None, "posts", ["id", "title", "score"])
    assert wanted.indexes[0].sql == "create index i on posts (title)"
    assert names(changed_definition({}, FOREIGN, CATALOG)) == ["id", "customer", "state", "lines", "noted"]


def test_fields_are_matched_by_id_then_by_name() -> None:
    shown = collection_object(POSTS, CATALOG)["fields"]
    renamed = [shown[0], {**shown[1], "name": "headline"}, {**shown[2], "id": ""}, {"name": "new", "type": "bool"}]
    wanted = changed_definition({"fields": renamed}, POSTS, CATALOG)
    assert [(item.name, item.id, item.was) for item in wanted.fields] == [
        ("id", "text3208210256", None),
        ("headline", "text1", "title"),
        ("score", "number1", None),
        ("new", "", None),
    ]


def test_fields_that_are_left_out_go_and_system_ones_stay() -> None:
    wanted = changed_definition({"fields": [{"name": "title", "type": "text"}]}, POSTS, CATALOG)
    assert names(wanted) == ["id", "title"]


def test_tables_that_were_there_keep_their_columns() -> None:
    shown = collection_object(FOREIGN, CATALOG)["fields"]
    changed = [
        {**field, "hidden": field["name"] == "state", "help": "h"} for field in shown if field["name"] != "noted"
    ]
    wanted = changed_definition({"fields": changed}, FOREIGN, CATALOG)
    assert sorted(names(wanted)) == ["customer", "id", "lines", "state"]
    state = wanted.field("state")
    assert state is not None
    assert (state.kind, state.type, state.hidden, state.help) == ("", "string", True, "h")
    key = wanted.field("id")
    assert key is not None
    assert (key.kind, key.type, key.identity) == ("", "integer", True)


def test_views() -> None:
    view = new_definition(
        {"name": "v", "type": "view", "viewQuery": "select id from posts", "fields": [{"x": 1}]}, CATALOG
    )
    assert (view.kind, view.type, view.view_query, view.fields) == ("view", "view", "select id from posts", ())
    with pytest.raises(ApiError) as caught:
        new_definition({"name": "v", "type": "nope"}, CATALOG)
    assert caught.value.data == {"type": {"code": "validation_in_invalid", "message": "Must be a valid value."}}
