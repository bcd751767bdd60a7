"""Sessions about the records of auth collections: what may be said of an account, by whom, and what is seen of it."""

from __future__ import annotations

from typing import Any

import httpx
from tests.servers import EMAIL
from tests.wire.pocketbase.talk import Talk

AT = "/api/collections/members/records"
PASSWORD = "1234567890"


def _members(talk: Talk, **more: Any) -> None:
    open_rules = {f"{name}Rule": "" for name in ("list", "view", "create", "update", "delete")}
    body = {
        "name": "members",
        "type": "auth",
        **open_rules,
        "fields": [{"name": "nick", "type": "text", "max": 5}],
        **more,
    }
    talk.su("POST", "/api/collections", json=body)


def _account(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"member00000000{number}",
        "email": f"m{number}@example.com",
        "password": PASSWORD,
        "passwordConfirm": PASSWORD,
        **more,
    }


def _token(talk: Talk, number: int, password: str = PASSWORD) -> dict[str, str]:
    body = {"identity": f"m{number}@example.com", "password": password}
    answer = talk.guest("POST", "/api/collections/members/auth-with-password", json=body)
    return {"Authorization": answer.json().get("token", "")}


def account_creation(talk: Talk) -> None:
    """Signing up: cross-checks first and alone, then fields."""
    _members(talk)

    def create(**body: Any) -> httpx.Response:
        return talk.guest("POST", AT, json=body, note=f"create {body}"[:150])

    create()
    create(email="a@b.co")
    create(email="a@b.co", password=PASSWORD)
    create(email="a@b.co", password=PASSWORD, passwordConfirm="x")
    create(email="a@b.co", passwordConfirm=PASSWORD)
    create(email="nope", password="1234", passwordConfirm="1234")
    create(email="nope", password="1234", passwordConfirm="12345", nick="too long for it")
    create(email="", password=PASSWORD, passwordConfirm=PASSWORD)
    create(email="nope", password=PASSWORD, passwordConfirm=PASSWORD, nick="too long for it")
    create(email="a@b.co", password="x" * 72, passwordConfirm="x" * 72)
    create(
        email="a@b.co",
        password="\N{GREEK SMALL LETTER ALPHA}" * 37,
        passwordConfirm="\N{GREEK SMALL LETTER ALPHA}" * 37,
    )
    create(email="a@b.co", password=PASSWORD, passwordConfirm=PASSWORD, verified=True)
    create(email="a@b.co", password=PASSWORD, passwordConfirm=PASSWORD, verified=True, nick="too long for it")
    create(email="a@b.co", password=1234567890, passwordConfirm=1234567890, id="member00000000n")
    create(**_account(1))
    create(**_account(2, emailVisibility=True, nick="two", tokenKey="x" * 40))
    create(**_account(3, email="m1@example.com"))
    create(**_account(3, email="M1@example.com"))
    create(**_account(1))
    create(**_account(4, id="bad"))
    create(**_account(5, tokenKey=""))
    create(**_account(6), oldPassword="x")
    talk.su("POST", AT, json={"email": "su@b.co", "password": PASSWORD}, note="su without confirmation")
    talk.su("POST", AT, json=_account(7, verified=True, tokenKey="short"), note="su with a short token key")
    talk.su("POST", AT, json=_account(7, verified=True, tokenKey="y" * 40), note="su with a token key")
    talk.su("POST", AT, json=_account(8, verified=True), note="su verified")
    talk.su("GET", f"{AT}?sort=id")
    talk.guest("GET", f"{AT}?sort=id")
    talk.su("POST", "/api/collections", json={"name": "others", "type": "auth", "createRule": ""})
    talk.guest("POST", "/api/collections/others/records", json=_account(1), note="an id of another auth collection")
    talk.guest("POST", "/api/collections/others/records", json=_account(9), note="an id of its own")
    form = {
        "email": "form@b.co",
        "password": PASSWORD,
        "passwordConfirm": PASSWORD,
        "id": "memberform00001",
        "nick": "5",
    }
    talk.guest("POST", AT, data=form, note="as a form")


