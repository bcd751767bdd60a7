"""Signing in without a password, and all that goes by mail, said to both servers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.identity_provider import IdentityProvider
from tests.mail_sink import Received, Sink
from tests.wire.pocketbase.talk import Exchange, Talk

USERS = "/api/collections/users"
MEMBERS = "/api/collections/members"
PASSWORD = "12345678"
BACK = "http://127.0.0.1/back"


@dataclass
class Peers:
    """Who else takes part: a mail server and an identity provider."""

    sink: Sink
    provider: IdentityProvider


def set_up(talk: Talk, sink: Sink, provider: IdentityProvider) -> None:
    """Both servers use the same mail server; nothing of this is compared."""
    smtp = {"enabled": True, "host": "127.0.0.1", "port": sink.port, "tls": False}
    meta = {"appName": "Shop", "appURL": "http://shop.example", "senderAddress": "shop@example.com"}
    change(talk, {"smtp": smtp, "meta": meta}, "/api/settings")
    made = talk.client.post(
        "/api/collections",
        json={"name": "members", "type": "auth", "createRule": "", "authAlert": {"enabled": False}},
        headers={"Authorization": talk.token},
    )
    assert made.status_code == 200, made.text
    talk.client.patch(USERS, json={"authAlert": {"enabled": False}}, headers={"Authorization": talk.token})


def note(talk: Talk, label: str, value: Any) -> None:
    """Something beside an answer that has to be the same."""
    talk.exchanges.append(Exchange(f"noted: {label}", label, 0, value))


def note_mail(talk: Talk, label: str, mail: Received) -> None:
    """To whom a mail went, and what it was about."""
    note(talk, label, {"to": mail.to, "subject": mail.subject, "from": str(mail.message["from"])})


def make(talk: Talk, email: str, at: str = USERS, **more: Any) -> str:
    """A record, which is not compared; its id."""
    body = {"email": email, "password": PASSWORD, "passwordConfirm": PASSWORD, **more}
    answer = talk.client.post(f"{at}/records", json=body, headers={"Authorization": talk.token})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def sign_in(talk: Talk, email: str, password: str = PASSWORD, at: str = USERS) -> str:
    answer = talk.guest("POST", f"{at}/auth-with-password", json={"identity": email, "password": password})
    return str(answer.json().get("token", ""))


def change(talk: Talk, values: Mapping[str, Any], at: str = USERS) -> None:
    """Change a collection's options, which is not compared."""
    answer = talk.client.patch(at, json=values, headers={"Authorization": talk.token})
    assert answer.status_code == 200, answer.text


def no_mail(talk: Talk, peers: Peers, label: str) -> None:
    note(talk, label, peers.sink.quiet())


def verification(talk: Talk, peers: Peers) -> None:
    """Asking for a link, and following it."""
    make(talk, "ada@x.io")
    ask, confirm = f"{USERS}/request-verification", f"{USERS}/confirm-verification"
    talk.guest("POST", ask, json={"email": "ada@x.io"})
    mail = peers.sink.next()
    note_mail(talk, "the mail", mail)
    for body in ({"email": "ada@x.io"}, {"email": "nobody@x.io"}, {"email": "bad"}, {}, {"email": 5}):
        talk.guest("POST", ask, json=body)
    talk.guest("POST", ask, json={"email": "x" * 300 + "@x.io"}, note="too long")
    talk.guest("POST", ask, data={"email": "nobody@x.io"}, note="by form")
    no_mail(talk, peers, "no second mail")
    superusers = "/api/collections/_superusers"
    for name in ("request-verification", "confirm-verification"):
        talk.guest("POST", f"{superusers}/{name}", json={})
        talk.guest("POST", f"/api/collections/_mfas/{name}", json={})
        talk.guest("POST", f"/api/collections/nope/{name}", json={})
    token = mail.token
    for number, wrong in enumerate(("", "abc", talk.token, 5, token[:-3] + "abc", None)):
        talk.guest("POST", confirm, json={"token": wrong}, note=f"wrong token {number}")
    talk.guest("POST", f"{MEMBERS}/confirm-verification", json={"token": token}, note="another collection")
    for _ in range(2):
        talk.guest("POST", confirm, json={"token": token}, note="right token")
    talk.su("GET", f"{USERS}/records")
    talk.guest("POST", ask, json={"email": "ada@x.io"}, note="verified already")
    no_mail(talk, peers, "no mail to who is verified")
    change(talk, {"passwordAuth": {"enabled": False}, "otp": {"enabled": True}})
    make(talk, "bob@x.io")
    talk.guest("POST", ask, json={"email": "bob@x.io"}, note="without passwords")
    talk.guest("POST", confirm, json={"token": peers.sink.next().token}, note="without passwords")
    change(talk, {"passwordAuth": {"enabled": True}})
    sign_in(talk, "bob@x.io")
    sign_in(talk, "ada@x.io")


