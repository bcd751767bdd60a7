"""Passkeys in a real browser with an authenticator in software: making one, coming in with it, losing it; and the whole
way from an invitation to a session that is ended elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.mail_sink import Sink, mail_sink
from tests.servers import Server, running_server
from tests.studio.conftest import NewScreen
from tests.studio.harness import Screen, make_person, sign_in
from tests.studio.test_sign_in import (
    NEW_PASSWORD,
    OWN_SECOND_FACTOR,
    at_home,
    end_session,
    fill_log_in,
    link_of,
    look,
    set_up_second_factor,
)

BUTTON = "Log in with a passkey"


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with mail_sink() as started:
        yield started


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sink: Sink) -> Iterator[Server]:
    """One whose mails arrive, at the name that browsers make passkeys for without HTTPS."""
    with running_server(tmp_path_factory.mktemp("data")) as started:
        named = replace(started, url=started.url.replace("127.0.0.1", "localhost"))
        with started.client(started.pocketbase_token()) as http:
            smtp = {"enabled": True, "host": "127.0.0.1", "port": sink.port}
            meta = {"appURL": named.url, "senderAddress": "studio@example.com"}
            answer = http.patch("/api/settings", json={"smtp": smtp, "meta": meta})
            assert answer.status_code == 200, answer.text
        yield named


class Device:
    """The authenticator of a screen. `suggests`: whether the browser offers passkeys in the field for the address; one
    in software is taken at once."""

    def __init__(self, screen: Screen, *, suggests: bool = False) -> None:
        if not suggests:
            script = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"
            screen.page.context.add_init_script(script)
        self._cdp = screen.page.context.new_cdp_session(screen.page)
        self._cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self._id = self._cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def send(self, what: str, **values: Any) -> Any:
        return self._cdp.send(f"WebAuthn.{what}", {"authenticatorId": self._id, **values})

    def keys(self) -> list[dict[str, Any]]:
        return self.send("getCredentials")["credentials"]

    def take(self, keys: list[dict[str, Any]]) -> None:
        """Have the passkeys of another device too, as synced ones are."""
        for key in keys:
            self.send("addCredential", credential=key)


def enforce(server: Server, name: str) -> str:
    """Let a person's policy want two factors; their role."""
    with server.client(server.directus_token()) as http:
        named = {"filter": f'{{"name":{{"_eq":"{name}"}}}}'}
        policy = http.get("/policies", params=named).json()["data"][0]["id"]
        assert http.patch(f"/policies/{policy}", json={"enforce_tfa": True}).status_code == 200
        return http.get("/roles", params=named).json()["data"][0]["id"]


def add_passkey(screen: Screen, password: str, name: str | None = None) -> None:
    screen.go("/me/security")
    screen.page.get_by_role("button", name="Add passkey").click()
    dialog = screen.page.get_by_role("dialog", name="Add passkey")
    dialog.locator("input[type=password]").fill(password)
    if name is not None:
        dialog.get_by_label("Name").fill(name)
    screen.checkpoint("passkey is added")
    dialog.get_by_role("button", name="Continue").click()


def log_out(screen: Screen) -> None:
    screen.page.get_by_role("button", name=re.compile("^Account of")).click()
    screen.page.get_by_role("menuitem", name="Log out").click()
    screen.page.get_by_label("E-mail").wait_for()


