"""The pictures of the README, light and dark: `make studio && .venv/bin/python studio/scripts/readme_pictures.py`.

Starts a server of its own with the blog sample.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import pyvips

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.servers import running_server  # noqa: E402
from tests.studio.harness import CHROMIUM_FLAGS, Screen, sign_in  # noqa: E402
from tests.studio.places import make_project  # noqa: E402

FOLDER = ROOT / "docs" / "images"
PICTURES = {"list": "list", "item": "item-history", "insights": "dashboard"}
"""The end of a file's name, and the place that it shows."""
VIEW = {"viewport": {"width": 1360, "height": 800}, "device_scale_factor": 1.25, "locale": "en-US"}
LOADED = """() => Promise.all(
  [document.fonts.ready, ...[...document.images]
    .filter((one) => one.getBoundingClientRect().top < innerHeight).map((one) => one.decode())])"""
QUALITY = 80
"""Texts stay sharp, and a picture of a list has about 100 kB."""


def main() -> None:
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as data, running_server(Path(data)) as server, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        places = make_project(server).places()
        for scheme in ("light", "dark"):
            context = browser.new_context(**VIEW, color_scheme=scheme, reduced_motion="reduce")
            screen = Screen(context.new_page(), server)
            sign_in(screen, server.email, server.password)
            for name, place in PICTURES.items():
                screen.go(places[place])
                screen.page.get_by_role("heading", level=1).wait_for()
                # a font that was late for the first page is there for the second
                screen.page.reload()
                screen.page.get_by_role("heading", level=1).wait_for()
                screen.page.wait_for_load_state("networkidle")
                screen.page.locator("[aria-busy=true], [class*=st-pulse]").first.wait_for(state="detached")
                screen.page.evaluate(LOADED)
                picture = pyvips.Image.new_from_buffer(screen.page.screenshot(), "")
                file = FOLDER / f"studio-{name}{'-dark' if scheme == 'dark' else ''}.webp"
                picture.webpsave(str(file), Q=QUALITY, smart_subsample=True, effort=6)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
