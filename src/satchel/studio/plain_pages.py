"""Pages that are there without the studio: what to do when it is not built, and what mails of other days link to.

In charge of: their text. Called by `routes` and `moved`.
"""

from __future__ import annotations

import secrets

from satchel.http.response import BareResponse
from satchel.studio.page import PAGE_HEADERS

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:14vh auto;padding:0 1rem}}
code{{font:14px ui-monospace,monospace}}</style></head><body><main>{body}</main></body></html>
"""

NOT_BUILT = """<h1>The studio is not built</h1>
<p>This program runs from its source, and the studio's files have not been made yet. In the folder of the source:</p>
<p><code>make studio</code></p>
<p>The APIs work all the same. A first account is made by <code>satchel superuser create EMAIL</code>.</p>"""

_DASHBOARD = """<h1 id="title">Going to the studio…</h1><p id="text"><a href="../studio/">Open the studio</a></p>
<script nonce="{nonce}">
const place = location.hash.slice(1);
const ended = {{
  "/auth/oauth2-redirect-success": ["Logged in", "You can close this window and go back to the app."],
  "/auth/oauth2-redirect-failure": ["Not logged in", "Close this window, go back to the app and try again."],
}}[place];
if (ended) {{
  document.title = document.getElementById("title").textContent = ended[0];
  document.getElementById("text").textContent = ended[1];
  window.close();
}} else {{
  location.replace("../studio/" + (place.startsWith("/auth/") ? place.slice(1) : ""));
}}
</script>"""


def not_built() -> BareResponse:
    """What is shown where the studio would be."""
    return _answer("Satchel", NOT_BUILT, status=503)


def dashboard() -> BareResponse:
    """`/_/`: where PocketBase's mails and redirects lead. What they mean stands behind the `#`, which no server sees: a
    script reads it.
    """
    nonce = secrets.token_urlsafe(16)
    return _answer("Satchel", _DASHBOARD.format(nonce=nonce), script=f"'nonce-{nonce}'")


def _answer(title: str, body: str, *, status: int = 200, script: str = "'none'") -> BareResponse:
    text = _PAGE.format(title=title, body=body)
    answer = BareResponse(status, text.encode(), content_type="text/html; charset=utf-8")
    answer.headers.extend(PAGE_HEADERS)
    answer.add_header(
        "content-security-policy",
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {script}; base-uri 'none'; frame-ancestors 'self'",
    )
    return answer
