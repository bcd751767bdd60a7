"""Settings that the start of the program fixes: what is in force is shown, with the name of what fixed it."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.servers import Server, running_server
from tests.studio.conftest import NewScreen
from tests.studio.harness import PHONE, sign_in


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    secrets = "access_key_id=canary&secret_access_key=canary"
    settings = {
        "public_url": f"http://127.0.0.1:{port}",
        "storage_url": f"s3://uploads?region=eu&endpoint=http://127.0.0.1:9&{secrets}",
        "trusted_proxies": "10.0.0.0/8",
        "studio_extensions_install": "false",
        "login_stall_milliseconds": 0,
    }
    started = Server(tmp_path_factory.mktemp("fixed"), settings=settings)
    started.create_superuser()
    started.start("--port", str(port))
    try:
        yield started
    finally:
        started.stop()


def test_what_the_start_fixes_is_shown_locked(server: Server, signed_in_page: NewScreen) -> None:
    screen = signed_in_page("Admin")
    page = screen.page
    screen.go("/settings/storage")
    files = page.get_by_role("region", name="Files")
    place = files.get_by_role("radio", name="s3://uploads")
    place.wait_for()
    assert place.is_checked()
    files.get_by_text("Fixed by SATCHEL_STORAGE_URL when the program is started.").wait_for()
    assert files.get_by_text("On this machine").count() == 0
    page.get_by_role("region", name="Backups").get_by_text("On this machine").wait_for()
    assert "canary" not in page.content()
    screen.checkpoint("fixed storage")

    for path, label, value, variable in (
        ("mail", "Address of this server", server.url, "SATCHEL_PUBLIC_URL"),
        ("security", "Proxies that are believed", "10.0.0.0/8", "SATCHEL_TRUSTED_PROXIES"),
    ):
        screen.go(f"/settings/{path}")
        field = page.get_by_role("textbox", name=label)
        field.wait_for()
        assert field.input_value() == value
        assert not field.is_editable()
        page.get_by_text(f"Fixed by {variable} when the program is started.").wait_for()
        if path == "mail":
            page.get_by_text("Links in mails to users lead there.").wait_for()
            page.get_by_text("Links in mails to records of collections lead there.").wait_for()
        screen.checkpoint(f"fixed {path}")
    page.set_viewport_size(PHONE)
    screen.checkpoint("fixed security on a phone")

    screen.go("/settings/extensions")
    page.get_by_text("Fixed by SATCHEL_STUDIO_EXTENSIONS_INSTALL when the program is started.").wait_for()
    assert page.get_by_role("button", name="Add from a zip").count() == 0
    screen.checkpoint("fixed extensions")


def test_where_links_in_mails_lead_unless_the_start_says_it(
    new_screen: NewScreen, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with running_server(tmp_path_factory.mktemp("free")) as free:
        screen = new_screen(on=free)
        sign_in(screen, free.email, free.password)
        screen.go("/settings/mail")
        address = screen.page.get_by_role("textbox", name="Address of the application")
        expect(address).to_have_accessible_description("Links in mails lead there.")
        assert screen.page.get_by_role("textbox", name="Address of this server").count() == 0
