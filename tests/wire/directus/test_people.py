"""Users who prove themselves by mail: new passwords, invitations, registration; and what ends sessions."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.mail_sink import Received, Sink, mail_sink
from tests.servers import running_server
from tests.wire.directus.people import PASSWORD, People, people, pytest_generate_tests, refusal

pytestmark = pytest.mark.process
__all__ = ["people", "pytest_generate_tests"]

HOME = "https://satchel.example.com"
ELSEWHERE = "https://app.example.com/welcome"
SETTINGS = {
    "password_reset_url_allow_list": ELSEWHERE,
    "user_invite_url_allow_list": ELSEWHERE,
    "user_register_url_allow_list": ELSEWHERE,
    "register_stall_milliseconds": 0,
    "register_requests_max": -1,
}
NEW = "another horse 3"


@pytest.fixture(scope="module")
def mails(people: People) -> Iterator[Sink]:
    with mail_sink() as sink:
        use(people, sink)
        yield sink


def use(people: People, sink: Sink) -> None:
    smtp = {"enabled": True, "host": "127.0.0.1", "port": sink.port, "tls": False}
    meta = {"appURL": HOME, "appName": "Acme", "senderName": "Acme", "senderAddress": "no-reply@example.com"}
    answer = people.admin.patch("/api/settings", json={"smtp": smtp, "meta": meta})
    assert answer.status_code == 200, answer.text


def link(mail: Received) -> str:
    found = re.search(r'href="([^"]+)"', mail.html)
    assert found is not None, mail.html
    return html.unescape(found.group(1))


def token(mail: Received) -> str:
    return parse_qs(urlsplit(link(mail)).query)["token"][0]


def reason(answer: httpx.Response) -> str:
    assert answer.status_code == 400, answer.text
    return answer.json()["errors"][0]["extensions"]["reason"]


def login(people: People, email: str, password: str) -> httpx.Response:
    return people.guest().post("/auth/login", json={"email": email, "password": password})


def at_once(count: int, work: Any) -> list[int]:
    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(lambda _: work().status_code, range(count)))


def project(people: People, **values: Any) -> None:
    people.ask("PATCH", "/settings?fields=id", values)


# --- new passwords


@pytest.mark.dialects
def test_a_new_password(people: People, mails: Sink) -> None:
    people.user("ann")
    old = login(people, "ann@example.com", PASSWORD).json()["data"]
    guest = people.guest()
    assert guest.post("/auth/password/request", json={"email": "Ann@Example.com"}).status_code == 204
    mail = mails.next("ann@example.com")
    assert link(mail).startswith(f"{HOME}/admin/reset-password?token=")
    assert (mail.subject, mail.sender) == ("Reset your Acme password", "no-reply@example.com")
    secret = token(mail)
    assert refusal(guest.get("/users/me", headers={"authorization": f"Bearer {secret}"})) == (403, "INVALID_TOKEN")
    for body, words in (
        ({}, '"token" field is required'),
        ({"token": secret}, '"password" field is required'),
        ({"token": {}, "password": NEW}, '"token" field is required'),
    ):
        assert reason(guest.post("/auth/password/reset", json=body)) == words
    for bad in ("x", secret[:-2], secret + "x"):
        answer = guest.post("/auth/password/reset", json={"token": bad, "password": NEW})
        assert refusal(answer) == (403, "INVALID_TOKEN")
    project(people, auth_password_policy="/(?=^.{8,}$)(?=.*\\d)(?=.*[a-z]).*$/")
    short = guest.post("/auth/password/reset", json={"token": secret, "password": "short1"})
    assert short.json()["errors"][0]["extensions"] == {
        "field": "password",
        "path": [],
        "type": "regex",
        "invalid": "short1",
        "code": "FAILED_VALIDATION",
    }
    project(people, auth_password_policy=None)
    body = {"token": secret, "password": NEW}
    assert at_once(6, lambda: people.guest().post("/auth/password/reset", json=body)) == [204] + [403] * 5
    assert refusal(guest.post("/auth/password/reset", json=body)) == (403, "FORBIDDEN")
    assert login(people, "ann@example.com", PASSWORD).status_code == 401
    assert login(people, "ann@example.com", NEW).status_code == 200
    assert guest.post("/auth/refresh", json={"refresh_token": old["refresh_token"]}).status_code == 401


def test_who_gets_no_mail(people: People, mails: Sink) -> None:
    people.user("bob")
    people.ask("PATCH", f"/users/{people.ids['bob']}?fields=id", {"status": "suspended"})
    guest = people.guest()
    for email in ("nobody@example.com", "bob@example.com", "no address", "b\u00f6b@example.com"):
        assert guest.post("/auth/password/request", json={"email": email}).status_code == 204, email
    assert reason(guest.post("/auth/password/request", json={})) == '"email" field is required'
    for url in (
        "https://evil.example.com",
        "https://app.example.com.evil.io/welcome",
        "https://app.example.com@evil.io/welcome",
        "https://app.example.com\\@evil.io/welcome",
        "//app.example.com/welcome",
        "/welcome",
        "javascript:alert(1)",
        "https://app.example.com/welcome/../x",
    ):
        for email in ("nobody@example.com", "ann@example.com"):
            answer = guest.post("/auth/password/request", json={"email": email, "reset_url": url})
            assert reason(answer) == f'URL "{url}" can\'t be used to reset passwords'
    assert mails.quiet()


def test_a_link_to_a_page_of_the_list(people: People, mails: Sink) -> None:
    people.user("cat")
    url = f'{ELSEWHERE}?from="><b>&amp=%3Cb%3E'
    answer = people.guest().post(
        "/auth/password/request",
        json={"email": "cat@example.com", "reset_url": url},
        headers={"host": "evil.example.com", "x-forwarded-host": "evil.example.com"},
    )
    assert answer.status_code == 204
    mail = mails.next("cat@example.com")
    assert link(mail).startswith(f"{ELSEWHERE}?from=%22%3E%3Cb%3E&amp=%3Cb%3E&token=")
    assert "<b>" not in mail.html
    assert "evil" not in mail.html
    # whoever changes the address meanwhile makes the link worthless
    people.ask("PATCH", f"/users/{people.ids['cat']}?fields=id", {"email": "cat2@example.com"})
    spent = people.guest().post("/auth/password/reset", json={"token": token(mail), "password": NEW})
    assert refusal(spent) == (403, "FORBIDDEN")


def test_not_too_many_mails(people: People, mails: Sink) -> None:
    people.user("dan")
    for _ in range(5):
        assert people.guest().post("/auth/password/request", json={"email": "dan@example.com"}).status_code == 204
    for _ in range(3):
        mails.next("dan@example.com")
    assert mails.quiet()


# --- invitations


@pytest.mark.dialects
def test_an_invitation(people: People, mails: Sink) -> None:
    people.user("abe")
    role = people.ask("POST", "/roles?fields=id", {"name": "Guests"})["id"]
    admin, guest = people.admin, people.guest()
    body = {"email": "Eve@Example.com", "role": role}
    for refused, words in (
        ({}, '"email" is required'),
        ({"email": "bad", "role": role}, '"email" must be a valid email'),
        ({"email": ["a@example.com", 5], "role": role}, '"email[1]" must be a string'),
        ({"email": "a@example.com"}, '"role" is required'),
        ({"email": "a@example.com", "role": "x"}, '"role" must be a valid GUID'),
        ({**body, "nope": 1}, '"nope" is not allowed'),
        ({**body, "invite_url": "https://evil.io"}, 'URL "https://evil.io" can\'t be used to invite users'),
    ):
        assert reason(admin.post("/users/invite", json=refused)) == words
    stranger = people.user("mallory")
    for client in (guest, stranger):
        for email in ("eve@example.com", "abe@example.com"):
            assert refusal(client.post("/users/invite", json={"email": email, "role": role})) == (403, "FORBIDDEN")
    assert people.ask("GET", "/users?filter[email][_eq]=eve@example.com") == []
    assert admin.post("/users/invite", json=body).status_code == 204
    first = mails.next("eve@example.com")
    assert link(first).startswith(f"{HOME}/admin/accept-invite?token=")
    found = people.ask("GET", "/users?filter[email][_eq]=eve@example.com&fields=status,role,password")
    assert found == [{"status": "invited", "role": role, "password": None}]
    assert login(people, "eve@example.com", NEW).status_code == 401

    again = {"email": ["eve@example.com", "fay@example.com", "abe@example.com"], "role": role, "invite_url": ELSEWHERE}
    assert admin.post("/users/invite", json=again).status_code == 204
    assert link(mails.next("eve@example.com")).startswith(f"{ELSEWHERE}?token=")
    mails.next("fay@example.com")
    assert mails.quiet()
    assert people.ask("GET", "/users?filter[email][_eq]=abe@example.com&fields=role") == [{"role": None}]

    accept = {"token": token(first), "password": NEW}
    assert reason(guest.post("/users/invite/accept", json={})) == '"token" is required'
    assert reason(guest.post("/users/invite/accept", json={"token": "x"})) == '"password" is required'
    assert refusal(guest.post("/users/invite/accept", json={**accept, "token": "x"})) == (403, "INVALID_TOKEN")
    reset = guest.post("/auth/password/reset", json=accept)
    assert refusal(reset) == (403, "INVALID_TOKEN")  # made for something else
    assert at_once(6, lambda: people.guest().post("/users/invite/accept", json=accept)) == [204] + [400] * 5
    assert refusal(guest.post("/users/invite/accept", json=accept)) == (400, "INVALID_INVITE")
    assert login(people, "eve@example.com", NEW).status_code == 200


# --- registration


@pytest.mark.dialects
def test_a_registration(people: People, mails: Sink) -> None:
    guest = people.guest()
    body = {"email": "Gus@Example.com", "password": NEW, "first_name": "Gus"}
    assert reason(guest.post("/users/register", json={})) == '"email" is required'
    assert reason(guest.post("/users/register", json={"email": "a@example.com"})) == '"password" is required'
    for name in ("role", "status", "policies", "token", "id"):
        assert reason(guest.post("/users/register", json={**body, name: "x"})) == f'"{name}" is not allowed'
    assert refusal(guest.post("/users/register", json=body)) == (403, "FORBIDDEN")
    role = people.ask("POST", "/roles?fields=id", {"name": "Members"})["id"]
    project(
        people,
        public_registration=True,
        public_registration_role=role,
        public_registration_email_filter={"_and": [{"email": {"_ends_with": "@example.com"}}]},
        auth_password_policy="/^.{8,}$/",
    )
    assert refusal(guest.post("/users/register", json={**body, "email": "gus@example.org"})) == (403, "FORBIDDEN")
    short = guest.post("/users/register", json={**body, "password": "short"})
    assert short.json()["errors"][0]["extensions"]["type"] == "regex"
    evil = guest.post("/users/register", json={**body, "verification_url": "https://evil.io/"})
    assert reason(evil) == 'URL "https://evil.io/" can\'t be used to verify registered users'
    assert at_once(5, lambda: people.guest().post("/users/register", json=body)) == [204] * 5
    mail = mails.next("gus@example.com")
    assert link(mail).startswith(f"{HOME}/users/register/verify-email?token=")
    made = people.ask("GET", "/users?filter[email][_eq]=gus@example.com&fields=id,first_name,role,status")
    assert [{**item, "id": ""} for item in made] == [
        {"id": "", "first_name": "Gus", "role": role, "status": "unverified"}
    ]
    assert login(people, "gus@example.com", NEW).status_code == 401
    path = "/users/register/verify-email"
    assert refusal(guest.get(path, params={"token": "x"})) == (403, "INVALID_TOKEN")
    assert guest.get(path).headers["location"] == "/admin/login"
    opened = at_once(5, lambda: people.guest().get(path, params={"token": token(mail)}))
    assert opened == [302] + [403] * 4
    assert login(people, "gus@example.com", NEW).status_code == 200

    taken = guest.post("/users/register", json={**body, "password": "a third horse"})
    assert taken.status_code == 204
    assert login(people, "gus@example.com", NEW).status_code == 200
    project(people, public_registration_verify_email=False)
    assert guest.post("/users/register", json={**body, "email": "hal@example.com"}).status_code == 204
    assert login(people, "hal@example.com", NEW).status_code == 200
    project(people, public_registration_email_filter={"_nope": 1})
    assert refusal(guest.post("/users/register", json={**body, "email": "x@example.com"})) == (403, "FORBIDDEN")
    project(people, public_registration=False, auth_password_policy=None)


# --- what else is said of users


def test_a_policy_for_passwords_that_can_be_used(people: People) -> None:
    for pattern in ("/(a)\\1/", "(", "/(?<=x)y/"):
        answer = people.admin.patch("/settings", json={"auth_password_policy": pattern})
        assert answer.status_code == 400, pattern


def test_addresses_are_compared_without_case(people: People) -> None:
    people.user("ida")
    answer = people.admin.post("/users", json={"email": "IDA@example.com"})
    assert answer.json()["errors"][0] == {
        "message": 'Value "[ida@example.com]" for field "email" in collection "directus_users" has to be unique.',
        "extensions": {
            "collection": "directus_users",
            "field": "email",
            "value": "[ida@example.com]",
            "code": "RECORD_NOT_UNIQUE",
        },
    }
    assert login(people, "IdA@Example.com", PASSWORD).status_code == 200


def test_the_page_looked_at_last(people: People) -> None:
    joe = people.user("joe")
    assert joe.patch("/users/me/track/page", json={"last_page": "/content/notes"}).status_code == 204
    assert joe.get("/users/me?fields=last_page").json() == {"data": {"last_page": "/content/notes"}}
    assert joe.patch("/users/me/track/page", json={"last_page": "/" + "x" * 5000}).status_code == 204
    assert reason(joe.patch("/users/me/track/page", json={})) == '"last_page" key is required'
    lost = people.guest().patch("/users/me/track/page", json={"last_page": "/"})
    assert refusal(lost) == (401, "INVALID_CREDENTIALS")


@pytest.mark.parametrize(
    "change", [{"password": NEW}, {"status": "suspended"}, {"role": "another"}, {"email": "kim-moved@example.com"}]
)
def test_what_ends_sessions(people: People, change: dict[str, Any]) -> None:
    name = f"kim{len(people.ids)}"
    people.user(name)
    address = f"{name}@example.com"
    body = {"email": address, "password": PASSWORD}
    guest = people.guest()
    refresh = guest.post("/auth/login", json=body).json()["data"]["refresh_token"]
    session = people.guest()
    assert session.post("/auth/login", json={**body, "mode": "session"}).status_code == 200
    assert session.get("/users/me?fields=email").json() == {"data": {"email": address}}
    if "role" in change:
        change = {"role": people.ask("POST", "/roles?fields=id", {"name": name})["id"]}
    people.ask("PATCH", f"/users/{people.ids[name]}?fields=id", change)
    assert guest.post("/auth/refresh", json={"refresh_token": refresh}).status_code == 401
    gone = session.get("/users/me?fields=email")
    assert refusal(gone) == (401, "INVALID_CREDENTIALS")
    assert gone.headers["set-cookie"].startswith("directus_session_token=;")


def test_too_many_wrong_passwords(people: People) -> None:
    project(people, auth_login_attempts=3)
    people.user("lea")
    for _ in range(4):
        assert login(people, "lea@example.com", "wrong").status_code == 401
    assert login(people, "lea@example.com", PASSWORD).status_code == 401
    assert people.ask("GET", f"/users/{people.ids['lea']}?fields=status") == {"status": "suspended"}
    people.ask("PATCH", f"/users/{people.ids['lea']}?fields=id", {"status": "active"})
    assert login(people, "lea@example.com", PASSWORD).status_code == 200
    project(people, auth_login_attempts=25)


def test_the_last_admin_can_not_be_unmade(people: People) -> None:
    """By the user, the role, the policy, what ties them, or anything nested in these."""
    me = people.ask("GET", "/users/me?fields=id,role")
    tie = people.ask("GET", f"/access?filter[role][_eq]={me['role']}")[0]
    policy = tie["policy"]
    child = people.ask("POST", "/roles?fields=id", {"name": "Below"})["id"]
    tries: list[tuple[str, str, Any]] = [
        ("PATCH", f"/users/{me['id']}", {"status": "archived"}),
        ("PATCH", f"/users/{me['id']}", {"role": None}),
        ("PATCH", "/users/me", {"role": None}),
        ("PATCH", "/users", {"keys": [me["id"]], "data": {"status": "suspended"}}),
        ("PATCH", "/users", {"query": {"filter": {"email": {"_nnull": True}}}, "data": {"role": None}}),
        ("DELETE", f"/users/{me['id']}", None),
        ("DELETE", "/users", {"query": {"limit": -1}}),
        ("PATCH", f"/roles/{me['role']}", {"users": []}),
        ("PATCH", f"/roles/{me['role']}", {"users": {"create": [], "update": [], "delete": [me["id"]]}}),
        ("PATCH", f"/roles/{me['role']}", {"policies": []}),
        ("PATCH", f"/roles/{me['role']}", {"policies": {"create": [], "update": [], "delete": [tie["id"]]}}),
        ("DELETE", f"/roles/{me['role']}", None),
        ("PATCH", f"/policies/{policy}", {"admin_access": False}),
        ("PATCH", f"/policies/{policy}", {"roles": []}),
        ("PATCH", f"/policies/{policy}", {"roles": {"create": [], "update": [], "delete": [tie["id"]]}}),
        ("DELETE", f"/policies/{policy}", None),
        ("PATCH", f"/access/{tie['id']}", {"role": None}),
        ("PATCH", f"/access/{tie['id']}", {"role": child}),
        ("DELETE", f"/access/{tie['id']}", None),
        ("DELETE", "/access", [tie["id"]]),
    ]
    for method, path, body in tries:
        answer = people.admin.request(method, path, json=body)
        assert answer.status_code == 422, (method, path, body, answer.text)
    # who is an admin by a role above
    people.ask("PATCH", f"/roles/{child}?fields=id", {"parent": me["role"]})
    people.ask("PATCH", f"/users/{me['id']}?fields=id", {"role": child})
    assert people.admin.patch(f"/roles/{child}", json={"parent": None}).status_code == 422
    people.ask("PATCH", f"/users/{me['id']}?fields=id", {"role": me["role"]})
    assert people.ask("GET", "/users/me?fields=id,role") == me


@pytest.mark.dialects
def test_one_admin_is_left_whoever_is_first(people: People) -> None:
    """Two admins suspend, unseat and delete each other at once, in several ways: one stays."""
    root = people.ask("GET", "/users/me?fields=id")["id"]
    before = dict(people.admin.headers)
    keeper = root
    for number in range(4):
        names = (f"mia{number}", f"noa{number}")
        clients = [people.user(name, admin=True) for name in names]
        ids = [people.ids[name] for name in names]
        held = people.ask("GET", f"/policies?filter[name][_in]={','.join(names)}&fields=id&sort=name")
        policies = [item["id"] for item in held]
        gone = clients[0].patch(f"/users/{keeper}?fields=id", json={"status": "draft"})
        assert gone.status_code == 200, gone.text
        ways: list[tuple[str, list[str], Any]] = [
            ("PATCH", [f"/users/{key}" for key in ids], {"status": "suspended"}),
            ("DELETE", [f"/users/{key}" for key in ids], None),
            ("PATCH", [f"/policies/{key}" for key in policies], {"admin_access": False}),
            ("PATCH", [f"/users/{key}" for key in ids], {"policies": []}),
        ]
        method, paths, body = ways[number]
        with ThreadPoolExecutor(2) as pool:
            both = [
                pool.submit(client.request, method, path, json=body)
                for client, path in zip(clients, reversed(paths), strict=True)
            ]
            statuses = sorted(item.result().status_code for item in both)
        assert statuses[0] in (200, 204), (number, statuses)
        assert statuses[1] in (401, 403, 422), (number, statuses)
        left = [at for at in (0, 1) if clients[at].get("/users?limit=1&fields=email").json().get("data")]
        admins = [at for at in left if clients[at].get("/settings?fields=id").status_code == 200]
        assert len(admins) == 1, (number, admins)
        keeper = ids[admins[0]]
        people.admin.headers["authorization"] = clients[admins[0]].headers["authorization"]
    people.ask("PATCH", f"/users/{root}?fields=id", {"status": "active"})
    people.admin.headers["authorization"] = before["authorization"]
    people.ask("DELETE", f"/users/{keeper}")


def test_registrations_are_limited_and_slow(tmp_path: Path) -> None:
    with running_server(tmp_path, settings={"register_stall_milliseconds": 300}) as server, People(server) as people:
        people.ask("PATCH", "/settings?fields=id", {"public_registration": True})
        body = {"email": "gus@example.com", "password": NEW}
        took: list[float] = []
        for _ in range(5):
            started = time.monotonic()
            assert people.guest().post("/users/register", json=body).status_code == 204
            took.append(time.monotonic() - started)
        assert min(took) >= 0.3
        late = people.guest().post("/users/register", json=body)
        assert refusal(late) == (429, "REQUESTS_EXCEEDED")
        assert int(late.headers["retry-after"]) >= 1


def signed_in_browser(people: People, name: str, agent: str) -> httpx.Client:
    """A client with the session cookie that a new log-in gave it."""
    client = people.guest()
    client.headers["user-agent"] = agent
    body = {"email": f"{name}@example.com", "password": PASSWORD, "mode": "session"}
    assert client.post("/auth/login", json=body).status_code == 200
    return client


@pytest.mark.dialects
def test_sessions_are_listed_and_ended(people: People) -> None:
    people.user("sid", admin=True)
    laptop, phone = signed_in_browser(people, "sid", "Laptop"), signed_in_browser(people, "sid", "Phone")
    found = laptop.get("/users/me/sessions").json()["data"]
    browsers = [row for row in found if row["mode"] == "session"]
    assert {row["user_agent"]: row["current"] for row in browsers} == {"Laptop": True, "Phone": False}
    assert all(row["ip"] == "127.0.0.1" and row["created"] <= row["expires"] for row in found)
    stored = people.stored("satchel_sessions")
    assert not [row["id"] for row in found if row["id"] in stored]  # an id opens nothing

    # one that was renewed stands once, as what it is by now
    assert laptop.post("/auth/refresh", json={"mode": "session"}).status_code == 200
    again = laptop.get("/users/me/sessions").json()["data"]
    assert len(again) == len(found)
    assert [row["user_agent"] for row in again if row["current"]] == ["Laptop"]

    theirs = next(row["id"] for row in found if row["user_agent"] == "Phone")
    mine = f"/users/{people.ids['sid']}/sessions"
    other = people.user("sue", update_self=True)
    assert refusal(other.delete(f"/users/me/sessions/{theirs}")) == (403, "FORBIDDEN")
    assert refusal(other.get(mine)) == (403, "FORBIDDEN")
    assert refusal(other.delete(mine)) == (403, "FORBIDDEN")
    assert refusal(people.guest().get("/users/me/sessions"))[0] == 401
    assert phone.get("/users/me").status_code == 200
    assert laptop.delete(f"/users/me/sessions/{theirs}").status_code == 204
    assert phone.get("/users/me").status_code == 401
    assert laptop.delete(f"/users/me/sessions/{theirs}").status_code == 403

    phone = signed_in_browser(people, "sid", "Phone")
    proof = {"identity": "sid@example.com", "password": PASSWORD}
    token = phone.post("/api/collections/_superusers/auth-with-password", json=proof).json()["token"]
    program = people.guest(token)
    assert program.get("/api/collections").status_code == 200
    assert laptop.delete("/users/me/sessions").status_code == 204
    assert phone.get("/users/me").status_code == 401
    assert program.get("/api/collections").status_code == 401
    assert [row["current"] for row in laptop.get("/users/me/sessions").json()["data"]] == [True]
    # what a refresh token renewed is over as well
    assert people.admin.delete(mine).status_code == 204
    assert laptop.get("/users/me").status_code == 401
    assert people.ask("GET", mine) == []
