"""Signing in, with the same hooks in PocketBase's JavaScript and in Python: the same events with the same contents."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.identity_provider import IdentityProvider, identity_provider
from tests.mail_sink import Sink, mail_sink
from tests.servers import EMAIL, PASSWORD, Server
from tests.wire.pocketbase.test_differential import binary, real_pocketbase  # noqa: F401 - a fixture
from tests.wire.pocketbase.test_hooks import follower

pytestmark = pytest.mark.process

EVENTS = {
    "record_auth_request": "authMethod",
    "record_auth_with_password_request": "identity identityField password",
    "record_auth_with_oauth2_request": "providerName isNewRecord",
    "record_auth_refresh_request": "",
    "record_auth_with_otp_request": "",
    "record_request_otp_request": "",
    "record_request_verification_request": "",
    "record_confirm_verification_request": "",
    "record_request_password_reset_request": "",
    "record_confirm_password_reset_request": "",
    "record_request_email_change_request": "newEmail",
    "record_confirm_email_change_request": "newEmail",
}
"""Event → what is told of it beside the record, in PocketBase's names."""

PYTHON = """
import re
from satchel import *

def trace(name, wanted):
    @getattr(app, "on_" + name)("people")
    async def handler(e):
        told = [str(getattr(e, re.sub("[A-Z]", lambda found: "_" + found[0].lower(), one))) for one in wanted]
        told = [{"True": "true", "False": "false"}.get(one, one) for one in told]
        print("TRACE >", name, *told, e.record.get("name", "-") if e.record.id else "none", flush=True)
        try:
            await e.next()
        except Exception:
            print("TRACE !", name, flush=True)
            raise
        print("TRACE <", name, flush=True)

for name, wanted in EVENTS.items():
    trace(name, wanted.split())

@app.on_mailer_record_verification_send("people")
async def greeting(e):
    e.subject = "For " + e.record["name"]
    await e.next()

@app.on_mailer_record_otp_send("others")
def never(e):
    raise ValueError("of another collection")

@app.on_mailer_send
def footer(e):
    e.html += "<p>footer</p>"
    e.sender_name = "Hook"
    e.next()

@app.on_record_auth_request("people")
def refuse(e):
    if e.record["name"] == "refused":
        raise ForbiddenError("not you")
    e.meta = {"a": 1}
    e.next()

@app.on_record_auth_with_password_request("people")
async def other(e):
    if e.identity == "alias@example.com":
        e.identity = "ann@example.com"
    await e.next()
"""


def traced(name: str, wanted: str) -> str:
    known = "on" + "".join({"otp": "OTP", "oauth2": "OAuth2"}.get(part, part.capitalize()) for part in name.split("_"))
    told = "".join(f"String(e.{one}) + ' ' + " for one in wanted.split())
    return (
        f'{known}((e) => {{ console.log("TRACE > {name} " + {told} (e.record ? e.record.getString("name") : "none"));'
        f' try {{ e.next() }} catch (error) {{ console.log("TRACE ! {name}"); throw error }}'
        f' console.log("TRACE < {name}") }}, "people");\n'
    )


JAVASCRIPT = """
onMailerRecordVerificationSend((e) => {
  e.message.subject = "For " + e.record.getString("name");
  e.next();
}, "people");
onMailerSend((e) => {
  e.message.html += "<p>footer</p>";
  e.message.from.name = "Hook";
  e.next();
});
onRecordAuthRequest((e) => {
  if (e.record.getString("name") == "refused") throw new ForbiddenError("not you");
  e.meta = {a: 1};
  e.next();
}, "people");
onRecordAuthWithPasswordRequest((e) => {
  if (e.identity == "alias@example.com") e.record = $app.findAuthRecordByEmail("people", "ann@example.com");
  e.next();
}, "people");
"""

Step = tuple[str, int, Any, list[str]]
BACK = "http://127.0.0.1/back"


