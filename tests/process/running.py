"""A real server process for tests: started, asked, killed, and started again on the same folder."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

EMAIL, PASSWORD = "admin@example.com", "correct-horse-1"
SATCHEL = str(Path(sys.executable).parent / "satchel")
READY_SECONDS = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """`satchel serve` on a folder. `start` may be called again after `stop` or `kill`."""

    def __init__(self, data: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.port = free_port()
        self.arguments = arguments
        self.environment = {**os.environ, **(environment or {})}
        self.process: subprocess.Popen[bytes] | None = None
        self.log = data.parent / f"{data.name}.log"
        self.token = ""
        self.started_in = 0.0
        self.client = httpx.Client(base_url=self.base, timeout=30, trust_env=False, verify=False)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def superuser(self) -> None:
        command = [SATCHEL, "superuser", "upsert", EMAIL, PASSWORD, "--data", str(self.data)]
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment, timeout=60)
        assert done.returncode == 0, done.stderr

    def start(self, *, wait: bool = True) -> float:
        """Start it; the seconds until it answered."""
        started = time.perf_counter()
        command = [SATCHEL, "serve", *self.arguments, "--data", str(self.data), "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=self.environment)
        while wait and time.perf_counter() - started < READY_SECONDS:
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(httpx.TransportError):
                if self.client.get("/api/health").status_code == 200:
                    self.started_in = time.perf_counter() - started
                    return self.started_in
            time.sleep(0.02)
        if wait:
            raise AssertionError(f"not ready after {READY_SECONDS} s\n{self.log.read_text()}")
        return 0.0

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def stop(self, seconds: float = 20) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def sign_in(self) -> None:
        body = {"identity": EMAIL, "password": PASSWORD}
        answer = self.client.post("/api/collections/_superusers/auth-with-password", json=body)
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["token"]

    def call(self, method: str, path: str, body: Any = None, *, status: int | None = 200) -> Any:
        headers = {"Authorization": self.token} if self.token else {}
        answer = self.client.request(method, path, json=body, headers=headers)
        if status is not None:
            assert answer.status_code == status, f"{method} {path} -> {answer.status_code} {answer.text}"
        return json.loads(answer.content) if answer.content else None

    def memory_megabytes(self) -> float:
        """Resident memory of the process and its children."""
        assert self.process is not None
        pids, total = [self.process.pid], 0
        for pid in pids:
            with contextlib.suppress(OSError):
                pids.extend(int(item) for item in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
                found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
                total += int(found.group(1)) if found else 0
        return total / 1024

    def close(self) -> None:
        self.client.close()
        if self.process is not None and self.process.poll() is None:
            self.kill()


@contextlib.contextmanager
def running(data: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[Running]:
    """A started server with a superuser, signed in."""
    server = Running(data, *arguments, environment=environment)
    try:
        server.superuser()
        server.start()
        server.sign_in()
        yield server
    finally:
        server.close()


NOTES: dict[str, Any] = {
    "name": "notes",
    "type": "base",
    "listRule": "",
    "viewRule": "",
    "createRule": "",
    "updateRule": "",
    "fields": [{"name": "title", "type": "text", "max": 5000000}, {"name": "score", "type": "number"}],
}
