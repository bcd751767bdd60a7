"""`satchel serve` as a process: start, answers, workers, signals, locks, and a database that is down.

The program behind it is a stub, so that only the command line is under test.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

pytestmark = [pytest.mark.process]

STUB = '''
"""A program without databases. Files in the folder steer it: `down` (the database can't be reached), `broken`."""
import asyncio, os, sys, time
from pathlib import Path
from satchel.cli import application, main
from satchel.errors import ConfigError, Unavailable
from satchel.http.mount import Mount
from satchel.http.response import json_response, text_response
from satchel.http.router import Router
from satchel.http.server import HttpApp
from satchel.observe import make_observer

class Stub:
    def __init__(self, settings):
        self.settings = settings
        self.folder = Path(settings.data_dir)
        self.observer = make_observer(log_format="text", level="info", access=settings.access_log)
        router = Router()
        router.add("GET", "/who", lambda request: text_response(str(os.getpid())))
        router.add("GET", "/slow", self.slow)
        router.add("GET", "/hang", self.hang)
        router.add("POST", "/echo", self.echo)
        router.add("GET", "/crash", lambda request: os._exit(9))
        render = lambda request, error: json_response({"message": str(error)}, getattr(error, "status", 500))
        self.http = HttpApp([Mount("", router, render)], on_startup=self.open, on_shutdown=self.close,
                            observer=self.observer, shutdown_grace_seconds=settings.shutdown_grace_seconds)
    async def __call__(self, scope, receive, send):
        await self.http(scope, receive, send)
    async def startup(self):
        await self.http.startup()
    async def shutdown(self):
        await self.http.shutdown()
    async def open(self):
        if (self.folder / "down").exists():
            raise Unavailable("The database can't be reached.", database="main")
        if (self.folder / "broken").exists():
            raise ConfigError("The settings are broken.", hint="Mend them.")
    async def close(self):
        with (self.folder / "closed").open("a") as stream:
            stream.write(f"{os.getpid()}\\n")
    async def slow(self, request):
        await asyncio.sleep(1)
        return text_response("slow")
    async def hang(self, request):
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                pass
    async def echo(self, request):
        return text_response(str(len(await request.body())))
    def addresses(self, base_url):
        return [("API", base_url)]
    async def setup_link(self, base_url):
        return f"{base_url}/setup#abc"

application.make_application = Stub
if __name__ == "__main__":
    main()
'''


class Server:
    """A running `serve`, with what it printed so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self.url = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def wait_for(self, text: str, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.output:
            assert time.monotonic() < deadline, f"{text!r} never came:\n{self.output}"
            assert self.process.poll() is None or text in self.output, self.output
            time.sleep(0.02)

    def ended(self, seconds: float = 15) -> int:
        code = self.process.wait(seconds)
        self._reader.join(5)
        return code


Start = Callable[..., Server]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    script = tmp_path / "stub.py"
    script.write_text(STUB)
    running: list[Server] = []

    def run(*arguments: str, data: str = "data", ready: bool = True) -> Server:
        port = free_port()
        command = [sys.executable, str(script), "serve", "--data", data, "--port", str(port), *arguments]
        process = subprocess.Popen(
            command,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env={name: value for name, value in os.environ.items() if not name.startswith("SATCHEL_")},
        )
        server = Server(process)
        server.url = f"http://127.0.0.1:{port}"
        running.append(server)
        if ready:
            server.wait_for("is ready after")
        return server

    yield run
    for server in running:
        if server.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait(10)


def workers_of(server: Server, count: int) -> set[str]:
    """The ids of the processes that answer; each request is a new connection."""
    seen: set[str] = set()
    deadline = time.monotonic() + 20
    while len(seen) < count and time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            seen.add(httpx.get(f"{server.url}/who").text)
    return seen


def test_it_says_where_it_is_and_how_to_begin(start: Start) -> None:
    server = start()
    assert server.url in server.output
    assert "This link makes the first one, and works once" in server.output
    assert f"{server.url}/setup#abc" in server.output
    assert httpx.get(f"{server.url}/who").text == str(server.process.pid)
    log = [line for line in server.lines if "setup#abc" in line]
    assert len(log) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_signal_finishes_requests_then_ends_with_0(
    start: Start, tmp_path: Path, number: signal.Signals, workers: str
) -> None:
    server = start("--workers", workers)
    answers: list[str] = []
    asking = threading.Thread(target=lambda: answers.append(httpx.get(f"{server.url}/slow", timeout=10).text))
    asking.start()
    time.sleep(0.3)
    started = time.monotonic()
    if number == signal.SIGINT:
        os.killpg(server.process.pid, number)  # a terminal sends it to the whole group
    else:
        server.process.send_signal(number)
    assert server.ended() == 0, server.output
    assert time.monotonic() - started < 5
    asking.join()
    assert answers == ["slow"]
    assert len((tmp_path / "data" / "closed").read_text().split()) == int(workers)
    assert f"stopped: {number.name}" in server.output


def test_a_request_that_hangs_does_not_hold_the_end(start: Start) -> None:
    server = start("--set", "shutdown_grace_seconds=1")
    threading.Thread(target=lambda: _try(lambda: httpx.get(f"{server.url}/hang", timeout=30)), daemon=True).start()
    time.sleep(0.3)
    started = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    server.ended()
    assert time.monotonic() - started < 15


def test_a_second_interrupt_ends_it_at_once(start: Start) -> None:
    server = start()
    threading.Thread(target=lambda: _try(lambda: httpx.get(f"{server.url}/hang", timeout=30)), daemon=True).start()
    time.sleep(0.3)
    server.process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    started = time.monotonic()
    server.process.send_signal(signal.SIGINT)
    assert server.ended() == 1
    assert time.monotonic() - started < 2


def _try(work: Callable[[], object]) -> None:
    with contextlib.suppress(httpx.HTTPError):
        work()


def test_all_workers_answer(start: Start) -> None:
    server = start("--workers", "2")
    seen = workers_of(server, 2)
    assert len(seen) == 2
    assert str(server.process.pid) not in seen
    assert server.output.count("is ready after") == 1


def test_a_worker_that_dies_is_replaced(start: Start) -> None:
    server = start("--workers", "2")
    before = workers_of(server, 2)
    _try(lambda: httpx.get(f"{server.url}/crash"))
    server.wait_for("starting it again")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        now = workers_of(server, 2)
        if len(now) == 2 and now != before:
            break
    assert len(now - before) == 1
    assert server.output.count("This link makes the first one") == 1


def test_workers_end_with_their_supervisor(start: Start) -> None:
    server = start("--workers", "2")
    workers_of(server, 2)
    server.process.kill()
    server.process.wait(10)
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{server.url}/who")
        except httpx.HTTPError:
            return
        time.sleep(0.1)
    pytest.fail("the workers live on")


def test_a_second_server_on_the_same_folder_is_refused(start: Start) -> None:
    first = start()
    second = start(ready=False)
    assert second.ended() == 1
    assert "Another Satchel server uses the data folder" in second.output
    assert f"process {first.process.pid}, {first.url}" in second.output
    start(data="other")
    first.process.kill()
    first.process.wait(10)
    start()


def test_a_port_in_use_is_said_clearly(start: Start) -> None:
    first = start()
    port = first.url.rpartition(":")[2]
    second = start("--port", port, data="other", ready=False)
    assert second.ended() == 1
    assert f"Port {port} on 127.0.0.1 is in use by another program." in second.output
    assert "Traceback" not in second.output


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["--port", "many"], 2, '"port"'),
        (["--set", "prt=1"], 2, 'Did you mean "port"?'),
        (["--set", "port"], 2, "NAME=VALUE"),
        (["--nonsense"], 2, "--nonsense"),
        (["--host", "no.such.host.invalid"], 1, "can't be found"),
        (["--host", "192.0.2.77"], 1, "no address 192.0.2.77"),
        (["--config", "missing.toml"], 1, "no settings file"),
    ],
)
def test_misuse_and_failure_have_their_codes(start: Start, arguments: list[str], code: int, text: str) -> None:
    server = start(*arguments, ready=False)
    assert server.ended() == code, server.output
    assert text in server.output
    assert "Traceback" not in server.output


@pytest.mark.parametrize("workers", ["1", "2"])
def test_settings_that_can_t_work_end_the_start(start: Start, tmp_path: Path, workers: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "broken").touch()
    server = start("--workers", workers, ready=False)
    assert server.ended() == 1
    assert "The settings are broken." in server.output
    assert "Mend them." in server.output
    assert "Traceback" not in server.output


def test_a_database_that_is_down_is_waited_for(start: Start, tmp_path: Path) -> None:
    down = tmp_path / "data" / "down"
    down.parent.mkdir()
    down.touch()
    server = start(ready=False)
    server.wait_for("next attempt in")
    answer = httpx.get(f"{server.url}/who")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "The database can't be reached." in answer.json()["message"]
    down.unlink()
    server.wait_for("is ready after")
    assert "answers again" in server.output
    assert httpx.get(f"{server.url}/who").status_code == 200


def test_a_signal_while_waiting_for_the_database(start: Start, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "down").touch()
    server = start(ready=False)
    server.wait_for("next attempt in")
    server.process.send_signal(signal.SIGTERM)
    assert server.ended() == 0


def test_changed_code_starts_it_again(start: Start, tmp_path: Path) -> None:
    server = start("--reload")
    before = workers_of(server, 1)
    time.sleep(1)
    (tmp_path / "extra.py").write_text("x = 1\n")
    deadline = time.monotonic() + 20
    while workers_of(server, 1) == before:
        assert time.monotonic() < deadline, server.output
        time.sleep(0.1)


def test_half_open_connections_do_not_hold_the_end(start: Start) -> None:
    server = start()
    host, port = "127.0.0.1", int(server.url.rpartition(":")[2])
    with contextlib.ExitStack() as stack:
        for text in (b"", b"GET /who HTTP/1.1\r\nHost: x\r\n", b"POST /echo HTTP/1.1\r\nContent-Length: 9\r\n\r\n1"):
            connection = stack.enter_context(socket.create_connection((host, port)))
            connection.sendall(text)
        time.sleep(0.3)
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.ended()
        assert time.monotonic() - started < 15
