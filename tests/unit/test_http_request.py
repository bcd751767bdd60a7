"""What a request tells of itself: path, headers, address, body, forms."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from satchel.errors import ConfigError, InvalidPayload, SatchelError, TooLarge
from satchel.http.cookies import cookie_header, parse_cookies
from satchel.http.forms import read_form
from satchel.http.multipart import MEMORY_BYTES, SPOOL_BYTES, WRITE_BYTES, FormLimits, Upload
from satchel.http.proxies import TrustedProxies
from satchel.http.request import ClientGone, Request, RequestLimits, TooSlow


def make(
    method: str = "GET",
    path: str = "/",
    *,
    query: str = "",
    headers: dict[str, str] | list[tuple[str, str]] | None = None,
    chunks: list[bytes] | None = None,
    cut: bool = False,
    limits: RequestLimits | None = None,
    **scope: Any,
) -> Request:
    pairs = list(headers.items()) if isinstance(headers, dict) else headers or []
    raw = [(name.lower().encode(), value.encode()) for name, value in pairs]
    if chunks is not None and not any(name == b"content-length" for name, _ in raw):
        raw.append((b"transfer-encoding", b"chunked"))
    waiting = list(chunks or [])

    async def receive() -> dict[str, Any]:
        if not waiting:
            if cut:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": b"", "more_body": False}
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting) or cut}

    base = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": raw,
        "client": ("192.0.2.1", 5000),
        "scheme": "http",
        "root_path": "",
    }
    return Request(base | scope, receive, limits or RequestLimits())


def test_path_below_a_mount() -> None:
    request = make(path="/back/items/a b", raw_path=b"/back/items/a%20b", root_path="/back")
    assert (request.path, request.raw_path) == ("/items/a b", "/items/a%20b")
    assert make(path="/back", root_path="/back").path == "/"
    # a framework that strips the prefix itself
    assert make(path="/items", root_path="/back").path == "/items"


def test_headers_and_cookies() -> None:
    request = make(headers=[("X-A", "1"), ("X-A", "2"), ("Cookie", "a=1; b=2"), ("Cookie", "c=3"), ("Accept", "ü")])
    assert request.headers["x-a"] == "1, 2"
    assert request.header("x-a") == "2"
    assert request.header_values("x-a") == ["1", "2"]
    assert request.header("nope") is None
    assert request.cookies == {"a": "1", "b": "2", "c": "3"}


def test_cookie_parsing_and_writing() -> None:
    assert parse_cookies('a=1; a=2; b="x y"; junk; =z; c=') == {"a": "1", "b": "x y", "c": ""}
    header = cookie_header("session", "abc", max_age_seconds=60, secure=True)
    assert header.startswith("session=abc; Max-Age=60; Path=/; Expires=")
    assert header.endswith("; HttpOnly; Secure; SameSite=Lax")
    for value in ("a;b", "a\r\nb", "a b", "ü"):
        with pytest.raises(ValueError, match="cookie"):
            cookie_header("session", value)


def test_request_ids() -> None:
    assert make(headers={"X-Request-Id": "abc-1.2"}).id == "abc-1.2"
    for bad in ("x" * 65, "a b", "a\tb", "<script>", ""):
        assert make(headers={"X-Request-Id": bad}).id != bad
    assert make().id != make().id


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        ([], ["203.0.113.9"], "192.0.2.1"),
        (["10.0.0.0/8"], ["203.0.113.9"], "192.0.2.1"),
        (["192.0.2.0/24"], ["203.0.113.9"], "203.0.113.9"),
        (["192.0.2.1"], ["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
        (["192.0.2.1", "203.0.113.9"], ["1.1.1.1, 203.0.113.9"], "1.1.1.1"),
        (["192.0.2.1"], ["1.1.1.1", "203.0.113.9"], "203.0.113.9"),
        (["192.0.2.1"], ["nonsense"], "192.0.2.1"),
        (["192.0.2.1"], [], "192.0.2.1"),
        (["*"], ["1.1.1.1, 203.0.113.9:4711"], "203.0.113.9"),
        (["192.0.2.1"], ["[2001:db8::1]:443"], "2001:db8::1"),
        (["192.0.2.1"], ["::ffff:203.0.113.9"], "203.0.113.9"),
    ],
)
def test_client_address(trusted: list[str], forwarded: list[str], expected: str) -> None:
    headers = [("X-Forwarded-For", value) for value in forwarded]
    assert make(headers=headers, limits=RequestLimits(proxies=TrustedProxies(trusted))).client_ip == expected


def test_an_unreadable_proxy_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="nonsense"):
        TrustedProxies(["nonsense"])


def test_base_url() -> None:
    headers = {"Host": "example.com:8090", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    assert make(headers=headers).base_url == "http://example.com:8090"
    behind = RequestLimits(proxies=TrustedProxies(["192.0.2.1"]))
    assert make(headers=headers | {"X-Forwarded-Host": "api.example"}, limits=behind).base_url == "https://api.example"
    assert (
        make(headers=headers, limits=RequestLimits(public_url="https://me.example/")).base_url == "https://me.example"
    )


async def test_body_is_read_once_and_kept() -> None:
    request = make("POST", chunks=[b'{"a"', b":1}"])
    assert await request.json() == {"a": 1}
    assert await request.body() == b'{"a":1}'
    assert [part async for part in request.stream()] == [b'{"a":1}']


async def test_no_body_is_not_waited_for() -> None:
    async def receive() -> dict[str, Any]:
        raise AssertionError("nobody should ask")

    request = make("POST")
    request._receive = receive  # type: ignore[assignment]
    assert await request.body() == b""


async def test_body_limits() -> None:
    limits = RequestLimits(body_limit_bytes=10)
    with pytest.raises(TooLarge):
        await make("POST", headers={"Content-Length": "11"}, chunks=[b"x" * 11], limits=limits).body()
    with pytest.raises(TooLarge):
        await make("POST", chunks=[b"x" * 6, b"x" * 6], limits=limits).body()
    assert await make("POST", chunks=[b"x" * 12], limits=limits).body(limit_bytes=12) == b"x" * 12


async def test_a_cut_body_is_nobody_s_answer() -> None:
    with pytest.raises(ClientGone):
        await make("POST", chunks=[b"half"], cut=True).body()


async def test_a_slow_body_is_refused() -> None:
    async def receive() -> dict[str, Any]:
        await asyncio.sleep(5)
        raise AssertionError

    request = make("POST", chunks=[], limits=RequestLimits(timeout_seconds=0.02))
    request._receive = receive  # type: ignore[assignment]
    with pytest.raises(TooSlow):
        await request.body()


async def test_malformed_json_is_an_invalid_payload() -> None:
    with pytest.raises(InvalidPayload):
        await make("POST", chunks=[b"{"]).json()


# --------------------------------------------------------------------------------------------------------------- forms
BOUNDARY = "----b0undary"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def part(name: str, value: bytes, *, file_name: str | None = None, content_type: str | None = None) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"'
    if file_name is not None:
        disposition += f'; filename="{file_name}"'
    head = disposition + (f"\r\nContent-Type: {content_type}" if content_type else "")
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + value + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


async def test_multipart_values_and_files_in_any_chunking() -> None:
    big = bytes(range(256)) * (SPOOL_BYTES // 128)
    body = (
        part("title", "Grüße\r\n".encode())
        + part("a", b"1")
        + part("docs", b"small", file_name="ä%22.txt", content_type="text/plain")
        + part("a", b"2")
        + part("docs", big, file_name="big.bin")
        + part("empty", b"", file_name="")
        + END
    )
    for size in (7, 1000, 65536, len(body)):
        chunks = [body[at : at + size] for at in range(0, len(body), size)]
        form = await make("POST", headers={"Content-Type": TYPE}, chunks=chunks).form()
        assert form.values == [("title", "Grüße\r\n"), ("a", "1"), ("a", "2")]
        small, large, empty = form.files
        assert (small.file_name, small.content_type, small.size, small.content) == ('ä".txt', "text/plain", 5, b"small")
        assert large.path is not None
        assert (large.size, large.path.read_bytes(), large.head(3)) == (len(big), big, big[:3])
        assert (empty.file_name, empty.size) == ("", 0)
        form.close()
        assert not large.path.exists()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (part("a", b"1"), TYPE),
        (b"nonsense", TYPE),
        (b"", TYPE),
        (part("a", b"\xff") + END, TYPE),
        (part("a", b"1") + END, "multipart/form-data"),
        (part("a", b"1") + END, f"multipart/form-data; boundary={'x' * 3000}"),
        (f"--{BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\nx\r\n".encode() + END, TYPE),
        (b"{}", "application/json"),
    ],
)
async def test_malformed_forms(body: bytes, content_type: str) -> None:
    with pytest.raises(InvalidPayload):
        await make("POST", headers={"Content-Type": content_type}, chunks=[body]).form()


async def test_form_limits() -> None:
    many = b"".join(part("a", b"1") for _ in range(5)) + END
    with pytest.raises(TooLarge, match="parts"):
        await read_form(make("POST", headers={"Content-Type": TYPE}, chunks=[many]), limits=FormLimits(parts=4))
    with pytest.raises(TooLarge, match="values"):
        await read_form(make("POST", headers={"Content-Type": TYPE}, chunks=[many]), limits=FormLimits(value_bytes=4))
    with pytest.raises(TooLarge):
        await make("POST", headers={"Content-Type": TYPE}, chunks=[many]).form(limit_bytes=20)


async def test_many_small_files_stay_out_of_memory(tmp_path: Path) -> None:
    piece = b"x" * (SPOOL_BYTES - 1)
    count = MEMORY_BYTES // SPOOL_BYTES + 10
    body = b"".join(part("f", piece, file_name=f"{number}.txt") for number in range(count)) + END
    chunks = [body[at : at + 65536] for at in range(0, len(body), 65536)]
    request = make("POST", headers={"Content-Type": TYPE}, chunks=chunks)
    form = await read_form(request, limits=FormLimits(folder=tmp_path))
    in_memory = [upload for upload in form.files if upload.path is None]
    assert len(form.files) == count
    assert sum(upload.size for upload in in_memory) < MEMORY_BYTES + SPOOL_BYTES
    assert all(upload.head(5) == b"xxxxx" and upload.size == len(piece) for upload in form.files)
    form.close()
    assert list(tmp_path.iterdir()) == []


async def test_a_cut_upload_leaves_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[Upload] = []
    settle = Upload.settle

    async def spy(self: Upload, *, complete: bool = False) -> None:
        await settle(self, complete=complete)
        seen.append(self)

    monkeypatch.setattr(Upload, "settle", spy)
    body = part("f", b"x" * (WRITE_BYTES * 2), file_name="f.bin")
    request = make("POST", headers={"Content-Type": TYPE}, chunks=[body], cut=True)
    with pytest.raises(ClientGone):
        await read_form(request, limits=FormLimits(folder=tmp_path))
    assert seen[-1].path is not None
    assert list(tmp_path.iterdir()) == []


async def test_url_encoded_forms() -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    form = await make("POST", headers=headers, chunks=[b"a=1&a=2&b=x+y"]).form()
    assert form.entries == [("a", "1"), ("a", "2"), ("b", "x y")]
    with pytest.raises(InvalidPayload):
        await make("POST", headers=headers, chunks=[b"a=1&" * 6000]).form()


async def test_no_body_is_an_empty_form() -> None:
    assert (await make("POST").form()).entries == []


def test_every_error_of_a_request_has_a_status() -> None:
    assert issubclass(TooSlow, SatchelError)
    assert TooSlow.status == 408
