"""A person in front of the studio: a real browser, a real server, and an eye on what must never happen.

`Screen.checkpoint()` is the test behind the tests: no accessibility violation (axe-core, WCAG 2.2 A and AA), no error
in the console, no failed request that the test did not announce, no page that scrolls sideways.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.servers import Server

ROOT = Path(__file__).parents[2]
DIST = ROOT / "src" / "satchel" / "studio_dist"
AXE = ROOT / "studio" / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = "STUDIO_SCREENSHOTS"
"""The variable that names the folder for screenshots; none are made without it."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
ZOOMED = {"width": 720, "height": 450}
"""A desk at 200 %."""
NARROWEST = {"width": 320, "height": 256}
"""1280×1024 at 400 %: where nothing may scroll in two directions (WCAG 1.4.10)."""
DISABLED_FEATURES = [
    # two pages that each window loads for its address bar, which nobody sees here: a fifth of all work of a journey
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # what Playwright disables, because only the last of several switches counts
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
]
CHROMIUM_FLAGS = [
    f"--disable-features={','.join(DISABLED_FEATURES)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_RUN_AXE = """async ([type, values]) => {
  // what was just read out loud names elements that may be gone by now
  const where = {exclude: ["[data-live-announcer]"]};
  const found = await axe.run(where, {runOnly: {type, values}, resultTypes: ["violations"]});
  return found.violations.map((v) => ({
    rule: v.id, help: v.help, nodes: v.nodes.slice(0, 5).map((n) => `${n.target.join(" ")}  ${n.html.slice(0, 160)}`),
  }));
}"""
_STILL = """() => Promise.allSettled(document.getAnimations().filter(
  (one) => one.effect?.getComputedTiming().iterations !== Infinity).map((one) => one.finished))"""
_DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
_WEAR = "([theme, contrast]) => Object.assign(document.documentElement.dataset, {theme, contrast})"
_SIDEWAYS = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return null;
  const wide = [...document.querySelectorAll("body *")].filter(
    (one) => one.getBoundingClientRect().right > root.clientWidth + 1);
  return `${root.scrollWidth} > ${root.clientWidth}: ${wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 120))}`;
}"""

_OUTGROWN = """() => {
  const root = document.documentElement;
  if (root.scrollHeight <= root.clientHeight) return null;
  const low = [...document.querySelectorAll("body *")].filter((one) => getComputedStyle(one).position === "absolute"
    && (one.offsetParent ?? document.body) === document.body
    && one.getBoundingClientRect().bottom > root.clientHeight + 1);
  return `${root.scrollHeight} > ${root.clientHeight}: ${low.slice(0, 3).map((one) => one.outerHTML.slice(0, 120))}`;
}"""


LONGER = """(() => {
  const parse = JSON.parse;
  const longer = (one) =>
    typeof one === "string"
      ? one.trim() ? one.replace(/[aeiou]/g, (v) => ({a: "á", e: "é", i: "í", o: "ö", u: "ü"})[v])
          + " " + "·".repeat(Math.ceil(one.length * 0.4 / 2) * 2 - 1) : one
      : Array.isArray(one)
        ? one.length > 2 && typeof one[2] === "object" && !Array.isArray(one[2])
          ? [one[0], one[1], Object.fromEntries(Object.entries(one[2]).map(([k, v]) => [k, said(v)]))]
          : typeof one[0] === "string" && one.length === 1 && /^\\w+$/.test(one[0]) ? one : one.map(part)
        : one;
  const part = (one) => (Array.isArray(one) || /[a-z]{2}/i.test(String(one)) ? longer(one) : one);
  const said = (one) => (Array.isArray(one) ? one.map(part) : longer(one));
  JSON.parse = (text, ...rest) => {
    const value = parse(text, ...rest);
    const keys = value && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : [];
    if (keys.length < 20 || !keys.every((key) => /^[a-z_]+(\\.[\\w-]+)+$/.test(key))) return value;
    return Object.fromEntries(keys.map((key) => [key, said(value[key])]));
  };
})();"""
"""A pseudo-locale: each message of the catalogs 40 % longer, as it is loaded, and to be told by its dots."""

_CUT = """() => {
  const seen = [];
  for (const one of document.querySelectorAll("body *")) {
    if (one.closest("svg, canvas, .cm-editor, .sr-only, [aria-hidden=true], iframe")) continue;
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || one.scrollWidth <= one.clientWidth + 1 || !one.clientWidth) continue;
    const style = getComputedStyle(one);
    if (style.display === "inline" || style.visibility === "hidden" || /auto|scroll/.test(style.overflowX)) continue;
    const named = one.closest("[title], [aria-label], [data-truncated]");
    if (style.textOverflow === "ellipsis" && named) continue;
    if (one.getBoundingClientRect().width < 2) continue;
    seen.push(`${style.textOverflow === "ellipsis" ? "ellipsis" : "CUT"} ${one.tagName.toLowerCase()} `
      + `"${one.textContent.trim().slice(0, 50)}" ${one.clientWidth} of ${one.scrollWidth}`);
  }
  return [...new Set(seen)].slice(0, 12);
}"""
_WORDS = """() => {
  const seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (at.closest("script, style, noscript, svg, code, pre, kbd, time, .font-mono, .cm-editor, [contenteditable]"))
      continue;
    seen.add(walker.currentNode.textContent.replace(/\\s+/g, " ").trim());
  }
  return [...seen];
}"""


_HARD_TO_HIT = """() => {
  const kinds = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=tab], [role=menuitem], "
    + "[role=option], [role=slider], [role=spinbutton]";
  const isThere = (one) => !one.disabled && !one.closest("[inert], [aria-hidden=true]")
    && one.checkVisibility({visibilityProperty: true, opacityProperty: true});
  // a label is pressed for its box, and the parts of a date are one field
  const whole = (one) => one.closest("label")
    ?? (one.role === "spinbutton" ? one.closest("[role=group]") : null) ?? one;
  const name = (one) => (one.getAttribute("aria-label") || one.textContent || one.placeholder
    || one.querySelector("[aria-label]")?.getAttribute("aria-label") || "").trim().slice(0, 40);
  const targets = [...new Set([...document.querySelectorAll(kinds)].filter(isThere).map(whole))];
  const targetAt = (x, y) => {
    const hit = document.elementFromPoint(x, y);
    return hit && targets.findLast((one) => one.contains(hit));
  };
  const distance = (box, x, y) =>
    Math.max(box.left - x, x - box.right, 0) + Math.max(box.top - y, y - box.bottom, 0);
  const found = [];
  for (const one of targets) {
    // a link in a sentence is as high as its line
    const style = getComputedStyle(one);
    if (one.localName === "a" && style.display === "inline") continue;
    one.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
    const box = one.getBoundingClientRect();
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const own = (hit) => hit && (one.contains(hit) || hit.contains(one));
    // covered by what is open, or at the edge of the window, where fingers don't miss to that side
    if (!own(targetAt(x, y)) || x < 22 || y < 22 || x > innerWidth - 22 || y > innerHeight - 22) continue;
    // less the line around it, and what its corners, or those of what holds it, are round by
    const radii = [style.borderTopLeftRadius, style.borderTopRightRadius,
      getComputedStyle(one.parentElement).borderBottomRightRadius];
    const corner = 21 - 0.3 * Math.min(22, Math.max(...radii.map((radius) => parseFloat(radius) || 0)));
    const points = [[0, -21], [0, 21], [-21, 0], [21, 0]];
    for (const across of [-corner, corner]) for (const down of [-corner, corner]) points.push([across, down]);
    const missed = points.find(([across, down]) => {
      const hit = targetAt(x + across, y + down);
      if (own(hit)) return false;
      // what is as near to the centre of another one may be that one's
      const other = hit?.getBoundingClientRect();
      return !other || (distance(other, x + across, y + down) > distance(box, x + across, y + down)
        && Math.max(Math.abs((other.left + other.right) / 2 - x - across),
          Math.abs((other.top + other.bottom) / 2 - y - down)) > 22);
    });
    if (missed) found.push(`${one.localName} "${name(one)}" ${Math.round(box.width)}x${Math.round(box.height)}, missed `
      + `at ${missed.map(Math.round)}`);
  }
  return found;
}"""


@dataclass
class Allowed:
    """A failure that the test brings about: part of the URL, and the status (None: no answer at all)."""

    part: str
    status: int | None
    seen: int = 0


@dataclass
class Screen:
    """One page of one person. `page` is Playwright's."""

    page: Any
    server: Server
    problems: list[str] = field(default_factory=list[str])
    allowed: list[Allowed] = field(default_factory=list[Allowed])
    errors_allowed: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))
        self.page.on("response", self._response)
        self.page.on("requestfailed", self._failed)

    def go(self, path: str = "/") -> None:
        """Open a screen by its path below `/studio`."""
        self.page.goto(f"{self.server.url}/studio{path}")

    def allow(self, part: str, status: int | None) -> Allowed:
        """Announce failures of requests: those whose URL holds `part` and that get this status."""
        one = Allowed(part, status)
        self.allowed.append(one)
        return one

    def allow_error(self, pattern: str) -> None:
        """Announce an error in the console that matches this pattern."""
        self.errors_allowed.append(pattern)

    def checkpoint(self, name: str = "", *, axe: bool = True) -> None:
        """Everything that must hold at any moment. `name`: of the screenshot, if any is wanted."""
        self.page.evaluate(_STILL)
        if name and SCREENSHOTS in os.environ:
            folder = Path(os.environ[SCREENSHOTS])
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{name}.png")
        assert not self.problems, "\n".join(self.problems)
        sideways = self.sideways()
        assert sideways is None, f"the page scrolls sideways: {sideways}"
        if axe:
            violations = self.axe()
            assert not violations, f"{self.page.url}\n" + json.dumps(violations, indent=1)

    def sideways(self) -> str | None:
        """What is wider than the page, if anything is."""
        found: str | None = self.page.evaluate(_SIDEWAYS)
        return found

    def outgrown(self) -> str | None:
        """What makes the page itself taller than the window, where only its parts should scroll: whoever gets there by
        the keyboard pushes the whole frame out of sight.
        """
        found: str | None = self.page.evaluate(_OUTGROWN)
        return found

    def cut_off(self) -> list[str]:
        """Texts that are cut off without a way to read them."""
        found: list[str] = self.page.evaluate(_CUT)
        return found

    def hard_to_hit(self) -> list[str]:
        """What a finger is to press and is not hit all over the 44×44 pixels around its centre."""
        found: list[str] = self.page.evaluate(_HARD_TO_HIT)
        return found

    def touch(self, on: bool) -> None:
        """Give the browser a screen that is touched, or take it away."""
        self.page.context.new_cdp_session(self.page).send("Emulation.setTouchEmulationEnabled", {"enabled": on})

    def words(self) -> list[str]:
        """All texts on the page but code and times, each once."""
        found: list[str] = self.page.evaluate(_WORDS)
        return found

    def wear(self, theme: str, contrast: str) -> None:
        """Put on a theme and a contrast, whatever the person prefers, until the next page."""
        self.page.evaluate(_WEAR, [theme, contrast])
        self.page.evaluate(_DRAWN)
        self.page.evaluate(_STILL)

    def resize(self, size: dict[str, int]) -> None:
        """Another size of the window, until the page is drawn for it."""
        self.page.set_viewport_size(size)
        self.page.evaluate(_DRAWN)

    def axe(self, *rules: str) -> list[dict[str, Any]]:
        """The violations on the page as it is now; of these rules alone, if any are named."""
        if not self.page.evaluate("() => 'axe' in window"):
            # evaluated from outside, which the page's policy says nothing about
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = self.page.evaluate(_RUN_AXE, ["rule", list(rules)] if rules else ["tag", TAGS])
        return found

    def boot(self) -> dict[str, Any]:
        """What the server wrote into the page."""
        return json.loads(self.page.locator("#satchel-boot").text_content())

    # --- what the browser says

    def _console(self, message: Any) -> None:
        # failed requests are told by `_response`, with their status
        if message.type != "error" or message.text.startswith("Failed to load resource"):
            return
        if not any(re.search(pattern, message.text) for pattern in self.errors_allowed):
            self.problems.append(f"console: {message.text}")

    def _response(self, response: Any) -> None:
        if response.status >= 400 and not self._is_allowed(response.url, response.status):
            self.problems.append(f"{response.status} {response.request.method} {response.url}")

    def _failed(self, request: Any) -> None:
        # what a page asked for and did not wait for when it was left is no failure
        if "ERR_ABORTED" not in (request.failure or "") and not self._is_allowed(request.url, None):
            self.problems.append(f"{request.failure} {request.method} {request.url}")

    def _is_allowed(self, url: str, status: int | None) -> bool:
        for one in self.allowed:
            if one.part in url and one.status == status:
                one.seen += 1
                return True
        return False


