"""Generated pages are fresh, and every setting and command is documented."""

import re
from pathlib import Path

import pytest

from satchel.cli.reference import commands, pages
from satchel.config import TABLE

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(pages()))
def test_generated_pages_are_fresh(name: str) -> None:
    kept = (REFERENCE / name).read_text(encoding="utf-8")
    assert kept == pages()[name], f"{name} is stale; run `make docs`"


def test_every_setting_is_documented() -> None:
    text = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    for name, row in TABLE.items():
        assert f"### `{name}`" in text
        assert f"`{row.variable}`" in text


def test_every_command_is_documented() -> None:
    text = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    for path, _ in commands():
        assert f"## `{path}`" in text


def test_no_page_names_a_setting_that_does_not_exist() -> None:
    known = {row.variable for row in TABLE.values()} | {"SATCHEL_CONFIG"}
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for found in re.findall(r"\bSATCHEL_[A-Z][A-Z_]+\b", path.read_text(encoding="utf-8")):
            # those of providers have names of people's own in them
            allowed = found in known or found.startswith(("SATCHEL_TEST_", "SATCHEL_REQUIRE_", "SATCHEL_AUTH_"))
            assert allowed, f"{path.relative_to(ROOT)} names {found}"


def test_links_between_pages_lead_somewhere() -> None:
    written = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md")]
    broken = [
        f"{path.relative_to(ROOT)} → {target}"
        for path in [*written, *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists()
    ]
    assert not broken, broken
