"""Users of identity providers by OAuth 2.0 and OpenID Connect, with a real provider: away, back, and who they are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
from joserfc import jwk, jwt
from tests.identity_provider import IdentityProvider, identity_provider
from tests.servers import DATABASES, PASSWORD, Server, running_server
from tests.stores import store_with_superuser

pytestmark = pytest.mark.process

ROLE, OTHER_ROLE = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
NO_ROLE = "aaaaaaaa-0000-4000-8000-000000000009"
ELSEWHERE = "https://app.example.com/welcome"


@dataclass
class Home:
    """The server, its provider and an administrator."""

    server: Server
    provider: IdentityProvider
    admin: httpx.Client

    def users(self, **equal: str) -> list[dict[str, Any]]:
        parameters = {f"filter[{name}][_eq]": value for name, value in equal.items()}
        answer = self.admin.get("/users", params={"fields": "*", **parameters})
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def browser(self) -> httpx.Client:
        return self.server.client()

    def away(self, browser: httpx.Client, name: str = "google", **parameters: str) -> str:
        """Where the browser is sent."""
        answer = browser.get(f"/auth/login/{name}", params=parameters)
        assert answer.status_code == 302, answer.text
        assert "no-store" in answer.headers["cache-control"]
        return answer.headers["location"]

    def at_provider(self, url: str, subject: str) -> str:
        """Sign in there; the path to come back to."""
        answer = self.provider.client.post(url, data={"sub": subject})
        assert answer.status_code in (302, 303), answer.text
        assert answer.headers["location"].startswith(f"{self.server.url}/auth/login/")
        return answer.headers["location"]

    def sign_on(self, subject: str, name: str = "google", **parameters: str) -> httpx.Response:
        """The whole way; the last answer."""
        with self.browser() as browser:
            return browser.get(self.at_provider(self.away(browser, name, **parameters), subject))


def options(url: str) -> dict[str, str]:
    plain = {
        "authorize_url": f"{url}/oauth2/authorize",
        "access_url": f"{url}/oauth2/token",
        "profile_url": f"{url}/userinfo",
        "scope": "openid email profile",
    }
    shared = {"client_id": "satchel", "client_secret": "s3cret"}
    providers: dict[str, dict[str, str]] = {
        "google": {
            "driver": "openid",
            "issuer_url": url,
            "allow_public_registration": "true",
            "default_role_id": ROLE,
            "redirect_allow_list": ELSEWHERE,
            "icon": "google",
            "label": "Google",
        },
        "closed": {"driver": "openid", "issuer_url": f"{url}/.well-known/openid-configuration", "mode": "cookie"},
        "byemail": {
            "driver": "openid",
            "issuer_url": url,
            "identifier_key": "email",
            "require_verified_email": "true",
            "allow_public_registration": "true",
            "sync_user_info": "true",
        },
        "grouped": {
            "driver": "openid",
            "issuer_url": url,
            "allow_public_registration": "true",
            "role_mapping": f'json:{{"editors":"{OTHER_ROLE}","staff":"{ROLE}","ghosts":"{NO_ROLE}"}}',
        },
        "plain": {
            "driver": "oauth2",
            "identifier_key": "sub",
            "first_name_key": "name",
            "allow_public_registration": "true",
            **plain,
        },
        "gone": {"driver": "openid", "issuer_url": "http://127.0.0.1:9"},
    }
    found = {"auth_providers": ",".join(providers), "outbound_allowed_hosts": "127.0.0.1"}
    for name, values in providers.items():
        found |= {f"auth_{name}_{option}": value for option, value in {**shared, **values}.items()}
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with (
        identity_provider() as provider,
        running_server(tmp_path_factory.mktemp("data"), settings=options(provider.url)) as server,
        server.client(server.directus_token()) as admin,
    ):
        for key, name in ((ROLE, "Member"), (OTHER_ROLE, "Editor")):
            assert admin.post("/roles", json={"id": key, "name": name}).status_code == 200
        yield Home(server, provider, admin)


@pytest.fixture(autouse=True)
def honest(home: Home) -> None:
    home.provider.change, home.provider.sign = dict, None


def reason(answer: httpx.Response) -> str:
    return parse_qs(urlsplit(answer.headers["location"]).query)["reason"][0]


# --- what there is


def test_providers_are_listed(home: Home) -> None:
    found = home.server.client().get("/auth").json()
    assert list(found) == ["data", "disableDefault"]
    assert found["disableDefault"] is False
    assert found["data"][0] == {"name": "google", "driver": "openid", "icon": "google", "label": "Google"}
    assert found["data"][1] == {"name": "closed", "driver": "openid", "icon": "account_circle", "label": "Closed"}
    in_sessions = home.server.client().get("/auth?sessionOnly").json()["data"]
    assert "closed" not in [item["name"] for item in in_sessions]


@pytest.mark.parametrize("path", ["/auth/login/github", "/auth/login/github/callback", "/auth/login/google/metadata"])
def test_what_is_no_provider_is_no_route(home: Home, path: str) -> None:
    answer = home.server.client().get(path)
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["message"] == f"Route {path} doesn't exist."


# --- away and back


def test_a_new_person_gets_an_account_and_tokens(home: Home) -> None:
    home.provider.user("ada-1", email="Ada@x.io", given_name="Ada", family_name="Lovelace")
    answer = home.sign_on("ada-1")
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert set(data) == {"expires", "access_token", "refresh_token"}
    me = home.server.client(data["access_token"]).get("/users/me").json()["data"]
    (user,) = home.users(external_identifier="ada-1")
    assert me["id"] == user["id"]
    assert (user["provider"], user["email"], user["first_name"]) == ("google", "ada@x.io", "Ada")
    assert (user["role"], user["status"], user["password"]) == (ROLE, "active", None)
    assert user["last_access"] is not None
    again = home.sign_on("ada-1")
    assert again.status_code == 200
    assert len(home.users(external_identifier="ada-1")) == 1
    body = {"refresh_token": data["refresh_token"]}
    assert home.server.client().post("/auth/refresh", json=body).status_code == 200


def test_the_provider_is_asked_with_state_nonce_and_pkce(home: Home) -> None:
    sent = parse_qs(urlsplit(home.away(home.browser(), prompt="1")).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert len(sent["state"][0]) >= 30
    assert len(sent["nonce"][0]) >= 30
    assert sent["redirect_uri"] == [f"{home.server.url}/auth/login/google/callback"]
    assert sent["prompt"] == ["consent"]
    assert sent["scope"] == ["openid profile email"]
    assert sent["state"] != parse_qs(urlsplit(home.away(home.browser())).query)["state"]


def test_a_session_cookie_comes_with_the_redirect(home: Home) -> None:
    home.provider.user("bea", email="bea@x.io")
    with home.browser() as browser:
        answer = browser.get(home.at_provider(home.away(browser, redirect=ELSEWHERE), "bea"))
        assert answer.status_code == 302
        assert answer.headers["location"] == ELSEWHERE
        assert "no-store" in answer.headers["cache-control"]
        (user,) = home.users(email="bea@x.io")
        assert browser.get("/users/me").json()["data"]["id"] == user["id"]


def test_an_expired_session_does_not_keep_anybody_out(home: Home) -> None:
    home.provider.user("cleo", email="cleo@x.io")
    with home.browser() as browser:
        browser.cookies.set("directus_session_token", "old")
        answer = browser.get(home.at_provider(home.away(browser), "cleo"))
        assert answer.status_code == 200


def test_a_provider_in_cookie_mode_gives_a_refresh_token(home: Home) -> None:
    home.provider.user("dora", email="dora@x.io")
    user = {"email": "dora@x.io", "provider": "closed", "external_identifier": "dora"}
    assert home.admin.post("/users", json=user).status_code == 200
    answer = home.sign_on("dora", "closed", redirect="/admin")
    assert (answer.status_code, answer.headers["location"]) == (302, "/admin")
    assert "directus_refresh_token=" in answer.headers["set-cookie"]
    assert "HttpOnly" in answer.headers["set-cookie"]


def test_plain_oauth2_reads_the_profile(home: Home) -> None:
    home.provider.user("eve-2", email="eve@x.io", name="Eve")
    answer = home.sign_on("eve-2", "plain")
    assert answer.status_code == 200, answer.text
    (user,) = home.users(external_identifier="eve-2")
    assert (user["provider"], user["first_name"], user["email"]) == ("plain", "Eve", "eve@x.io")


def test_a_posted_callback_goes_on_as_a_page(home: Home) -> None:
    home.provider.user("fay", email="fay@x.io")
    with home.browser() as browser:
        back = home.at_provider(home.away(browser), "fay")
        values = {name: found[0] for name, found in parse_qs(urlsplit(back).query).items()}
        answer = home.browser().post("/auth/login/google/callback", data={**values, "user": '{"name":"x"}'})
        assert answer.status_code == 303
        assert browser.get(answer.headers["location"]).status_code == 200


# --- who comes back is who went away


def test_a_callback_counts_once(home: Home) -> None:
    home.provider.user("gil", email="gil@x.io")
    with home.browser() as browser:
        back = home.at_provider(home.away(browser), "gil")
        kept = dict(browser.cookies)
        assert browser.get(back).status_code == 200
        browser.cookies.update(kept)
        traded = len(home.provider.traded)
        assert browser.get(back).status_code == 401
        assert len(home.provider.traded) == traded


def test_another_browser_can_not_use_the_callback(home: Home) -> None:
    home.provider.user("hal", email="hal@x.io")
    with home.browser() as first, home.browser() as second:
        back = home.at_provider(home.away(first), "hal")
        assert second.get(back).status_code == 401
        home.away(second)
        assert second.get(back).status_code == 401
        assert not home.users(external_identifier="hal")


def test_a_cookie_of_another_provider_is_no_good(home: Home) -> None:
    home.provider.user("ida", email="ida@x.io")
    with home.browser() as browser:
        back = home.at_provider(home.away(browser, "byemail"), "ida")
        browser.cookies.set("openid.google", browser.cookies["openid.byemail"])
        answer = browser.get(back.replace("/byemail/", "/google/"))
        assert answer.status_code == 401


def test_an_answer_in_another_providers_name_is_refused(home: Home) -> None:
    home.provider.user("jim", email="jim@x.io")
    with home.browser() as browser:
        back = home.at_provider(home.away(browser), "jim")
        traded = len(home.provider.traded)
        assert browser.get(f"{back}&iss=https://evil.example.com").status_code == 401
        assert len(home.provider.traded) == traded
        assert browser.get(back).status_code == 200


def test_a_refusal_at_the_provider_is_told_to_the_page(home: Home) -> None:
    with home.browser() as browser:
        url = home.away(browser, redirect="/admin/login?continue=")
        state = parse_qs(urlsplit(url).query)["state"][0]
        answer = browser.get(f"/auth/login/google/callback?error=access_denied&state={state}")
        assert answer.status_code == 302
        assert answer.headers["location"] == "/admin/login?continue=&reason=INVALID_CREDENTIALS"
        assert "directus_session_token" not in str(answer.headers.get("set-cookie"))


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://evil.example.com"},
        {"exp": 1},
        {"iat": time.time() + 3600},
        {"azp": "another"},
        {"sub": "somebody-else"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_wrong_id_token_is_refused(home: Home, change: dict[str, Any]) -> None:
    home.provider.user("ian", email="ian@x.io")
    home.provider.change = lambda claims: {**claims, **change}
    assert home.sign_on("ian").status_code == 401
    assert not home.users(email="ian@x.io")


def test_an_id_token_of_another_key_is_refused(home: Home) -> None:
    home.provider.user("joy", email="joy@x.io")
    other = jwk.RSAKey.generate_key(2048, {"kid": "test-key"})
    home.provider.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "test-key"}, claims, other)
    assert home.sign_on("joy").status_code == 401
    secret = jwk.OctKey.import_key("s3cret-s3cret-s3cret-s3cret-s3cret")
    home.provider.sign = lambda claims: jwt.encode({"alg": "HS256"}, claims, secret)
    assert home.sign_on("joy").status_code == 401


def test_a_provider_that_is_gone_is_unavailable(home: Home) -> None:
    answer = home.browser().get("/auth/login/gone")
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"
    answer = home.browser().get("/auth/login/gone?redirect=/admin/login")
    assert answer.headers["location"] == "/admin/login?reason=SERVICE_UNAVAILABLE"
    assert home.browser().get("/auth/login/gone?redirect=https://evil.io").status_code == 400


# --- where people may be sent


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example.com",
        "https://app.example.com",
        "https://app.example.com/welcome/../x",
        "https://app.example.com.evil.io/welcome",
        "https://app.example.com@evil.io/welcome",
        "http://app.example.com/welcome",
        "//evil.io",
        "/\\evil.io",
        "\\\\evil.io",
        "/\t/evil.io",
        "javascript:alert(1)",
    ],
)
def test_people_are_not_sent_just_anywhere(home: Home, target: str) -> None:
    answer = home.browser().get("/auth/login/google", params={"redirect": target})
    assert answer.status_code == 400
    message = f'Invalid payload. URL "{target}" can\'t be used to redirect after login.'
    assert answer.json()["errors"][0]["message"] == message


@pytest.mark.parametrize("target", ["/admin/login", f"{ELSEWHERE}?x=1", "OWN/admin/content"])
def test_people_are_sent_where_they_may_go(home: Home, target: str) -> None:
    home.provider.user("kim", email="kim@x.io")
    target = target.replace("OWN", home.server.url)
    assert home.sign_on("kim", redirect=target).headers["location"] == target


# --- which user somebody is


def test_nobody_gets_an_account_by_its_address(home: Home) -> None:
    """An account of this server's own, and one of another provider: neither is taken over."""
    assert home.admin.post("/users", json={"email": "owner@x.io", "password": PASSWORD}).status_code == 200
    home.provider.user("thief", email="owner@x.io", email_verified=True)
    answer = home.sign_on("thief", redirect="/admin")
    assert reason(answer) == "INVALID_CREDENTIALS"
    assert [user["provider"] for user in home.users(email="owner@x.io")] == ["default"]
    assert home.server.directus_token("owner@x.io", PASSWORD)
    assert home.sign_on("thief", "byemail").status_code == 401
    # the same identifier at another provider is somebody else
    home.provider.user("lea", email="lea@x.io")
    assert home.sign_on("lea").status_code == 200
    assert home.sign_on("lea", "plain").status_code == 401


