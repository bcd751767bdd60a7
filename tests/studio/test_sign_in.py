"""Coming in: the first start, log-in with and without a code, passwords and invitations by mail, shared items, and a
session that ends while somebody works."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route

from tests.mail_sink import Sink, mail_sink
from tests.servers import Server, running_server
from tests.studio.conftest import NewScreen
from tests.studio.harness import Screen, make_person, sign_in

pyotp = pytest.importorskip("pyotp")

OWN_SECOND_FACTOR = {
    "collection": "directus_users",
    "action": "update",
    "permissions": {"id": {"_eq": "$CURRENT_USER"}},
    "fields": ["tfa_secret"],
}
NEW_PASSWORD = "a whole new passphrase"


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with mail_sink() as started:
        yield started


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sink: Sink) -> Iterator[Server]:
    """One whose mails arrive."""
    with running_server(tmp_path_factory.mktemp("data")) as started:
        with started.client(started.pocketbase_token()) as http:
            smtp = {"enabled": True, "host": "127.0.0.1", "port": sink.port}
            meta = {"appURL": started.url, "senderAddress": "studio@example.com"}
            answer = http.patch("/api/settings", json={"smtp": smtp, "meta": meta})
            assert answer.status_code == 200, answer.text
        yield started


def fill_log_in(screen: Screen, email: str, password: str) -> None:
    screen.page.get_by_label("E-mail").fill(email)
    screen.page.locator("input[name=password]").fill(password)
    screen.page.get_by_role("button", name="Log in", exact=True).click()


def at_home(screen: Screen) -> None:
    screen.page.wait_for_url("**/studio/home*")
    screen.page.get_by_role("navigation", name="Modules").wait_for()


def set_up_second_factor(screen: Screen, password: str) -> Any:
    """What makes its codes."""
    screen.page.get_by_role("heading", name="Secure your account").wait_for()
    screen.page.locator("input[type=password]").fill(password)
    screen.page.get_by_role("button", name="Continue").click()
    screen.page.get_by_role("img", name="QR code").wait_for()
    screen.checkpoint("second factor is set up")
    totp = pyotp.TOTP(screen.page.locator("code").inner_text().replace(" ", ""))
    screen.page.get_by_label("Code that the app shows").fill(totp.now())
    screen.page.get_by_role("button", name="Turn on").click()
    return totp


def link_of(sink: Sink, address: str) -> str:
    found = re.search(r'href="([^"]+)"', sink.next(address).html)
    assert found is not None
    return found.group(1).replace("&amp;", "&")


def test_the_first_start_makes_an_admin_and_a_project(new_screen: NewScreen, empty_server: Server) -> None:
    found = re.search(r"http\S+/studio/setup#t=\S+", empty_server.log())
    assert found is not None, empty_server.log()
    link = found.group()
    screen = new_screen(on=empty_server)
    page = screen.page
    page.goto(f"{empty_server.url}/studio/")
    page.get_by_text("satchel superuser link").wait_for()
    screen.checkpoint("setup without a link")
    page.goto("about:blank")
    page.goto(link)
    page.get_by_label("E-mail").fill("first@example.com")
    assert "#" not in page.url
    password = page.locator("input[name=password]")
    password.fill("short")
    page.get_by_text("Too short").wait_for()
    page.get_by_role("button", name="Show password").click()
    assert password.get_attribute("type") == "text"
    password.fill("one good passphrase")
    page.get_by_label("Project name").fill("Paper boats")
    page.get_by_role("radio", name=re.compile("^Nothing")).check(force=True)
    screen.checkpoint("setup")
    page.get_by_role("button", name="Create project").click()
    at_home(screen)
    assert "Paper boats" in page.title()
    screen.checkpoint()
    with empty_server.client(empty_server.directus_token("first@example.com", "one good passphrase")) as http:
        assert [row["email"] for row in http.get("/users").json()["data"]] == ["first@example.com"]
        assert http.get("/settings").json()["data"]["project_name"] == "Paper boats"
    other = new_screen(on=empty_server)
    other.page.goto(link)
    other.page.get_by_text("The project is set up").wait_for()
    other.checkpoint("setup done already")


@pytest.mark.smoke
def test_a_wrong_password_is_told_and_the_right_one_leads_where_one_wanted_to_go(
    new_screen: NewScreen, server: Server
) -> None:
    screen = new_screen()
    screen.allow("/auth/login", 401)
    screen.go("/content?view=all")
    fill_log_in(screen, server.email, "not this one")
    screen.page.get_by_role("alert").get_by_text("E-mail or password is wrong").wait_for()
    screen.checkpoint("login refused")
    fill_log_in(screen, server.email, server.password)
    screen.page.wait_for_url("**/studio/content?view=all")
    screen.page.get_by_role("button", name=f"Account of {server.email}").click()
    screen.page.get_by_role("menuitem", name="Log out").click()
    screen.page.get_by_label("E-mail").wait_for()
    screen.go("/content")
    screen.page.get_by_label("E-mail").wait_for()
    screen.checkpoint()


@pytest.mark.smoke
def test_a_code_is_asked_for_after_the_password(new_screen: NewScreen, server: Server) -> None:
    email, password = make_person(server, "Coded", [OWN_SECOND_FACTOR])
    with server.client(server.directus_token(email, password)) as http:
        secret = http.post("/users/me/tfa/generate", json={"password": password}).json()["data"]["secret"]
        totp = pyotp.TOTP(secret)
        assert http.post("/users/me/tfa/enable", json={"secret": secret, "otp": totp.now()}).status_code == 204
    screen = new_screen()
    screen.allow("/auth/login", 401)
    screen.go("/login")
    fill_log_in(screen, email, password)
    code = screen.page.get_by_label("Code from your authenticator app")
    code.fill("000000")
    screen.page.get_by_role("button", name="Log in").click()
    screen.page.get_by_role("alert").get_by_text("This code is not right").wait_for()
    screen.checkpoint("login with a code")
    # one that was used to set it up is not taken again
    code.fill(totp.at(int(time.time()) + 30))
    screen.page.get_by_role("button", name="Log in").click()
    at_home(screen)


def test_who_has_to_have_a_second_factor_sets_it_up_first(new_screen: NewScreen, server: Server) -> None:
    email, password = make_person(server, "Secured")
    with server.client(server.directus_token()) as http:
        policy = http.get("/policies", params={"filter": '{"name":{"_eq":"Secured"}}'}).json()["data"][0]["id"]
        assert http.patch(f"/policies/{policy}", json={"enforce_tfa": True}).status_code == 200
    screen = new_screen()
    screen.go("/login")
    fill_log_in(screen, email, password)
    set_up_second_factor(screen, password)
    at_home(screen)
    screen.checkpoint()


def test_a_forgotten_password_is_replaced_by_mail(new_screen: NewScreen, server: Server, sink: Sink) -> None:
    email, _ = make_person(server, "Forgetful")
    screen = new_screen()
    screen.go("/login")
    screen.page.get_by_role("link", name="Forgot password?").click()
    screen.page.get_by_label("E-mail").fill(email)
    screen.checkpoint("forgotten password")
    screen.page.get_by_role("button", name="Send link").click()
    screen.page.get_by_role("status").get_by_text("a link is on its way").wait_for()
    link = link_of(sink, email)
    screen.page.goto(link)
    screen.page.locator("input[name=password]").fill(NEW_PASSWORD)
    screen.checkpoint("new password")
    screen.page.get_by_role("button", name="Set password").click()
    screen.page.get_by_text("Your password is changed").wait_for()
    fill_log_in(screen, email, NEW_PASSWORD)
    at_home(screen)
    again = new_screen()
    again.allow("/auth/password/reset", 403)
    again.page.goto(link)
    again.page.locator("input[name=password]").fill("another one entirely")
    again.page.get_by_role("button", name="Set password").click()
    again.page.get_by_text("has been used or is too old").wait_for()


def test_an_invitation_is_accepted_secured_and_a_session_ended(
    new_screen: NewScreen, server: Server, sink: Sink
) -> None:
    make_person(server, "Guest")
    with server.client(server.directus_token()) as http:
        policy = http.get("/policies", params={"filter": '{"name":{"_eq":"Guest"}}'}).json()["data"][0]["id"]
        assert http.patch(f"/policies/{policy}", json={"enforce_tfa": True}).status_code == 200
    admin = new_screen()
    sign_in(admin, server.email, server.password)
    admin.go("/people")
    admin.page.get_by_role("button", name="Invite people").click()
    dialog = admin.page.get_by_role("dialog", name="Invite people")
    dialog.get_by_text("An invitation needs a role.").wait_for()
    dialog.get_by_label("E-mail addresses").fill("new@example.com")
    dialog.get_by_role("button", name=re.compile("Role")).click()
    admin.page.get_by_role("option", name="Guest", exact=True).click()
    dialog.get_by_role("button", name="Invite 1 person").click()
    admin.page.get_by_text("1 invitation is sent").wait_for()
    screen = new_screen()
    screen.page.goto(link_of(sink, "new@example.com"))
    screen.page.get_by_role("heading", name="You are invited").wait_for()
    screen.page.locator("input[name=password]").fill(NEW_PASSWORD)
    screen.checkpoint("invitation")
    screen.page.get_by_role("button", name="Accept invitation").click()
    screen.page.get_by_text("Your account is ready").wait_for()
    fill_log_in(screen, "new@example.com", NEW_PASSWORD)
    totp = set_up_second_factor(screen, NEW_PASSWORD)
    at_home(screen)

    lost = new_screen()
    lost.allow("/auth/login", 401)
    lost.go("/login")
    fill_log_in(lost, "new@example.com", NEW_PASSWORD)
    # one that was used to set it up is not taken again
    lost.page.get_by_label("Code from your authenticator app").fill(totp.at(int(time.time()) + 30))
    lost.page.get_by_role("button", name="Log in").click()
    at_home(lost)
    lost.page.evaluate("window.stillHere = true")
    lost.allow("/", 401)

    screen.go("/me/security")
    sessions = screen.page.get_by_role("region", name="Where you are logged in")
    sessions.get_by_text("This one").wait_for()
    assert sessions.get_by_role("listitem").count() == 2
    screen.checkpoint("sessions")
    sessions.get_by_role("button", name=re.compile("^End session:")).click()
    lost.page.get_by_role("alertdialog", name="Log in again").wait_for(timeout=6_000)  # 5 s where nothing else runs
    screen.page.get_by_text("The session is ended").wait_for()
    assert sessions.get_by_role("listitem").count() == 1
    assert lost.page.evaluate("window.stillHere") is True
    lost.checkpoint("a session that was ended elsewhere")


def test_strangers_register_where_they_may(new_screen: NewScreen, server: Server, sink: Sink) -> None:
    make_person(server, "Newcomer")
    with server.client(server.directus_token()) as http:
        role = http.get("/roles", params={"filter": '{"name":{"_eq":"Newcomer"}}'}).json()["data"][0]["id"]
        settings = {"public_registration": True, "public_registration_role": role}
        assert http.patch("/settings", json=settings).status_code == 200
    screen = new_screen()
    screen.go("/login")
    screen.page.get_by_role("link", name="Create account").click()
    screen.page.get_by_label("First name").fill("Nia")
    screen.page.get_by_label("E-mail").fill("nia@example.com")
    screen.page.locator("input[name=password]").fill(NEW_PASSWORD)
    screen.checkpoint("registration")
    screen.page.get_by_role("button", name="Create account").click()
    screen.page.get_by_text("a mail is on its way").wait_for()
    screen.page.goto(link_of(sink, "nia@example.com"))
    screen.go("/login")
    fill_log_in(screen, "nia@example.com", NEW_PASSWORD)
    at_home(screen)


def test_a_shared_item_is_seen_with_its_password_and_signs_nobody_in(new_screen: NewScreen, server: Server) -> None:
    with server.client(server.directus_token()) as http:
        fields = [
            {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}},
            {"field": "title", "type": "string", "schema": {}},
        ]
        made = http.post("/collections", json={"collection": "letters", "schema": {}, "meta": {}, "fields": fields})
        assert made.status_code == 200, made.text
        item = http.post("/items/letters", json={"title": "To whom it concerns"}).json()["data"]["id"]
        role = http.get("/users/me?fields=role").json()["data"]["role"]
        share = {"collection": "letters", "item": str(item), "role": role, "password": "sesame"}
        key = http.post("/shares", json=share).json()["data"]["id"]
    screen = new_screen()
    screen.allow("/shares/auth", 401)
    screen.page.goto(f"{server.url}/admin/shared/{key}")
    screen.page.locator("input[type=password]").fill("simsala")
    screen.page.get_by_role("button", name="Open").click()
    screen.page.get_by_role("alert").get_by_text("The password is wrong").wait_for()
    screen.page.locator("input[type=password]").fill("sesame")
    screen.page.get_by_role("button", name="Open").click()
    screen.page.get_by_text("To whom it concerns").wait_for()
    screen.checkpoint("shared item")
    assert not [cookie for cookie in screen.page.context.cookies() if "session" in cookie["name"]]
    screen.allow("/shares/info", 403)
    screen.go("/shared/5f7a3d6e-0000-4000-8000-000000000000")
    screen.page.get_by_role("heading", name="no longer good").wait_for()
    screen.checkpoint()


def test_links_of_pocketbase_mails_are_followed(new_screen: NewScreen, server: Server, sink: Sink) -> None:
    with server.client(server.pocketbase_token()) as http:
        person = {"email": "rec@example.com", "password": "first password", "passwordConfirm": "first password"}
        answer = http.post("/api/collections/users/records", json=person)
        assert answer.status_code == 200, answer.text
        assert http.post("/api/collections/users/request-verification", json={"email": person["email"]}).is_success
        verification = link_of(sink, person["email"])
        assert http.post("/api/collections/users/request-password-reset", json={"email": person["email"]}).is_success
        reset = link_of(sink, person["email"])
    screen = new_screen()
    screen.page.goto(verification)
    screen.page.get_by_text("Your e-mail address is confirmed").wait_for()
    screen.checkpoint("address confirmed")
    screen.page.goto("about:blank")
    screen.page.goto(reset)
    screen.page.locator("input[name=password]").fill(NEW_PASSWORD)
    screen.page.get_by_role("button", name="Set password").click()
    screen.page.get_by_text("Your password is changed").wait_for()
    with server.client() as http:
        proof = {"identity": person["email"], "password": NEW_PASSWORD}
        answer = http.post("/api/collections/users/auth-with-password", json=proof)
        assert answer.json()["record"]["verified"] is True


# --- a session that ends


def end_session(screen: Screen) -> None:
    """Take it away under the page, as time does."""
    screen.page.context.clear_cookies()
    screen.allow("/", 403)
    screen.allow("/users/me", 401)


def look(screen: Screen) -> None:
    """Ask the server for something."""
    screen.page.get_by_role("button", name=re.compile("^Notifications")).click()


@pytest.mark.smoke
def test_the_page_goes_on_where_it_was_after_a_new_log_in(signed_in_page: NewScreen, server: Server) -> None:
    screen = signed_in_page("Admin")
    screen.go("/home")
    at_home(screen)
    screen.page.evaluate("window.stillHere = true")
    end_session(screen)
    look(screen)
    dialog = screen.page.get_by_role("alertdialog", name="Log in again")
    dialog.wait_for()
    screen.checkpoint("session ended")
    screen.page.keyboard.press("Escape")
    dialog.locator("input[name=password]").fill(server.password)
    dialog.get_by_role("button", name="Log in and go on").click()
    screen.page.get_by_role("dialog", name="Notifications").get_by_text("You have seen everything").wait_for()
    assert screen.page.get_by_role("alertdialog").count() == 0
    assert screen.page.evaluate("window.stillHere") is True
    screen.checkpoint()


def test_what_opens_late_stays_beneath_the_log_in(signed_in_page: NewScreen, server: Server) -> None:
    """The code of a drawer may come after the session has ended."""
    screen = signed_in_page("Admin")
    screen.go("/home")
    at_home(screen)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    screen.page.route("**/Notifications-*.js", hold)
    screen.page.get_by_role("button", name=re.compile("^Notifications")).click()
    end_session(screen)
    screen.allow("/auth/refresh", 400)
    # the page notices by itself, when it renews the session
    dialog = screen.page.get_by_role("alertdialog", name="Log in again")
    dialog.wait_for(timeout=30_000)
    for route in held:
        route.continue_()
    screen.page.locator("[role=dialog]", has_text="Notifications").wait_for()
    screen.checkpoint("both are open")
    dialog.locator("input[name=password]").click()
    screen.page.keyboard.type(server.password)
    screen.page.keyboard.press("Enter")
    dialog.wait_for(state="detached")
    screen.page.get_by_role("dialog", name="Notifications").get_by_text("You have seen everything").wait_for()


def test_somebody_else_does_not_go_on_with_the_page(signed_in_page: NewScreen, server: Server) -> None:
    email, password = make_person(server, "Stranger")
    screen = signed_in_page("Admin")
    screen.go("/home")
    at_home(screen)
    screen.page.wait_for_load_state("networkidle")  # what is asked from now on, the other person asks
    sign_in(screen, email, password)
    screen.allow("/users", 403)
    screen.page.get_by_role("link", name="People").hover()
    tab = screen.page.context.new_page()
    tab.goto(f"{server.url}/studio/home")
    screen.page.get_by_role("alertdialog", name="Somebody else is logged in").wait_for()
    screen.checkpoint("somebody else")
    screen.page.get_by_role("button", name="Go on as the new person").click()
    screen.page.get_by_role("button", name="Account of Stranger").wait_for()


def test_mails_lead_to_this_server(server: Server, sink: Sink) -> None:
    """What the tests above follow is what people get."""
    with server.client() as http:
        assert http.post("/auth/password/request", json={"email": server.email}).status_code == 204
    assert urlsplit(link_of(sink, server.email)).netloc == urlsplit(server.url).netloc


def test_too_many_tries_are_counted_down(new_screen: NewScreen, tmp_path: Path) -> None:
    limits = {"rate_limiter_enabled": "true", "rate_limiter_points": "3", "rate_limiter_duration_seconds": "5"}
    with running_server(tmp_path, settings=limits) as strict:
        screen = new_screen(on=strict)
        screen.allow("/auth/login", 401)
        told = screen.allow("/auth/login", 429)
        screen.go("/login")
        for number in range(20):
            fill_log_in(screen, strict.email, f"guess {number}")
            screen.page.get_by_role("alert").get_by_text(re.compile("is wrong|Too many")).wait_for()
            if told.seen:
                break
        screen.page.get_by_role("alert").get_by_text(re.compile(r"try again in \d+ second")).wait_for()
        assert screen.page.get_by_role("button", name="Log in", exact=True).is_disabled()
        screen.checkpoint("too many tries")
        screen.page.get_by_role("alert").get_by_text("Too many").wait_for(state="detached")
        assert screen.page.get_by_role("button", name="Log in", exact=True).is_enabled()