def conversation(url: str, sink: Sink, provider: IdentityProvider, new_lines: Callable[[], list[str]]) -> list[Step]:
    steps: list[Step] = []
    people = "/api/collections/people"
    with httpx.Client(base_url=url, timeout=30) as client:
        body = {"identity": EMAIL, "password": PASSWORD}
        token = client.post("/api/collections/_superusers/auth-with-password", json=body).json()["token"]
        root = {"Authorization": token}

        def ask(label: str, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
            answer = client.post(f"{people}/{path}", json=body, headers=headers)
            value = answer.json() if answer.content else {}
            shown = value.get("meta", {}).get("a") if answer.status_code == 200 else value
            steps.append((label, answer.status_code, shown, new_lines()))
            return value

        def made(path: str, method: str, **body: Any) -> None:
            answer = client.request(method, path, headers=root, json=body)
            assert answer.status_code == 200, answer.text

        made("/api/settings", "PATCH", smtp={"enabled": True, "host": "127.0.0.1", "port": sink.port})
        made(
            "/api/collections",
            "POST",
            name="people",
            type="auth",
            createRule="",
            authAlert={"enabled": False},
            otp={"enabled": True},
            fields=[{"name": "name", "type": "text"}],
            oauth2={"enabled": True, "providers": [provider.options()]},
        )
        for name in ("ann", "refused", "ben"):
            person = {"email": f"{name}@example.com", "name": name, "password": "12345678"}
            made(f"{people}/records", "POST", **person, passwordConfirm="12345678")
        new_lines()

        def sign_in(identity: str, password: str = "12345678") -> dict[str, Any]:
            return ask(f"password {identity}", "auth-with-password", {"identity": identity, "password": password})

        token = sign_in("ann@example.com")["token"]
        sign_in("ann@example.com", "wrong wrong")
        sign_in("nobody@example.com")
        sign_in("alias@example.com")
        sign_in("refused@example.com")
        ask("password empty", "auth-with-password", {"identity": ""})
        ask("refresh", "auth-refresh", {}, {"Authorization": token})
        ask("refresh guest", "auth-refresh", {})
        ask("otp nobody", "request-otp", {"email": "nobody@example.com"})
        number = ask("otp ben", "request-otp", {"email": "ben@example.com"})["otpId"]
        code = {"otpId": number, "password": sink.next("ben@example.com").code}
        ask("otp sign-in wrong", "auth-with-otp", {**code, "password": "wrong"})
        ask("otp sign-in", "auth-with-otp", code)
        for email in ("ann@example.com", "nobody@example.com"):
            ask(f"verify {email}", "request-verification", {"email": email})
        mail = sink.next("ann@example.com")
        assert mail.subject == "For ann"
        assert "<p>footer</p>" in mail.html
        assert str(mail.message["from"]).startswith("Hook <"), mail.message["from"]
        ask("verify confirm bad", "confirm-verification", {"token": "x.y.z"})
        ask("verify confirm", "confirm-verification", {"token": mail.token})
        ask("verify confirm again", "confirm-verification", {"token": mail.token})
        ask("verify again", "request-verification", {"email": "ann@example.com"})
        token = sign_in("ann@example.com")["token"]
        change = {"newEmail": "anna@example.com"}
        ask("change guest", "request-email-change", change)
        ask("change taken", "request-email-change", {"newEmail": "ben@example.com"}, {"Authorization": token})
        ask("change", "request-email-change", change, {"Authorization": token})
        mail = sink.next("anna@example.com")
        ask("change confirm wrong", "confirm-email-change", {"token": mail.token, "password": "wrong"})
        ask("change confirm", "confirm-email-change", {"token": mail.token, "password": "12345678"})
        for email in ("anna@example.com", "nobody@example.com"):
            ask(f"reset {email}", "request-password-reset", {"email": email})
        mail = sink.next("anna@example.com")
        fresh = {"token": mail.token, "password": "abcdefgh"}
        ask("reset confirm bad", "confirm-password-reset", {**fresh, "token": "x.y.z", "passwordConfirm": "abcdefgh"})
        ask("reset confirm", "confirm-password-reset", {**fresh, "passwordConfirm": "abcdefgh"})
        for subject in ("zoe", "zoe"):
            found = client.get(f"{people}/auth-methods").json()["oauth2"]["providers"][0]
            come = provider.log_in(found["authURL"], subject, BACK)["code"]
            known = {"codeVerifier": found["codeVerifier"], "redirectURL": BACK}
            ask("oauth2", "auth-with-oauth2", {"provider": "oidc", "code": come, **known})
    return steps


DIFFERENT = {
    "otp nobody": "asking for a code for an unknown address is no failure here",
    "change confirm wrong": "the password is checked by the work itself",
    "password alias@example.com": "the identity is what is checked, not a record put in its place",
}


def test_the_same_events_of_signing_in(binary: str, tmp_path: Path):  # noqa: F811
    script = "".join(traced(name, wanted) for name, wanted in EVENTS.items()) + JAVASCRIPT
    hooks = tmp_path / "pb_hooks"
    hooks.mkdir()
    (hooks / "trace.pb.js").write_text(script)
    log = tmp_path / "theirs.log"
    with identity_provider() as provider:
        provider.user("zoe", email="zoe@example.com", email_verified=True)
        with (
            mail_sink() as sink,
            log.open("w") as stream,
            real_pocketbase(binary, tmp_path / "theirs", hooks=hooks, output=stream) as url,
        ):
            theirs = conversation(url, sink, provider, follower(lambda: log.read_text().splitlines()))
        with mail_sink() as sink, satchel_with(tmp_path / "ours") as server:
            ours = conversation(server.url, sink, provider, follower(lambda: list(server.output)))
    assert [step[0] for step in ours] == [step[0] for step in theirs]
    different = [
        f"{mine[0]}\n  satchel    {mine[1:]}\n  pocketbase {other[1:]}"
        for mine, other in zip(ours, theirs, strict=True)
        if mine != other and (mine[0] not in DIFFERENT or mine[1:3] != other[1:3])
    ]
    assert not different, "\n".join(different)
    told = {step[0]: step[3] for step in ours}
    assert "> record_auth_request oauth2" in told["oauth2"][1], told["oauth2"]


@contextlib.contextmanager
def satchel_with(folder: Path) -> Iterator[Server]:
    (folder / "satchel_hooks").mkdir(parents=True)
    (folder / "satchel_hooks" / "trace.py").write_text(PYTHON.replace("EVENTS", repr(EVENTS)))
    settings = {"login_stall_milliseconds": 0, "access_log": "false", "outbound_allowed_hosts": "127.0.0.1"}
    server = Server(folder / "data", settings=settings)
    server.create_superuser()
    server.start()
    try:
        yield server
    finally:
        server.stop()
