"""Files of a public folder: which paths lead to one, and which must not."""

import gzip
import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from satchel.http import static
from satchel.http.cors import CorsPolicy
from satchel.http.mount import Mount
from satchel.http.ratelimit import RateLimiter
from satchel.http.request import Request
from satchel.http.response import Response, text_response
from satchel.http.router import Router
from satchel.http.server import HttpApp
from satchel.http.static import PublicFolder, StaticFiles

LONG = "body { color: red }\n" * 1000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "public"
    (root / "docs" / "empty").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".well-known").mkdir()
    for name, text in {
        "index.html": "home",
        "docs/index.html": "docs",
        "a b.txt": "spaced",
        "é.txt": "accent",
        "app.css": LONG,
        "page": "<!DOCTYPE html><p>",
        "note": "text",
        ".env": "secret",
        ".git/config": "secret",
        ".well-known/security.txt": "contact",
        "../outside.txt": "secret",
        "items/index.html": "never",
        "items/x": "never",
    }.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    (root / "bytes").write_bytes(b"\0\1\2")
    (root / "leads-out").symlink_to(tmp_path / "outside.txt")
    (root / "folder-out").symlink_to(tmp_path)
    (root / "leads-in").symlink_to(root / "note")
    os.mkfifo(root / "pipe")
    return root


def client_of(folder: Path, *, index: bool = False) -> httpx.AsyncClient:
    def nothing(request: Request) -> Response:
        return text_response("the wire's own", 404)

    router = Router(final_slash_optional=True)
    router.add("GET", "/items/{name}", lambda request: text_response("an item"))
    router.add("POST", "/auth/login", lambda request: text_response("signed in"))
    mount = Mount(
        "",
        router,
        lambda request, error: text_response("error", 500),
        not_found=nothing,
        headers=[(b"x-powered-by", b"wire")],
        cors=CorsPolicy.from_origins(("*",)),
        beneath=PublicFolder(StaticFiles(folder), router, RateLimiter(), index=index),
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(HttpApp([mount])), base_url="http://test")


