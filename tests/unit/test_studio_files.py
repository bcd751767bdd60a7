"""The studio's page and files, from a small build made here, and what moved there from other programs' paths."""

import gzip
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount as At

from satchel import Satchel
from satchel.studio import bundle

TEMPLATE = """<!doctype html><html lang="en"><head><base href="/studio/" /><title>Satchel</title><!--satchel:boot-->
<script nonce="__NONCE__">1</script><script type="module" src="./assets/main-1a2b.js"></script></head></html>"""
SCRIPT = "console.log(1);\n" * 200


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "studio_dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "sdk").mkdir()
    (folder / ".vite").mkdir()
    for name, text in {
        "index.html": TEMPLATE,
        "icon.svg": "<svg/>",
        "sdk/v1.js": "export {}",
        "assets/main-1a2b.js": SCRIPT,
        ".vite/manifest.json": "{}",
        ".vite/preload.json": json.dumps(
            [
                {"at": "^login$", "files": ["assets/login.js"], "words": {"en": [], "de": []}},
                {"at": "^content/[^/]+$", "files": ["assets/list.js"], "words": {"en": ["en.js"], "de": ["de.js"]}},
            ]
        ),
        "../secret.txt": "for nobody",
    }.items():
        (folder / name).write_text(text)
    (folder / "assets" / "main-1a2b.js.br").write_bytes(b"as brotli")
    (folder / "assets" / "main-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (folder / "assets" / "out.js").symlink_to(tmp_path / "secret.txt")
    monkeypatch.setattr(bundle, "FOLDER", folder)
    return folder


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Any]:
    return {"data_dir": str(tmp_path / "data"), "public_dir": str(tmp_path / "public"), "access_log": False}


@pytest.fixture
async def http(built: Path, options: dict[str, Any]) -> AsyncIterator[httpx.AsyncClient]:
    program = Satchel(**options)
    await program.startup()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(program), base_url="http://test") as client:
        client.headers["accept-encoding"] = "identity"
        client.program = program  # type: ignore[attr-defined]
        yield client
    await program.shutdown()


def boot_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="satchel-boot">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


async def test_every_screen_gets_the_page_with_a_base_that_leads_back(http: httpx.AsyncClient) -> None:
    for path, base in {
        "/studio/": "./",
        "/studio/login": "./",
        "/studio/content/articles": "../",
        "/studio/content/articles/": "../../",
        "/studio/content/a%2Fb/key.with.dots?view=1": "../../",
    }.items():
        answer = await http.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert f'<base href="{base}">' in answer.text, path
    assert (await http.get("/studio")).headers["location"] == "./studio/"


async def test_the_page_tells_what_log_in_needs(http: httpx.AsyncClient) -> None:
    boot = boot_of((await http.get("/studio/login")).text)
    assert boot.pop("version")
    assert boot.pop("build")
    assert boot == {
        "setupRequired": True,
        "passkeys": True,
        "session": False,
        "locale": "en-US",
        "theme": "auto",
        "branding": {"name": "Satchel", "color": "#6644FF", "logo": None},
        "providers": [],
        "disableDefault": False,
        "samples": ["blog", "shop"],
        "connectable": True,
        "extensions": False,
        "registration": False,
    }


async def test_what_is_set_can_not_break_out_of_the_page(http: httpx.AsyncClient) -> None:
    program: Satchel = http.program  # type: ignore[attr-defined]
    await program.accounts.create_superuser("root@example.com", "correct horse 1")
    signed_in = await http.post("/auth/login", json={"email": "root@example.com", "password": "correct horse 1"})
    token = signed_in.json()["data"]["access_token"]
    name = "</script><script>alert(1)</script>\u2028"
    changed = await http.patch("/settings", json={"project_name": name}, headers={"authorization": f"Bearer {token}"})
    assert changed.status_code == 200, changed.text
    page = (await http.get("/studio/")).text
    assert "alert(1)</script>" not in page
    boot = boot_of(page)
    assert boot["branding"]["name"] == name
    assert boot["setupRequired"] is False