def account_changes(talk: Talk) -> None:
    """What an owner, a stranger, a manager and a superuser may change."""
    _members(talk, manageRule="@request.auth.nick = 'boss'")
    for number in (1, 2):
        talk.guest("POST", AT, json=_account(number))
    talk.su("POST", AT, json=_account(3, nick="boss"))
    owner, boss = _token(talk, 1), _token(talk, 3)

    def change(who: dict[str, str], note: str, **body: Any) -> None:
        talk.guest("PATCH", f"{AT}/member000000001", json=body, headers=who, note=f"{note} {body}"[:150])

    for name, who in (("guest", {}), ("owner", owner)):
        change(who, name, nick="one")
        change(who, name, email="m1@example.com")
        change(who, name, email="new@example.com")
        change(who, name, verified=True)
        change(who, name, verified=False)
        change(who, name, emailVisibility=True)
        change(who, name, emailVisibility=False)
        change(who, name, password="abcdefghij")
        change(who, name, password="abcdefghij", passwordConfirm="abcdefghij")
        change(who, name, password="abcdefghij", oldPassword=PASSWORD)
        change(who, name, password="abcdefghij", passwordConfirm="x", oldPassword=PASSWORD)
        change(who, name, password="abcdefghij", passwordConfirm="abcdefghij", oldPassword="wrong")
        change(who, name, password="abc", passwordConfirm="abc", oldPassword=PASSWORD)
        change(who, name, passwordConfirm="abc")
        change(who, name, oldPassword="abc")
        change(who, name, password="", passwordConfirm="")
        change(who, name, password="", nick="x")
        change(who, name, email="", verified=True, nick="too long for it")
        change(who, name, nick="too long for it")
        change(who, name, tokenKey="z" * 40)
        change(who, name, id="member000000009")
    change(owner, "owner", password="abcdefghij", passwordConfirm="abcdefghij", oldPassword=PASSWORD)
    change(owner, "with a token of before", nick="late")
    _token(talk, 1)
    owner = _token(talk, 1, "abcdefghij")
    change(boss, "boss", password="0987654321")
    change(boss, "boss", password="0987654321", passwordConfirm="x")
    change(boss, "boss", password="0987654321", passwordConfirm="0987654321")
    change(boss, "boss", email="boss@example.com", verified=True)
    change(boss, "boss", email="nope")
    change(boss, "boss", email="m2@example.com")
    change(boss, "boss", tokenKey="q" * 40)
    talk.su("PATCH", f"{AT}/member000000001", json={"password": "abcdefghij"}, note="su without confirmation")
    both = {"password": "abcdefghij", "passwordConfirm": "abcdefghij"}
    talk.su("PATCH", f"{AT}/member000000001", json=both, note="su with confirmation")
    talk.su("PATCH", f"{AT}/member000000001", json={"verified": False, "email": "m1@example.com"})
    talk.su("PATCH", f"{AT}/member000000001", json={"password": None, "passwordConfirm": None}, note="su null")
    talk.su("PATCH", f"{AT}/member000000001", json={"email": None}, note="su no email")
    talk.guest("POST", AT, json=_account(5, verified=True), headers=boss, note="a manager creates")
    talk.guest("GET", f"{AT}?sort=id", headers=boss)
    talk.guest("GET", f"{AT}?sort=id", headers=_token(talk, 2))


def account_emails(talk: Talk) -> None:
    """Who sees an address."""
    _members(talk)
    notes = [
        {"name": "text", "type": "text"},
        {"name": "owner", "type": "relation", "collectionId": talk.su("GET", "/api/collections/members").json()["id"]},
    ]
    rules = {"listRule": "", "viewRule": "", "createRule": ""}
    talk.su("POST", "/api/collections", json={"name": "notes", "type": "base", **rules, "fields": notes})
    for number in (1, 2, 3):
        talk.guest("POST", AT, json=_account(number, emailVisibility=number == 2))
        body = {"text": f"n{number}", "owner": f"member00000000{number}", "id": f"note0000000000{number}"}
        talk.guest("POST", "/api/collections/notes/records", json=body)
    for who in ({}, _token(talk, 1), _token(talk, 2)):
        talk.guest("GET", f"{AT}?sort=id", headers=who)
        talk.guest("GET", f"{AT}/member000000001", headers=who)
        talk.guest("GET", f"{AT}/member000000002", headers=who)
        talk.guest("GET", f"{AT}?sort=id&filter=(email='m2@example.com')", headers=who)
        talk.guest("GET", "/api/collections/notes/records?expand=owner&sort=id", headers=who)
        talk.guest("PATCH", f"{AT}/member000000001", json={"nick": "x"}, headers=who)
    talk.su("GET", f"{AT}?sort=id&filter=(email~'example')")
    for hidden in ("password", "tokenKey"):
        talk.guest("GET", f"{AT}?filter=({hidden}!='')")
        talk.guest("GET", f"{AT}?sort={hidden}")
        talk.guest("GET", f"{AT}?fields={hidden}")


