"""Extensions of the studio: found in a folder and in packages, checked, listed, and their files served."""

import base64
import hashlib
import io
import json
import os
import sys
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.servers import EMAIL, PASSWORD
from typer.testing import CliRunner

from satchel import Satchel
from satchel.cli.program import program
from satchel.errors import InvalidPayload, Unprocessable
from satchel.studio import bundle
from satchel.studio.manifest import read_manifest

AT = "/studio/api/extensions"
STARS: dict[str, Any] = {
    "name": "acme-stars",
    "version": "1.2.0",
    "title": {"en": "Star rating"},
    "studio": "^1",
    "entry": "index.js",
    "requires": {"api": ["read:*"]},
    "contributes": {
        "interfaces": [
            {
                "id": "acme-stars",
                "name": {"en": "Stars", "de": "Sterne"},
                "icon": "star",
                "types": ["integer"],
                "group": "number",
                "element": "acme-stars-input",
                "options": [{"field": "max", "type": "integer", "default": 5}],
                "modes": ["edit", "cell"],
            }
        ],
        "themes": [{"id": "acme-dark", "appearance": "dark", "tokens": {"--st-accent-h": 190}}],
        "locales": {"de": "locales/de.json"},
    },
}


def put(folder: Path, manifest: dict[str, Any] | str, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = manifest if isinstance(manifest, str) else json.dumps(manifest)
    (folder / "satchel-extension.json").write_text(text)
    (folder / "index.js").write_text("export default () => {}")
    (folder / "locales").mkdir(exist_ok=True)
    (folder / "locales" / "de.json").write_text("{}")
    for name, content in files.items():
        (folder / name).write_text(content)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "extensions"


@pytest.fixture
async def http(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    built = tmp_path / "studio_dist"
    built.mkdir()
    (built / "index.html").write_text("<base href='/'><!--satchel:boot-->")
    monkeypatch.setattr(bundle, "FOLDER", built)
    program = Satchel(data_dir=str(tmp_path / "data"), access_log=False)
    await program.startup()
    await program.accounts.create_superuser(EMAIL, PASSWORD)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(program), base_url="http://test") as client:
        signed_in = await client.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})
        client.headers["authorization"] = f"Bearer {signed_in.json()['data']['access_token']}"
        yield client
    await program.shutdown()