def test_users_of_a_provider_have_no_password_here(home: Home) -> None:
    home.provider.user("max", email="max@x.io")
    assert home.sign_on("max").status_code == 200
    (user,) = home.users(external_identifier="max")
    assert home.admin.patch(f"/users/{user['id']}", json={"password": PASSWORD}).status_code == 200
    body = {"email": "max@x.io", "password": PASSWORD}
    answer = home.browser().post("/auth/login", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "INVALID_CREDENTIALS")


def test_a_closed_provider_makes_no_accounts(home: Home) -> None:
    home.provider.user("ned", email="ned@x.io")
    assert home.sign_on("ned", "closed").status_code == 401
    assert not home.users(email="ned@x.io")


def test_an_inactive_user_stays_out(home: Home) -> None:
    home.provider.user("olga", email="olga@x.io")
    assert home.sign_on("olga").status_code == 200
    (user,) = home.users(external_identifier="olga")
    assert home.admin.patch(f"/users/{user['id']}", json={"status": "suspended"}).status_code == 200
    assert reason(home.sign_on("olga", redirect="/admin")) == "INVALID_CREDENTIALS"


def test_an_address_must_be_verified_to_count(home: Home) -> None:
    home.provider.user("pia", email="pia@x.io", email_verified=False)
    assert home.sign_on("pia", "byemail").status_code == 401
    home.provider.user("pia", email="pia@x.io", email_verified=True)
    assert home.sign_on("pia", "byemail").status_code == 200
    (user,) = home.users(email="pia@x.io")
    assert user["external_identifier"] == "pia@x.io"
    home.provider.user("pia", email="PIA@x.io", email_verified=True, given_name="Pia")
    assert home.sign_on("pia", "byemail").status_code == 200
    (user,) = home.users(email="pia@x.io")
    assert user["first_name"] == "Pia"


