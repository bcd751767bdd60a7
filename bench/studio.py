"""The studio in a browser: how long people wait, in Chromium over its own protocol, against a real server.

One table of figures beside their goals. A list of 100,000 rows, a form of 200 fields and a small collection are made
first. Each part runs in a process and browser of its own and is stopped after `--limit` seconds, with the figures that
it has by then. `--only PART` picks parts, `--rounds N` says how much is browsed for the memory, `--json FILE` keeps the
figures. Throttled figures are for a mobile network (1.6 Mbit/s, 150 ms) and a CPU four times slower.

`--at URL` measures a server that has the data and runs already, as `--keep` leaves one behind: to compare two builds,
measure them in turns.

On a machine that does other work all of this gets slower: the figures are upper bounds then, and the load is printed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import apsw
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from compare import EMAIL, PASSWORD, WORDS, Server, free_port
from directus import sign_in, start

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.studio.harness import CHROMIUM_FLAGS

ROWS = 100_000
FIELDS = 200
JUMPS, JUMPS_SECONDS = 120, 60
SLOW = 4
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1_638_400 / 8, "uploadThroughput": 750_000 / 8}

FILLED = """([row, column]) => {
  const cell = document.querySelector(`[data-row="${row}"][data-column="${column}"]`);
  return cell?.textContent.trim() ? performance.now() : false;
}"""
"""When a cell has its text, in milliseconds since the page was asked for."""
HEADED = """(text) => [...document.querySelectorAll("main h1, main [role=heading]")].some(
  (one) => one.textContent.includes(text)) && !document.querySelector("main [role=status][aria-busy]")
  ? performance.now() : false"""
TITLE = "input[aria-labelledby$='-title-label']"
TITLED = f"() => document.querySelector({json.dumps(TITLE)})?.value ? performance.now() : false"
PASSWORD_SEEN = "() => document.querySelector('input[type=password]')?.offsetParent ? performance.now() : false"
WATCH = """() => {
  const kept = (window.bench = {shift: 0, long: []});
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) kept.shift += one.value;
  }).observe({type: "layout-shift", buffered: true});
  new PerformanceObserver((list) => kept.long.push(...list.getEntries().map((one) => one.duration)))
    .observe({type: "longtask", buffered: true});
}"""
FRAMES = """() => {
  const grid = document.querySelector("[data-grid]");
  const height = grid.querySelector("[role=rowgroup] ~ [role=rowgroup] [role=row]").offsetHeight;
  const kept = (window.frames_ = {deltas: [], blank: [], on: true});
  bench.long.length = 0;
  let last = performance.now(), since = null;
  const step = (now) => {
    kept.deltas.push(now - last);
    last = now;
    // the rows of the middle of what is seen, by where they stand
    const row = Math.floor((grid.scrollTop + grid.clientHeight / 2) / height);
    const cell = grid.querySelector(`[data-row="${row}"][data-column="2"]`);
    const blank = !cell?.textContent;
    if (blank) since ??= now;
    else if (since !== null) { kept.blank.push(now - since); since = null; }
    if (kept.on) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}"""
FRAMES_END = "() => { frames_.on = false; return {...frames_, long: [...bench.long]}; }"
SCROLL = """(seconds) => new Promise((resolve) => {
  const grid = document.querySelector("[data-grid]");
  const started = performance.now(), from = grid.scrollTop;
  const step = () => {
    const gone = performance.now() - started;
    grid.scrollTop = from + gone * 3.6;
    if (gone < seconds * 1000) requestAnimationFrame(step);
    else resolve();
  };
  requestAnimationFrame(step);
})"""
"""The same way down as by the wheel, where a browser that is slowed down may never end a gesture."""
JUMP = """([to, row]) => new Promise((resolve, reject) => {
  const grid = document.querySelector("[data-grid]");
  const started = performance.now();
  grid.scrollTop = to < 0 ? grid.scrollHeight : to;
  const look = () => {
    if (!grid.isConnected) return reject(new Error("another list took the place of this one"));
    const edge = grid.getBoundingClientRect();
    // at two places, as one may lie on the line between two rows
    const hit = [60, 64].flatMap((up) => document.elementsFromPoint(edge.left + 150, edge.bottom - up))
      .find((one) => one.matches("[data-row]"));
    if (hit?.textContent.trim() && (row < 0 || document.querySelector(`[data-row="${row}"]`)))
      resolve(performance.now() - started);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""
TYPING = """() => {
  const kept = (window.typing = []);
  addEventListener("keydown", ({timeStamp}) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => kept.push(performance.now() - timeStamp);
    channel.port2.postMessage(0);
  }), true);
}"""
GO = """(path) => {
  const started = performance.now();
  history.pushState({}, "", new URL(path, document.baseURI));
  return started;
}"""
"""Go to another page; the router follows the history."""
SAVE = """(name) => new Promise((resolve) => {
  const button = [...document.querySelectorAll("main button")].find((one) => one.textContent.trim() === name);
  const started = performance.now();
  let pending = null;
  const look = () => {
    const now = performance.now() - started;
    if (pending === null && button.dataset.pending) pending = now;
    if (pending !== null && !button.dataset.pending) resolve([pending, now]);
    else if (now > 10000) resolve([pending ?? now, now]);
    else requestAnimationFrame(look);
  };
  button.click();
  look();
})"""


@dataclass
class Figure:
    name: str
    goal: float | None
    value: float
    unit: str = "ms"
    least: bool = False
    """Whether the goal is the least that it should be."""

    @property
    def met(self) -> bool:
        if self.goal is None:
            return True
        return self.value >= self.goal if self.least else self.value <= self.goal


class Bench:
    """A server with its data, and a browser in which somebody is signed in. `seconds`: how long the wheel is turned,
    `rounds`: how much is browsed, `found`: called with each figure.
    """

    def __init__(
        self, base: str, browser: Browser, seconds: float, rounds: int, found: Callable[[Figure], None]
    ) -> None:
        self.base, self.browser, self.seconds, self.rounds, self.found = base, browser, seconds, rounds, found
        context = browser.new_context()
        body = {"email": EMAIL, "password": PASSWORD, "mode": "session"}
        assert context.request.post(f"{base}/auth/login", data=body).ok
        self.state = context.storage_state()
        context.close()

    def add(self, name: str, goal: float | None, value: float, unit: str = "ms", *, least: bool = False) -> None:
        self.found(Figure(name, goal, value, unit, least))
        print(f"  {name}: {value:.1f} {unit}", flush=True)

    @contextlib.contextmanager
    def context(self) -> Iterator[BrowserContext]:
        context = self.browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="en-US", reduced_motion="reduce", storage_state=self.state
        )
        context.set_default_timeout(60_000)
        context.add_init_script(f"({WATCH})()")
        yield context
        context.close()

    @contextlib.contextmanager
    def page(self, path: str = "", *, slow: bool = False) -> Iterator[tuple[Page, CDPSession]]:
        with self.context() as context:
            page = context.new_page()
            session = context.new_cdp_session(page)
            if path:
                page.goto(f"{self.base}/studio/{path}")
            if slow:
                slow_down(session)
            yield page, session

    def list_time(self, page: Page) -> float:
        """From the address to the first rows."""
        page.goto(f"{self.base}/studio/content/big", wait_until="commit")
        return moment(page, FILLED, [8, 2])

    # --- what is measured

    def first_load(self) -> None:
        name, again = "list, loopback, cold", "list, loopback, warm cache"
        cold: list[float] = []
        warm: list[float] = []
        shift = 0.0
        for _ in range(5):
            with self.page() as (page, _session):
                cold.append(self.list_time(page))
                page.wait_for_timeout(300)
                shift = max(shift, page.evaluate("bench.shift"))
                warm.append(self.list_time(page))
        self.add(name, 600, statistics.median(cold))
        self.add(again, 600, statistics.median(warm))
        self.add("layout shift of the list (CLS)", 0.02, shift, "")

    def slow_load(self) -> None:
        name, again = "list, slow 4G and CPU, cold", "list, slow 4G and CPU, warm cache"
        cold: list[float] = []
        warm: list[float] = []
        for _ in range(3):
            with self.page(slow=True) as (page, _session):
                cold.append(self.list_time(page))
                page.wait_for_load_state("networkidle")
                warm.append(self.list_time(page))
        self.add(name, 2500, statistics.median(cold))
        self.add(again, 1000, statistics.median(warm))

    def log_in(self) -> None:
        """The log-in page for somebody new, and PocketBase's beside it: how fast this machine is, in a figure that
        others have.
        """
        with tempfile.TemporaryDirectory() as folder, pocketbase(Path(folder)) as theirs:
            for name, slow, goal in (
                ("log-in, loopback, cold", False, 600),
                ("log-in, slow 4G and CPU, cold", True, 2500),
            ):
                ours: list[float] = []
                other: list[float] = []
                for _ in range(3 if slow else 5):
                    ours.append(self.log_in_time(f"{self.base}/studio/login", slow=slow))
                    other.append(self.log_in_time(f"{theirs}/_/", slow=slow))
                self.add(name, goal, statistics.median(ours))
                self.add(f"{name}: PocketBase's", None, statistics.median(other))

    def log_in_time(self, address: str, *, slow: bool) -> float:
        """From the address to a password that can be typed."""
        context = self.browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
        page = context.new_page()
        session = context.new_cdp_session(page)
        if slow:
            slow_down(session)
        page.goto(address, wait_until="commit")
        took = moment(page, PASSWORD_SEEN, None)
        context.close()
        return took

    def routes(self) -> None:
        name = "route change, 75th percentile"
        with self.page("home") as (page, _session):
            page.wait_for_function(HEADED, arg="Welcome")
            times: list[float] = []
            rows: list[float] = []
            for turn in range(6):
                for link, function, argument in (
                    ("content/big", FILLED, [8, 2]),
                    ("content/articles", FILLED, [3, 2]),
                    (
                        "content/articles/7",
                        TITLED,
                        None,
                    ),
                    ("home", HEADED, "Welcome"),
                ):
                    started = page.evaluate(GO, link)
                    took = moment(page, function, argument) - started
                    if turn:  # the first time brings the code
                        times.append(took)
                        if link == "content/big":
                            rows.append(took)
        self.add(name, 150, percentile(times, 75))
        self.add("100,000 rows, first rows by a link", 400, statistics.median(rows))

    def long_list(self) -> None:
        with self.page("content/big") as (page, session):
            moment(page, FILLED, [8, 2])
            page.wait_for_function("() => document.querySelector('[data-grid]').scrollHeight > 3000000")
            ends: list[float] = []
            for _ in range(5):
                ends.append(page.evaluate(JUMP, [-1, ROWS - 1]))
                page.evaluate(JUMP, [0, 0])
                page.wait_for_timeout(200)
            self.add("100,000 rows, jump to the end", 300, statistics.median(ends))
            kept = self.scroll(page, session, self.seconds)
            rate = 1000 / statistics.median(kept["deltas"])
            self.add("wheel: frames a second, median", 55, rate, "", least=True)
            self.add("wheel: long tasks", 0, len(kept["long"]), "")
            self.add("wheel: longest time with blank cells", 150, max(kept["blank"], default=0))
            self.add("wheel: frame, 95th percentile", 25, percentile(kept["deltas"], 95))
            self.add("nodes in the grid", 1500, page.evaluate("document.querySelectorAll('[data-grid] *').length"), "")

    def slow_list(self) -> None:
        with self.page("content/big") as (page, session):
            moment(page, FILLED, [8, 2])
            page.wait_for_function("() => document.querySelector('[data-grid]').scrollHeight > 3000000")
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
            # whether a browser that is slowed down keeps up hangs on how it began: several ways
            ways = [percentile(self.scroll(page, None, min(5, self.seconds))["deltas"], 95) for _ in range(5)]
            self.add("slow CPU, wheel: frame, 95th percentile, median of 5 ways", 65, statistics.median(ways))
            page.evaluate("() => { bench.long.length = 0; }")
            chance = random.Random(7)
            end = time.monotonic() + JUMPS_SECONDS
            jumps = 0
            while jumps < JUMPS and time.monotonic() < end:
                page.evaluate(JUMP, [chance.randrange(3_000_000), -1])
                jumps += 1
            long = page.evaluate("bench.long.length") * JUMPS / jumps
            self.add(f"slow CPU, long tasks in {JUMPS} jumps", 20, long, "")

    def scroll(self, page: Page, session: CDPSession | None, seconds: float) -> dict[str, Any]:
        """What was seen on the way down at 60 pixels a sixtieth of a second, by the wheel or (without a session) by a
        script.
        """
        page.evaluate(JUMP, [0, 0])
        page.wait_for_timeout(300)
        page.evaluate(FRAMES)
        gesture = {"x": 700, "y": 500, "yDistance": -int(3600 * seconds), "speed": 3600, "gestureSourceType": "mouse"}
        if session is None:
            page.evaluate(SCROLL, seconds)
        else:
            session.send("Input.synthesizeScrollGesture", {**gesture, "preventFling": True})
        kept = page.evaluate(FRAMES_END)
        return kept | {"deltas": kept["deltas"][5:]}

    def typing(self) -> None:
        with self.page("content/wide/1") as (page, session):
            times = self.keys(page, session, "input[aria-labelledby$='-f101-label']")
        self.add("slow CPU, key in a form of 200 fields, 95th percentile", 35, percentile(times, 95))
        with self.page() as (page, session):
            page.set_content("<!doctype html><input>")
            times = self.keys(page, session, "input")
        self.add("floor of this browser: one plain input, 95th percentile", 35, percentile(times, 95))

    def keys(self, page: Page, session: CDPSession, box: str) -> list[float]:
        """From each key to the picture, on a slow CPU."""
        page.locator(box).wait_for()
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
        page.locator(box).click()
        page.evaluate(TYPING)
        page.keyboard.type("the first keys make the page know it", delay=60)
        page.evaluate("typing.length = 0")
        page.keyboard.type("and these are measured, one after the other, as fast as people type", delay=80)
        return page.evaluate("typing")

    def saving(self) -> None:
        pending: list[float] = []
        done: list[float] = []
        with self.page("content/articles/5") as (page, _session):
            box = page.locator(TITLE)
            box.wait_for()
            for turn in range(5):
                box.fill(f"A title {turn} {time.time()}")
                page.locator("main button:enabled", has_text=re.compile("^Save$")).wait_for()
                one, other = page.evaluate(SAVE, "Save")
                pending.append(one)
                done.append(other)
                page.wait_for_timeout(200)
        self.add("save: seen as under way", 50, statistics.median(pending))
        self.add("save: done", 300, statistics.median(done))

    def palette(self) -> None:
        name = "item opened by the palette"
        with self.page("settings") as (page, _session):
            page.locator("main h1").first.wait_for()
            page.wait_for_timeout(500)
            page.keyboard.press("Control+k")
            page.keyboard.type("Story 17 of")
            page.get_by_role("menuitem", name=re.compile("Story 17 of")).first.wait_for()
            started = page.evaluate("performance.now()")
            page.keyboard.press("Enter")
            page.locator(TITLE).wait_for()
            self.add(f"{name} (2 actions)", 400, page.evaluate("performance.now()") - started)

    def memory(self) -> None:
        """A number of rounds and not of minutes, so that a machine that does other work measures the same."""
        with self.page("home") as (page, session):
            moment(page, HEADED, "Welcome")
            session.send("Performance.enable")
            marks: list[dict[str, float]] = []
            third = max(1, self.rounds // 3)
            for turn in range(third * 3):
                self.browse(page, turn)
                if (turn + 1) % third == 0:
                    marks.append(heap(session))
                    print(f"  after {turn + 1} rounds: {marks[-1]}", flush=True)
        first, last = marks[0], marks[-1]
        self.add("memory: heap", 120, last["JSHeapUsedSize"] / 1e6, "MB")
        growth = last["JSHeapUsedSize"] / first["JSHeapUsedSize"] - 1
        self.add("memory: growth of the heap after the first third", 10, growth * 100, "%")
        self.add("memory: nodes more", 500, last["Nodes"] - first["Nodes"], "")
        self.add("memory: listeners more", 200, last["JSEventListeners"] - first["JSEventListeners"], "")

    def browse(self, page: Page, turn: int) -> None:
        """Look through the long list, open and close an item, go elsewhere."""
        page.evaluate(GO, "content/big")
        moment(page, FILLED, [8, 2])
        for step in range(5):
            page.evaluate(JUMP, [(turn * 5 + step + 1) * 17_431 % 3_000_000, -1])
        page.evaluate(GO, f"content/articles/{1 + turn % 200}")
        page.locator(TITLE).wait_for()
        page.evaluate(GO, "home")
        moment(page, HEADED, "Welcome")


@contextlib.contextmanager
def pocketbase(folder: Path) -> Iterator[str]:
    """The URL of a PocketBase with a superuser."""
    program = shutil.which("pocketbase", path=str(Path(sys.executable).parent)) or "pocketbase"
    data, port = folder / "data", free_port()
    subprocess.run(
        [program, "superuser", "upsert", EMAIL, PASSWORD, "--dir", str(data)], check=True, capture_output=True
    )
    server = Server("pocketbase", [program, "serve", "--dir", str(data), "--http", f"127.0.0.1:{port}"], data, port)
    server.start()
    try:
        yield server.base
    finally:
        server.stop()


def slow_down(session: CDPSession) -> None:
    """From now on by a slow network and CPU."""
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", NETWORK)


def moment(page: Page, function: str, argument: Any) -> float:
    """What the function gives once it is not false: a time of the page's clock."""
    return page.wait_for_function(function, arg=argument, polling="raf").json_value()


def heap(session: CDPSession) -> dict[str, float]:
    session.send("HeapProfiler.enable")
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return {name: metrics[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners", "Documents")}


def percentile(values: list[float], part: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[part - 1]


# --- data


def make(server: Server) -> None:
    key = {
        "field": "id",
        "type": "integer",
        "schema": {"is_primary_key": True, "has_auto_increment": True},
        "meta": {"hidden": True, "readonly": True},
    }
    states = {"choices": [{"text": one.title(), "value": one} for one in ("draft", "review", "published")]}

    def field(name: str, kind: str = "string", interface: str = "input", **options: Any) -> dict[str, Any]:
        return {"field": name, "type": kind, "schema": {}, "meta": {"interface": interface, "options": options or None}}

    plain = [
        field("title"),
        field("state", "string", "select-dropdown", **states),
        field("amount", "integer"),
        field("price", "float"),
        field("day", "date", "datetime"),
        field("place"),
    ]
    wide = [field(f"f{number}", *(("integer",) if number % 10 == 0 else ())) for number in range(FIELDS)]
    for collection, fields in (("big", plain), ("articles", plain), ("wide", wide)):
        meta = {"display_template": "{{title}}" if collection != "wide" else "{{f1}}"}
        body = {"collection": collection, "schema": {}, "meta": meta, "fields": [key, *fields]}
        server.call("POST", "/collections", body)


def fill(database: Path) -> None:
    chance = random.Random(7)

    def row(number: int, title: str) -> tuple[Any, ...]:
        state = ("draft", "review", "published")[number % 3]
        day = f"20{10 + number % 16}-{1 + number % 12:02}-{1 + number % 28:02}"
        return number, title, state, chance.randrange(10_000), number / 7, day, chance.choice(WORDS)

    connection = apsw.Connection(str(database))
    connection.set_busy_timeout(5000)
    columns = "(id, title, state, amount, price, day, place) VALUES (?, ?, ?, ?, ?, ?, ?)"
    with connection:
        rows = (row(number, f"{number} {' '.join(chance.choices(WORDS, k=4))}") for number in range(1, ROWS + 1))
        connection.executemany(f"INSERT INTO big {columns}", rows)
        stories = (row(number, f"Story {number} of many") for number in range(1, 301))
        connection.executemany(f"INSERT INTO articles {columns}", stories)
        connection.execute("INSERT INTO wide (id, f1) VALUES (1, 'one')")
    connection.close()


PARTS: dict[str, Callable[[Bench], None]] = {
    "load": Bench.first_load,
    "slow-load": Bench.slow_load,
    "log-in": Bench.log_in,
    "routes": Bench.routes,
    "list": Bench.long_list,
    "slow-list": Bench.slow_list,
    "typing": Bench.typing,
    "saving": Bench.saving,
    "palette": Bench.palette,
    "memory": Bench.memory,
}


def run_part(part: str, base: str, into: Path, seconds: float, rounds: int) -> None:
    """Measure in this process. `into`: gets a line of JSON for each figure."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

    def found(figure: Figure) -> None:
        with into.open("a") as file:
            file.write(json.dumps(asdict(figure)) + "\n")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        PARTS[part](Bench(base, browser, seconds, rounds, found))
        browser.close()


def measure(options: argparse.Namespace, base: str, into: Path) -> list[Figure]:
    """Each part in a process of its own: what hangs in a browser can only be ended with the browser."""
    into.touch()
    for part in options.only or PARTS:
        print(part, flush=True)
        command = [sys.executable, __file__, "--part", part, "--at", base, "--into", str(into)]
        command += ["--seconds", str(options.seconds), "--rounds", str(options.rounds)]
        process = subprocess.Popen(command, start_new_session=True)
        try:
            if process.wait(options.limit + (options.rounds * 5 if part == "memory" else 0)):
                print("  failed", flush=True)
        except subprocess.TimeoutExpired:
            print("  stopped, as it took too long", flush=True)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return [Figure(**json.loads(line)) for line in into.read_text().splitlines()]


@contextlib.contextmanager
def served(at: str | None, folder: Path, *, keep: bool) -> Iterator[str]:
    """The URL of a server with the data: the one that runs already, or one that is made for the time."""
    if at:
        yield at
        return
    server = start(folder)
    try:
        server.token = sign_in(server)
        make(server)
        fill(folder / "satchel" / "data.db")
        yield server.base
        if keep:
            print(f"{server.base} is there until Enter is pressed", flush=True)
            input()
    finally:
        server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=PARTS, metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--seconds", type=float, default=8, help="how long the wheel is turned")
    parser.add_argument("--rounds", type=int, default=60, help="how much is browsed for the memory")
    parser.add_argument("--limit", type=float, default=180, help="the longest that a part may take, in seconds")
    parser.add_argument("--at", metavar="URL", help="a server that has the data")
    parser.add_argument("--keep", action="store_true", help="leave the server running afterwards")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    # whoever ends this ends the browsers, too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if options.part:
        run_part(options.part, options.at, options.into, options.seconds, options.rounds)
        return
    with tempfile.TemporaryDirectory() as folder, served(options.at, Path(folder), keep=options.keep) as base:
        figures = measure(options, base, Path(folder) / "figures.jsonl")
    load = os.getloadavg()[0]
    print(f"\nload {load:.1f} on {os.cpu_count()} cores\n\n| what | goal | figure | |\n|---|---|---|---|")
    for one in figures:
        goal = "" if one.goal is None else f"{'≥' if one.least else '≤'} {one.goal:g} {one.unit}"
        print(f"| {one.name} | {goal} | {one.value:.4g} {one.unit} | {'' if one.met else '!'} |")
    if options.json:
        options.json.write_text(json.dumps([{**vars(one), "met": one.met} for one in figures], indent=1))


if __name__ == "__main__":
    main()
