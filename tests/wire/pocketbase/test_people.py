"""Signing in by mail and by identity provider: races, strangers, poisoned links, on every database there is."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from tests.identity_provider import PICTURE, IdentityProvider, identity_provider
from tests.mail_sink import Sink, mail_sink
from tests.servers import DATABASES, Server, running_server
from tests.stores import store_with_superuser

PASSWORD = "12345678"
PEOPLE = "/api/collections/people"
BACK = "http://127.0.0.1/back"
AT_ONCE = 12


@dataclass
class House:
    """A server with a mail server, an identity provider and an auth collection `people`."""

    server: Server
    sink: Sink
    provider: IdentityProvider
    token: str

    @property
    def http(self) -> httpx.Client:
        return self.server.client()

    def su(self, method: str, path: str, **more: Any) -> httpx.Response:
        with self.server.client() as http:
            answer = http.request(method, path, headers={"Authorization": self.token}, **more)
        assert answer.status_code < 300, answer.text
        return answer

    def make(self, email: str, **more: Any) -> str:
        body = {"email": email, "password": PASSWORD, "passwordConfirm": PASSWORD, **more}
        return str(self.su("POST", f"{PEOPLE}/records", json=body).json()["id"])

    def post(self, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        with self.server.client() as http:
            return http.post(f"{PEOPLE}/{path}", json=body, headers=headers)

    def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        return self.post("auth-with-password", {"identity": email, "password": password})

    def at_once(self, path: str, bodies: list[dict[str, Any]]) -> list[httpx.Response]:
        """All of them at the same moment, on connections that are open already."""

        async def run() -> list[httpx.Response]:
            async with httpx.AsyncClient(base_url=self.server.url, timeout=60) as client:
                await asyncio.gather(*(client.get("/api/health") for _ in bodies))
                return await asyncio.gather(*(client.post(f"{PEOPLE}/{path}", json=body) for body in bodies))

        return asyncio.run(run())

    def change(self, **options: Any) -> None:
        self.su("PATCH", PEOPLE, json=options)

    def links(self, record: str) -> list[str]:
        query = {"filter": f"recordRef = '{record}'"}
        answer = self.su("GET", "/api/collections/_externalAuths/records", params=query)
        return [item["providerId"] for item in answer.json()["items"]]

    def back(self, subject: str, **more: Any) -> dict[str, Any]:
        """What a client hands in after a log-in at the provider."""
        found = httpx.get(f"{self.server.url}{PEOPLE}/auth-methods").json()["oauth2"]["providers"][0]
        code = self.provider.log_in(found["authURL"], subject, BACK)["code"]
        return {
            "provider": "oidc",
            "code": code,
            "codeVerifier": found["codeVerifier"],
            "redirectURL": BACK,
            **more,
        }


@contextlib.contextmanager
def house(kind: str, folder: Any, **settings: Any) -> Iterator[House]:
    allowed = {"outbound_allowed_hosts": "127.0.0.1", **settings}
    with store_with_superuser(kind) as url, mail_sink() as sink, identity_provider() as provider:
        if url is not None:
            allowed |= {"store_url": url, "database_url": url}
        with running_server(folder, url, settings=allowed, superuser=url is None) as server:
            found = House(server, sink, provider, server.pocketbase_token())
            smtp = {"enabled": True, "host": "127.0.0.1", "port": sink.port}
            found.su("PATCH", "/api/settings", json={"smtp": smtp, "meta": {"appURL": "https://shop.example/"}})
            found.su(
                "POST",
                "/api/collections",
                json={
                    "name": "people",
                    "type": "auth",
                    "createRule": "",
                    "authAlert": {"enabled": False},
                    "otp": {"enabled": True},
                    "fields": [{"name": "name", "type": "text"}, {"name": "secret", "type": "text", "hidden": True}],
                    "oauth2": {"enabled": True, "providers": [provider.options()]},
                },
            )
            yield found
            assert "eyJ" not in server.log(), "a token is in the log"


@pytest.fixture(
    scope="module",
    params=[pytest.param(kind, marks=pytest.mark.heavy if kind == "mariadb" else ()) for kind in DATABASES],
)
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(request.param, tmp_path_factory.mktemp("people")) as found:
        yield found


@pytest.fixture(autouse=True)
def quiet(request: pytest.FixtureRequest) -> None:
    if "home" in request.fixturenames:
        request.getfixturevalue("home").sink.mails.clear()


def statuses(answers: list[httpx.Response]) -> dict[int, int]:
    found: dict[int, int] = {}
    for answer in answers:
        found[answer.status_code] = found.get(answer.status_code, 0) + 1
    return found


# --- by the clock


def test_what_expired_is_cleaned_up_by_the_clock(home: House) -> None:
    about = {"collectionRef": home.su("GET", PEOPLE).json()["id"]}
    about["recordRef"] = home.make("clock@x.io")
    for name, job, more in (
        ("_otps", "__pbOTPCleanup__", {"password": PASSWORD}),
        ("_mfas", "__pbMFACleanup__", {"method": "password"}),
    ):
        path = f"/api/collections/{name}/records"
        old, fresh = (str(home.su("POST", path, json={**about, **more}).json()["id"]) for _ in range(2))
        long_ago = f"UPDATE satchel{name} SET created = '2020-01-01 00:00:00' WHERE id = '{old}'"
        home.su("POST", "/api/sql", json={"query": long_ago})
        home.su("POST", f"/api/crons/{job}")

        def left(path: str = path) -> set[str]:
            return {item["id"] for item in home.su("GET", path).json()["items"]}

        deadline = time.monotonic() + 10
        while old in left() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert old not in left()
        assert fresh in left()


# --- races


def test_a_reset_link_is_used_once(home: House) -> None:
    home.make("reset@x.io")
    home.post("request-password-reset", {"email": "reset@x.io"})
    token = home.sink.next().token
    passwords = [f"password {number}" for number in range(AT_ONCE)]
    bodies = [{"token": token, "password": text, "passwordConfirm": text} for text in passwords]
    assert statuses(home.at_once("confirm-password-reset", bodies)) == {204: 1, 400: AT_ONCE - 1}
    good = [text for text in passwords if home.sign_in("reset@x.io", text).status_code == 200]
    assert len(good) == 1
    assert home.post("confirm-password-reset", bodies[0]).status_code == 400


def test_a_refused_password_does_not_use_up_the_link(home: House) -> None:
    home.make("refused@x.io")
    home.post("request-password-reset", {"email": "refused@x.io"})
    token = home.sink.next().token
    long = {"token": token, "password": "x" * 200, "passwordConfirm": "x" * 200}
    assert home.post("confirm-password-reset", long).status_code == 400
    assert (
        home.post("confirm-password-reset", {**long, "password": "y" * 20, "passwordConfirm": "y" * 20}).status_code
        == 204
    )


def test_an_address_is_changed_once(home: House) -> None:
    home.make("old@x.io")
    session = home.sign_in("old@x.io").json()["token"]
    tokens: list[str] = []
    for name in ("one", "two"):
        answer = home.post("request-email-change", {"newEmail": f"{name}@x.io"}, Authorization=session)
        assert answer.status_code == 204, answer.text
        tokens.append(home.sink.next().token)
    bodies = [{"token": tokens[number % 2], "password": PASSWORD} for number in range(AT_ONCE)]
    assert statuses(home.at_once("confirm-email-change", bodies)) == {204: 1, 400: AT_ONCE - 1}


def test_a_code_is_good_once(home: House) -> None:
    home.make("code@x.io", verified=True)
    otp_id = home.post("request-otp", {"email": "code@x.io"}).json()["otpId"]
    body = {"otpId": otp_id, "password": home.sink.next().code}
    # five tries are allowed
    assert statuses(home.at_once("auth-with-otp", [body] * 5)) == {200: 1, 400: 4}


def test_tries_are_counted_also_at_once(home: House) -> None:
    home.make("tries@x.io")
    otp_id = home.post("request-otp", {"email": "tries@x.io"}).json()["otpId"]
    home.sink.next()
    answers = home.at_once("auth-with-otp", [{"otpId": otp_id, "password": str(number)} for number in range(AT_ONCE)])
    assert statuses(answers) == {400: 5, 429: AT_ONCE - 5}


def test_one_mail_in_two_minutes(home: House) -> None:
    home.make("once@x.io")
    for path in ("request-verification", "request-password-reset"):
        assert statuses(home.at_once(path, [{"email": "once@x.io"}] * AT_ONCE)) == {204: AT_ONCE}
        assert home.sink.next().to == ["once@x.io"]
        assert home.sink.quiet()


def test_a_first_factor_is_good_once(home: House) -> None:
    home.make("factor@x.io", verified=True)
    home.change(mfa={"enabled": True, "rule": "email = 'factor@x.io'"})
    try:
        mfa_id = home.sign_in("factor@x.io").json()["mfaId"]
        bodies: list[dict[str, Any]] = []
        for _ in range(4):
            otp_id = home.post("request-otp", {"email": "factor@x.io"}).json()["otpId"]
            bodies.append({"otpId": otp_id, "password": home.sink.next().code, "mfaId": mfa_id})
        assert statuses(home.at_once("auth-with-otp", bodies)) == {200: 1, 400: 3}
    finally:
        home.change(mfa={"enabled": False, "rule": ""})


def test_a_person_gets_one_account(home: House) -> None:
    """However many first log-ins come at once, with and without an address."""
    home.provider.user("both", email="both@x.io", email_verified=True)
    answers = home.at_once("auth-with-oauth2", [home.back("both") for _ in range(6)])
    assert {answer.json().get("record", {}).get("id") for answer in answers if answer.status_code == 200}
    assert statuses(answers) == {200: 6}, [answer.text for answer in answers]
    assert len({answer.json()["record"]["id"] for answer in answers}) == 1
    assert home.links(answers[0].json()["record"]["id"]) == ["both"]
    found = home.su("GET", f"{PEOPLE}/records", params={"filter": "email = 'both@x.io'"}).json()
    assert found["totalItems"] == 1


# --- strangers


def test_asking_tells_nothing(home: House) -> None:
    home.make("known@x.io")
    for path, status in (("request-verification", 204), ("request-password-reset", 204), ("request-otp", 200)):
        seen = [home.post(path, {"email": email}) for email in ("known@x.io", "unknown@x.io")]
        assert [answer.status_code for answer in seen] == [status] * 2
        assert len({len(answer.content) for answer in seen}) == 1
        assert len({tuple(sorted(set(answer.headers) - {"x-request-id"})) for answer in seen}) == 1


def test_unknown_addresses_behave_like_known_ones(home: House) -> None:
    """Ids repeat after as many requests, and tries are counted for them as well."""
    home.make("real@x.io")
    seen: dict[str, list[int]] = {}
    for email in ("real@x.io", "fake@x.io"):
        ids = [home.post("request-otp", {"email": email}).json()["otpId"] for _ in range(3)]
        time.sleep(0.5)
        ids += [home.post("request-otp", {"email": email}).json()["otpId"] for _ in range(9)]
        tries = [home.post("auth-with-otp", {"otpId": ids[0], "password": "x"}).status_code for _ in range(3)]
        tries += [home.post("auth-with-otp", {"otpId": ids[1], "password": "x"}).status_code for _ in range(3)]
        seen[email] = [len(set(ids[3:])) > 1, *tries]
    assert seen["real@x.io"] == seen["fake@x.io"] == [True, 400, 400, 400, 400, 400, 429]


@pytest.mark.heavy
def test_asking_takes_the_same_time(home: House) -> None:
    """Medians of many requests, taken turn by turn."""
    for path in ("request-password-reset", "request-verification", "request-otp"):
        taken: dict[str, list[float]] = {"known": [], "unknown": []}
        with home.http as client:
            for number in range(30):
                home.make(f"timed{path}{number}@x.io")
                for name, email in (("known", f"timed{path}{number}@x.io"), ("unknown", f"nobody{number}@x.io")):
                    time.sleep(0.05)  # what follows an answer must be over
                    begin = time.perf_counter()
                    client.post(f"{PEOPLE}/{path}", json={"email": email})
                    taken[name].append(time.perf_counter() - begin)
        known, unknown = (statistics.median(values) for values in taken.values())
        assert abs(known - unknown) < 0.005 + 0.5 * min(known, unknown), (path, known, unknown)
    home.sink.wait(90)  # none is left for the next test


def test_links_lead_where_the_settings_say(home: House) -> None:
    home.make("poison@x.io")
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Origin": "https://evil.example"}
    for path, page in (
        ("request-verification", "confirm-verification"),
        ("request-password-reset", "confirm-password-reset"),
    ):
        body = {"email": "poison@x.io", "appURL": "https://evil.example", "url": "https://evil.example"}
        assert home.post(path, body, **evil).status_code == 204
        mail = home.sink.next("poison@x.io")
        assert "evil.example" not in mail.raw.decode()
        assert f'href="https://shop.example/_/#/auth/{page}/{mail.token}"' in mail.html


def test_mail_goes_to_the_address_that_is_stored(home: House) -> None:
    """Not to the one that was typed: a database may think that they are equal."""
    home.make("cafe@x.io")
    for typed in ("café@x.io", "CAFE@x.io", "cafe@x.io "):
        home.post("request-password-reset", {"email": typed})
    time.sleep(0.4)
    assert {address for mail in home.sink.mails for address in mail.to} <= {"cafe@x.io"}


def test_an_address_that_looks_alike_opens_nothing(home: House) -> None:
    record = home.make("resume@x.io", verified=True)
    home.provider.user("alike", email="résumé@x.io", email_verified=True)
    answer = home.post("auth-with-oauth2", home.back("alike"))
    assert answer.status_code != 200 or answer.json()["record"]["id"] != record
    assert home.links(record) == []


def test_placeholders_show_no_secrets(home: House) -> None:
    body = "<p>{RECORD:name}|{RECORD:secret}|{RECORD:password}|{RECORD:tokenKey}|{RECORD:nope}|{TOKEN}</p>"
    home.change(verificationTemplate={"subject": "Hi {RECORD:name}", "body": body})
    home.make("show@x.io", name="<b>{TOKEN}</b>\r\nBcc: evil@x.io", secret="hidden text")
    home.post("request-verification", {"email": "show@x.io"})
    mail = home.sink.next()
    assert "&lt;b&gt;{TOKEN}&lt;/b&gt;" in mail.html
    assert "|{RECORD:secret}|{RECORD:password}|{RECORD:tokenKey}|{RECORD:nope}|eyJ" in mail.html
    assert "hidden text" not in mail.raw.decode()
    assert mail.message["bcc"] is None
    assert mail.to == ["show@x.io"]


def test_tokens_of_one_kind_are_no_others(home: House) -> None:
    home.make("kinds@x.io")
    session = home.sign_in("kinds@x.io").json()["token"]
    home.post("request-password-reset", {"email": "kinds@x.io"})
    reset = home.sink.next().token
    home.post("request-email-change", {"newEmail": "kinds2@x.io"}, Authorization=session)
    change = home.sink.next().token
    new = {"password": "abcdefgh", "passwordConfirm": "abcdefgh"}
    for wrong in (session, change, {}, [], True, "null", ""):
        assert home.post("confirm-password-reset", {"token": wrong, **new}).status_code == 400
        assert home.post("confirm-verification", {"token": wrong}).status_code == 400
    assert home.post("confirm-email-change", {"token": reset, "password": PASSWORD}).status_code == 400
    for token in (reset, change):
        assert home.post("auth-refresh", {}, Authorization=token).status_code == 401
    assert home.sign_in("kinds@x.io").status_code == 200


def test_an_old_link_does_not_survive_a_change_of_address(home: House) -> None:
    home.make("moves@x.io")
    home.post("request-verification", {"email": "moves@x.io"})
    home.post("request-password-reset", {"email": "moves@x.io"})
    mails = {mail.subject: mail.token for mail in (home.sink.next(), home.sink.next())}
    session = home.sign_in("moves@x.io").json()["token"]
    home.post("request-email-change", {"newEmail": "moved@x.io"}, Authorization=session)
    assert home.post("confirm-email-change", {"token": home.sink.next().token, "password": PASSWORD}).status_code == 204
    for subject, token in mails.items():
        path = "confirm-password-reset" if "password" in subject else "confirm-verification"
        body = {"token": token, "password": "abcdefgh", "passwordConfirm": "abcdefgh"}
        assert home.post(path, body).status_code == 400


def test_a_removed_account_leaves_no_link(home: House) -> None:
    home.provider.user("gone", email="gone@x.io", email_verified=True)
    first = home.post("auth-with-oauth2", home.back("gone")).json()["record"]["id"]
    home.su("DELETE", f"{PEOPLE}/records/{first}")
    second = home.post("auth-with-oauth2", home.back("gone")).json()["record"]["id"]
    assert second != first
    assert home.links(first) == []


def test_unlinking(home: House) -> None:
    home.provider.user("unlink", email="unlink@x.io", email_verified=True)
    signed_in = home.post("auth-with-oauth2", home.back("unlink")).json()
    headers = {"Authorization": signed_in["token"]}
    path = f"{home.server.url}/api/collections/_externalAuths/records"
    (link,) = httpx.get(path, headers=headers).json()["items"]
    assert httpx.get(path).json()["items"] == []
    assert httpx.delete(f"{path}/{link['id']}").status_code in (403, 404)
    assert httpx.delete(f"{path}/{link['id']}", headers=headers).status_code == 204
    assert home.links(signed_in["record"]["id"]) == []


def test_a_picture_becomes_a_file(home: House) -> None:
    """From where the server may call, and of a type that the field takes; else the log-in goes on without it."""
    fields = home.su("GET", PEOPLE).json()["fields"]
    if not any(field["name"] == "picture" for field in fields):
        fields.append({"name": "picture", "type": "file", "mimeTypes": ["image/png"]})
        home.change(fields=fields, oauth2={"mappedFields": {"avatarURL": "picture"}})
    good = f"{home.provider.url}/pictures/ada.png"
    addresses = {
        "seen": good,
        "page": f"{home.provider.url}/jwks",
        "gone": f"{home.provider.url}/pictures/none.png",
        "private": good.replace("127.0.0.1", "127.0.0.2"),
        "file": "file:///etc/passwd",
    }
    for name, url in addresses.items():
        home.provider.user(name, email=f"{name}@picture.io", email_verified=True, picture=url)
        record = home.post("auth-with-oauth2", home.back(name)).json()["record"]
        assert bool(record["picture"]) is (name == "seen"), name
        if name == "seen":
            assert record["picture"].startswith("ada_")
            path = f"/api/files/people/{record['id']}/{record['picture']}"
            assert httpx.get(f"{home.server.url}{path}").content == PICTURE


def test_lying_providers_let_nobody_in(home: House) -> None:
    home.make("victim@x.io", verified=True)
    home.provider.user("liar", email="victim@x.io", email_verified=True)
    extra = {"jwksURL": f"{home.provider.url}/jwks", "issuers": [home.provider.url]}
    home.change(oauth2={"providers": [home.provider.options(userInfoURL="", extra=extra)]})
    try:
        for lie in ({"iss": "https://evil.example"}, {"aud": "other"}, {"exp": 1}):
            home.provider.change = lambda claims, lie=lie: {**claims, **lie}
            answer = home.post("auth-with-oauth2", home.back("liar"))
            assert (answer.status_code, answer.json()["message"]) == (400, "Failed to fetch OAuth2 user.")
        home.provider.change = dict
        assert home.post("auth-with-oauth2", {**home.back("liar"), "nonce": "other"}).status_code == 400
        wrong = {**home.back("liar"), "codeVerifier": "x" * 43}
        assert home.post("auth-with-oauth2", wrong).json()["message"] == "Failed to fetch OAuth2 token."
        assert home.post("auth-with-oauth2", home.back("liar")).status_code == 200
    finally:
        home.provider.change = dict
        home.change(oauth2={"providers": [home.provider.options()]})


def test_the_way_back_leads_nowhere_else(home: House) -> None:
    evil = {"state": "x", "code": "y", "redirect": "https://evil.example", "redirect_uri": "//evil.example"}
    for answer in (
        httpx.get(f"{home.server.url}/api/oauth2-redirect", params=evil, headers={"Host": "evil.example"}),
        httpx.post(f"{home.server.url}/api/oauth2-redirect", data=evil, headers={"Host": "evil.example"}),
    ):
        assert answer.headers["location"] == "../_/#/auth/oauth2-redirect-failure"


# --- set-ups of their own


def test_private_providers_are_not_called(tmp_path: Any) -> None:
    with house("sqlite", tmp_path, outbound_allowed_hosts="") as home:
        answer = home.post("auth-with-oauth2", {"provider": "oidc", "code": "x", "redirectURL": BACK})
        assert (answer.status_code, answer.json()["message"]) == (400, "Failed to fetch OAuth2 token.")
        assert home.provider.traded == []
        deadline = time.monotonic() + 5
        while "is not on the public internet" not in home.server.log() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert "is not on the public internet" in home.server.log()


def test_without_a_mail_server(tmp_path: Any) -> None:
    with house("sqlite", tmp_path) as home:
        home.su("PATCH", "/api/settings", json={"smtp": {"enabled": False}})
        home.make("nomail@x.io")
        assert home.post("request-verification", {"email": "nomail@x.io"}).status_code == 204
        otp_id = home.post("request-otp", {"email": "nomail@x.io"}).json()["otpId"]
        session = home.sign_in("nomail@x.io").json()["token"]
        answer = home.post("request-email-change", {"newEmail": "new@x.io"}, Authorization=session)
        assert (answer.status_code, answer.json()["message"]) == (400, "Failed to request email change.")
        deadline = time.monotonic() + 5
        while "'otp' to nomail@x.io" not in home.server.log() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert "The mail 'verification' to nomail@x.io was not sent: No mail server is set up." in home.server.log()
        time.sleep(0.3)
        found = home.su("GET", "/api/collections/_otps/records").json()["items"]
        assert otp_id not in [item["id"] for item in found], "a code that nobody got is taken back"


def test_mails_under_way_are_sent_before_the_end(tmp_path: Any) -> None:
    with house("sqlite", tmp_path) as home:
        for number in range(10):
            home.make(f"last{number}@x.io")
        answers = home.at_once("request-verification", [{"email": f"last{number}@x.io"} for number in range(10)])
        assert statuses(answers) == {204: 10}
        assert home.server.stop() == 0
        assert len(home.sink.wait(10)) == 10