def test_a_role_that_can_not_be_given_lets_nobody_in(home: Home) -> None:
    """Not with the role that was there before."""
    home.provider.user("sam", email="sam@x.io", groups=["editors"])
    assert home.sign_on("sam", "grouped").status_code == 200
    home.provider.user("sam", email="sam@x.io", groups=["ghosts"])
    assert home.sign_on("sam", "grouped").status_code == 401


def test_groups_give_the_role_with_every_log_in(home: Home) -> None:
    home.provider.user("quinn", email="quinn@x.io", groups=["staff", "editors"])
    assert home.sign_on("quinn", "grouped").status_code == 200
    assert home.users(external_identifier="quinn")[0]["role"] == OTHER_ROLE
    home.provider.user("quinn", email="quinn@x.io", groups=["staff"])
    assert home.sign_on("quinn", "grouped").status_code == 200
    assert home.users(external_identifier="quinn")[0]["role"] == ROLE
    home.provider.user("quinn", email="quinn@x.io", groups=[])
    assert home.sign_on("quinn", "grouped").status_code == 200
    assert home.users(external_identifier="quinn")[0]["role"] is None


def test_a_second_factor_is_asked_for(home: Home) -> None:
    role = home.admin.get("/roles?filter[name][_eq]=Administrator").json()["data"][0]["id"]
    user = {"email": "tess@x.io", "password": PASSWORD, "role": role}
    key = home.admin.post("/users", json=user).json()["data"]["id"]
    with home.server.client(home.server.directus_token("tess@x.io", PASSWORD)) as tess:
        secret = tess.post("/users/me/tfa/generate", json={"password": PASSWORD}).json()["data"]["secret"]
        body = {"secret": secret, "otp": pyotp.TOTP(secret).at(time.time() - 30)}
        assert tess.post("/users/me/tfa/enable", json=body).status_code == 204
    link = {"provider": "google", "external_identifier": "tess-1"}
    assert home.admin.patch(f"/users/{key}", json=link).status_code == 200
    home.provider.user("tess-1", email="tess@x.io")
    assert reason(home.sign_on("tess-1", redirect="/admin")) == "INVALID_OTP"
    assert reason(home.sign_on("tess-1", redirect="/admin", otp="000000")) == "INVALID_OTP"
    answer = home.sign_on("tess-1", redirect="/admin", otp=pyotp.TOTP(secret).now())
    assert answer.headers["location"] == "/admin"


