"""Users of a directory, with a real one in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import ldap3
import pytest
from tests.certificates import make_authority
from tests.directory_server import ASKING, ASKING_PASSWORD, GROUPS, PEOPLE, DirectoryServer, directory_server, encrypted
from tests.servers import PASSWORD, Server, running_server
from tests.wire.directus import test_node_sdk

pytestmark = pytest.mark.process
node = test_node_sdk.node

ROLE, EDITOR = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"


@dataclass
class Home:
    server: Server
    directory: DirectoryServer
    admin: httpx.Client

    def log_in(self, identifier: Any, password: Any, name: str = "company", **more: Any) -> httpx.Response:
        body = {"identifier": identifier, "password": password, **more}
        return self.server.client().post(f"/auth/login/{name}", json=body)

    def user(self, identifier: str) -> dict[str, Any]:
        found = self.admin.get("/users", params={"filter[external_identifier][_eq]": identifier}).json()["data"]
        assert len(found) == 1, found
        return found[0]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("directory")
    for name in ("ours", "theirs"):
        (folder / name).mkdir()
    trusted, foreign = make_authority(folder / "ours"), make_authority(folder / "theirs")
    with (
        directory_server(folder) as directory,
        encrypted(directory.port, trusted.server) as safe,
        encrypted(directory.port, foreign.server) as unsafe,
    ):
        shared = {
            "driver": "ldap",
            "client_url": directory.url,
            "bind_dn": f"string:{ASKING}",
            "bind_password": ASKING_PASSWORD,
            "user_dn": PEOPLE,
            "user_attribute": "uid",
        }
        providers: dict[str, dict[str, str]] = {
            "company": {"group_dn": GROUPS, "default_role_id": ROLE, "sync_user_info": "true"},
            "deep": {"user_scope": "sub"},
            "anybody": {"bind_dn": "", "bind_password": "", "default_role_id": ROLE},
            "forgotten": {"bind_password": "wrong"},
            "gone": {"client_url": "ldap://127.0.0.1:9"},
            "safe": {"client_url": f"ldaps://localhost:{safe}", "ca_file": str(trusted.authority)},
            "unsafe": {"client_url": f"ldaps://localhost:{unsafe}", "ca_file": str(trusted.authority)},
            "local": {},
        }
        settings: dict[str, Any] = {"auth_providers": ",".join(providers), "login_guesses_max": 6}
        for name, values in providers.items():
            given = {"driver": "local"} if name == "local" else {**shared, **values}
            settings |= {f"auth_{name}_{option}": value for option, value in given.items()}
        with (
            running_server(tmp_path_factory.mktemp("data"), settings=settings) as server,
            server.client(server.directus_token()) as admin,
        ):
            for key, role in ((ROLE, "Member"), (EDITOR, "Editor")):
                assert admin.post("/roles", json={"id": key, "name": role}).status_code == 200
            yield Home(server, directory, admin)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


def test_somebody_of_the_directory_comes_in(home: Home) -> None:
    answer = home.log_in("ada", "adas password")
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert set(data) == {"expires", "access_token", "refresh_token"}
    user = home.user(f"uid=ada,{PEOPLE}")
    assert (user["provider"], user["email"]) == ("company", "ada@x.io")
    assert (user["first_name"], user["last_name"], user["role"]) == ("Ada", "Lovelace", EDITOR)
    assert home.log_in("ada", "adas password").status_code == 200
    assert home.user(f"uid=ada,{PEOPLE}")["id"] == user["id"]


def test_the_sdk_of_older_versions_says_email(home: Home) -> None:
    body = {"email": "ada", "password": "adas password", "mode": "session"}
    answer = home.server.client().post("/auth/login/company", json=body)
    assert answer.status_code == 200
    assert "directus_session_token=" in answer.headers["set-cookie"]


def test_a_role_is_that_of_a_group_or_the_default_with_every_log_in(home: Home) -> None:
    assert home.log_in("bob", "bobs password").status_code == 200
    user = home.user(f"uid=bob,{PEOPLE}")
    assert user["role"] == ROLE
    assert home.admin.patch(f"/users/{user['id']}", json={"role": EDITOR, "first_name": "x"}).status_code == 200
    assert home.log_in("bob", "bobs password").status_code == 200
    again = home.user(f"uid=bob,{PEOPLE}")
    assert (again["role"], again["first_name"]) == (ROLE, "Bob")


@pytest.mark.parametrize(
    ("identifier", "password"),
    [
        ("ada", "wrong"),
        ("nobody", "adas password"),
        ("*", "adas password"),
        ("a*", "adas password"),
        ("ada)(uid=*", "adas password"),
        ("*)(|(uid=*", "adas password"),
        ("ada\\2a", "adas password"),
        ("ada\0", "adas password"),
        ("ada", "adas password\0"),
        ("off", "off password"),
        ("deep", "deep password"),
        ("x" * 2000, "adas password"),
    ],
    ids=lambda text: str(text)[:20].encode("unicode_escape").decode(),
)
def test_everybody_else_stays_out(home: Home, identifier: str, password: str) -> None:
    assert code(home.log_in(identifier, password, "anybody")) == (401, "INVALID_CREDENTIALS")


@pytest.mark.parametrize("name", ["company", "anybody"])
def test_an_empty_password_is_none(home: Home, name: str) -> None:
    """The directory itself would take it."""
    for body in ({"identifier": "bob", "password": ""}, {"identifier": "bob"}, {"password": "x"}, {"identifier": 5}):
        answer = home.server.client().post(f"/auth/login/{name}", json=body)
        assert code(answer) == (400, "INVALID_PAYLOAD")


def test_below_and_ambiguous(home: Home) -> None:
    assert home.log_in("deep", "deep password", "deep").status_code == 200
    assert home.log_in("twin", "twins password", "deep").status_code == 401


def test_a_directory_that_can_not_be_asked_is_unavailable(home: Home) -> None:
    for name in ("gone", "forgotten"):
        answer = home.log_in("ada", "adas password", name)
        assert code(answer) == (503, "SERVICE_UNAVAILABLE")
        assert answer.json()["errors"][0]["extensions"]["service"] == name


def test_certificates_are_checked(home: Home) -> None:
    assert home.log_in("twin", "twins password", "safe").status_code == 200
    assert code(home.log_in("bob", "bobs password", "unsafe")) == (503, "SERVICE_UNAVAILABLE")


def test_a_taken_address_is_not_taken_over(home: Home) -> None:
    (mine,) = home.admin.get("/users?filter[email][_eq]=bob@x.io").json()["data"] or [None]
    if mine is not None:
        assert home.admin.delete(f"/users/{mine['id']}").status_code == 204
    made = home.admin.post("/users", json={"email": "bob@x.io", "password": PASSWORD}).json()["data"]
    assert home.log_in("bob", "bobs password").status_code == 401
    assert home.server.directus_token("bob@x.io", PASSWORD)
    # until an administrator says so
    link = {"provider": "company", "external_identifier": f"UID=bob,{PEOPLE}"}
    assert home.admin.patch(f"/users/{made['id']}", json=link).status_code == 200
    assert home.log_in("bob", "bobs password").status_code == 200
    body = {"email": "bob@x.io", "password": PASSWORD}
    assert home.server.client().post("/auth/login", json=body).status_code == 401


def test_many_first_log_ins_make_one_user(home: Home) -> None:
    (mine,) = home.admin.get("/users?filter[email][_eq]=ada@x.io").json()["data"] or [None]
    if mine is not None:
        assert home.admin.delete(f"/users/{mine['id']}").status_code == 204
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: home.log_in("ada", "adas password"), range(6)))
    assert [answer.status_code for answer in answers] == [200] * 6
    home.user(f"uid=ada,{PEOPLE}")


def test_who_leaves_the_directory_leaves_here(home: Home) -> None:
    answer = home.log_in("gone", "gone password", "deep")
    body = {"refresh_token": answer.json()["data"]["refresh_token"]}
    answer = home.server.client().post("/auth/refresh", json=body)
    assert answer.status_code == 200, answer.text
    body = {"refresh_token": answer.json()["data"]["refresh_token"]}
    server = ldap3.Server(home.directory.url, get_info=ldap3.NONE)
    with ldap3.Connection(server, ASKING, ASKING_PASSWORD, raise_exceptions=True) as connection:
        connection.delete(f"uid=gone,{PEOPLE}")
    assert code(home.server.client().post("/auth/refresh", json=body)) == (401, "INVALID_CREDENTIALS")


def test_users_of_a_provider_that_is_gone_can_not_go_on(home: Home) -> None:
    user = {"email": "old@x.io", "password": PASSWORD, "provider": "local"}
    key = home.admin.post("/users", json=user).json()["data"]["id"]
    body = {"email": "old@x.io", "password": PASSWORD}
    tokens = home.server.client().post("/auth/login/local", json=body).json()["data"]
    assert home.admin.patch(f"/users/{key}", json={"provider": "former"}).status_code == 200
    body = {"refresh_token": tokens["refresh_token"]}
    assert code(home.server.client().post("/auth/refresh", json=body)) == (401, "INVALID_CREDENTIALS")


def test_passwords_can_not_be_guessed_for_ever(home: Home) -> None:
    codes = [home.log_in("somebody", "wrong").status_code for _ in range(8)]
    assert codes == [401] * 6 + [429] * 2


def test_a_local_provider_has_users_of_its_own(home: Home) -> None:
    user = {"email": "loc@x.io", "password": PASSWORD, "provider": "local"}
    assert home.admin.post("/users", json=user).status_code == 200
    client = home.server.client()
    body = {"email": "loc@x.io", "password": PASSWORD}
    assert client.post("/auth/login/local", json=body).status_code == 200
    assert client.post("/auth/login", json=body).status_code == 401
    ours = {"email": home.server.email, "password": home.server.password}
    assert client.post("/auth/login/local", json=ours).status_code == 401


@pytest.mark.node
def test_the_official_client_signs_in(node: str, home: Home) -> None:
    test_node_sdk.run_session(node, home.server, "sign_on.mjs")


def test_secrets_are_not_logged(home: Home) -> None:
    log = home.server.log()
    assert 'Sign-on with "company" failed' in log
    assert ASKING_PASSWORD not in log
    assert all(secret not in log for secret in ("adas password", "bobs password", "twins password"))