def sign_in(screen: Screen, email: str, password: str) -> None:
    """Give the browser a session, past the log-in screen."""
    body = {"email": email, "password": password, "mode": "session"}
    answer = screen.page.context.request.post(f"{screen.server.url}/auth/login", data=body)
    assert answer.ok, answer.text()


def make_person(server: Server, role: str, permissions: list[dict[str, Any]] | None = None) -> tuple[str, str]:
    """(e-mail, password) of a new user with a role and a policy of this name that may use the studio. `permissions`:
    rows of `directus_permissions`, without their policy.
    """
    email, password = f"{role.lower()}@example.com", f"{role} of the house 1"
    with server.client(server.directus_token()) as http:

        def made(path: str, body: Any) -> Any:
            answer = http.post(path, json=body)
            assert answer.status_code in (200, 204), answer.text
            return answer.json()["data"] if answer.content else None

        policy = made("/policies", {"name": role, "app_access": True, "admin_access": False})["id"]
        if permissions:
            made("/permissions", [{**row, "policy": policy} for row in permissions])
        group = made("/roles", {"name": role, "policies": [{"policy": policy}]})["id"]
        made("/users", {"email": email, "password": password, "role": group, "status": "active", "first_name": role})
    return email, password


def pick_field(page: Any, text: str) -> None:
    """Pick a field from those that have just been opened: by the first that has the text in its name."""
    expect(page.get_by_role("searchbox", name="Find a field")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