@pytest.mark.parametrize("kind", DATABASES)
def test_every_database_keeps_people_apart(kind: str, home: Home, tmp_path: Path) -> None:
    """Identifiers that some databases think to be equal, and many first log-ins at once."""
    with (
        store_with_superuser(kind) as url,
        running_server(
            tmp_path,
            settings={**options(home.provider.url), "database_url": url or "", "store_url": url or ""},
            superuser=url is None,
        ) as server,
        server.client(server.directus_token()) as admin,
    ):
        assert admin.post("/roles", json={"id": ROLE, "name": "Member"}).status_code == 200
        there = Home(server, home.provider, admin)
        subjects = ("uma-1", "vic-1")
        for subject in subjects:
            home.provider.user(subject, email=f"{subject.encode().hex()}@x.io")
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda number: there.sign_on(subjects[number % 2]), range(6)))
        assert [answer.status_code for answer in answers] == [200] * 6, server.log()
        assert len(there.users(provider="google")) == 2
        home.provider.user("UMA-1", email="other@x.io")
        # MariaDB's unique index holds them to be the same: better nobody than somebody else
        assert there.sign_on("UMA-1").status_code == (401 if kind == "mariadb" else 200)


def test_people_of_a_provider_set_up_a_second_factor_without_a_password(home: Home) -> None:
    policy = {"name": "Two factors", "app_access": True, "enforce_tfa": True}
    key = home.admin.post("/policies", json=policy).json()["data"]["id"]
    home.provider.user("una", email="una@x.io")
    assert home.sign_on("una").status_code == 200
    (user,) = home.users(external_identifier="una")
    assert home.admin.post("/access", json={"user": user["id"], "policy": key}).status_code == 200
    with home.server.client(home.sign_on("una").json()["data"]["access_token"]) as una:
        secret = una.post("/users/me/tfa/generate", json={}).json()["data"]["secret"]
        body = {"secret": secret, "otp": pyotp.TOTP(secret).at(time.time() - 30)}
        assert una.post("/users/me/tfa/enable", json=body).status_code == 204
    assert home.sign_on("una").status_code == 401
    assert home.sign_on("una", otp=pyotp.TOTP(secret).now()).status_code == 200


