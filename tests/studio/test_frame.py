"""The frame around all pages, Home and one's own account: by keyboard, on a phone, in other languages."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Route, expect

from tests.servers import Server, running_server
from tests.studio.conftest import NewScreen
from tests.studio.harness import PHONE, Screen, make_person, sign_in

pyotp = pytest.importorskip("pyotp")

OWN_USER = {
    "collection": "directus_users",
    "action": "update",
    "permissions": {"id": {"_eq": "$CURRENT_USER"}},
    "fields": ["first_name", "last_name", "password", "tfa_secret", "avatar", "language", "appearance"],
}


def picture() -> bytes:
    """A PNG of 8 × 8 red pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\xe0\x40\x40" * 8) * 8
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.fixture(scope="module", autouse=True)
def books(server: Server) -> None:
    fields = [
        {"field": "id", "type": "integer", "schema": {"is_primary_key": True, "has_auto_increment": True}},
        {"field": "title", "type": "string", "schema": {}},
    ]
    with server.client(server.directus_token()) as http:
        assert http.post("/collections", json={"collection": "books", "schema": {}, "fields": fields}).is_success
        titles = [{"title": "The Left Hand of Darkness"}, {"title": "A Wizard of Earthsea"}]
        assert http.post("/items/books", json=titles).is_success


def home(screen: Screen) -> None:
    screen.go("/home")
    screen.page.get_by_role("heading", level=1).wait_for()


@pytest.mark.smoke
def test_everything_is_reached_by_keyboard(signed_in_page: NewScreen) -> None:
    """Journey 25, the frame without a mouse: every stop, palette and menu."""
    screen = signed_in_page("Admin")
    page = screen.page
    home(screen)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    keys.get_by_text("Go to Content").wait_for()
    screen.checkpoint("shortcuts")
    page.keyboard.press("Escape")
    keys.wait_for(state="detached")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/studio/content")
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_function("document.activeElement !== document.body")
    page.keyboard.press("Control+k")
    page.get_by_role("dialog", name="Command palette").wait_for()
    page.keyboard.type("earthsea")
    page.get_by_role("menuitem", name=re.compile("A Wizard of Earthsea")).wait_for()
    screen.checkpoint("palette")
    page.keyboard.press("Enter")
    page.wait_for_url("**/studio/content/books/2")
    page.wait_for_function("document.activeElement !== document.body")
    page.keyboard.press("Control+Shift+L")
    page.get_by_role("dialog", name="Recent items").get_by_role("menuitem").first.wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.keyboard.press("Control+k")
    page.keyboard.type("smtp")
    page.get_by_role("menuitem", name="Mail Settings").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/studio/settings/mail")
    page.keyboard.press("Control+k")
    page.keyboard.type("theme dark")
    page.get_by_role("menuitem", name="Theme: Dark").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    page.wait_for_function("document.activeElement !== document.body")


