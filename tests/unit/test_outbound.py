"""The guarded client: every way to make a server call where it must not, on real sockets."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path

import pytest
from tests.certificates import make_authority
from tests.web_site import Site, running

from satchel.errors import OutboundFailed
from satchel.outbound.addresses import is_public, parse_exceptions
from satchel.outbound.client import Outbound, OutboundLimits

NOT_PUBLIC = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.1.2.3 127.255.255.255 169.254.169.254 172.16.0.1 172.31.255.255
192.0.0.8 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1
255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0.0.0.0 ::ffff:a9fe:a9fe ::ffff:0:127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1::1 2001:db8::1 2002:7f00:1:: 3fff::1
fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1
"""
PUBLIC = """
1.1.1.1 8.8.8.8 172.15.0.1 172.32.0.1 192.0.1.1 2606:4700::1111 2001:4860:4860::8888 ::ffff:8.8.8.8 64:ff9b::808:808
"""


@pytest.mark.parametrize("text", NOT_PUBLIC.split())
def test_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC.split())
def test_public(text: str) -> None:
    assert is_public(ip_address(text))


def test_exceptions() -> None:
    found = parse_exceptions(["IdP.internal.", "10.1.0.0/16", "127.0.0.5", "fd00::/8"])
    assert found.allow("idp.INTERNAL", ip_address("10.9.9.9"))
    assert not found.allow("x.idp.internal", ip_address("10.9.9.9"))
    assert found.allow("other", ip_address("10.1.2.3"))
    assert found.allow("other", ip_address("::ffff:10.1.2.3"))
    assert found.allow("other", ip_address("fd00::1"))
    assert not found.allow("other", ip_address("127.0.0.1"))
    for wrong in ("10.1.0.0/33", "1.2.3", "a/b", "", "host:80"):
        with pytest.raises(ValueError, match="neither"):
            parse_exceptions([wrong])


class Names:
    """A resolver that answers from a table, one answer after the other, and counts."""

    def __init__(self, table: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self.table = {name: list(answers) for name, answers in table.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        answers = self.table[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]


HERE = parse_exceptions(["127.0.0.2"])
"""Stands for the public internet: 127.0.0.1 and all others are not to be called."""


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://localhost.:{port}/",
        "http://0.0.0.0:{port}/",
        "http://[::]:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://[::ffff:7f00:1]:{port}/",
        "http://0:{port}/",
        "http://127.1:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://①②⑦.⓪.⓪.①:{port}/",
        "http://127.0.0.1。:{port}/",
        "http://good.example@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}\\@good.example/",
        "//127.0.0.1:{port}/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1:{port}/",
        "http:///x",
        "http://169.254.169.254/latest/meta-data/",
        "",
    ],
)
async def test_no_form_of_an_address_gets_through(url: str) -> None:
    async with running(Site({"/": (200, {}, b"secret")})) as site:
        with pytest.raises(OutboundFailed) as failed:
            await Outbound(OutboundLimits(seconds=5)).get(url.format(port=site.port))
        assert failed.value.details["reason"] in ("address", "url", "connect")
        assert site.requests == []


async def test_a_name_is_resolved_once_and_the_checked_address_is_called() -> None:
    """DNS rebinding: the second answer leads to the secret, and is never asked for."""
    secret = Site({"/": (200, {}, b"secret")})
    async with running(Site({"/": (200, {}, b"public")}), "127.0.0.2") as public:
        server = await asyncio.start_server(secret.serve, "127.0.0.1", public.port)
        names = Names({"rebind.example": [["127.0.0.2"], ["127.0.0.1"]]})
        client = Outbound(exceptions=HERE, resolve=names)
        answer = await client.get(f"http://rebind.example:{public.port}/")
        assert (answer.body, names.asked) == (b"public", ["rebind.example"])
        assert public.requests[0][1]["host"] == f"rebind.example:{public.port}"
        with pytest.raises(OutboundFailed, match="not on the public internet"):
            await client.get(f"http://rebind.example:{public.port}/")
        assert secret.requests == []
        server.close()


async def test_one_bad_address_spoils_all() -> None:
    names = Names({"mixed.example": [["127.0.0.2", "127.0.0.1"]]})
    async with running(Site({}), "127.0.0.2") as site:
        with pytest.raises(OutboundFailed, match="not on the public internet"):
            await Outbound(exceptions=HERE, resolve=names).get(f"http://mixed.example:{site.port}/")
        assert site.requests == []