@pytest.fixture
async def http(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(folder) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "text", "content_type"),
    [
        ("/", "home", "text/html; charset=utf-8"),
        ("/docs/", "docs", "text/html; charset=utf-8"),
        ("/a%20b.txt", "spaced", "text/plain; charset=utf-8"),
        ("/%C3%A9.txt", "accent", "text/plain; charset=utf-8"),
        ("/app.css?v=1", LONG, "text/css; charset=utf-8"),
        ("/page", "<!DOCTYPE html><p>", "text/html; charset=utf-8"),
        ("/note", "text", "text/plain; charset=utf-8"),
        ("/leads-in", "text", "text/plain; charset=utf-8"),
        ("/bytes", "\0\1\2", "application/octet-stream"),
        ("/.well-known/security.txt", "contact", "text/plain; charset=utf-8"),
    ],
)
async def test_files(http: httpx.AsyncClient, path: str, text: str, content_type: str) -> None:
    answer = await http.get(path, headers={"origin": "http://elsewhere"})
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (200, text, content_type)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "x-powered-by" not in answer.headers
    head = await http.head(path, headers={"accept-encoding": "identity"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(text.encode()))


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/outside.txt",
            "/..%2foutside.txt",
            "/%2e%2e/outside.txt",
            "/%2e%2e%2foutside.txt",
            "/docs/..%2f..%2foutside.txt",
        ),
        *("/%252e%252e/outside.txt", "/..%5coutside.txt", "/%5c..%5coutside.txt", "/docs/%2e%2e/note", "/%2e/note"),
        *("/leads-out", "/folder-out", "/folder-out/", "/folder-out/outside.txt", "/note%00.txt", "/%00", "/%ff"),
        *("/.env", "/.git/config", "/.git/", "/docs/.well-known/x", "/.well-known/.x", "/docs//index.html"),
        *("/pipe", "/docs/empty/", "/nothing", "/note/more", "/%2fetc/passwd", "/" + "a" * 300, "/" + "a/" * 1500),
        *("/%ed%a0%80", "/note%20", "/note%0a"),
    ],
)
async def test_what_is_no_file_is_the_wires(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(f"http://test{path}")
    assert (answer.status_code, answer.text) == (404, "the wire's own")
    assert answer.headers["x-powered-by"] == "wire"


async def test_a_missing_folder_serves_nothing(folder: Path) -> None:
    async with client_of(folder / "missing", index=True) as http:
        assert (await http.get("/")).status_code == 404
    async with client_of(folder / "note", index=True) as http:
        assert (await http.get("/")).status_code == 404


@pytest.mark.parametrize(
    ("path", "location"),
    [
        *(("/docs", "/docs/"), ("/docs?a=1&b", "/docs/?a=1&b"), ("/docs/empty", "/docs/empty/")),
        *(("/index.html", "/"), ("/docs/index.html", "/docs/"), ("/a%20b.txt/", "/a%20b.txt")),
    ],
)
async def test_redirects(http: httpx.AsyncClient, path: str, location: str) -> None:
    answer = await http.get(path)
    assert (answer.status_code, answer.headers["location"]) == (301, location)


async def test_a_redirect_never_leads_to_another_host(http: httpx.AsyncClient) -> None:
    for path in ("//evil.example/docs", "/%2Fevil.example", "/%5Cevil.example/%2e%2e/docs", "//docs", "/%2fdocs"):
        assert (await http.get(f"http://test{path}")).status_code == 404


async def test_routes_win(folder: Path) -> None:
    async with client_of(folder, index=True) as http:
        assert (await http.get("/items/x")).text == "an item"
        assert (await http.get("/items/index.html")).text == "an item"
        # a path that the wire knows for another method is the wire's, and so is what would be below one
        assert (await http.get("/auth/login")).status_code == 404
        assert (await http.get("/auth/nothing")).status_code == 404
        assert (await http.post("/note")).status_code == 404


async def test_the_index_stands_for_paths_that_do_not_exist(folder: Path) -> None:
    async with client_of(folder, index=True) as http:
        for path in ("/some/page", "/docs/empty/", "/.env", "/..%2foutside.txt", "/app.js"):
            answer = await http.get(path)
            assert (answer.status_code, answer.text) == (200, "home")
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
        (folder / "index.html").unlink()
        assert (await http.get("/some/page")).status_code == 404


async def test_conditions_and_ranges(http: httpx.AsyncClient) -> None:
    whole = await http.get("/app.css")
    since = {"if-modified-since": whole.headers["last-modified"]}
    unchanged = await http.get("/app.css", headers=since)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["vary"] == "Origin, Accept-Encoding"
    piece = await http.get("/app.css", headers={"range": "bytes=5-9"})
    assert (piece.status_code, piece.text) == (206, LONG[5:10])
    assert piece.headers["content-range"] == f"bytes 5-9/{len(LONG)}"
    assert "content-encoding" not in piece.headers
    past = await http.get("/app.css", headers={"range": "bytes=999999-"})
    assert (past.status_code, past.headers["content-range"]) == (416, f"bytes */{len(LONG)}")


async def raw(http: httpx.AsyncClient, path: str, accept: str) -> tuple[str | None, bytes]:
    async with http.stream("GET", path, headers={"accept-encoding": accept}) as answer:
        body = b"".join([part async for part in answer.aiter_raw()])
        return answer.headers.get("content-encoding"), body


async def test_compression(folder: Path, http: httpx.AsyncClient) -> None:
    encoding, body = await raw(http, "/app.css", "br, gzip")
    assert encoding == "gzip"
    assert len(body) < 500
    assert gzip.decompress(body).decode() == LONG
    for accept in ("identity", "br", "gzip;q=0", "gzip;q=0.000, br", "xgzip"):
        assert await raw(http, "/app.css", accept) == (None, LONG.encode())
    # small files and pictures go as they are
    assert await raw(http, "/note", "gzip") == (None, b"text")
    # a change is seen at once
    (folder / "app.css").write_text(LONG.replace("red", "tan"))
    assert gzip.decompress((await raw(http, "/app.css", "gzip"))[1]).decode() == LONG.replace("red", "tan")


async def test_a_compressed_file_beside_is_used_unless_it_is_older(folder: Path, http: httpx.AsyncClient) -> None:
    beside = folder / "app.css.gz"
    beside.write_bytes(gzip.compress(b"made by the build"))
    encoding, body = await raw(http, "/app.css", "gzip")
    assert (encoding, gzip.decompress(body)) == ("gzip", b"made by the build")
    os.utime(beside, (1, 1))
    assert gzip.decompress((await raw(http, "/app.css", "gzip"))[1]).decode() == LONG


async def test_what_is_kept_compressed_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static, "PACKED_BYTES_MAX", 200)
    async with client_of(folder) as http:
        for number in range(20):
            (folder / f"{number}.css").write_text(f"{number}" + LONG)
            encoding, body = await raw(http, f"/{number}.css", "gzip")
            assert (encoding, gzip.decompress(body).decode()) == ("gzip", f"{number}" + LONG)


async def test_a_large_file_is_streamed(folder: Path, http: httpx.AsyncClient) -> None:
    data = os.urandom(3 * 1024 * 1024)
    (folder / "film.mp4").write_bytes(data)
    answer = await http.get("/film.mp4")
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-length"] == str(len(data))
    assert answer.content == data