def password_reset(talk: Talk, peers: Peers) -> None:
    """Asking for a link, and a new password."""
    make(talk, "ada@x.io")
    ask, confirm = f"{USERS}/request-password-reset", f"{USERS}/confirm-password-reset"
    session = sign_in(talk, "ada@x.io")
    talk.guest("POST", ask, json={"email": "ada@x.io"})
    mail = peers.sink.next()
    note_mail(talk, "the mail", mail)
    for body in ({"email": "ada@x.io"}, {"email": "nobody@x.io"}, {"email": "bad"}, {}, {"email": 5}):
        talk.guest("POST", ask, json=body)
    no_mail(talk, peers, "no second mail")
    token = mail.token
    new = {"password": "abcdefgh", "passwordConfirm": "abcdefgh"}
    wrong: list[dict[str, Any]] = [
        {},
        {"token": ""},
        {"token": "abc", "password": "1", "passwordConfirm": "2"},
        {"token": talk.token, **new},
        {"token": token, "password": "1", "passwordConfirm": "2"},
        {"token": token, "password": "1" * 256, "passwordConfirm": "1" * 256},
        {"token": token, "password": "1" * 80, "passwordConfirm": "1" * 80},
        {"token": token},
        {"token": token, "password": "abcdefgh"},
        {"token": token, "password": 5, "passwordConfirm": 5},
    ]
    for number, body in enumerate(wrong):
        talk.guest("POST", confirm, json=body, note=f"wrong {number}")
    talk.guest("POST", f"{MEMBERS}/confirm-password-reset", json={"token": token, **new}, note="another collection")
    talk.guest("POST", confirm, json={"token": token, **new}, note="right")
    talk.guest("POST", confirm, json={"token": token, **new}, note="used")
    talk.su("GET", f"{USERS}/records")
    sign_in(talk, "ada@x.io")
    sign_in(talk, "ada@x.io", "abcdefgh")
    talk.guest("POST", f"{USERS}/auth-refresh", headers={"Authorization": session}, note="an old session")
    change(talk, {"passwordAuth": {"enabled": False}, "otp": {"enabled": True}})
    talk.guest("POST", ask, json={"email": "ada@x.io"}, note="without passwords")
    talk.guest("POST", confirm, json={}, note="without passwords")