async def listed(http: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    answer = await http.get(AT)
    assert answer.status_code == 200, answer.text
    return {item["name"]: item for item in answer.json()["data"]}


async def test_a_folder_that_is_dropped_in_is_listed_and_served_without_a_restart(
    http: httpx.AsyncClient, folder: Path
) -> None:
    assert await listed(http) == {}
    put(folder / "acme-stars", STARS)
    one = (await listed(http))["acme-stars"]
    assert one["error"] is None
    assert one["contributes"] == STARS["contributes"]
    assert one["requires"] == {"api": ["read:*"], "network": []}
    assert one["trust"] == "trusted"
    digest = hashlib.sha384(b"export default () => {}").digest()
    assert one["integrity"] == f"sha384-{base64.b64encode(digest).decode()}"
    entry = await http.get(f"/studio/{one['base']}{one['entry']}", headers={"authorization": ""})
    assert (entry.status_code, entry.text) == (200, "export default () => {}")
    assert entry.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in entry.headers["cache-control"]
    assert entry.headers["x-content-type-options"] == "nosniff"

    # other files are another address
    put(folder / "acme-stars", STARS, **{"more.js": "1"})
    again = (await listed(http))["acme-stars"]
    assert again["base"] != one["base"]
    assert (await http.get(f"/studio/{again['base']}more.js")).text == "1"
    assert (await http.get(f"/studio/{one['base']}more.js")).status_code == 404


async def test_what_lies_outside_is_not_served(http: httpx.AsyncClient, folder: Path, tmp_path: Path) -> None:
    put(folder / "acme-stars", STARS)
    (tmp_path / "secret.js").write_text("for nobody")
    (folder / "acme-stars" / "out.js").symlink_to(tmp_path / "secret.js")
    (folder / "acme-stars" / ".env").write_text("for nobody")
    base = (await listed(http))["acme-stars"]["base"]
    for path in ("out.js", ".env", "%2e%2e/%2e%2e/%2e%2e/secret.js", "..%2f..%2fsecret.js"):
        answer = await http.get(f"/studio/{base}{path}")
        assert answer.status_code == 404, path
        assert "for nobody" not in answer.text


async def test_a_broken_one_is_told_and_keeps_nobody_from_working(http: httpx.AsyncClient, folder: Path) -> None:
    put(folder / "acme-stars", STARS)
    put(folder / "bad-json", "{")
    put(folder / "other-name", STARS)
    put(folder / "no-entry", {**STARS, "name": "no-entry", "entry": "missing.js"})
    put(folder / "changed", {**STARS, "name": "changed", "integrity": "sha384-x"})
    (folder / "empty").mkdir()
    (folder / ".hidden").mkdir()
    found = await listed(http)
    assert {name: item["error"] is None for name, item in found.items()} == {
        "acme-stars": True, "bad-json": False, "other-name": False, "no-entry": False, "changed": False, "empty": False,
    }  # fmt: skip
    assert "missing.js" in found["no-entry"]["error"]
    assert '"acme-stars"' in found["other-name"]["error"]
    assert "There is no satchel-extension.json" in found["empty"]["error"]
    assert "sha384-" in found["changed"]["error"]


def broken(path: str, value: Any) -> bytes:
    """The manifest with something else at a place."""
    manifest = json.loads(json.dumps(STARS))
    place: Any = manifest
    *parents, last = path.split(".")
    for name in parents:
        place = place[int(name) if name.isdigit() else name]
    place[last] = value
    return json.dumps(manifest).encode()


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("name", "Acme Stars", "$.name"),
        ("version", "1", "$.version"),
        ("studio", "^2", "version 2 of the studio's SDK"),
        ("studio", "latest", '"studio" must be'),
        ("trust", "full", "$.trust"),
        ("entrypoint", "x", "entrypoint"),
        ("contributes.interfcaes", [], "interfcaes"),
        ("contributes.interfaces.0.element", "stars", "$.contributes.interfaces[0].element"),
        ("contributes.interfaces.0.modes", ["grid"], "$.contributes.interfaces[0].modes"),
        ("contributes.interfaces", [{"id": "x"}], "`name`"),
        ("contributes.themes", STARS["contributes"]["themes"] * 2, 'two themes have the id "acme-dark"'),
        ("contributes.themes.0.tokens", {"color": "red"}, "$.contributes.themes[0].tokens"),
    ],
)
def test_complaints_name_the_place(path: str, value: Any, told: str) -> None:
    with pytest.raises(InvalidPayload) as refused:
        read_manifest(broken(path, value))
    assert told in str(refused.value)


async def test_it_is_for_those_who_are_signed_in(http: httpx.AsyncClient, folder: Path) -> None:
    put(folder / "bad-json", "{")
    assert (await http.get(AT, headers={"authorization": ""})).status_code == 403
    user = {"email": "plain@example.com", "password": "a plain password", "status": "active"}
    assert (await http.post("/users", json=user)).status_code == 200
    signed_in = await http.post("/auth/login", json={"email": user["email"], "password": user["password"]})
    headers = {"authorization": f"Bearer {signed_in.json()['data']['access_token']}"}
    (one,) = (await http.get(AT, headers=headers)).json()["data"]
    assert one == {"name": "bad-json", "source": "folder", "enabled": True, "error": "It can't be loaded."}


async def test_an_installed_package_brings_one(
    http: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    put(site / "acme_stars", STARS)
    (site / "acme_stars" / "__init__.py").write_text("")
    about = site / "acme_stars-1.2.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-stars\nVersion: 1.2.0\n")
    (about / "entry_points.txt").write_text(
        "[satchel.extensions]\nacme-stars = acme_stars\nacme-lost = acme_lost_module\n"
    )
    monkeypatch.syspath_prepend(os.fspath(site))
    found = await listed(http)
    monkeypatch.delitem(sys.modules, "acme_stars")
    assert found["acme-stars"]["source"] == "package"
    assert (await http.get(f"/studio/{found['acme-stars']['base']}index.js")).status_code == 200
    assert "acme_lost_module" in found["acme-lost"]["error"]


# --- archives


