"""The manifest of a studio extension: `satchel-extension.json`.

In charge of: what may stand in one, and complaints that name the place. Not in charge of: finding extensions or their
files (`extension_files`).

The studio gets what an extension contributes as it stands here; checked is what the studio relies on before it runs any
of the extension's code. Keys that are not known are refused at the top and in `contributes`, where they are typing
errors; a descriptor may hold more than is checked.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import msgspec

from satchel.errors import InvalidPayload

NAME = "satchel-extension.json"
BYTES_MAX = 256 * 1024
SDK_MAJOR = 1

Identifier = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9]*([-_.][a-z0-9]+)*$", max_length=100)]
Element = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9._]*-[a-z0-9._-]*$", max_length=100)]
FilePath = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Text = str | dict[str, str]
Host = Annotated[str, msgspec.Meta(pattern=r"^https://[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?$", max_length=200)]
"""A server that a sandbox may speak to."""
Right = Annotated[str, msgspec.Meta(pattern=r"^(read|create|update|delete):(\*|[A-Za-z0-9_-]+)$", max_length=200)]
Types = list[Annotated[str, msgspec.Meta(max_length=100)]]

_RANGE = re.compile(r"\^?(\d+)(\.(\d+|x|\*))*")


class Option(msgspec.Struct, kw_only=True):
    """An option of a descriptor, drawn as a field."""

    field: str
    type: str


class Interface(msgspec.Struct, kw_only=True):
    id: Identifier
    name: Text
    element: Element
    types: Types
    options: list[Option] = []
    modes: list[Literal["edit", "batch", "cell", "compare"]] = []


class Display(msgspec.Struct, kw_only=True):
    id: Identifier
    element: Element
    types: Types = []
    options: list[Option] = []
    text: Text = ""
    """What stands where no element is drawn, as `{{value}} of {{options.max}}`."""


class Layout(msgspec.Struct, kw_only=True):
    id: Identifier
    element: Element
    options: list[Option] = []


class PanelQuery(msgspec.Struct, kw_only=True):
    """What a panel asks for; `{{options.NAME}}` in its texts stands for the panel's option."""

    id: str
    collection: str


class Panel(msgspec.Struct, kw_only=True):
    id: Identifier
    element: Element
    options: list[Option] = []
    minWidth: int = 1  # noqa: N815 - the manifest's own words
    minHeight: int = 1  # noqa: N815
    queries: list[PanelQuery] = []


class Readable(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who may read this collection."""

    read: str


class Module(msgspec.Struct, kw_only=True):
    id: Identifier
    path: Identifier
    element: Element
    icon: str
    name: Text = ""
    visible: Literal["admin"] | Readable | None = None


class Action(msgspec.Struct, kw_only=True):
    id: Identifier
    on: Literal["item", "items", "collection"]
    label: Text
    handler: str
    collections: list[str] = []


class Sidebar(msgspec.Struct, kw_only=True):
    id: Identifier
    on: Literal["item"]
    element: Element
    label: Text = ""
    collections: list[str] = []


class Command(msgspec.Struct, kw_only=True):
    id: Identifier
    label: Text
    handler: str


class Theme(msgspec.Struct, kw_only=True):
    id: Identifier
    appearance: Literal["light", "dark"]
    tokens: dict[Annotated[str, msgspec.Meta(pattern=r"^--st-[a-z0-9-]+$")], str | int | float]


class Contributions(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    interfaces: list[Interface] = []
    displays: list[Display] = []
    layouts: list[Layout] = []
    panels: list[Panel] = []
    modules: list[Module] = []
    actions: list[Action] = []
    sidebar: list[Sidebar] = []
    commands: list[Command] = []
    themes: list[Theme] = []
    locales: dict[str, FilePath] = {}


class Requirements(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the extension says that it does with the session; held to it where it is sandboxed."""

    api: list[Right] = []
    network: list[Host] = []


class Manifest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    name: Identifier
    version: Annotated[str, msgspec.Meta(pattern=r"^\d+\.\d+\.\d+([-+][0-9A-Za-z.-]+)?$", max_length=100)]
    studio: str
    entry: FilePath
    title: Text = ""
    description: Text = ""
    integrity: str | None = None
    trust: Literal["trusted", "sandboxed"] = "trusted"
    requires: Requirements = msgspec.field(default_factory=Requirements)
    contributes: Contributions = msgspec.field(default_factory=Contributions)


def read_manifest(data: bytes) -> tuple[Manifest, dict[str, Any]]:
    """The manifest, and its JSON as it stands. Raises InvalidPayload, in words for who wrote it."""
    if len(data) > BYTES_MAX:
        raise InvalidPayload(f"{NAME} is larger than {BYTES_MAX} bytes.")
    try:
        raw = msgspec.json.decode(data, type=dict[str, Any])
        contributes = raw.get("contributes")
        if isinstance(contributes, dict) and "operations" in contributes:
            raise InvalidPayload(f"{NAME}: operations of flows are not part of version {SDK_MAJOR} - `$.contributes`")
        found = msgspec.convert(raw, type=Manifest)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise InvalidPayload(f"{NAME}: {error}") from None
    wanted = _RANGE.fullmatch(found.studio.strip())
    if wanted is None:
        raise InvalidPayload(f'{NAME}: "studio" must be a version of the SDK like "^{SDK_MAJOR}".')
    if int(wanted[1]) != SDK_MAJOR:
        raise InvalidPayload(f"It is made for version {wanted[1]} of the studio's SDK; this one has {SDK_MAJOR}.")
    for kind in ("interfaces", "displays", "layouts", "panels", "modules", "actions", "sidebar", "commands", "themes"):
        names = [item.id for item in getattr(found.contributes, kind)]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise InvalidPayload(f'{NAME}: two {kind} have the id "{twice}".')
    return found, raw