def email_change(talk: Talk, peers: Peers) -> None:
    """Asking for a link to a new address, and following it."""
    make(talk, "ada@x.io")
    make(talk, "taken@x.io")
    make(talk, "mia@x.io", MEMBERS)
    session = sign_in(talk, "ada@x.io")
    mine = {"Authorization": session}
    ask, confirm = f"{USERS}/request-email-change", f"{USERS}/confirm-email-change"
    superusers = "/api/collections/_superusers/request-email-change"
    good = {"newEmail": "new@x.io"}
    talk.guest("POST", ask, json=good)
    talk.su("POST", ask, json=good)
    talk.su("POST", superusers, json=good)
    talk.guest("POST", superusers, json=good)
    talk.guest("POST", superusers, json=good, headers=mine, note="a user")
    wrong = ({}, {"newEmail": "bad"}, {"newEmail": "ada@x.io"}, {"newEmail": "taken@x.io"}, {"newEmail": 5})
    for number, body in enumerate(wrong):
        talk.guest("POST", ask, json=body, headers=mine, note=f"wrong address {number}")
    for _ in range(2):
        talk.guest("POST", ask, json=good, headers=mine, note="right")
    mail = peers.sink.next()
    note_mail(talk, "the mail", mail)
    note(talk, "each time", peers.sink.next().to)
    token = mail.token
    member = {"Authorization": sign_in(talk, "mia@x.io", at=MEMBERS)}
    talk.guest("POST", f"{MEMBERS}/request-email-change", json=good, headers=member, note="a member")
    other = peers.sink.next().token
    bodies: list[dict[str, Any]] = [
        {},
        {"token": "abc"},
        {"token": "abc", "password": PASSWORD},
        {"token": session, "password": PASSWORD},
        {"token": other, "password": PASSWORD},
        {"token": token},
        {"token": token, "password": "wrong"},
        {"token": token, "password": "x" * 101},
        {"token": token, "password": PASSWORD},
        {"token": token, "password": PASSWORD},
        {"token": token},
    ]
    for number, body in enumerate(bodies):
        talk.guest("POST", confirm, json=body, note=f"confirm {number}")
    talk.su("GET", f"{USERS}/records")
    talk.guest("POST", f"{USERS}/auth-refresh", headers=mine, note="an old session")
    session = sign_in(talk, "new@x.io")
    talk.guest("POST", ask, json={"newEmail": "third@x.io"}, headers={"Authorization": session})
    make(talk, "third@x.io")
    body = {"token": peers.sink.next().token, "password": PASSWORD}
    talk.guest("POST", confirm, json=body, note="taken meanwhile")


def request_otp(talk: Talk, peers: Peers, email: str) -> tuple[str, str]:
    """A code; its id is not compared."""
    answer = talk.client.post(f"{USERS}/request-otp", json={"email": email})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["otpId"]), peers.sink.next().code


def one_time_passwords(talk: Talk, peers: Peers) -> None:
    """Codes: asking, spending, tries."""
    make(talk, "ada@x.io")
    make(talk, "eve@x.io")
    ask, spend = f"{USERS}/request-otp", f"{USERS}/auth-with-otp"
    for path in (ask, spend):
        talk.guest("POST", path, json={}, note="switched off")
    talk.guest("POST", "/api/collections/_mfas/request-otp", json={})
    change(talk, {"otp": {"enabled": True}})
    talk.guest("GET", f"{USERS}/auth-methods")
    for body in ({}, {"email": "bad"}, {"email": 5}):
        talk.guest("POST", ask, json=body)
    for email in ("nobody@x.io", "ada@x.io"):
        otp_id = talk.client.post(ask, json={"email": email}).json()["otpId"]
        note(talk, f"id for {email}", [len(otp_id), otp_id.isalnum()])
    mail = peers.sink.next()
    note_mail(talk, "the mail", mail)
    note(talk, "length of the code", len(mail.code))
    talk.su("GET", "/api/collections/_otps/records", params={"fields": "collectionName,sentTo"})
    bodies: list[dict[str, Any]] = [
        {},
        {"otpId": "x"},
        {"otpId": "x", "password": "y"},
        {"otpId": otp_id, "password": "wrong"},
        {"otpId": otp_id, "password": "z" * 72},
        {"otpId": 5},
        {"otpId": "x" * 256, "password": "1"},
        {"otpId": "x y'\"", "password": "1"},
    ]
    for number, body in enumerate(bodies):
        talk.guest("POST", spend, json=body, note=f"wrong {number}")
    for text in ("right", "used"):
        talk.guest("POST", spend, json={"otpId": otp_id, "password": mail.code}, note=text)
    sign_in(talk, "ada@x.io")
    otp_id, code = request_otp(talk, peers, "eve@x.io")
    for number in range(7):
        talk.guest("POST", spend, json={"otpId": otp_id, "password": "wrong"}, note=f"try {number}")
    talk.guest("POST", spend, json={"otpId": otp_id, "password": code}, note="right, too late")
    otp_id, code = request_otp(talk, peers, "eve@x.io")
    talk.guest("POST", spend, json={"otpId": otp_id, "password": code}, note="a new one, too late")
    body = {"otpId": otp_id, "password": code}
    talk.guest("POST", f"{MEMBERS}/auth-with-otp", json=body, note="another collection")