def test_single_keys_can_be_switched_off(signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Admin")
    screen.go("/me/preferences")
    switch = screen.page.get_by_role("switch", name="Shortcuts of single keys")
    switch.press("Space")
    screen.page.keyboard.press("?")
    screen.page.keyboard.press("Control+k")
    screen.page.get_by_role("dialog", name="Command palette").wait_for()
    assert screen.page.get_by_role("dialog", name="Keyboard shortcuts").count() == 0
    screen.checkpoint("preferences")


def palette_on_its_way(screen: Screen) -> Route:
    """Ask for the palette. Gives the request for its code, which waits."""
    screen.go("/home")
    screen.page.get_by_role("button", name="Search", exact=True).wait_for()
    held: list[Route] = []
    code = re.compile(r"/assets/Palette-[^/]*\.js$")
    screen.page.route(code, lambda route: held.append(route))  # noqa: PLW0108 - marks it
    with screen.page.expect_request(code):
        screen.page.keyboard.press("Control+k")
    return held[0]


def test_what_is_typed_before_the_palette_is_there_goes_into_it(signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Admin")
    page = screen.page
    late = palette_on_its_way(screen)
    page.keyboard.type("g seat??")  # "g s" leads to the settings elsewhere
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    assert page.url.endswith("/home")
    late.continue_()
    field = page.get_by_role("dialog").get_by_role("searchbox")
    expect(field).to_have_value("g seat")
    page.keyboard.type("s")
    expect(field).to_have_value("g seats")
    page.keyboard.press("Escape")


def test_enter_opens_what_was_typed_before_the_palette_was_there(signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Admin")
    page = screen.page
    late = palette_on_its_way(screen)
    page.keyboard.type("Schedules")
    late.continue_()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("searchbox")).to_have_value("Schedules")
    dialog.get_by_role("menuitem", name="Schedules").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/schedules")


def test_a_step_turns_green_when_the_call_arrives(signed_in_page: NewScreen, server: Server) -> None:
    screen = signed_in_page("Admin")
    with server.client(server.directus_token()) as http:
        # what this test's own client did before is no call of the admin's
        seen = http.get("/activity", params={"filter": '{"user_agent":{"_contains":"python"}}', "limit": 1}).json()
    assert seen["data"]
    home(screen)
    steps = screen.page.get_by_role("region", name="First steps")
    steps.get_by_text("Call the API").wait_for()
    expect(steps.get_by_role("listitem").filter(has_text="Call the API").get_by_label("Done")).to_be_visible()
    expect(steps.get_by_role("link", name="Invite someone")).to_be_visible()
    screen.checkpoint("home with first steps")
    make_person(server, "Second")
    screen.page.reload()
    screen.page.get_by_role("heading", name="Continue").wait_for()
    expect(screen.page.get_by_role("region", name="First steps")).to_have_count(0)
    screen.checkpoint("home")


def test_a_read_with_a_token_is_a_call_too(new_screen: NewScreen, tmp_path: Path) -> None:
    with running_server(tmp_path) as alone:
        screen = new_screen(on=alone)
        sign_in(screen, alone.email, alone.password)
        home(screen)
        step = screen.page.get_by_role("region", name="First steps").get_by_role("listitem")
        call = step.filter(has_text="Call the API")
        expect(call.get_by_role("button", name="Copy")).to_be_visible()
        expect(call.get_by_label("Done")).to_have_count(0)
        token = "a token for a program"
        kept = screen.page.context.request.patch(f"{alone.url}/users/me", data={"token": token})
        assert kept.ok, kept.text()
        with alone.client(token) as program:
            assert program.get("/collections").is_success
        expect(call.get_by_label("Done")).to_be_visible(timeout=20_000)


def test_news_arrive_without_asking_again(signed_in_page: NewScreen, server: Server) -> None:
    screen = signed_in_page("Admin")
    home(screen)
    inbox = screen.page.get_by_role("region", name="Notifications")
    inbox.get_by_text("You have seen everything").wait_for()
    with server.client(server.directus_token()) as http:
        me = http.get("/users/me").json()["data"]["id"]
        message = "Come and *see*:\n\n- the [ice](https://example.com/)\n- <img src=x><script>alert(1)</script># it"
        note = {"recipient": me, "subject": "The harbour is frozen", "message": message}
        assert http.post("/notifications", json=note).is_success
    inbox.get_by_text("The harbour is frozen").wait_for()
    screen.page.get_by_role("button", name="Notifications, 1 new").click()
    drawer = screen.page.get_by_role("dialog", name="Notifications")
    drawer.get_by_text("The harbour is frozen").wait_for()
    expect(drawer.locator("em")).to_have_text("see")
    expect(drawer.get_by_role("link", name="ice")).to_have_attribute("rel", "noopener noreferrer")
    expect(drawer.get_by_role("listitem").last).to_have_text("# it")
    assert drawer.locator(".prose img").count() == 0
    screen.checkpoint("notifications")
    drawer.get_by_role("button", name="Archive").click()
    drawer.get_by_text("You have seen everything").wait_for()
    with server.client(server.directus_token()) as http:
        assert http.get("/notifications").json()["data"][0]["status"] == "archived"


def test_a_person_keeps_their_own_account(signed_in_page: NewScreen, server: Server) -> None:
    rows = [OWN_USER, {"collection": "directus_files", "action": "create", "fields": ["*"]}]
    rows.append({"collection": "directus_files", "action": "read", "fields": ["*"]})
    screen = signed_in_page("Keeper", rows)
    page = screen.page
    screen.go("/me")
    page.get_by_label("First name").fill("Kaja")
    page.get_by_label("Last name").fill("Holm")
    page.get_by_role("link", name="Security").click()
    page.get_by_role("alertdialog", name="Leave without saving?").get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Save profile").click()
    page.get_by_role("button", name="Account of Kaja Holm").wait_for()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload picture").click()
    chooser.value.set_files({"name": "me.png", "mimeType": "image/png", "buffer": picture()})
    page.get_by_role("button", name="Replace picture").wait_for()
    screen.checkpoint("profile")
    page.get_by_role("link", name="Security").click()
    page.get_by_label("New password").fill("an even newer passphrase")
    page.get_by_role("button", name="Change password").click()
    page.get_by_text("Your password is changed").wait_for()
    page.get_by_role("button", name="Set up two-factor log-in").click()
    dialog = page.get_by_role("dialog", name="Set up two-factor log-in")
    dialog.get_by_label("Current password").fill("an even newer passphrase")
    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_role("img", name="QR code").wait_for()
    screen.checkpoint("second factor")
    secret = dialog.locator("code").inner_text().replace(" ", "")
    dialog.get_by_label("Code that the app shows").fill(pyotp.TOTP(secret).now())
    dialog.get_by_role("button", name="Turn on").click()
    page.get_by_text("On", exact=True).wait_for()
    screen.checkpoint("security")
    proof = {"email": "keeper@example.com", "password": "an even newer passphrase"}
    refused = httpx.post(f"{server.url}/auth/login", json=proof)
    assert refused.json()["errors"][0]["extensions"]["code"] == "INVALID_OTP"
    with server.client(server.directus_token()) as http:
        person = http.get("/users", params={"filter": '{"email":{"_eq":"keeper@example.com"}}'}).json()["data"][0]
    assert (person["first_name"], person["last_name"]) == ("Kaja", "Holm")
    assert person["avatar"]


def test_a_token_is_shown_once_and_works(signed_in_page: NewScreen, server: Server) -> None:
    screen = signed_in_page("Admin")
    screen.go("/me/token")
    screen.page.get_by_role("button", name="Make token").click()
    screen.page.get_by_text("shown only now").wait_for()
    token = screen.page.locator("code").inner_text()
    with server.client(token) as http:
        assert http.get("/users/me").json()["data"]["email"] == server.email
    screen.checkpoint("token")
    screen.page.reload()
    screen.page.get_by_role("button", name="Remove token").click()
    screen.page.get_by_role("alertdialog").get_by_role("button", name="Remove token").click()
    screen.page.get_by_text("No token").wait_for()
    with server.client(token) as http:
        assert http.get("/users/me").status_code == 401


def test_who_may_not_change_themselves_is_told(signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Reader")
    screen.go("/me")
    screen.page.get_by_text("Your role may not change this").wait_for()
    assert screen.page.get_by_role("button", name="Save profile").count() == 0
    screen.checkpoint("profile, read only")
    rail = screen.page.get_by_role("navigation", name="Modules")
    assert rail.get_by_role("link", name="Settings").count() == 0


@pytest.mark.smoke
@pytest.mark.parametrize(("locale", "dark"), [("de-DE", True), ("ar-AE", False)])
def test_other_languages_and_a_phone(signed_in_page: NewScreen, locale: str, dark: bool) -> None:
    """Journey 25, German and Arabic, dark and light, in the hand."""
    colours = "dark" if dark else "light"
    screen = signed_in_page("Walker", viewport=PHONE, locale=locale, color_scheme=colours, has_touch=True)
    screen.go("/home")
    screen.page.get_by_role("heading", level=1).wait_for()
    assert screen.page.evaluate("document.documentElement.lang") == locale[:2]
    assert screen.page.evaluate("document.documentElement.dir") == ("rtl" if locale.startswith("ar") else "ltr")
    screen.checkpoint(f"home on a phone, {locale}")
    bar = screen.page.get_by_role("navigation").last
    for target in bar.get_by_role("link").or_(bar.get_by_role("button")).all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 44
    bar.get_by_role("button").last.tap()
    screen.page.get_by_role("menu").wait_for()
    screen.checkpoint()
    screen.page.keyboard.press("Escape")
    screen.go("/me")
    screen.page.get_by_role("heading", level=1).wait_for()
    screen.checkpoint(f"profile on a phone, {locale}")


def test_turning_a_phone_keeps_what_was_typed(signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/settings/project")
    wide = page.viewport_size
    assert wide is not None
    page.get_by_label("Description").fill("Typed before")
    page.set_viewport_size(PHONE)
    page.get_by_role("navigation", name="Settings").wait_for(state="hidden")
    expect(page.get_by_label("Description")).to_have_value("Typed before")
    page.set_viewport_size(wide)
    page.get_by_role("navigation", name="Settings").wait_for()
    expect(page.get_by_label("Description")).to_have_value("Typed before")


def test_a_network_that_is_away_is_told(signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Admin")
    home(screen)
    screen.allow("/", None)
    screen.allow_error("WebSocket|ERR_INTERNET_DISCONNECTED")
    screen.page.context.set_offline(True)
    screen.page.get_by_text("Offline. Your changes are kept").wait_for()
    screen.page.context.set_offline(False)
    screen.page.get_by_text("Offline. Your changes are kept").wait_for(state="detached")


def test_an_unknown_address_stays_within_the_frame(signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Admin")
    screen.go("/no/such/place")
    screen.page.get_by_role("heading", name="There is nothing here").wait_for()
    screen.page.get_by_role("navigation", name="Modules").wait_for()
    screen.checkpoint()


def test_nothing_moves_on_and_on_where_motion_is_reduced(signed_in_page: NewScreen) -> None:
    """An endless animation that takes no time begins again at every frame, and the page has little time for more."""
    screen = signed_in_page("Admin")
    page = screen.page
    home(screen)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/notifications?**", hold)
    page.evaluate(
        "window.begun = 0; document.addEventListener('animationiteration', () => { window.begun += 1 }, true)"
    )
    page.get_by_role("button", name=re.compile("^Notifications")).click()
    page.get_by_role("dialog", name="Notifications").get_by_role("status").first.wait_for()
    page.wait_for_timeout(500)
    assert held
    assert page.evaluate("window.begun") == 0
    for route in held:
        route.continue_()
    page.get_by_text("You have seen everything").wait_for()
