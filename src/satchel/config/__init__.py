"""Every setting, in one table.

In charge of: the `Settings` class, whose fields are the table (name, type, default, help, limits) and stand in one
class per group beside this file, and reading it from flags, `SATCHEL_*` variables and `satchel.toml`. Not in charge of:
what a setting does, or the secret's file (`secret`). Called by `app.py`, the command line, and the generator of
`docs/reference/settings.md`.

A flag wins over a variable, a variable over the file, the file over the default.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import tomllib
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit, urlunsplit

from satchel.config.data import Data
from satchel.config.files import Files
from satchel.config.identity import Identity
from satchel.config.limits import Limits
from satchel.config.logs import History, Logs
from satchel.config.providers import KNOWN_PREFIX, OWN_PREFIX, TABLE_NAME, ProviderOptions, read_providers
from satchel.config.realtime import Realtime, WebSockets
from satchel.config.rows import PREFIX, Setting, convert
from satchel.config.server import Hooks, Server
from satchel.config.services import Cache, Services
from satchel.errors import ConfigError

FILE_NAME = "satchel.toml"
CONFIG_VARIABLE = "SATCHEL_CONFIG"
EMBEDDED_FILE = "data.db"
STORAGE_FOLDER = "storage"


@dataclass(frozen=True, kw_only=True)
class Settings(Data, Server, Identity, Limits, Services, Realtime, Cache, WebSockets, Files, Hooks, Logs, History):
    """The settings of one running program. Make one with `load_settings` or `default_settings`."""

    auth: ProviderOptions = dataclasses.field(default_factory=dict[str, Any], repr=False)
    """What is said of identity providers, see `config.providers`; no row of the table."""
    origins: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str], repr=False, compare=False)
    """By setting that was given, what gave it: its variable, its flag or the settings file; no row of the table."""

    @property
    def data_path(self) -> Path:
        """The data folder as an absolute path; it need not exist yet."""
        return Path(self.data_dir).expanduser().absolute()

    @property
    def hooks_path(self) -> Path:
        """The folder of hook files as an absolute path; it need not exist."""
        if self.hooks_dir:
            return Path(self.hooks_dir).expanduser().absolute()
        return self.data_path.parent / "satchel_hooks"

    @property
    def studio_extensions_path(self) -> Path:
        """The folder of the studio's extensions as an absolute path; it need not exist."""
        given = self.studio_extensions_dir
        return Path(given).expanduser().absolute() if given else self.data_path / "extensions"

    @property
    def public_path(self) -> Path:
        """The folder of public files as an absolute path; it need not exist."""
        if self.public_dir:
            return Path(self.public_dir).expanduser().absolute()
        beside = (self.pocketbase_path or self.data_path).parent
        names = ("satchel_public", "pb_public")
        return next((beside / name for name in names if (beside / name).is_dir()), beside / names[0])

    @property
    def source_location(self) -> str:
        """The URL of the database whose tables are served, or the path of the embedded one."""
        if self.pocketbase_path is not None:
            return str(self.pocketbase_path / EMBEDDED_FILE)
        return self.database_url or str(self.data_path / EMBEDDED_FILE)

    @property
    def pocketbase_path(self) -> Path | None:
        """The folder of PocketBase that is served where it is, if there is one."""
        return Path(self.pocketbase_dir).expanduser().absolute() if self.pocketbase_dir else None

    @property
    def storage_path(self) -> Path:
        """The folder for uploaded files, where they are kept on disk."""
        return (self.pocketbase_path or self.data_path) / STORAGE_FOLDER

    @property
    def store_location(self) -> str:
        """The URL or path of the database for Satchel's own tables.

        By default the embedded database of the data folder, whatever the source is: commands that know only the folder
        find the accounts, and a source that was given keeps free of our tables. Without a source it is the source as
        well, so that data, metadata and change log commit together.
        """
        return self.store_url or str(self.data_path / EMBEDDED_FILE)


