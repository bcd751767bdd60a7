"""Where the pages of other programs' dashboards are here: `/`, `/admin/…` and `/_/` lead to the studio.

In charge of: these redirects. Mails carry such links, and people have them in their bookmarks. Asked by the public
folder (`http/static`) for what is no file of it.

Redirects are relative, as the page's base is (see `page`).
"""

from __future__ import annotations

from satchel.http.request import Request
from satchel.http.response import BareResponse
from satchel.studio.plain_pages import dashboard

ADMIN = "/admin"
DASHBOARD = "/_"
PLACES = {"users": "people"}
"""The first part of a path below `/admin` that has another name here."""


def moved(request: Request) -> BareResponse | None:
    """The answer for a path that another program would have a page at; None for any other."""
    path = request.raw_path
    if path == f"{DASHBOARD}/":
        return dashboard()
    if path == DASHBOARD:
        return to(request, "_/")
    if path == "/":
        return to(request, "studio/")
    if path != ADMIN and not path.startswith(f"{ADMIN}/"):
        return None
    first, slash, rest = path.removeprefix(ADMIN).removeprefix("/").partition("/")
    return to(request, f"studio/{PLACES.get(first, first)}{slash}{rest}")


def to(request: Request, place: str) -> BareResponse:
    """A redirect to a place below this program's own root, with the query of the request."""
    up = "../" * (request.raw_path.count("/") - 1) or "./"
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    answer = BareResponse(302, headers={"location": f"{up}{place}{query}", "cache-control": "no-cache"})
    answer.add_header("x-content-type-options", "nosniff")
    return answer