def test_invited_secured_with_an_app_and_a_passkey_and_a_session_revoked(
    new_screen: NewScreen, server: Server, sink: Sink
) -> None:
    """Journey 21. Invited by mail, secured by codes and a passkey, and out within seconds when the session is ended."""
    make_person(server, "Guest", [OWN_SECOND_FACTOR])
    enforce(server, "Guest")
    admin = new_screen()
    sign_in(admin, server.email, server.password)
    admin.go("/people")
    admin.page.get_by_role("button", name="Invite people").click()
    invite = admin.page.get_by_role("dialog", name="Invite people")
    invite.get_by_role("textbox", name="E-mail addresses").fill("new@example.com")
    invite.get_by_role("button", name=re.compile("Role")).click()
    admin.page.get_by_role("option", name="Guest").click()
    admin.checkpoint("people are invited")
    invite.get_by_role("button", name="Invite 1 person").click()
    admin.page.get_by_text("1 invitation is sent").wait_for()
    screen = new_screen()
    device = Device(screen)
    screen.page.goto(link_of(sink, "new@example.com"))
    screen.page.get_by_role("heading", name="You are invited").wait_for()
    screen.page.locator("input[name=password]").fill(NEW_PASSWORD)
    screen.checkpoint()
    screen.page.get_by_role("button", name="Accept invitation").click()
    screen.page.get_by_text("Your account is ready").wait_for()
    screen.checkpoint("log-in offers a passkey")
    fill_log_in(screen, "new@example.com", NEW_PASSWORD)
    set_up_second_factor(screen, NEW_PASSWORD)
    at_home(screen)

    add_passkey(screen, NEW_PASSWORD)
    listed = screen.page.get_by_role("region", name="Passkeys")
    listed.get_by_text("not used yet").wait_for()
    assert "Chrome · Linux" in listed.inner_text()
    assert "was added to your account" in sink.next("new@example.com").html
    screen.checkpoint("passkeys")

    # a browser elsewhere, which has the passkey too, comes in without a password or a code
    other = new_screen()
    Device(other).take(device.keys())
    other.go("/home")
    other.page.get_by_role("button", name=BUTTON).click()
    at_home(other)
    other.page.evaluate("window.stillHere = true")
    other.allow("/", 401)

    screen.go("/me/security")
    listed.get_by_text(re.compile("^used ")).wait_for()
    sessions = screen.page.get_by_role("region", name="Where you are logged in")
    sessions.get_by_text("This one").wait_for()
    assert sessions.get_by_role("listitem").count() == 2
    screen.checkpoint()
    with screen.page.expect_response(lambda one: one.request.method == "DELETE"):
        sessions.get_by_role("button", name=re.compile("^End session:")).click()
    other.page.get_by_role("alertdialog", name="Log in again").wait_for(timeout=5_000)
    assert other.page.evaluate("window.stillHere") is True
    other.checkpoint("a session that was ended elsewhere offers the passkey")
    other.page.get_by_role("alertdialog").get_by_role("button", name=BUTTON).click()
    other.page.get_by_role("alertdialog").wait_for(state="detached")
    assert other.page.evaluate("window.stillHere") is True


def test_a_passkey_alone_is_both_factors(new_screen: NewScreen, server: Server) -> None:
    email, password = make_person(server, "Keyed")
    enforce(server, "Keyed")
    screen = new_screen()
    device = Device(screen)
    screen.go("/login")
    fill_log_in(screen, email, password)
    screen.page.get_by_role("heading", name="Secure your account").wait_for()
    screen.page.get_by_role("button", name="Use a passkey instead").click()
    screen.page.locator("input[type=password]").fill(password)
    screen.page.get_by_label("Name").fill("My laptop")
    screen.checkpoint("passkey as a second factor")
    screen.page.get_by_role("button", name="Continue").click()
    at_home(screen)
    screen.page.reload()
    at_home(screen)
    log_out(screen)

    thief = new_screen()
    thief.go("/login")
    fill_log_in(thief, email, password)
    thief.page.get_by_role("heading", name="Show your passkey").wait_for()
    assert thief.page.locator("input").count() == 0
    thief.checkpoint("passkey has to be shown")

    screen.go("/login")
    fill_log_in(screen, email, password)
    screen.page.get_by_role("button", name=BUTTON).click()
    at_home(screen)
    assert len(device.keys()) == 1


def test_the_browser_suggests_a_passkey_in_the_field_for_the_address(new_screen: NewScreen, server: Server) -> None:
    screen = new_screen()
    Device(screen, suggests=True)
    screen.go("/login")
    fill_log_in(screen, server.email, server.password)
    at_home(screen)
    add_passkey(screen, server.password, "Suggested")
    screen.page.get_by_text("Suggested").wait_for()
    screen.page.context.clear_cookies()
    screen.go("/login")
    at_home(screen)