def second_factor(talk: Talk, peers: Peers) -> None:
    """A password and a code, in both orders."""
    make(talk, "ada@x.io", verified=True)
    make(talk, "eve@x.io", verified=True)
    change(talk, {"otp": {"enabled": True}, "mfa": {"enabled": True}})
    talk.guest("GET", f"{USERS}/auth-methods")
    by_password, by_code = f"{USERS}/auth-with-password", f"{USERS}/auth-with-otp"
    good = {"identity": "ada@x.io", "password": PASSWORD}
    talk.guest("POST", by_password, json={**good, "password": "wrong"}, note="wrong")
    answer = talk.client.post(by_password, json=good)
    mfa_id = answer.json()["mfaId"]
    note(talk, "the first", [answer.status_code, len(mfa_id), answer.headers["content-type"], list(answer.json())])
    talk.su("GET", "/api/collections/_mfas/records", params={"fields": "collectionName,method,collectionRef"})
    for number, wrong in enumerate((mfa_id, "nope", 5, "x" * 300)):
        talk.guest("POST", by_password, json={**good, "mfaId": wrong}, note=f"by password again {number}")
    talk.guest("POST", by_password, json=good, params={"mfaId": mfa_id}, note="in the query")
    otp_id, code = request_otp(talk, peers, "ada@x.io")
    talk.guest("POST", by_code, json={"otpId": otp_id, "password": "x", "mfaId": mfa_id}, note="wrong code")
    talk.guest("POST", by_code, json={"otpId": otp_id, "password": code, "mfaId": "nope"}, note="wrong session")
    talk.guest("POST", by_code, json={"otpId": otp_id, "password": code, "mfaId": mfa_id}, note="used code")
    otp_id, code = request_otp(talk, peers, "eve@x.io")
    talk.guest("POST", by_code, json={"otpId": otp_id, "password": code, "mfaId": mfa_id}, note="another's code")
    otp_id, code = request_otp(talk, peers, "ada@x.io")
    talk.guest("POST", by_code, json={"otpId": otp_id, "password": code}, params={"mfaId": mfa_id}, note="right")
    otp_id, code = request_otp(talk, peers, "ada@x.io")
    talk.guest("POST", by_code, json={"otpId": otp_id, "password": code, "mfaId": mfa_id}, note="used session")
    otp_id, code = request_otp(talk, peers, "ada@x.io")
    mfa_id = talk.client.post(by_code, json={"otpId": otp_id, "password": code}).json()["mfaId"]
    talk.guest("POST", by_password, json={**good, "mfaId": mfa_id}, note="code first")
    change(talk, {"mfa": {"enabled": True, "rule": "email = 'eve@x.io'"}})
    talk.guest("POST", by_password, json=good, note="out of scope")
    answer = talk.client.post(by_password, json={**good, "identity": "eve@x.io"})
    note(talk, "in scope", answer.status_code)


def alerts(talk: Talk, peers: Peers) -> None:
    """A mail for each new place but the first."""
    record = make(talk, "ada@x.io")
    change(talk, {"authAlert": {"enabled": True}})
    path = f"{USERS}/auth-with-password"
    good = {"identity": "ada@x.io", "password": PASSWORD}
    for browser in ("a", "b", "c", "a", "d", "e", "f", "a", "x" * 300):
        talk.guest("POST", path, json=good, headers={"User-Agent": browser}, note=f"from {browser[:3]}")
    mails = peers.sink.wait(7)
    note(talk, "mails", [(mail.to, mail.subject) for mail in mails])
    mails.clear()
    query = {"filter": f"recordRef = '{record}'", "sort": "created", "fields": "fingerprint"}
    talk.su("GET", "/api/collections/_authOrigins/records", params=query)
    talk.guest("POST", path, json={**good, "password": "wrong"}, headers={"User-Agent": "z"}, note="wrong")
    no_mail(talk, peers, "no mail for a failure")


