"""The text of the schemas, held to the ones that Directus wrote for the same model.

Every type, field and argument must be there and of the same type, but for what is listed here with its reason; and
nothing must be there beside them, but for what is listed too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import parse, print_ast
from tests.servers import running_server
from tests.wire.directus.seed import SEED_BODIES
from tests.wire.directus.test_recordings import Part, replay, without_users

pytestmark = pytest.mark.process

Types = Mapping[str, Mapping[str, str]]

# pattern of `type.field` (or a type) → why it differs
DIFFERENCES = {
    r".*(deployment|oauth_).*": "deployments and Directus's own OAuth server are not served",
    r"\w+_aggregated_count\.\w+": "aliases hold no values that could be counted",
    r"directus_permissions\.id": "every permission that is listed is stored and has an id",
    r"(directus_settings|update_directus_settings_input)\.\w+_(key|token)": "secrets are hashes: they are never shown",
    r"create_\w+_input\.(show_header|enforce_tfa|admin_access|app_access)": "what has a default need not be sent",
    r"write_directus_collections_(schema_)?input.*": "collections can be made: the input has a name and a schema",
    r"write_directus_relations_schema_input\.\w+": "what follows from the rest need not be sent",
    r"Mutation\.update_fields_items": "several fields are answered as a list",
}
# a field is there when its route is
OPTIONAL = re.compile(r"Mutation\.utils_sort")


@pytest.fixture(scope="module")
def texts(shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[str, str]]]:
    """Scope → the text that was recorded, and ours of the same model."""
    folder = shared_folder / "wire" / "directus-recordings"
    if not folder.is_dir():
        pytest.skip("the shared folder holds no recordings")
    with running_server(tmp_path_factory.mktemp("schema")) as server:
        without_users(server)
        replay(server, folder, (Part("seed-sqlite", SEED_BODIES),))
        found: dict[str, tuple[str, str]] = {}
        with server.client(server.directus_token()) as client:
            for scope in ("items", "system"):
                answer = client.get(f"/server/specs/graphql/{scope}")
                assert answer.status_code == 200
                assert "attachment" in answer.headers["content-disposition"]
                recorded = (folder / f"gql-{scope}.graphql").read_text()
                found[scope] = (recorded, answer.text)
        yield found


def types_of(text: str) -> Types:
    """Type → field → its type and arguments."""
    found: dict[str, dict[str, str]] = {}
    for node in parse(text, no_location=True).definitions:
        definition: Any = node
        fields: dict[str, str] = {}
        for field in getattr(definition, "fields", None) or ():
            arguments = sorted(print_ast(item) for item in getattr(field, "arguments", None) or ())
            fields[field.name.value] = f"{print_ast(field.type)}({', '.join(arguments)})"
        for value in (*(getattr(definition, "values", None) or ()), *(getattr(definition, "types", None) or ())):
            fields[value.name.value] = ""
        found[definition.name.value] = fields
    return found


def differences(ours: Types, recorded: Types) -> Iterator[str]:
    yield from (name for name in {*ours, *recorded} if name not in ours or name not in recorded)
    for name in ours.keys() & recorded.keys():
        mine, theirs = ours[name], recorded[name]
        yield from (f"{name}.{field}" for field in {*mine, *theirs} if mine.get(field) != theirs.get(field))


@pytest.mark.parametrize("scope", ["items", "system"])
def test_a_schema_is_as_directus_writes_it(texts: Mapping[str, tuple[str, str]], scope: str) -> None:
    recorded, ours = map(types_of, texts[scope])
    found = [
        place
        for place in differences(ours, recorded)
        if not OPTIONAL.fullmatch(place) and not any(re.fullmatch(known, place) for known in DIFFERENCES)
    ]
    assert not found, sorted(found)


def test_every_listed_difference_is_one(texts: Mapping[str, tuple[str, str]]) -> None:
    places = {place for recorded, ours in texts.values() for place in differences(types_of(ours), types_of(recorded))}
    gone = [known for known in DIFFERENCES if not any(re.fullmatch(known, place) for place in places)]
    assert not gone


def test_types_stand_in_the_same_order(texts: Mapping[str, tuple[str, str]]) -> None:
    recorded, ours = (list(types_of(text)) for text in texts["items"])
    assert [name for name in ours if name in recorded] == [name for name in recorded if name in ours]


def test_without_introspection_there_is_no_text(tmp_path: Path) -> None:
    closed = {"graphql_introspection": "false"}
    with running_server(tmp_path, settings=closed) as server, server.client(server.directus_token()) as client:
        assert client.get("/server/specs/graphql").status_code == 403
        told = ask(client, "/graphql/system", "{ server_specs_graphql }")
        assert told["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        refused = client.post("/graphql", json={"query": "{ __schema { types { name } } }"})
        assert refused.status_code == 400
        assert ask(client, "/graphql/system", "{ server_ping }") == {"data": {"server_ping": "pong"}}


def ask(client: httpx.Client, path: str, query: str) -> Any:
    answer = client.post(path, json={"query": query})
    assert answer.status_code == 200, answer.text
    return answer.json()