async def test_the_policy_allows_the_one_inline_script_by_its_nonce(http: httpx.AsyncClient) -> None:
    first, second = await http.get("/studio/"), await http.get("/studio/")
    policy = first.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([\w-]{16,})'", policy)
    assert nonce is not None
    imports = re.search(f'<script type="importmap" nonce="{nonce[1]}">(.*?)</script>', first.text)
    assert imports is not None
    assert json.loads(imports[1]) == {
        "imports": {
            "@satchel/studio": "./sdk/v1.js",
            "@satchel/studio/ui": "./sdk/ui-1.js",
            "lit": "./sdk/lit-3.js",
        }
    }
    assert f'<script nonce="{nonce[1]}">' in first.text
    assert nonce[1] not in second.headers["content-security-policy"]
    assert "unsafe-inline" not in policy.split("style-src")[0]
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'self'", "frame-ancestors 'self'"):
        assert part in policy
    assert first.headers["x-content-type-options"] == "nosniff"


async def test_the_page_is_asked_for_again_and_answered_not_modified_without_a_new_policy(
    http: httpx.AsyncClient,
) -> None:
    page = await http.get("/studio/login")
    assert page.headers["cache-control"] == "private, no-cache"
    again = await http.get("/studio/login", headers={"if-none-match": page.headers["etag"]})
    assert again.status_code == 304
    # the browser keeps the nonce that it has, so the policy must not change
    assert "content-security-policy" not in again.headers


async def test_hashed_files_are_kept_for_ever_and_come_compressed(http: httpx.AsyncClient) -> None:
    path = "/studio/assets/main-1a2b.js"
    tags = set()
    for asked, got, body in (
        ("gzip, deflate, br;q=0.9", "br", b"as brotli"),
        ("gzip, br;q=0", "gzip", gzip.compress(SCRIPT.encode())),
        ("*", "br", b"as brotli"),
        ("identity", None, SCRIPT.encode()),
    ):
        async with http.stream("GET", path, headers={"accept-encoding": asked}) as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])
        assert answer.headers.get("content-encoding") == got, asked
        assert raw[10:] == body[10:]
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["vary"] == "Accept-Encoding"
        tags.add(answer.headers["etag"])
    assert len(tags) == 3
    piece = await http.get(path, headers={"range": "bytes=0-6", "accept-encoding": "br"})
    assert (piece.status_code, piece.text) == (206, "console")


async def test_other_files_are_asked_for_again(http: httpx.AsyncClient) -> None:
    icon = await http.get("/studio/icon.svg")
    assert (icon.status_code, icon.headers["cache-control"]) == (200, "no-cache")
    again = await http.get("/studio/icon.svg", headers={"if-none-match": icon.headers["etag"]})
    assert again.status_code == 304


async def test_a_missing_file_is_missing_and_no_screen(http: httpx.AsyncClient) -> None:
    for path in (
        "/studio/assets/none.js",
        "/studio/assets/out.js",
        "/studio/assets/../../secret.txt",
        "/studio/assets/%2e%2e/%2e%2e/secret.txt",
        "/studio/ext/none/1/index.js",
    ):
        answer = await http.get(f"http://test{path}")
        assert answer.status_code == 404, path
        assert "for nobody" not in answer.text


async def test_hidden_files_are_no_files(http: httpx.AsyncClient) -> None:
    assert "<title>Satchel</title>" in (await http.get("/studio/.vite/manifest.json")).text


async def test_a_new_build_is_seen(http: httpx.AsyncClient, built: Path) -> None:
    before = boot_of((await http.get("/studio/")).text)["build"]
    (built / "assets" / "other-3c.js").write_text("2")
    (built / "index.html").write_text(TEMPLATE.replace("Satchel", "Newer"))
    page = (await http.get("/studio/")).text
    assert "<title>Newer</title>" in page
    assert boot_of(page)["build"] != before
    assert (await http.get("/studio/assets/other-3c.js")).text == "2"


async def test_a_studio_of_another_build_is_told(http: httpx.AsyncClient) -> None:
    build = boot_of((await http.get("/studio/")).text)["build"]
    for path in ("/server/info", "/items/none"):
        assert "x-satchel-studio" not in (await http.get(path)).headers
        assert "x-satchel-studio" not in (await http.get(path, headers={"x-satchel-studio": build})).headers
    assert (await http.get("/server/info", headers={"x-satchel-studio": "old"})).headers["x-satchel-studio"] == build


async def test_without_a_build_a_plain_page_says_which_command_makes_it(http: httpx.AsyncClient, built: Path) -> None:
    (built / "index.html").unlink()
    answer = await http.get("/studio/content/articles")
    assert answer.status_code == 503
    assert "<code>make studio</code>" in answer.text
    assert "script-src 'none'" in answer.headers["content-security-policy"]