def account_rules(talk: Talk) -> None:
    """`@request.auth` reaches every field of the account, also hidden ones, and its relations."""
    talk.su(
        "POST", "/api/collections", json={"name": "teams", "type": "base", "fields": [{"name": "name", "type": "text"}]}
    )
    teams = talk.su("GET", "/api/collections/teams").json()["id"]
    talk.su("POST", "/api/collections/teams/records", json={"id": "team00000000001", "name": "red"})
    fields = [
        {"name": "nick", "type": "text"},
        {"name": "level", "type": "number", "hidden": True},
        {"name": "team", "type": "relation", "collectionId": teams},
        {"name": "teams", "type": "relation", "collectionId": teams, "maxSelect": 5},
    ]
    _members(talk, fields=fields)
    first = {"team": "team00000000001", "teams": ["team00000000001"], "level": 7, "nick": "one"}
    talk.su("POST", AT, json=_account(1, **first))
    talk.su("POST", AT, json=_account(2))
    talk.su(
        "POST", "/api/collections", json={"name": "notes", "type": "base", "fields": [{"name": "text", "type": "text"}]}
    )
    talk.su("POST", "/api/collections/notes/records", json={"id": "note00000000001", "text": "red"})
    for rule in (
        "@request.auth.id != ''",
        "@request.auth.level > 5",
        "@request.auth.team.name = text",
        "@request.auth.teams.name ?= text",
        "@request.auth.collectionName = 'members'",
        f"@request.auth.collectionId = '{talk.su('GET', '/api/collections/members').json()['id']}'",
        "@request.auth.email = 'm1@example.com'",
        "@request.auth.verified = false",
        "@request.auth.nope = ''",
        "@request.auth.nick:isset = true",
        "@collection.members.nick ?= 'one'",
    ):
        talk.su("PATCH", "/api/collections/notes", json={"listRule": rule}, note=f"rule {rule}")
        for number in (1, 2):
            talk.guest(
                "GET", "/api/collections/notes/records", headers=_token(talk, number), note=f"{rule} for {number}"
            )
        talk.guest("GET", "/api/collections/notes/records", note=f"{rule} for a guest")


