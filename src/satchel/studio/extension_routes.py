"""`GET /studio/api/extensions`: the extensions that the studio may load.

In charge of: the list and who gets it. Not in charge of: finding them (`extension_files`). Mounted by `routes`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from satchel.errors import Forbidden
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.studio.extension_files import Broken, Extension, ExtensionFiles
from satchel.wire.directus import shape
from satchel.wire.directus.gate import state_of


class ExtensionRoutes:
    """The handlers."""

    def __init__(self, extensions: ExtensionFiles) -> None:
        self._extensions = extensions

    def mount(self, router: Router, at: str) -> None:
        router.add("GET", at, self.listed)

    async def listed(self, request: Request) -> Response:
        """GET: for whoever is signed in. What is wrong with one is for superusers: it names paths of this machine."""
        actor = state_of(request).actor
        if actor.kind == "public":
            raise Forbidden("The list of extensions is for those who are signed in.")
        found = await asyncio.to_thread(self._extensions.all)
        return shape.value([_told(one, admin=actor.admin) for one in found])


def _told(one: Extension | Broken, *, admin: bool) -> dict[str, Any]:
    if isinstance(one, Broken):
        error = one.error if admin else "It can't be loaded."
        return {"name": one.name, "source": one.source, "error": error}
    manifest = one.manifest
    return {
        "name": one.name,
        "source": one.source,
        "error": None,
        "version": manifest.version,
        "title": manifest.title or one.name,
        "description": manifest.description,
        "trust": manifest.trust,
        "requires": {"api": manifest.requires.api, "network": manifest.requires.network},
        # relative to the page's base
        "base": f"ext/{one.name}/{one.digest}/",
        "entry": manifest.entry.removeprefix("./"),
        "integrity": one.integrity,
        "contributes": one.raw.get("contributes", {}),
    }
