"""`satchel ext`: begin an extension of the studio, check and test one before it is installed.

In charge of: arguments, words, and what can be said of a folder without a browser. Not in charge of: what is seen in
one (`extension_trial`), what a manifest may say (`studio/manifest`) or how an extension is read
(`studio/extension_files`), which the server does likewise.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from satchel.errors import InvalidPayload, Unprocessable

if TYPE_CHECKING:
    from satchel.studio.extension_files import Extension

CHECK_EXAMPLE = "Example: satchel ext check ./acme-stars"
SCHEMA_EXAMPLE = "Example: satchel ext schema > satchel-extension.schema.json"
TEST_EXAMPLE = "Example: satchel ext test ./acme-stars"
NEW_EXAMPLE = "Example: satchel ext new acme-stars"
ENTRY_BYTES_MAX = 300_000
"""More is loaded when something of it is first drawn than people like to wait for."""
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
_ELEMENTS = ("interfaces", "displays", "layouts", "panels", "modules", "sidebar")

commands = typer.Typer(help="Begin and check extensions of the studio.", no_args_is_help=True, epilog=CHECK_EXAMPLE)

_MODULE = """// An interface as a custom element: it gets its value as a property, and answers by events.
import {{ t }} from "@satchel/studio";

class Input extends HTMLElement {{
  #input = document.createElement("input");