def account_sign_in(talk: Talk) -> None:
    """Methods, log-in, refresh, impersonation, and what each refuses."""
    fields = [{"name": "nick", "type": "text"}, {"name": "username", "type": "text"}, {"name": "no", "type": "number"}]
    indexes = [
        "CREATE UNIQUE INDEX idx_name ON members (username COLLATE NOCASE) WHERE username != ''",
        "CREATE UNIQUE INDEX idx_no ON members (no) WHERE no != 0",
    ]
    _members(talk, fields=fields, indexes=indexes, viewRule=None, authRule="nick != 'banned'")
    at = "/api/collections/members"
    talk.su("POST", "/api/collections", json={"name": "others", "type": "auth"})
    talk.su("POST", "/api/collections", json={"name": "plain", "type": "base"})
    for name in ("members", "others", "plain", "nope", "_superusers", "MEMBERS"):
        talk.guest("GET", f"/api/collections/{name}/auth-methods")
        body = {"identity": "x@y.co", "password": "x"}
        talk.guest("POST", f"/api/collections/{name}/auth-with-password", json=body)
        talk.guest("POST", f"/api/collections/{name}/auth-refresh")
        talk.guest("POST", f"/api/collections/{name}/impersonate/member000000001")
    talk.guest("POST", AT, json=_account(1, username="One", no=11))
    talk.guest("POST", AT, json=_account(2, nick="banned"))
    talk.guest("POST", AT, json=_account(3, username="m1@example.com", emailVisibility=True))

    def sign_in(identity: Any = "m1@example.com", password: Any = PASSWORD, query: str = "", **more: Any) -> None:
        body = {"identity": identity, "password": password, **more}
        talk.guest("POST", f"{at}/auth-with-password{query}", json=body, note=f"{query} {str(body)[:120]}")

    def sign_ins() -> None:
        sign_in()
        sign_in("M1@example.com")
        sign_in(password="wrong")
        sign_in("nobody@example.com")
        sign_in("", "")
        sign_in("x" * 256, "y" * 256)
        sign_in(1, 2)
        sign_in("m1@example.com", identityField="email")
        sign_in("m1@example.com", identityField="nick")
        sign_in("m1@example.com", identityField="username")
        sign_in("ONE")
        sign_in("one", identityField="username")
        sign_in("one", identityField="email")
        sign_in("11")
        sign_in("m2@example.com")
        sign_in("m3@example.com")
        sign_in("m2@example.com", "wrong")
        sign_in(query="?fields=token")
        sign_in(query="?fields=record.id,record.email")
        sign_in(query="?expand=nope")

    sign_ins()
    talk.su("PATCH", at, json={"passwordAuth": {"identityFields": ["username", "email", "no"]}})
    talk.guest("GET", f"{at}/auth-methods")
    sign_ins()
    talk.guest("POST", f"{at}/auth-with-password", data={"identity": "m1@example.com", "password": PASSWORD})
    talk.guest("POST", f"{at}/auth-with-password", content="{", headers={"content-type": "application/json"})
    talk.guest("POST", f"{at}/auth-with-password")
    token = _token(talk, 1)
    talk.guest("POST", f"{at}/auth-refresh", headers=token)
    talk.guest("POST", "/api/collections/others/auth-refresh", headers=token)
    talk.guest("POST", "/api/collections/_superusers/auth-refresh", headers=token)
    talk.su("POST", f"{at}/auth-refresh")
    talk.su("POST", "/api/collections/_superusers/auth-refresh?fields=token")
    for path in ("member000000001", "nope"):
        talk.guest("POST", f"{at}/impersonate/{path}", headers=token)
        for body in ({}, {"duration": 10}, {"duration": -1}, {"duration": "x"}, {"duration": 1.5}):
            talk.su("POST", f"{at}/impersonate/{path}", json=body, note=f"impersonate {path} {body}")
    static = talk.su("POST", f"{at}/impersonate/member000000001", json={"duration": 100}).json()["token"]
    again = talk.guest("POST", f"{at}/auth-refresh", headers={"Authorization": static}).json().get("token")
    talk.guest("GET", f"/api/health?same={again == static}", note=f"a static token stays: {again == static}")
    talk.su("POST", f"{at}/impersonate/member000000002", json={}, note="impersonate somebody banned")
    talk.su("PATCH", AT + "/member000000001", json={"nick": "banned"})
    talk.guest("POST", f"{at}/auth-refresh", headers=token, note="refresh of somebody banned")
    talk.guest("GET", f"{AT}/member000000001", headers=token)
    talk.su("PATCH", AT + "/member000000001", json={"nick": ""})
    talk.su("PATCH", at, json={"authRule": ""})
    talk.guest("POST", f"{at}/auth-refresh", headers=token, note="a changed rule ends sessions")
    token = _token(talk, 1)
    talk.su("PATCH", at, json={"authRule": None})
    talk.guest("POST", f"{at}/auth-refresh", headers=token, note="no rule")
    sign_in()
    sign_in(password="wrong")
    talk.su("POST", f"{at}/impersonate/member000000001", json={}, note="impersonate without a rule")
    talk.su("PATCH", at, json={"authRule": "@request.auth.id = '' && @request.context = 'password'"})
    token = _token(talk, 1)
    talk.guest("POST", f"{at}/auth-refresh", headers=token, note="a rule about the context")
    talk.su("PATCH", at, json={"authRule": "", "passwordAuth": {"enabled": False}})
    sign_in()
    sign_in("", "")
    talk.guest("GET", f"{at}/auth-methods")
    talk.su("DELETE", AT + "/member000000001")
    talk.guest("POST", f"{at}/auth-refresh", headers=token, note="deleted")