def provide(talk: Talk, peers: Peers, **more: Any) -> None:
    """Let users sign in with the identity provider, twice."""
    options = peers.provider.options
    oauth2 = {
        "enabled": True,
        "providers": [options(**more), options(name="oidc2", displayName="Second", **more)],
        "mappedFields": {"name": "name", "id": "", "username": "", "avatarURL": ""},
    }
    change(talk, {"oauth2": oauth2})


def come_back(
    talk: Talk,
    peers: Peers,
    subject: str,
    label: str,
    *,
    provider: str = "oidc",
    token: str = "",
    **more: Any,
) -> httpx.Response:
    """One whole log-in. What is different each time is left out of the comparison."""
    methods = talk.client.get(f"{USERS}/auth-methods").json()["oauth2"]["providers"]
    found = next(item for item in methods if item["name"] == provider)
    code = peers.provider.log_in(found["authURL"], subject, BACK)["code"]
    body = {"provider": provider, "code": code, "codeVerifier": found["codeVerifier"], "redirectURL": BACK, **more}
    headers = {"Authorization": token} if token else {}
    answer = talk.client.post(f"{USERS}/auth-with-oauth2", json=body, headers=headers)
    value = answer.json()
    meta = value.get("meta", {})
    for name in ("accessToken", "refreshToken", "expiry"):
        if meta.get(name):
            meta[name] = f"<{name}>"
    if "rawUser" in meta:
        meta["rawUser"] = dict(sorted(meta["rawUser"].items()))
    record = value.get("record", {})
    kept = {name: record.get(name) for name in ("email", "verified", "name") if record}
    shown = {**value, "record": kept, "meta": dict(sorted(meta.items()))}
    shown.pop("token", None)
    note(talk, label, [answer.status_code, shown])
    return answer


def links(talk: Talk, record: str, label: str) -> None:
    """The identity providers that a record is linked to."""
    query = {"filter": f"recordRef = '{record}'", "sort": "provider"}
    path = "/api/collections/_externalAuths/records"
    answer = talk.client.get(path, params=query, headers={"Authorization": talk.token})
    note(talk, label, [[item["provider"], item["providerId"]] for item in answer.json()["items"]])


def oauth2_forms(talk: Talk, peers: Peers) -> None:
    """What is asked of a client that comes back, and how providers are shown."""
    path = f"{USERS}/auth-with-oauth2"
    for name in ("users", "_superusers", "_mfas", "nope"):
        talk.guest("POST", f"/api/collections/{name}/auth-with-oauth2", json={})
    provide(talk, peers)
    methods = talk.client.get(f"{USERS}/auth-methods").json()
    texts = ("name", "displayName", "codeChallengeMethod")
    for item in methods["oauth2"]["providers"]:
        shown = {name: value if name in texts else len(value) for name, value in item.items()}
        note(talk, f"provider {item['name']}", {**shown, "logo": 0})
    note(talk, "older list", [{name: len(value) for name, value in item.items()} for item in methods["authProviders"]])
    good: dict[str, Any] = {"provider": "oidc", "code": "bad", "redirectURL": BACK}
    bodies: list[dict[str, Any]] = [
        {},
        {"provider": "google", "code": "x", "redirectURL": BACK},
        {"provider": "nope", "code": "x"},
        {"provider": 1},
        {"provider": "oidc"},
        good,
        {**good, "redirectURL": "", "redirectUrl": BACK},
        {**good, "codeVerifier": "x" * 43},
        {**good, "createData": 5},
        {**good, "createData": "{}"},
        {**good, "code": ""},
    ]
    for number, body in enumerate(bodies):
        talk.guest("POST", path, json=body, note=f"form {number}")
    for more in ({"userInfoURL": f"{peers.provider.url}/nope"}, {"tokenURL": f"{peers.provider.url}/nope"}):
        provide(talk, peers, **more)
        come_back(talk, peers, "ada", f"with {list(more)}")
    provide(talk, peers, pkce=False)
    found = talk.client.get(f"{USERS}/auth-methods").json()["oauth2"]["providers"][0]
    note(talk, "without PKCE", {name: found[name] for name in ("codeVerifier", "codeChallenge", "codeChallengeMethod")})
    come_back(talk, peers, "plain", "without PKCE", createData={"email": "plain@x.io"})
    talk.guest("GET", "/api/oauth2-redirect")
    talk.guest("POST", "/api/oauth2-redirect")
    talk.guest("HEAD", "/api/oauth2-redirect")
    talk.guest("GET", "/api/oauth2-redirect", params={"state": "nobody", "code": "x"})