  connectedCallback() {{
    // labels don't reach in here: an element says its own name
    this.#input.setAttribute("aria-label", this.field?.label ?? t("{name}.label"));
    this.#input.style.cssText = "min-height:32px;width:100%;padding:0 8px;color:inherit;background:var(--st-surface);"
      + "border:1px solid var(--st-line-strong);border-radius:var(--st-radius-control)";
    this.#input.addEventListener("input", () =>
      this.dispatchEvent(new CustomEvent("studio:change", {{ detail: {{ value: this.#input.value }} }})),
    );
    this.replaceChildren(this.#input);
  }}

  get value() {{
    return this.#input.value;
  }}

  set value(value) {{
    // not while it is typed in: the caret would jump
    if (this.#input.value !== (value ?? "")) this.#input.value = value ?? "";
  }}

  set disabled(disabled) {{
    this.#input.disabled = disabled;
  }}

  set readonly(readonly) {{
    this.#input.readOnly = readonly;
  }}
}}

export default function activate() {{
  customElements.define("{name}-input", Input);
}}
"""


@commands.command("new", epilog=NEW_EXAMPLE)
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called, as acme-stars; also its folder.")],
    sandboxed: Annotated[bool, typer.Option("--sandboxed", help="It runs without the session.")] = False,
) -> None:
    """Make a folder with an interface that works, in the current folder."""
    if not _NAME.fullmatch(name):
        raise InvalidPayload(f"{name} has to be lower case words with hyphens between them, as acme-stars.")
    folder = Path(name)
    if folder.exists():
        raise Unprocessable(f"{folder} is there already.")
    interface = {"id": name, "name": {"en": name}, "types": ["string"], "element": f"{name}-input", "modes": ["edit"]}
    manifest = {
        "name": name,
        "version": "0.1.0",
        "studio": "^1",
        "entry": "index.js",
        "title": {"en": name},
        "trust": "sandboxed" if sandboxed else "trusted",
        "contributes": {"interfaces": [interface], "locales": {"en": "locales/en.json"}},
    }
    (folder / "locales").mkdir(parents=True)
    (folder / "satchel-extension.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    (folder / "index.js").write_text(_MODULE.format(name=name), encoding="utf-8")
    (folder / "locales" / "en.json").write_text(json.dumps({f"{name}.label": "Value"}) + "\n", encoding="utf-8")
    typer.echo(f"{folder} is an extension. Copy it to the folder extensions of a data folder, and reload the studio.")


@commands.command("schema", epilog=SCHEMA_EXAMPLE)
def manifest_schema() -> None:
    """Print the JSON Schema of manifests, for editors that complete and check them."""
    import msgspec

    from satchel.studio.manifest import Manifest

    typer.echo(json.dumps(msgspec.json.schema(Manifest), indent=2))


@commands.command("check", epilog=CHECK_EXAMPLE)
def check(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The extension's folder.", exists=True)],
) -> None:
    """Say what is wrong with an extension. Fails where the studio could not use it."""
    from satchel.studio.extension_files import read_extension

    place = folder.resolve()
    extension = read_extension(place.name, "folder", place)
    _conclude(extension, list(_problems(extension)))
    typer.echo(
        f"{extension.name} {extension.manifest.version} can be installed. Its integrity is {extension.integrity}"
    )


@commands.command("test", epilog=TEST_EXAMPLE)
def try_extension(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The extension's folder.", exists=True)],
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Try it with a copy of this data folder; else with an empty project.", exists=True
        ),
    ] = None,
) -> None:
    """Draw all that an extension contributes in a real browser: in each mode, light, dark and from right to left; with
    axe-core for accessibility. Needs Playwright and Chromium. Fails where something is wrong.
    """
    from satchel.cli.extension_trial import try_out
    from satchel.studio.extension_files import read_extension

    place = folder.resolve()
    extension = read_extension(place.name, "folder", place)
    found = [*_problems(extension), *try_out(extension, place, data, lambda step: typer.echo(f"  {step}", err=True))]
    _conclude(extension, found)
    typer.echo(f"{extension.name} {extension.manifest.version} holds in all modes and looks.")


def _conclude(extension: Extension, found: list[str]) -> None:
    """Print what is wrong. Raises Unprocessable where something is."""
    for problem in found:
        typer.echo(f"  {problem}")
    if found:
        raise Unprocessable(f"{extension.name}: {len(found)} problem{'s' if len(found) > 1 else ''}.")


def _problems(extension: Extension) -> Iterator[str]:
    """What the server takes, and the studio could not draw or call."""
    manifest = extension.manifest
    entry = extension.files.files[manifest.entry.removeprefix("./")].path
    scripts = [file.path for file in extension.files.files.values() if file.content_type.startswith("text/javascript")]
    source = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in scripts)
    size = entry.stat().st_size
    if size > ENTRY_BYTES_MAX:
        yield f"{manifest.entry} has {size} bytes; more than {ENTRY_BYTES_MAX} are slow to begin."
    if not re.search(r"\bexport\s+default\b|\bas\s+default\b", source):
        yield f"{manifest.entry} has no default export; it is the function that the studio calls."
    contributes = manifest.contributes
    for kind in _ELEMENTS:
        for at, one in enumerate(getattr(contributes, kind)):
            if one.element not in source:
                yield f"$.contributes.{kind}[{at}].element: no script defines {one.element}."
    for kind in ("actions", "commands"):
        for at, one in enumerate(getattr(contributes, kind)):
            if one.handler not in source:
                yield f"$.contributes.{kind}[{at}].handler: no script has a handler {one.handler}."
    if manifest.trust == "sandboxed":
        for at, one in enumerate(contributes.displays):
            if not one.text:
                yield f"$.contributes.displays[{at}].text: in a sandbox a display is its text, and it has none."
        for at, _ in enumerate(contributes.layouts):
            yield f"$.contributes.layouts[{at}]: layouts are drawn by trusted extensions only."
        for at, one in enumerate(contributes.interfaces):
            if "cell" in one.modes:
                yield f"$.contributes.interfaces[{at}].modes: cells are edited by trusted extensions only."
    for language, file in contributes.locales.items():
        path = extension.files.files[file.removeprefix("./")].path
        try:
            texts = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            yield f"$.contributes.locales.{language}: {file} is no JSON: {error}."
            continue
        if not isinstance(texts, dict):
            yield f"$.contributes.locales.{language}: {file} has to be an object of texts."