SYSTEM = ("_mfas", "_otps", "_externalAuths", "_authOrigins")


def system_collections(talk: Talk) -> None:
    """PocketBase's own collections: as collections, and what may be done with their records."""
    for name in SYSTEM:
        talk.su("GET", f"/api/collections/{name}?fields=id,name,type,system,listRule,deleteRule,fields,indexes")
        talk.guest("GET", f"/api/collections/{name}/records")
        talk.su("DELETE", f"/api/collections/{name}")
        talk.su("PATCH", f"/api/collections/{name}", json={"listRule": ""})
    talk.su("GET", "/api/collections?filter=(system=true)&sort=name&fields=name,id,type,system")
    _members(talk)
    for number in (1, 2):
        talk.guest("POST", AT, json=_account(number))
    members = talk.su("GET", "/api/collections/members").json()["id"]
    rows: dict[str, dict[str, str]] = {
        "_mfas": {"method": "password"},
        "_otps": {"password": "12345678", "sentTo": "m1@example.com"},
        "_externalAuths": {"provider": "google", "providerId": "g1"},
        "_authOrigins": {"fingerprint": "f1"},
    }
    one, two = _token(talk, 1), _token(talk, 2)

    def look(note: str) -> None:
        for name in SYSTEM[:3]:
            talk.su("GET", f"/api/collections/{name}/records", note=f"{name} {note}")

    def make() -> None:
        for name, values in rows.items():
            for number in (1, 2):
                about = {"collectionRef": members, "recordRef": f"member00000000{number}"}
                body = {"id": f"system00000000{number}", **about, **values}
                body |= {"providerId": f"g{number}"} if name == "_externalAuths" else {}
                talk.su("POST", f"/api/collections/{name}/records", json=body, note=f"{name} {number}")

    make()
    talk.su("POST", "/api/collections/_mfas/records", json={})
    talk.su("POST", "/api/collections/_externalAuths/records", json={**rows["_externalAuths"], "recordRef": "x"})
    talk.guest("POST", "/api/collections/_mfas/records", json={}, headers=one)
    for name in SYSTEM:
        talk.guest("GET", f"/api/collections/{name}/records?filter=(id~'system')", headers=one)
        talk.guest("GET", f"/api/collections/{name}/records/system000000002", headers=one)
        talk.guest("DELETE", f"/api/collections/{name}/records/system000000002", headers=one)
        talk.guest("DELETE", f"/api/collections/{name}/records/system000000002", headers=two)
    change = {"password": "abcdefghij", "passwordConfirm": "abcdefghij"}
    talk.su("PATCH", f"{AT}/member000000001", json=change)
    look("after a new password")
    talk.su("DELETE", f"{AT}/member000000001")
    look("after the record is gone")
    talk.su("DELETE", "/api/collections/members")


def system_owners(talk: Talk) -> None:
    """Records of PocketBase's own collections belong to somebody who exists, also after a change."""
    _members(talk)
    talk.guest("POST", AT, json=_account(1))
    one = "member000000001"
    at = "/api/collections/members"
    members = talk.su("GET", at).json()["id"]
    mfas = "pbc_2279338944"
    superuser = talk.su("GET", "/api/collections/_superusers/records").json()["items"][0]["id"]
    rows: dict[str, dict[str, str]] = {
        "_mfas": {"method": "password"},
        "_otps": {"password": "12345678", "sentTo": "m1@example.com"},
        "_externalAuths": {"provider": "google", "providerId": "g1"},
        "_authOrigins": {"fingerprint": "f1"},
    }
    for name, values in rows.items():
        path = f"/api/collections/{name}/records"

        def make(collection: str, record: str, path: str = path, **values: str) -> None:
            body = {**values, "collectionRef": collection, "recordRef": record}
            talk.su("POST", path, json=body, note=f"{path} {body}")

        for collection, record in (
            *((members, "nope00000000000"), (members, ""), ("", one), ("nope", one), ("members", one)),
            *((mfas, one), ("pbc_3142635823", one), ("nope", "nope")),
        ):
            make(collection, record, **values)
        make(members, "nope")
        make("pbc_3142635823", superuser, id="owned0000000009", **values)
        make(members, one, id="owned0000000001", **values)
        talk.su("DELETE", f"{path}/owned0000000009")
        for body in (
            {"recordRef": "nope00000000000"},
            {"collectionRef": "nope"},
            {"collectionRef": mfas},
            {"recordRef": ""},
            {"created": "2020-01-01 00:00:00.000Z"},
            {"provider": "nope", "method": "nope"},
        ):
            talk.su("PATCH", f"{path}/owned0000000001", json=body, note=f"{path} {body}")
    make_link = {"provider": "nope", "providerId": "x", "collectionRef": members, "recordRef": one}
    talk.su("POST", "/api/collections/_externalAuths/records", json=make_link, note="an unknown provider")
    requests = [
        {"method": "POST", "url": AT, "body": _account(2)},
        {
            "method": "POST",
            "url": "/api/collections/_externalAuths/records",
            "body": {**make_link, "provider": "github", "recordRef": "member000000002"},
        },
    ]
    talk.su("POST", "/api/batch", json={"requests": requests}, note="a link of a record of the same batch")
    talk.su("DELETE", f"{AT}/{one}")
    for name in rows:
        talk.su("GET", f"/api/collections/{name}/records?fields=provider,recordRef", note=f"what is left of {name}")
    talk.guest("GET", f"{at}/auth-methods")