async def test_redirects_are_checked_one_by_one() -> None:
    async with running(Site({"/": (200, {}, b"secret")})) as secret:
        async with running(Site({}), "127.0.0.2") as site:
            base = f"http://127.0.0.2:{site.port}"
            site.pages = {
                "/good": (302, {"Location": "/end"}, b""),
                "/end": (200, {}, b"end"),
                "/evil": (302, {"Location": f"http://127.0.0.1:{secret.port}/"}, b""),
                "/evil2": (307, {"Location": f"//[::1]:{secret.port}/"}, b""),
                "/file": (302, {"Location": "file:///etc/passwd"}, b""),
                "/loop": (302, {"Location": "/loop"}, b""),
            }
            client = Outbound(exceptions=HERE)
            answer = await client.get(f"{base}/good")
            assert (answer.body, answer.url) == (b"end", f"{base}/end")
            for path, reason in (("/evil", "address"), ("/evil2", "address"), ("/file", "url"), ("/loop", "redirect")):
                with pytest.raises(OutboundFailed) as failed:
                    await client.get(base + path)
                assert failed.value.details["reason"] == reason
            assert (await client.post_form(f"{base}/good", {"a": "b"})).status == 302, "a POST follows nothing"
        assert secret.requests == []


async def test_what_identifies_us_stays_with_the_first_host() -> None:
    async with running(Site({"/": (200, {}, b"")}), "127.0.0.2") as other, running(Site({}), "127.0.0.2") as site:
        site.pages["/"] = (302, {"Location": f"http://127.0.0.2:{other.port}/", "Set-Cookie": "a=b"}, b"")
        client = Outbound(exceptions=HERE)
        for _ in range(2):
            await client.get(f"http://127.0.0.2:{site.port}/", headers={"Authorization": "Bearer x", "X-Key": "y"})
        assert site.requests[0][1]["authorization"] == "bearer x"
        assert not {"authorization", "x-key", "cookie"} & set(other.requests[0][1])
        assert "cookie" not in site.requests[1][1], "nothing is remembered"


async def test_size_and_time_and_compression() -> None:
    async with running(Site({}), "127.0.0.2") as site:
        base = f"http://127.0.0.2:{site.port}"
        site.pages = {
            "/big": (200, {}, b"x" * 2000),
            "/fits": (200, {}, b"x" * 1000),
            "/zip": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"0" * 10_000_000)),
        }
        client = Outbound(OutboundLimits(seconds=1, body_bytes=1000), HERE)
        assert len((await client.get(f"{base}/fits")).body) == 1000
        expected = {"/big": "size", "/endless": "size", "/silent": "timeout", "/zip": "answer"}
        for path, reason in expected.items():
            with pytest.raises(OutboundFailed) as failed:
                await client.get(base + path)
            assert failed.value.details["reason"] == reason, path
        assert all(headers["accept-encoding"] == "identity" for _, headers, _ in site.requests)


async def test_forms_and_json() -> None:
    async with running(Site({"/": (200, {}, b'{"a":1}'), "/form": (200, {}, b"a=1&b=%C3%BC")}), "127.0.0.2") as site:
        client = Outbound(exceptions=HERE)
        answer = await client.post_form(f"http://127.0.0.2:{site.port}/", {"code": "a b&c", "x": "ü"})
        assert answer.json() == {"a": 1}
        assert site.requests[0][2] == b"code=a+b%26c&x=%C3%BC"
        await client.post_json(f"http://127.0.0.2:{site.port}/", {"q": 1}, headers={"Authorization": "k"})
        assert site.requests[1][1]["content-type"] == "application/json"
        answer = await client.get(f"http://127.0.0.2:{site.port}/form")
        assert answer.form() == {"a": "1", "b": "ü"}
        with pytest.raises(OutboundFailed):
            answer.json()


async def test_certificates_are_checked_against_the_name(tmp_path: Path) -> None:
    made = make_authority(tmp_path, "good.example")
    trusted = ssl.create_default_context(cafile=str(made.authority))
    names = Names({"good.example": [["127.0.0.2"]], "bad.example": [["127.0.0.2"]]})
    async with running(Site({"/": (200, {}, b"ok")}), "127.0.0.2", made.server) as site:
        client = Outbound(exceptions=HERE, resolve=names, context=trusted)
        assert (await client.get(f"https://good.example:{site.port}/")).body == b"ok"
        for untrusting, name in ((client, "bad"), (Outbound(exceptions=HERE, resolve=names), "good")):
            with pytest.raises(OutboundFailed, match="certificate"):
                await untrusting.get(f"https://{name}.example:{site.port}/")
        await client.close()


async def test_no_way_from_https_to_http(tmp_path: Path) -> None:
    made = make_authority(tmp_path, "good.example")
    trusted = ssl.create_default_context(cafile=str(made.authority))
    names = Names({"good.example": [["127.0.0.2"]]})
    async with running(Site({}), "127.0.0.2", made.server) as site:
        site.pages["/"] = (302, {"Location": f"http://good.example:{site.port}/"}, b"")
        with pytest.raises(OutboundFailed, match="https to http"):
            await Outbound(exceptions=HERE, resolve=names, context=trusted).get(f"https://good.example:{site.port}/")


async def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(Site({"/": (200, {}, b"ok")}), "127.0.0.2") as site:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")
        answer = await Outbound(exceptions=HERE).get(f"http://127.0.0.2:{site.port}/")
        assert answer.body == b"ok"