async def test_pages_of_other_dashboards_lead_to_the_studio(http: httpx.AsyncClient) -> None:
    for path, location in (
        ("/", "./studio/"),
        ("/admin", "./studio/"),
        ("/admin/", "../studio/"),
        ("/admin/reset-password?token=a.b", "../studio/reset-password?token=a.b"),
        ("/admin/accept-invite?token=a.b", "../studio/accept-invite?token=a.b"),
        ("/admin/shared/1-2", "../../studio/shared/1-2"),
        ("/admin/login?reason=X", "../studio/login?reason=X"),
        ("/admin/users/1-2", "../../studio/people/1-2"),
        ("/admin/content/articles/5", "../../../studio/content/articles/5"),
        ("/_", "./_/"),
    ):
        answer = await http.get(path)
        assert (answer.status_code, answer.headers["location"]) == (302, location), path


async def test_mails_of_pocketbase_lead_to_a_page_that_reads_the_fragment(http: httpx.AsyncClient) -> None:
    answer = await http.get("/_/")
    assert answer.status_code == 200
    nonce = re.search(r"script-src 'nonce-([\w-]+)'", answer.headers["content-security-policy"])
    assert nonce is not None
    assert f'<script nonce="{nonce[1]}">' in answer.text


async def test_the_public_folder_comes_first(http: httpx.AsyncClient, tmp_path: Path) -> None:
    public = tmp_path / "public"
    (public / "admin").mkdir(parents=True)
    (public / "admin" / "index.html").write_text("my own")
    assert (await http.get("/")).status_code == 302
    (public / "index.html").write_text("home")
    assert (await http.get("/")).text == "home"
    assert (await http.get("/admin/")).text == "my own"
    # mails go on working where an application knows its paths itself
    assert (await http.get("/admin/shared/1")).headers["location"] == "../../studio/shared/1"
    assert (await http.get("/somewhere/else")).text == "home"


async def test_it_can_be_mounted_below_a_path(built: Path, options: dict[str, Any]) -> None:
    program = Satchel(**options)
    outer = Starlette(routes=[At("/data", program)])
    await program.startup()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(outer), base_url="http://test") as http:
        answer = await http.get("/data/studio/content/articles")
        assert '<base href="../">' in answer.text
        assert (await http.get("/data/studio/assets/main-1a2b.js")).text == SCRIPT
        assert (await http.get("/data/studio", follow_redirects=True)).url.path == "/data/studio/"
        assert (await http.get("/data/admin/shared/1")).headers["location"] == "../../studio/shared/1"
    await program.shutdown()


async def test_it_can_be_switched_off(built: Path, options: dict[str, Any]) -> None:
    program = Satchel(**options, studio_enabled=False)
    await program.startup()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(program), base_url="http://test") as http:
        for path in ("/studio/", "/studio/assets/main-1a2b.js", "/", "/admin", "/_/"):
            assert (await http.get(path)).status_code == 404, path
    await program.shutdown()


@pytest.mark.parametrize(
    ("path", "cookie", "language", "files"),
    [
        ("/studio/content/posts?sort=a", "x", "de-AT,en;q=0.5", ["assets/list.js", "de.js"]),
        ("/studio/content/posts", "x", "fr, *;q=0.1", ["assets/list.js", "en.js"]),
        ("/studio/content/posts", "", "de", ["assets/login.js"]),
        ("/studio/content/posts/3", "x", "de", []),
    ],
)
async def test_the_page_names_what_the_screen_will_ask_for(
    http: httpx.AsyncClient, path: str, cookie: str, language: str, files: list[str]
) -> None:
    headers = {"accept-language": language} | ({"cookie": f"directus_session_token={cookie}"} if cookie else {})
    page = (await http.get(path, headers=headers)).text
    assert re.findall(r'<link rel="modulepreload" crossorigin href="\./([^"]+)">', page) == files


async def test_answers_to_the_studio_come_compressed(http: httpx.AsyncClient) -> None:
    plain = await http.get("/server/specs/oas", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    packed = await http.get("/server/specs/oas", headers={"accept-encoding": "gzip", "x-satchel-studio": "any"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["vary"]
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.json() == plain.json()
    for headers in ({"x-satchel-studio": "any", "accept-encoding": "br"}, {"x-satchel-studio": "any"}):
        assert (await http.get("/server/specs/oas", headers=headers)).content == plain.content
    small = await http.get("/server/ping", headers={"accept-encoding": "gzip", "x-satchel-studio": "any"})
    assert "content-encoding" not in small.headers