def oauth2_accounts(talk: Talk, peers: Peers) -> None:
    """Which account it is, and what it loses."""
    user = peers.provider.user
    provide(talk, peers)
    user("new", email="new@x.io", email_verified=True, name="New One", preferred_username="new", picture="http://p/1")
    first = come_back(talk, peers, "new", "a new account").json()["record"]["id"]
    links(talk, first, "its link")
    come_back(talk, peers, "new", "the same again")
    for name, claims in (("unverified", {"email": "un@x.io", "email_verified": False}), ("silent", {})):
        user(name, **claims)
        come_back(talk, peers, name, f"without an address ({name})")
    own = {"email": "own@x.io", "name": "Own", "password": PASSWORD, "passwordConfirm": PASSWORD}
    user("own")
    session = come_back(talk, peers, "own", "an address of its own", createData=own).json()
    record, token = session["record"]["id"], session["token"]
    sign_in(talk, "own@x.io")
    come_back(talk, peers, "own", "not verified, again")
    sign_in(talk, "own@x.io")
    talk.guest("POST", f"{USERS}/auth-refresh", headers={"Authorization": token}, note="its first session")
    user("owner", email="own@x.io", email_verified=True)
    come_back(talk, peers, "owner", "the owner of the address", provider="oidc2")
    links(talk, record, "only the owner's link")

    record = make(talk, "caller@x.io")
    token = sign_in(talk, "caller@x.io")
    user("other", email="other@x.io", email_verified=True)
    come_back(talk, peers, "other", "a caller that is not verified", token=token)
    links(talk, record, "linked")
    sign_in(talk, "caller@x.io")
    come_back(talk, peers, "new", "a caller, somebody else's link", token=token)
    user("caller", email="caller@x.io", email_verified=True)
    come_back(talk, peers, "caller", "a caller with its own address", token=token)
    sign_in(talk, "caller@x.io")

    record = make(talk, "known@x.io", verified=True, name="Known")
    user("known", email="known@x.io", email_verified=True, name="Else")
    come_back(talk, peers, "known", "a verified account")
    sign_in(talk, "known@x.io")
    token = sign_in(talk, "known@x.io")
    user("known2")
    come_back(talk, peers, "known2", "a second link of one provider", token=token)
    come_back(talk, peers, "known2", "a link of another provider", token=token, provider="oidc2")
    links(talk, record, "two links")
    user("shout", email="Known@X.io", email_verified=True)
    come_back(talk, peers, "shout", "another case")
    user("admin", email="admin@x.io", email_verified=True)
    come_back(talk, peers, "admin", "as a superuser", token=talk.token)

    user("late")
    come_back(
        talk,
        peers,
        "late",
        "before",
        createData={"email": "late@x.io", "password": PASSWORD, "passwordConfirm": PASSWORD},
    )
    user("late", email="late@x.io", email_verified=True)
    come_back(talk, peers, "late", "verified later")
    sign_in(talk, "late@x.io")

    user("pre")
    made = come_back(talk, peers, "pre", "to be verified", createData={"email": "pre@x.io"}).json()
    talk.guest("POST", f"{USERS}/request-verification", json={"email": "pre@x.io"})
    talk.guest("POST", f"{USERS}/confirm-verification", json={"token": peers.sink.next().token}, note="verified")
    links(talk, made["record"]["id"], "no link after verification")
    headers = {"Authorization": made["token"]}
    talk.guest("POST", f"{USERS}/auth-refresh", headers=headers, note="its session after verification")


