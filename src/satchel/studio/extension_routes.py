"""`/studio/api/extensions`: the extensions that the studio may load; adding, switching and removing them.

In charge of: these requests and answers, and who may make them. Not in charge of: finding extensions
(`extension_files`), what an archive may hold (`extension_install`). Mounted by `routes`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from satchel.errors import Forbidden, NotFound, Unprocessable, UnsupportedMedia
from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Router
from satchel.studio.extension_files import Broken, Extension, ExtensionFiles
from satchel.studio.extension_install import ARCHIVE_BYTES_MAX, install, name_in, uninstall
from satchel.studio.extension_switches import ExtensionSwitches
from satchel.wire.directus import shape
from satchel.wire.directus.bodies import given_object, only, refuse
from satchel.wire.directus.gate import state_of

ZIP = frozenset({"application/zip", "application/x-zip-compressed"})


class ExtensionRoutes:
    """The handlers. `installable`: whether archives are taken at all."""

    def __init__(self, extensions: ExtensionFiles, switches: ExtensionSwitches, *, installable: bool) -> None:
        self._extensions = extensions
        self._switches = switches
        self._installable = installable
        self._one_at_a_time = asyncio.Lock()

    def mount(self, router: Router, at: str) -> None:
        router.add("GET", at, self.listed)
        router.add("POST", at, self.add)
        router.add("PATCH", f"{at}/{{name}}", self.change)
        router.add("DELETE", f"{at}/{{name}}", self.remove)

    async def listed(self, request: Request) -> Response:
        """GET: for whoever is signed in; superusers see those that are switched off, too. What is wrong with one is for
        superusers: it names paths of this machine.
        """
        actor = state_of(request).actor
        if actor.kind == "public":
            raise Forbidden("The list of extensions is for those who are signed in.")
        found = await asyncio.to_thread(self._extensions.all)
        off = await self._switches.off() if found else frozenset[str]()
        shown = [one for one in found if actor.admin or one.name not in off]
        return shape.value([_told(one, admin=actor.admin, enabled=one.name not in off) for one in shown])

    async def add(self, request: Request) -> Response:
        """POST, with a zip as the body: put it in place, instead of one of the same name. With `enabled=false` one
        that is new is off until it is switched on.
        """
        self._superusers_only(request)
        if request.media_type not in ZIP:
            raise UnsupportedMedia(request.media_type or "", "the body, which has to be a zip archive")
        archive = await request.body(limit_bytes=ARCHIVE_BYTES_MAX)
        async with self._one_at_a_time:
            name = await asyncio.to_thread(name_in, archive)
            known = {one.name for one in await asyncio.to_thread(self._extensions.all)}
            if name not in known:
                await self._switches.switch(name, on=request.query.get("enabled") != "false")
            await asyncio.to_thread(install, self._extensions.folder, archive)
        return shape.value(await self._one(name))

    async def change(self, request: Request) -> Response:
        """PATCH `{enabled}`."""
        _admins_only(request)
        name = request.params["name"]
        await self._one(name)
        body = given_object(request)
        only(body, ("enabled",))
        enabled = body.get("enabled")
        if not isinstance(enabled, bool):
            refuse('"enabled" must be a boolean')
        await self._switches.switch(name, on=enabled)
        return shape.value(await self._one(name))

    async def remove(self, request: Request) -> Response:
        """DELETE: remove its folder. One of an installed package goes with the package."""
        self._superusers_only(request)
        name = request.params["name"]
        if (await self._one(name))["source"] != "folder":
            raise Unprocessable(f"{name} belongs to an installed package; uninstall the package, or switch it off.")
        async with self._one_at_a_time:
            await asyncio.to_thread(uninstall, self._extensions.folder, name)
        await self._switches.switch(name, on=True)
        return Response(204)

    def _superusers_only(self, request: Request) -> None:
        _admins_only(request)
        if not self._installable:
            raise Forbidden("Extensions are not added or removed here: studio_extensions_install is off.")

    async def _one(self, name: str) -> dict[str, Any]:
        """As superusers see it. Raises NotFound."""
        for one in await asyncio.to_thread(self._extensions.all):
            if one.name == name:
                return _told(one, admin=True, enabled=name not in await self._switches.off())
        raise NotFound(f"There is no extension {name}.")


def _admins_only(request: Request) -> None:
    if not state_of(request).actor.admin:
        raise Forbidden("Extensions are added, switched and removed by superusers.")


def _told(one: Extension | Broken, *, admin: bool, enabled: bool) -> dict[str, Any]:
    if isinstance(one, Broken):
        error = one.error if admin else "It can't be loaded."
        return {"name": one.name, "source": one.source, "enabled": enabled, "error": error}
    manifest = one.manifest
    return {
        "name": one.name,
        "source": one.source,
        "enabled": enabled,
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