def _row(group: str, entry: dataclasses.Field[Any], annotation: Any) -> Setting:
    origin = typing.get_origin(annotation)
    choices: tuple[str, ...] = ()
    if origin is Literal:
        kind, choices = "choice", typing.get_args(annotation)
    elif origin is tuple:
        kind = "list"
    else:
        kind = {str: "text", int: "integer", float: "number", bool: "boolean"}[annotation]
    return Setting(name=entry.name, kind=kind, default=entry.default, choices=choices, group=group, **entry.metadata)


def _table() -> Mapping[str, Setting]:
    rows: dict[str, Setting] = {}
    for group in Settings.__bases__:
        hints = typing.get_type_hints(group)
        for entry in dataclasses.fields(group):
            rows[entry.name] = _row(group.__name__, entry, hints[entry.name])
    return types.MappingProxyType(rows)


TABLE: Mapping[str, Setting] = _table()


def default_settings() -> Settings:
    """The defaults alone: no file, no variables."""
    return Settings()


def load_settings(
    flags: Mapping[str, Any] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """The settings of this start.

    `flags`: name → value; None means "not given". `environment`: os.environ unless given. `file`: the settings file;
    unless given, the one that SATCHEL_CONFIG names, else `satchel.toml` in the working folder if there is one.
    Raises ConfigError with the name of the setting and where its value came from.
    """
    variables = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    path = file or _file_from(variables)
    written = {} if path is None else _read_file(path)
    providers = written.pop(TABLE_NAME, None)
    for name, value in written.items():
        values[name] = convert(_known(name, str(path)), value, origin=str(path))
        origins[name] = str(path)
    for name, row in TABLE.items():
        known = row.variable.removeprefix(PREFIX)  # as Directus calls it
        for variable in (known, row.variable) if known.startswith(KNOWN_PREFIX) else (row.variable,):
            if variable in variables:
                values[name] = convert(row, variables[variable], origin=variable)
                origins[name] = variable
    settings = override(Settings(**values, origins=origins), flags or {})
    options = read_providers(settings.auth_providers, providers, variables, str(path))
    return dataclasses.replace(settings, auth=options)


def override(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """A copy with `changes` (name → value; None means "leave it"). Raises ConfigError like `load_settings`."""
    given = {name: value for name, value in changes.items() if value is not None}
    if not given:
        return settings
    converted: dict[str, Any] = {}
    origins = dict(settings.origins)
    for name, value in given.items():
        row = _known(name, "the call")
        converted[name] = convert(row, value, origin=row.flag)
        origins[name] = row.flag
    return dataclasses.replace(settings, **converted, origins=origins)


def fixed_settings(settings: Settings, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Those of the settings `names` that were given for this start, as `{name: {"value": …, "by": …}}`. Of an address
    only what holds no secret is told: neither a user's name nor its options.
    """
    return {
        name: {"value": _without_secrets(getattr(settings, name)), "by": settings.origins[name]}
        for name in names
        if name in settings.origins
    }


def _without_secrets(value: Any) -> Any:
    if isinstance(value, str) and "://" in value:
        parts = urlsplit(value)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    return list(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else value


def unknown_variables(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Variables that look like a misspelt setting: (variable, the one that was probably meant)."""
    known = {row.variable for row in TABLE.values()} | {CONFIG_VARIABLE}
    for variable in sorted(environment):
        if variable.startswith(PREFIX) and variable not in known and not variable.startswith(OWN_PREFIX):
            guess = _closest(variable, known)
            if guess:
                yield variable, guess


def _known(name: str, origin: str) -> Setting:
    row = TABLE.get(name)
    if row is not None:
        return row
    guess = _closest(name, TABLE)
    hint = f'Did you mean "{guess}"?' if guess else "docs/reference/settings.md lists all settings."
    raise ConfigError(f'There is no setting "{name}" (in {origin}).', hint=hint, setting=name)


def _closest(name: str, known: Iterable[str]) -> str | None:
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.7)
    return found[0] if found else None


def _file_from(variables: Mapping[str, str]) -> Path | None:
    named = variables.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    path = Path(FILE_NAME)
    return path if path.is_file() else None


def _read_file(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        raise ConfigError(f"There is no settings file {path}.") from None
    except OSError as error:
        raise ConfigError(f"The settings file {path} can't be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"The settings file {path} is not valid TOML: {error}.") from None