def superusers(talk: Talk) -> None:
    """`_superusers` as a collection, and its records."""
    at = "/api/collections/_superusers"
    records = f"{at}/records"
    talk.guest("GET", records)
    talk.guest("POST", records, json={})
    talk.su("GET", f"{at}?fields=id,name,type,system,listRule,createRule,authRule,manageRule,indexes,authToken,otp,mfa")
    talk.su("GET", records)
    mine = talk.su("GET", f"{records}?filter=(email='{EMAIL}')&skipTotal=1").json()["items"][0]["id"]
    talk.su("DELETE", f"{records}/{mine}", note="the only one")
    talk.su("POST", records, json={})
    talk.su("POST", records, json={"email": "nope", "password": "1234", "passwordConfirm": "1234"})
    talk.su("POST", records, json={"email": "two@example.com", "password": PASSWORD})
    body = {"email": "two@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD}
    two = talk.su("POST", records, json=body).json().get("id", "none")
    talk.su("POST", records, json=body, note="taken")
    talk.su("GET", f"{records}?sort=email")
    talk.su("GET", f"{records}?filter=(email~'two' %26%26 verified=true)&fields=email,verified,emailVisibility")
    talk.su("GET", f"{records}/{two}", note="view")
    login = {"identity": "two@example.com", "password": PASSWORD}
    answer = talk.guest("POST", f"{at}/auth-with-password", json=login)
    token = {"Authorization": answer.json().get("token", "")}
    talk.guest("GET", f"{records}?fields=email", headers=token)
    talk.su("PATCH", f"{records}/{two}", json={"email": "three@example.com"}, note="a new address")
    talk.guest("GET", f"{records}?fields=email", headers=token, note="an old token")
    talk.su("PATCH", f"{records}/{two}", json={"password": "abcdefghij"}, note="without confirmation")
    change = {"password": "abcdefghij", "passwordConfirm": "abcdefghij"}
    talk.su("PATCH", f"{records}/{two}", json=change, note="a new password")
    talk.guest("POST", f"{at}/auth-with-password", json={"identity": "three@example.com", "password": "abcdefghij"})
    talk.guest("POST", f"{at}/auth-with-password", json={"identity": "three@example.com", "password": PASSWORD})
    talk.su("POST", f"{at}/impersonate/{two}", json={"duration": 100}, note="impersonate")
    talk.su("DELETE", f"{records}/{two}", note="another one")
    talk.su("GET", f"{records}/{two}", note="gone")
    talk.su("PATCH", at, json={"listRule": ""})
    talk.su("PATCH", at, json={"name": "admins"})
    talk.su("DELETE", at)
    talk.su("PATCH", f"{at}?fields=authToken", json={"authToken": {"duration": 100}}, note="a shorter life")
    talk.su("PATCH", f"{at}?fields=passwordAuth,oauth2", json={"passwordAuth": {"enabled": False}}, note="no passwords")
    talk.su("PATCH", f"{at}?fields=otp.enabled,mfa", json={"otp": {"enabled": True}}, note="codes")
