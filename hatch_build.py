"""Puts the built studio into wheels and sdists: builds it when it is missing or older than its source.

In charge of: when. Not in charge of: how (`studio/build.py`). Called by hatchling. An editable install needs no studio:
the program serves its APIs without one, and `make studio` makes it.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def studio() -> Any:
    """The module `studio/build.py`."""
    spec = importlib.util.spec_from_file_location("studio_build", Path(__file__).parent / "studio" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class StudioHook(BuildHookInterface[Any]):
    """The hook, by the name that pyproject.toml gives it."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs beside hatchling: Node from PyPI where the machine has none that is new enough."""
        build = studio()
        if "get_requires_for_build_editable" in sys.argv or build.is_current() or build.node_of_machine():
            return []
        return [build.NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Raises CannotBuild."""
        build = studio()
        if version != "editable" and not build.is_current():
            build.build()