def zipped(files: dict[str, str | bytes], **kinds: int) -> bytes:
    """A zip of these files. `kinds`: the Unix mode of one, by its name without dots."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = kinds.get(name.replace(".", "_"), 0o100644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return target.getvalue()


def whole(**more: str | bytes) -> dict[str, str | bytes]:
    return {"satchel-extension.json": json.dumps(STARS), "index.js": "1", "locales/de.json": "{}", **more}


async def send(http: httpx.AsyncClient, archive: bytes, query: str = "", **headers: str) -> httpx.Response:
    return await http.post(AT + query, content=archive, headers={"content-type": "application/zip", **headers})


async def test_an_archive_is_put_in_place_replaced_switched_and_removed(http: httpx.AsyncClient, folder: Path) -> None:
    made = await send(http, zipped(whole()))
    assert made.status_code == 200, made.text
    assert made.json()["data"]["enabled"] is True
    assert (folder / "acme-stars" / "locales" / "de.json").read_text() == "{}"

    # archives of sources have a folder around all of it
    newer = {f"acme-stars-1.3/{name}": content for name, content in whole(**{"index.js": "2"}).items()}
    assert (await send(http, zipped(newer))).status_code == 200
    assert (folder / "acme-stars" / "index.js").read_text() == "2"
    assert [path.name for path in folder.iterdir()] == ["acme-stars"]

    off = await http.patch(f"{AT}/acme-stars", json={"enabled": False})
    assert (off.status_code, off.json()["data"]["enabled"]) == (200, False)
    assert (await listed(http))["acme-stars"]["enabled"] is False
    assert (await http.patch(f"{AT}/acme-stars", json={"enabled": "no"})).status_code == 400
    assert (await http.patch(f"{AT}/nobody", json={"enabled": True})).status_code == 403
    assert (await http.patch(f"{AT}/acme-stars", json={"enabled": True})).json()["data"]["enabled"] is True

    assert (await http.delete(f"{AT}/acme-stars")).status_code == 204
    asleep = await http.post(
        f"{AT}?enabled=false", content=zipped(whole()), headers={"content-type": "application/zip"}
    )
    assert asleep.json()["data"]["enabled"] is False
    assert (await http.delete(f"{AT}/acme-stars")).status_code == 204
    assert list(folder.iterdir()) == []
    assert (await http.delete(f"{AT}/acme-stars")).status_code == 403


OUT_OF_BOUNDS: list[tuple[dict[str, str | bytes], str]] = [
    ({"../out.js": "1"}, "outside"),
    ({"/etc/out.js": "1"}, "outside"),
    ({"a/../../out.js": "1"}, "outside"),
    ({"a\\..\\out.js": "1"}, "outside"),
    ({"C:out.js": "1"}, "outside"),
    ({"Index.js": "1"}, "twice"),
    ({"/".join("abcdefghijklmnopqrstuvw"): "1"}, "deep"),
    ({"zeros": b"\0" * (101 * 1024 * 1024)}, "larger than 104857600"),
    ({f"f{at}": "1" for at in range(2001)}, "more than 2000"),
]


async def test_an_archive_stays_within_its_bounds(http: httpx.AsyncClient, folder: Path) -> None:
    for files, says in OUT_OF_BOUNDS:
        answer = await send(http, zipped(whole(**files)))
        assert answer.status_code == 400
        assert says in answer.json()["errors"][0]["message"]
        assert not folder.exists() or list(folder.iterdir()) == []


async def test_what_an_archive_says_of_itself_is_not_believed(http: httpx.AsyncClient, folder: Path) -> None:
    bomb = bytearray(zipped(whole(zeros=b"\0" * (101 * 1024 * 1024))))
    size = (101 * 1024 * 1024).to_bytes(4, "little")
    while (at := bomb.find(size)) >= 0:
        bomb[at : at + 4] = (10).to_bytes(4, "little")
    link = zipped(whole(**{"out.js": "../../secret"}), out_js=0o120777)
    broken = zipped({"satchel-extension.json": json.dumps({**STARS, "entry": "no.js"}), "locales/de.json": "{}"})
    for archive in (bytes(bomb), link, broken, zipped({"index.js": "1"}), b"PK no zip", b""):
        answer = await send(http, archive)
        assert answer.status_code == 400, answer.text
    assert not folder.exists() or list(folder.iterdir()) == []


async def test_extensions_are_for_superusers_to_add(http: httpx.AsyncClient) -> None:
    assert (await http.post(AT, json={})).status_code == 415
    assert (await send(http, zipped(whole()), authorization="")).status_code == 403
    assert (await http.delete(f"{AT}/acme-stars", headers={"authorization": ""})).status_code == 403
    assert (await send(http, b"0" * (21 * 1024 * 1024))).status_code == 413


# --- sandboxes


async def test_a_sandbox_may_load_and_reach_only_what_its_manifest_says(http: httpx.AsyncClient, folder: Path) -> None:
    requires = {"api": [], "network": ["https://api.example.com"]}
    put(folder / "acme-stars", {**STARS, "trust": "sandboxed", "requires": requires})
    base = (await listed(http))["acme-stars"]["base"].replace("ext/", "frame/")
    page = await http.get(f"/studio/{base}")
    assert 'sandbox="allow-scripts"' in page.text
    loading, elements = page.headers.get_list("content-security-policy")
    rules = loading.split("; ")
    assert {"default-src 'none'", "frame-src 'none'", "worker-src 'none'", "form-action 'none'"} <= set(rules)
    assert "connect-src https://api.example.com" in rules
    # scripts that stand in markup run by their hash alone, or a page in the page would have what was taken away
    assert elements.startswith("script-src 'strict-dynamic' 'sha256-")
    assert page.headers["connection-allowlist"] == '(response-origin "https://api.example.com/*")'
    assert (await http.get(f"/studio/{base}other")).status_code == 404
    assert (await http.get("/studio/frame/acme-stars/0000/")).status_code == 404
    for wrong in ("https://a.b; script-src *", "http://a.b", "*"):
        with pytest.raises(InvalidPayload):
            read_manifest(json.dumps({**STARS, "requires": {"network": [wrong]}}).encode())


async def test_pages_of_an_extension_run_nothing_by_themselves(http: httpx.AsyncClient, folder: Path) -> None:
    put(folder / "acme-stars", STARS, **{"page.html": "<script>1</script>", "picture.svg": "<svg/>"})
    base = (await listed(http))["acme-stars"]["base"]
    for name in ("page.html", "picture.svg", "locales/de.json"):
        answer = await http.get(f"/studio/{base}{name}")
        assert answer.headers["content-security-policy"].endswith("; sandbox"), name
    assert "content-security-policy" not in (await http.get(f"/studio/{base}index.js")).headers


def test_operations_are_refused_until_something_runs_them() -> None:
    contributes = {"operations": [{"id": "acme-send", "element": "acme-send-options"}]}
    with pytest.raises(InvalidPayload, match="operations of flows"):
        read_manifest(json.dumps({**STARS, "contributes": contributes}).encode())


def test_an_extension_is_begun_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    assert run(program, ["ext", "new", "acme-words"]).exit_code == 0
    assert isinstance(run(program, ["ext", "new", "acme-words"]).exception, Unprocessable)
    assert isinstance(run(program, ["ext", "new", "../Words"]).exception, InvalidPayload)
    assert "can be installed" in run(program, ["ext", "check", "acme-words"]).output
    schema = json.loads(run(program, ["ext", "schema"]).output)
    assert "operations" not in schema["$defs"]["Contributions"]["properties"]
    assert schema["$defs"]["Interface"]["required"] == ["id", "name", "element", "types"]
    assert run(program, ["ext", "new", "acme-guest", "--sandboxed"]).exit_code == 0
    path = tmp_path / "acme-guest" / "satchel-extension.json"
    manifest = json.loads(path.read_text())
    manifest["contributes"] |= {
        "displays": [{"id": "acme-guest", "element": "acme-missing"}],
        "layouts": [{"id": "acme-guest", "element": "acme-guest-input"}],
        "commands": [{"id": "acme-do", "label": "Do", "handler": "doIt"}],
    }
    path.write_text(json.dumps(manifest))
    (tmp_path / "acme-guest" / "locales" / "en.json").write_text("[")
    (tmp_path / "acme-guest" / "index.js").write_text("customElements.define('acme-guest-input', Input)")
    told = run(program, ["ext", "check", "acme-guest"])
    assert isinstance(told.exception, Unprocessable)
    for said in (
        "no default export",
        "$.contributes.displays[0].element: no script defines acme-missing",
        "$.contributes.displays[0].text",
        "$.contributes.layouts[0]",
        "$.contributes.commands[0].handler",
        "$.contributes.locales.en",
    ):
        assert said in told.output