def test_what_goes_wrong_is_told(new_screen: NewScreen, server: Server) -> None:
    email, password = make_person(server, "Clumsy", [OWN_SECOND_FACTOR])
    screen = new_screen()
    device = Device(screen)
    screen.go("/login")
    alert = screen.page.get_by_role("alert")
    screen.page.get_by_role("button", name=BUTTON).click()
    alert.get_by_text("Nothing came of it").wait_for()
    screen.checkpoint("no passkey was shown")
    fill_log_in(screen, email, password)
    at_home(screen)
    screen.allow("/users/me/passkeys/options", 401)
    add_passkey(screen, "not this one")
    alert.get_by_text("The password is wrong").wait_for()
    add_passkey(screen, password, "Laptop")
    region = screen.page.get_by_role("region", name="Passkeys")
    region.get_by_text("Laptop").wait_for()
    add_passkey(screen, password, "Laptop again")
    alert.get_by_text("has a passkey of yours already").wait_for()
    screen.checkpoint("passkey is there already")

    screen.go("/me/security")
    region.get_by_role("button", name="Rename passkey: Laptop").click()
    dialog = screen.page.get_by_role("dialog", name="Rename passkey")
    dialog.get_by_label("Name").fill("Old laptop")
    dialog.get_by_role("button", name="Rename passkey").click()
    region.get_by_text("Old laptop").wait_for()
    region.get_by_role("button", name="Remove passkey: Old laptop").click()
    dialog = screen.page.get_by_role("dialog", name="Remove “Old laptop”?")
    dialog.locator("input[type=password]").fill(password)
    screen.checkpoint("passkey is removed")
    dialog.get_by_role("button", name="Remove").click()
    region.get_by_text("There is no passkey yet").wait_for()
    # the device still has it
    log_out(screen)
    assert len(device.keys()) == 1
    screen.allow("/auth/passkeys/login", 401)
    screen.page.get_by_role("button", name=BUTTON).click()
    alert.get_by_text("not known here any more").wait_for()


def test_a_page_goes_on_by_a_passkey_and_an_admin_takes_a_lost_one_away(new_screen: NewScreen, server: Server) -> None:
    email, password = make_person(server, "Careless", [OWN_SECOND_FACTOR])
    screen = new_screen()
    Device(screen)
    screen.go("/login")
    fill_log_in(screen, email, password)
    at_home(screen)
    add_passkey(screen, password, "Lost phone")
    screen.page.get_by_role("region", name="Passkeys").get_by_text("Lost phone").wait_for()
    screen.go("/home")
    at_home(screen)
    end_session(screen)
    look(screen)
    dialog = screen.page.get_by_role("alertdialog", name="Log in again")
    dialog.get_by_role("button", name=BUTTON).click()
    dialog.wait_for(state="detached")

    admin = new_screen()
    admin.go("/login")
    fill_log_in(admin, server.email, server.password)
    at_home(admin)
    with server.client(server.directus_token()) as http:
        key = http.get("/users", params={"filter[email][_eq]": email, "fields": "id"}).json()["data"][0]["id"]
    admin.go(f"/people/{key}")
    theirs = admin.page.get_by_role("region", name="Their passkeys")
    theirs.get_by_text("Lost phone").scroll_into_view_if_needed()
    admin.checkpoint("passkeys of a person")
    theirs.get_by_role("button", name="Remove passkey: Lost phone").click()
    admin.page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    theirs.get_by_text("There is no passkey yet").wait_for()
    screen.allow("/", 401)
    screen.go("/home")
    screen.page.get_by_role("button", name=BUTTON).click()
    screen.page.get_by_role("alert").get_by_text("not known here any more").wait_for()


def test_at_a_number_there_are_no_passkeys_and_it_says_why(new_screen: NewScreen, server: Server) -> None:
    screen = new_screen(on=replace(server, url=server.url.replace("localhost", "127.0.0.1")))
    screen.go("/login")
    screen.page.get_by_label("E-mail").wait_for()
    assert screen.page.get_by_role("button", name=BUTTON).count() == 0
    fill_log_in(screen, server.email, server.password)
    at_home(screen)
    screen.go("/me/security")
    screen.page.get_by_text("Passkeys need a name in the address").wait_for()
    screen.checkpoint("passkeys need a name")
