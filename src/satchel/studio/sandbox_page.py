"""The page that extensions run in that are not trusted: a sandbox inside of a frame that it can't leave.

In charge of: this page and what it may load. Not in charge of: what the sandbox may ask the studio for (the studio
itself answers, `extensions/sandbox` in its source). Called by `routes`.

The page runs nothing itself. It holds the sandbox as text (`srcdoc`), which has an origin of its own, so neither the
session nor the studio's page is within its reach, and inherits the page's policies: only scripts of this server, no
speaking to others than the hosts that the manifest names, and no frame that shows an address, which keeps the sandbox
from leaving for one with what it knows.

No policy of today's browsers forbids WebRTC, so its constructors are taken away before anything else runs. What could
bring them back is a page in the page: scripts that stand in markup run only if their hash is known (the second policy),
so none of the extension's runs there. `Connection-Allowlist` says all of it again to browsers that know it, for the
connections too that browsers open beforehand.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape

from satchel.http.request import Request
from satchel.http.response import BareResponse
from satchel.studio.extension_files import Extension
from satchel.studio.page import HEADERS, import_map

PREFIX = "frame/"
_FRAME = "sdk/frame.js"
_STYLE = "html,body{margin:0;height:100%}iframe{border:0;width:100%;height:100%;display:block}"
_BOOT = (
    "for(const name of Object.getOwnPropertyNames(globalThis))"
    "if(/^(webkit|moz)?RTC/.test(name))delete globalThis[name];"
    "const script=document.createElement('script');script.type='module';script.crossOrigin='';"
    "script.src=document.currentScript.dataset.src;document.head.append(script);"
)
_OUTER = """<!doctype html>
<html lang="en" style="color-scheme:{scheme}"><head><meta charset="utf-8"><title>{name}</title>
<style>{style}</style></head>
<body><iframe sandbox="allow-scripts" title="{name}" srcdoc="{inner}"></iframe></body></html>
"""
_INNER = """<!doctype html>
<html lang="en" style="color-scheme:{scheme}"><head><meta charset="utf-8"><title>{name}</title>
<style>html{{background:transparent}}body{{margin:0;color:var(--st-fg);font:14px/20px var(--st-font)}}
:focus-visible{{outline:2px solid var(--st-accent);outline-offset:2px}}</style>
<script type="importmap">{imports}</script>
<script data-src="{base}{frame}">{boot}</script></head><body></body></html>
"""


def sandbox_page(request: Request, extension: Extension) -> BareResponse:
    """The page for one extension, at `frame/NAME/DIGEST/`."""
    scheme = "dark" if request.query.get("scheme") == "dark" else "light"
    # below the page's own address, whatever stands before it
    base = "../../../"
    imports = import_map(base)
    inner = _INNER.format(
        name=extension.name, scheme=scheme, imports=imports, base=base, frame=_FRAME, boot=_BOOT
    )  # fmt: skip
    text = _OUTER.format(name=extension.name, scheme=scheme, style=_STYLE, inner=escape(inner))
    answer = BareResponse(200, text.encode(), content_type="text/html; charset=utf-8")
    answer.headers.extend(HEADERS)
    answer.add_header("cache-control", "private, no-store")
    for rules in _policies(extension, f"{_hash(imports)} {_hash(_BOOT)}"):
        answer.add_header("content-security-policy", rules)
    hosts = "".join(f' "{host}/*"' for host in extension.manifest.requires.network)
    answer.add_header("connection-allowlist", f"(response-origin{hosts})")
    answer.add_header("x-dns-prefetch-control", "off")
    return answer


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _policies(extension: Extension, own: str) -> tuple[str, str]:
    """All of both hold. `own`: the hashes of the scripts that stand in the page."""
    hosts = " ".join(extension.manifest.requires.network) or "'none'"
    loading = "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {own}",
            "style-src 'unsafe-inline'",
            "img-src data: blob:",
            "font-src data:",
            f"connect-src {hosts}",
            "frame-src 'none'",
            "worker-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        )
    )
    return loading, f"script-src 'strict-dynamic' {own}"
