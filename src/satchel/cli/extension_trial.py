"""`satchel ext test`: every contribution of an extension, drawn by a real studio in a real browser.

In charge of: a server with the extension on a data folder that is thrown away, a browser that goes through what the
extension contributes, in each mode and look, and what is wrong with what is seen. Not in charge of: what can be said
without a browser (`extension`), or what samples are drawn with (the studio's page *Settings → Extensions → Try it*).

Playwright is no requirement of the program: it is imported here, and asked for in words where it is missing.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

from satchel.errors import Unprocessable
from satchel.studio.bundle import FOLDER as STUDIO
from satchel.studio.extension_files import Extension

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
AXE = STUDIO / "sdk" / "axe.js"
EMAIL = "tester@example.com"
SECONDS = 60
LOOKS = (
    ("light", {"locale": "en-US", "color_scheme": "light"}),
    ("dark", {"locale": "en-US", "color_scheme": "dark"}),
    ("right to left", {"locale": "ar-AE", "color_scheme": "light"}),
)
"""(name, options of the browser's context)."""
DRAWN = ("interfaces", "displays", "layouts", "panels", "sidebar", "actions", "commands")
"""What the studio draws on its page of samples, one below the other; modules have pages of their own."""

_READY = re.compile(r"API\s.*?(https?://[^\s/]+)/")
_STILL = """async () => {
  const quiet = () => new Promise((done) => setTimeout(done, 150));
  // an element may draw a moment after it stands there
  for (let at = 0, before = -1; at < 30; at += 1) {
    await quiet();
    const now = document.querySelectorAll("*").length;
    const waits = document.querySelector("[data-control]:empty, [aria-busy=true]") && at < 25;
    if (now === before && !waits) return;
    before = now;
  }
}"""
_BROKEN = """() => [...document.querySelectorAll("[data-broken]")].map((one) =>
  [one.closest("[data-contribution]")?.dataset.contribution ?? "", one.innerText.split("\\n").join(" - ")])"""
_WIDER = """() => [...document.querySelectorAll("[data-contribution], html")].filter(
  (one) => one.scrollWidth > one.clientWidth + 1).map(
  (one) => [one.dataset.contribution ?? "", `it is ${one.scrollWidth - one.clientWidth} pixels too wide`])"""
_AXE = """async () => {
  // the frame of a sandbox is transparent: what lies behind it counts as its ground
  if (location.href === "about:srcdoc") document.documentElement.style.background = "var(--st-bg)";
  const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const where = document.querySelector("main") ?? document;
  const found = await axe.run(where, {runOnly: {type: "tag", values}, resultTypes: ["violations"], elementRef: true});
  return found.violations.flatMap((one) => one.nodes.slice(0, 9).map((node) => [
    node.element?.closest("[data-contribution]")?.dataset.contribution ?? "",
    `${one.id}: ${one.help} - ${node.target.flat().at(-1)}`,
  ]));
}"""


def try_out(extension: Extension, place: Path, data: Path | None, tell: Callable[[str], None]) -> list[str]:
    """What is wrong with the extension in the folder `place`, by contribution and look; `tell` hears how it goes.
    `data`: the data folder of which a copy is what it is tried with, else an empty project. Raises Unprocessable where
    it can't be tried at all.
    """
    playwright = _playwright()
    if not AXE.is_file():
        raise Unprocessable("There is no built studio in this installation.", hint="In a checkout: make studio")
    with (
        tempfile.TemporaryDirectory(prefix="satchel-ext-", ignore_cleanup_errors=True) as folder,
        _server(place, Path(folder) / "data", data) as (url, password),
        playwright() as driver,
    ):
        browser = _browser(driver)
        try:
            return _merged(_looked_at(browser, url, password, extension, tell))
        finally:
            browser.close()


def _playwright() -> Any:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise Unprocessable(
            "satchel ext test drives a browser by Playwright, which is not installed.",
            hint="pip install playwright, and Chromium: your system's, or python -m playwright install chromium",
        ) from None
    return sync_playwright


def _browser(driver: Any) -> Any:
    """The system's Chromium, else Playwright's own."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    # a sandbox of the browser's own is not to be had as root
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    try:
        return driver.chromium.launch(executable_path=path, args=arguments)
    except Exception as error:  # Playwright has no narrower error for this
        raise Unprocessable(
            f"Chromium did not start: {str(error).splitlines()[0]}",
            hint="Install Chromium by your system's packages, or: python -m playwright install chromium",
        ) from None


@contextlib.contextmanager
def _server(place: Path, folder: Path, data: Path | None) -> Generator[tuple[str, str]]:
    """(address, password) of a server on a data folder of its own with the extension in it."""
    if data is None:
        folder.mkdir()
    else:
        shutil.copytree(data, folder, ignore=shutil.ignore_patterns("*.lock", "*.sock", "backups"))
    shutil.copytree(place, folder / "extensions" / place.name, dirs_exist_ok=True)
    password = secrets.token_urlsafe(18)
    variables = {name: value for name, value in os.environ.items() if not name.startswith("SATCHEL_")}
    variables |= {"PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    program = [sys.executable, "-m", "satchel.cli"]
    where = ["--data", str(folder)]
    subprocess.run(
        [*program, "superuser", "upsert", EMAIL, password, *where],
        env=variables, check=True, capture_output=True, timeout=SECONDS,
    )  # fmt: skip
    process = subprocess.Popen(
        [*program, "serve", *where, "--port", "0"],
        env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    said: list[str] = []
    try:
        for line in process.stdout:
            said.append(line)
            ready = _READY.search(line)
            if ready:
                yield ready[1], password
                return
        raise Unprocessable(f"The server for the trial did not start:\n{''.join(said[-20:])}")
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=SECONDS)
        process.kill()


def _looked_at(
    browser: Any, url: str, password: str, extension: Extension, tell: Callable[[str], None]
) -> Iterator[tuple[str, str, str]]:
    """(contribution, look, what is wrong)."""
    contributes = extension.manifest.contributes
    drawn = [f"{kind}.{one.id}" for kind in DRAWN for one in getattr(contributes, kind)]
    samples = f"{url}/studio/settings/extensions/{extension.name}"
    for look, options in LOOKS:
        context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900}, **options)
        body = {"email": EMAIL, "password": password, "mode": "session"}
        signed_in = context.request.post(f"{url}/auth/login", data=body)
        if not signed_in.ok:
            raise Unprocessable(f"The server for the trial did not let the browser in: {signed_in.text()}")
        if drawn:
            tell(f"{look}: {', '.join(drawn)}")
            complaints, seen = _seen(context, samples)
            yield from ((name or "samples", look, problem) for name, problem in seen)
            # whose complaints they are shows when each is alone
            for name in drawn if complaints else ():
                for complaint in _seen(context, f"{samples}?only={name}")[0]:
                    yield name, look, complaint
        for one in contributes.modules:
            tell(f"{look}: modules.{one.id}")
            complaints, seen = _seen(context, f"{url}/studio/x/{extension.name}/{one.path}")
            for problem in [*complaints, *(problem for _, problem in seen)]:
                yield f"modules.{one.id}", look, problem
        context.close()


def _seen(context: Any, address: str) -> tuple[list[str], list[tuple[str, str]]]:
    """(what the browser complains of, what is wrong to look at as (contribution, problem)) on one page."""
    complaints: dict[str, None] = {}

    def thrown(error: Any) -> None:
        complaints[f"it throws: {error}"] = None

    def told(message: Any) -> None:
        if message.type == "error":
            complaints[f"console: {message.text}"] = None

    page = context.new_page()
    page.on("pageerror", thrown)
    page.on("console", told)
    page.goto(address)
    # a page of samples, an element, or the frame of one in a sandbox
    page.wait_for_selector("main :is(h1, [data-control], iframe)", state="attached", timeout=SECONDS * 1000)
    page.wait_for_load_state("networkidle")
    page.evaluate(_STILL)
    seen: list[tuple[str, str]] = [(name, card) for name, card in page.evaluate(_BROKEN)]
    seen += [(name, wider) for name, wider in page.evaluate(_WIDER)]
    # what is in a sandbox is a page of its own
    for frame in [page.main_frame, *(one for one in page.frames if one.url == "about:srcdoc")]:
        frame.evaluate(AXE.read_text(encoding="utf-8"))
        seen += [(name, violation) for name, violation in frame.evaluate(_AXE)]
    page.close()
    return list(complaints), seen


def _merged(found: Iterator[tuple[str, str, str]]) -> list[str]:
    """Each problem once, with the looks that it is seen in."""
    looks: dict[tuple[str, str], list[str]] = {}
    for name, look, problem in found:
        seen = looks.setdefault((name, problem), [])
        if look not in seen:
            seen.append(look)
    return [f"{name} ({', '.join(seen)}): {problem}" for (name, problem), seen in looks.items()]