def test_why_it_failed_is_in_the_log_without_secrets(home: Home) -> None:
    home.provider.user("ray", email="ray@x.io")
    assert home.sign_on("ray", "closed").status_code == 401
    log = home.server.log()
    assert 'Sign-on with "closed" failed: there is no such user' in log
    assert "s3cret" not in log


# --- an installation with other settings


def test_several_addresses_hooks_and_no_passwords(home: Home, tmp_path: Path) -> None:
    """Who starts at one of this server's addresses comes back to it; hooks see who is made; `auth_disable_default`
    leaves no way in by password, on either protocol."""
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "users.py").write_text(HOOK)
    settings = {
        **options(home.provider.url),
        "auth_disable_default": "true",
        "auth_allowed_public_urls": "https://other.example.com,http://third.example.com:8080/base/",
        "hooks_dir": str(tmp_path / "hooks"),
        "trusted_proxies": "127.0.0.1",
    }
    with running_server(tmp_path / "data", settings=settings) as server, server.client() as browser:
        seen = {"x-forwarded-proto": "https", "x-forwarded-host": "other.example.com"}
        for headers, base in (
            ({}, server.url),
            ({"host": "third.example.com:8080"}, "http://third.example.com:8080/base"),
            (seen, "https://other.example.com"),
        ):
            answer = browser.get("/auth/login/google?redirect=/admin", headers=headers)
            sent = parse_qs(urlsplit(answer.headers["location"]).query)["redirect_uri"]
            assert sent == [f"{base}/auth/login/google/callback"]
        assert "; Secure;" in answer.headers["set-cookie"]
        assert browser.get("/auth/login/google", params={"redirect": "https://other.example.com/x"}).status_code == 302

        assert browser.get("/auth").json()["disableDefault"] is True
        body = {"email": server.email, "password": server.password}
        assert browser.post("/auth/login", json=body).status_code == 401
        superuser = {"identity": server.email, "password": server.password}
        path = "/api/collections/_superusers/auth-with-password"
        assert browser.post(path, json=superuser).status_code == 400

        home.provider.user("zoe", email="zoe@x.io")
        away = browser.get("/auth/login/plain").headers
        back = home.provider.client.post(away["location"], data={"sub": "zoe"}).headers["location"]
        kept = {"cookie": away["set-cookie"].partition(";")[0]}
        answer = browser.get(back, headers=kept)
        assert (answer.status_code, "not today" in answer.text) == (400, True)


HOOK = """
from satchel import BadRequestError, app


@app.on_record_create("directus_users")
async def keep_out(event):
    if event.record.get("external_identifier") == "zoe":
        raise BadRequestError("not today")
    await event.next()
"""
