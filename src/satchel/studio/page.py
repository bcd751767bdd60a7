"""The studio's page: the built template with what it needs to paint at once, under a strict policy.

In charge of: `<base href>`, the inline JSON, the import map and the content security policy. Not in charge of: files
(`bundle`), or which path gets this page (`routes`).

The base is relative to the path that was asked for, so the page finds its files below any prefix, also one that a proxy
in front takes away without a word. Scripts come from this server; those in the page (the import map, and the one of the
build that asks for data early) carry the nonce of its answer. The tag of the page leaves the nonce out, and an answer
"not modified" brings no policy: the browser goes on with the page and the policy that it has, which fit together.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from satchel.http import json
from satchel.http.request import Request
from satchel.http.response import BareResponse, RawHeaders, tags_match
from satchel.studio.bundle import Bundle

PREFIX = "/studio"
SDK = "sdk/v1.js"
IMPORTS = {"@satchel/studio": SDK, "@satchel/studio/ui": "sdk/ui-1.js", "lit": "sdk/lit-3.js"}
"""What extensions may import by name, each by its major version; browsers fetch what is imported."""
LOGIN = "login"
BOOT = "<!--satchel:boot-->"
NONCE = "__NONCE__"
_BASE = re.compile(r"<base\s[^>]*>")

HEADERS: RawHeaders = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin-allow-popups"),
]
PAGE_HEADERS: RawHeaders = [*HEADERS, (b"cache-control", b"private, no-cache")]


def import_map(base: str) -> str:
    """The import map of a page that is `base` away from the studio's own folder."""
    return json.encode({"imports": {name: f"{base}{file}" for name, file in IMPORTS.items()}}).decode()


def policy(nonce: str) -> str:
    """What the page may load. Pictures and media may come from anywhere, as texts of editors show such; pages of the
    project's own site are shown in frames as previews. Styles may be inline: editors of rich text make them.
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob: https: http:",
            "media-src 'self' data: blob: https: http:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self' https: http:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def base_of(request: Request) -> str:
    """The way from the path that was asked for back to the studio's own folder."""
    below = request.raw_path.removeprefix(f"{PREFIX}/")
    return "../" * below.count("/") or "./"


def path_of(request: Request, boot: Mapping[str, Any]) -> str:
    """The path below the studio of what will be shown: who is not signed in gets to the log-in."""
    return request.raw_path.removeprefix(PREFIX).strip("/") if boot["session"] else LOGIN


def languages_of(request: Request, boot: Mapping[str, Any]) -> Iterator[str]:
    """The languages that the studio will probably speak, best first. What the person chose, it knows by itself."""
    for part in (request.header("accept-language") or "").split(","):
        yield part.split(";")[0].strip().split("-")[0].lower()
    yield str(boot["locale"] or "").split("-")[0].lower()


def page(request: Request, bundle: Bundle, boot: Mapping[str, Any]) -> BareResponse:
    """The page. `boot`: what it needs to know before it asks for anything."""
    text = json.encode(boot).decode().replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    inline = f'<script type="application/json" id="satchel-boot">{text}</script>'
    if SDK in bundle.files.files:
        inline += f'<script type="importmap" nonce="{NONCE}">{import_map("./")}</script>'
    # asked for at once, not one after the other as scripts name them; after what every page needs, which is larger
    preloads = "".join(
        f'<link rel="modulepreload" crossorigin href="./{file}">'
        for file in bundle.files_of(path_of(request, boot), languages_of(request, boot))
    )
    html = _BASE.sub(lambda _: f'<base href="{base_of(request)}">', bundle.template, count=1)
    html = html.replace(BOOT, inline).replace("</head>", f"{preloads}</head>", 1)
    tag = f'"{hashlib.sha256(html.encode()).hexdigest()[:24]}"'
    known = request.header("if-none-match")
    if known is not None and tags_match(known, tag):
        answer = BareResponse(304)
    else:
        nonce = secrets.token_urlsafe(16)
        body = html.replace(NONCE, nonce).encode()
        answer = BareResponse(200, body, content_type="text/html; charset=utf-8")
        answer.add_header("content-security-policy", policy(nonce))
    answer.headers.extend(PAGE_HEADERS)
    answer.add_header("etag", tag)
    return answer
