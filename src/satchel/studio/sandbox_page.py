"""The pages that extensions run in that are not trusted: a sandbox inside of a frame that it can't leave.

In charge of: these two pages and what they may load. Not in charge of: what the sandbox may ask the studio for (the
studio itself answers, `extensions/sandbox` in its source). Called by `routes`.

The inner page has an origin of its own, so neither the session nor the studio's page is within its reach, and its
policy lets it load only scripts of this server and speak only to the hosts that the manifest names. A page in a frame
might still leave for another address and take along what it knows: what a frame shows is judged by the page around it.
So the outer page, which runs nothing, lets it go nowhere but to this server.
"""

from __future__ import annotations

import secrets

from satchel.http.request import Request
from satchel.http.response import BareResponse
from satchel.studio.extension_files import Extension
from satchel.studio.page import HEADERS, SDK, base_of

PREFIX = "frame/"
INSIDE = "inside"
_FRAME = "sdk/frame.js"
_AROUND = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'"
)
_OUTER = """<!doctype html>
<html lang="en" style="color-scheme:{scheme}"><head><meta charset="utf-8"><title>{name}</title>
<style>html,body{{margin:0;height:100%}}iframe{{border:0;width:100%;height:100%;display:block}}</style></head>
<body><iframe sandbox="allow-scripts" title="{name}" src="inside?scheme={scheme}"></iframe></body></html>
"""
_INNER = """<!doctype html>
<html lang="en" style="color-scheme:{scheme}"><head><meta charset="utf-8"><title>{name}</title>
<style>html{{background:transparent}}body{{margin:0;color:var(--st-fg);font:14px/20px var(--st-font)}}
:focus-visible{{outline:2px solid var(--st-accent);outline-offset:2px}}</style>
<script type="importmap" nonce="{nonce}">{{"imports":{{"@satchel/studio":"{base}{sdk}"}}}}</script>
<script type="module" src="{base}{frame}"></script></head><body></body></html>
"""


def sandbox_page(request: Request, extension: Extension, page: str) -> BareResponse | None:
    """The outer page (`page` is "") or the inner one; None for others."""
    scheme = "dark" if request.query.get("scheme") == "dark" else "light"
    if page == "":
        text = _OUTER.format(name=extension.name, scheme=scheme)
        rules = _AROUND
    elif page == INSIDE:
        nonce = secrets.token_urlsafe(16)
        base = base_of(request)
        text = _INNER.format(name=extension.name, scheme=scheme, nonce=nonce, base=base, sdk=SDK, frame=_FRAME)
        rules = _policy(extension, nonce)
    else:
        return None
    answer = BareResponse(200, text.encode(), content_type="text/html; charset=utf-8")
    answer.headers.extend(HEADERS)
    answer.add_header("cache-control", "private, no-store")
    answer.add_header("content-security-policy", rules)
    return answer


def _policy(extension: Extension, nonce: str) -> str:
    hosts = " ".join(extension.manifest.requires.network) or "'none'"
    return "; ".join(
        (
            "sandbox allow-scripts",
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'unsafe-inline'",
            "img-src data: blob:",
            "font-src data:",
            f"connect-src {hosts}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
