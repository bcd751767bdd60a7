"""Finding authors' code: a folder of files, and installed packages.

In charge of: which code is run, in which order, and saying what is wrong with it. Not in charge of: what it registers
(`program`). Called by `program`.

Files of the folder are run in the order of their names; those that begin with `_` are not, but can be imported by the
others. Code that can't be loaded keeps the program from starting: a hook may be what guards the data.
"""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from satchel.errors import ConfigError

if TYPE_CHECKING:
    from satchel.extensions.app import App

GROUP = "satchel.hooks"
"""Packages name a function that takes `app` under this group of entry points."""


def load_packages(app: App) -> None:
    """Call the `setup(app)` of every installed package, in the order of their names. Raises ConfigError."""
    for found in sorted(entry_points(group=GROUP), key=lambda item: item.name):
        try:
            cast("Callable[[Any], Any]", found.load())(app)
        except Exception as error:
            raise ConfigError(f'The hooks of the package "{found.name}" can\'t be loaded: {_said(error)}') from error


def load_folder(folder: Path) -> None:
    """Run the files of the folder, if there is one. Raises ConfigError."""
    if not folder.is_dir():
        return
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    for path in sorted(folder.glob("*.py")):
        if not path.name.startswith("_"):
            _run(path)


def _run(path: Path) -> None:
    name = f"satchel_hooks.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ConfigError(f"The hook file {path} can't be read.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        place = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        line = f", line {place[-1].lineno}" if place else ""
        raise ConfigError(f"The hook file {path}{line} can't be loaded: {_said(error)}") from error


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