def oauth2_rules(talk: Talk, peers: Peers) -> None:
    """What a new account may be."""
    user = peers.provider.user
    provide(talk, peers)
    user("rule", email="rule@x.io", email_verified=True, name="Rule")
    unmet = "@request.context = 'oauth2' && @request.body.code = 'x'"
    for rule, data in ((None, {}), (unmet, {}), ("", {"email": "bad"})):
        change(talk, {"createRule": rule})
        come_back(talk, peers, "rule", f"rule {rule}", createData=data)
    change(talk, {"createRule": "@request.context = 'oauth2' && @request.body.name = 'x'"})
    come_back(talk, peers, "rule", "the rule is met", createData={"name": "x"})
    change(talk, {"createRule": "", "authRule": "name = 'y'"})
    come_back(talk, peers, "rule", "an authRule that is not met")
    change(talk, {"authRule": ""})
    user("data", email="data@x.io", email_verified=True, name="Mapped")
    bad: list[dict[str, Any]] = [
        {"password": "1", "passwordConfirm": "2"},
        {"verified": True},
        {"email": "rule@x.io"},
        {"name": "x" * 300},
    ]
    for number, data in enumerate(bad):
        come_back(talk, peers, "data", f"bad data {number}", createData=data)
    come_back(talk, peers, "data", "an empty name of its own", createData={"name": "", "nope": 1, "verified": False})


def test_mails(talk: Talk, peers: Peers) -> None:
    """Trying the settings."""
    path = "/api/settings/test/email"
    for template in ("verification", "password-reset", "email-change", "otp", "login-alert"):
        body = {"email": "ada@x.io", "template": template, "collection": "users"}
        talk.su("POST", path, json=body, note=template)
        note_mail(talk, template, peers.sink.next())
    talk.su("POST", path, json={"email": "ada@x.io", "template": "otp"}, note="of superusers")
    note_mail(talk, "of superusers", peers.sink.next())
    bodies: list[dict[str, Any]] = [
        {},
        {"email": "ada@x.io", "template": "nope"},
        {"email": "bad", "template": "otp", "collection": "nope"},
        {"email": "ada@x.io", "template": "otp", "collection": "_mfas"},
        {"email": "ada@x.io", "template": ""},
        {"email": 5},
    ]
    for number, body in enumerate(bodies):
        talk.su("POST", path, json=body, note=f"wrong {number}")
    talk.guest("POST", path, json={})
    peers.sink.refusals = ["550 no"]
    answer = talk.client.post(
        path, json={"email": "ada@x.io", "template": "otp"}, headers={"Authorization": talk.token}
    )
    note(talk, "refused", [answer.status_code, answer.json()["message"].split("Raw error")[0]])


def providers(talk: Talk, peers: Peers) -> None:
    """The list of identity providers, and Apple's client secret."""
    path = "/api/collections/meta/oauth2-providers"
    talk.su("GET", path, params={"fields": "name,displayName"})
    talk.guest("GET", path)
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    good: dict[str, Any] = {
        "clientId": "app",
        "teamId": "1234567890",
        "keyId": "0987654321",
        "privateKey": key.decode(),
        "duration": 3600,
    }
    path = "/api/settings/apple/generate-client-secret"
    talk.su("POST", path, json=good, note="good")
    talk.guest("POST", path, json=good, note="a guest")
    wrong: list[dict[str, Any]] = [
        {"teamId": "1", "keyId": "1" * 11},
        {"duration": 0},
        {"duration": -1},
        {"duration": 15_777_001},
        {"privateKey": "no key"},
        {"duration": "x"},
        {"clientId": 5},
        dict.fromkeys(good),
    ]
    for number, change in enumerate(wrong):
        talk.su("POST", path, json={**good, **change}, note=f"wrong {number}")
