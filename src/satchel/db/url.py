"""Database URLs: from text to a small record, and from there to a database.

In charge of: which URL forms exist, and clear errors that never repeat a password. Not in charge of: connecting.
Called by the composition root and the command line.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote, urlsplit

from satchel.errors import ConfigError

# scheme → (dialect, default port)
SCHEMES: Mapping[str, tuple[str, int | None]] = {
    "sqlite": ("sqlite", None),
    "postgresql": ("postgres", 5432),
    "postgres": ("postgres", 5432),
    "cockroachdb": ("cockroach", 26257),
    "mariadb": ("mariadb", 3306),
    "mysql": ("mysql", 3306),
    "mssql": ("mssql", 1433),
}
# words that people write for a scheme and that no edit distance finds
ALSO_KNOWN_AS = {
    "sqlserver": "mssql",
    "pg": "postgresql",
    "psql": "postgresql",
    "crdb": "cockroachdb",
    "cockroach": "cockroachdb",
    "file": "sqlite",
}
# what may follow the question mark
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "sqlite": ("mode",),
    "postgres": ("sslmode", "sslrootcert", "sslcert", "sslkey", "host", "application_name", "prepared_statements"),
    "cockroach": ("sslmode", "sslrootcert", "sslcert", "sslkey", "application_name"),
    "mariadb": ("ssl", "ssl_ca", "ssl_cert", "ssl_key", "unix_socket"),
    "mysql": ("ssl", "ssl_ca", "ssl_cert", "ssl_key", "unix_socket"),
    "mssql": ("driver", "encrypt", "trust_server_certificate", "application_name"),
}
FILE_ENDINGS = (".db", ".db3", ".sqlite", ".sqlite3")
EXAMPLES = "Examples: ./data.db, sqlite:///data.db, postgresql://user:password@host/name, mariadb://user@host/name."


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """A parsed URL. `path` is the file of an embedded database, else None; `safe` may be logged, the password not."""

    dialect: str  # sqlite, postgres, mariadb, mysql, mssql, cockroach
    scheme: str
    path: Path | None = None
    host: str = ""
    port: int | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    database: str = ""
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def safe(self) -> str:
        """The URL without its password and parameters."""
        if self.path is not None:
            return f"sqlite:///{self.path}"
        user = f"{self.user}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{user}{host}{port}/{self.database}"

    def __str__(self) -> str:
        return self.safe


def parse_url(text: str) -> DatabaseUrl:
    """Understand a database URL or the path of an SQLite file; `ConfigError` for anything else."""
    text = text.strip()
    if not text:
        raise ConfigError("The database URL is empty.", hint=EXAMPLES)
    if "\x00" in text:
        raise ConfigError("The database URL contains a NUL character.")
    scheme, separator, rest = text.partition("://")
    if not separator:
        return _file_path(text)
    base = scheme.lower().partition("+")[0]  # postgresql+asyncpg:// names a driver; ours is fixed
    if base not in SCHEMES:
        raise _unknown_scheme(scheme)
    if base == "sqlite":
        return _sqlite(rest)
    return _server(base, text)


def _unknown_scheme(scheme: str) -> ConfigError:
    # a scheme that is no plain word may be anything, a password included
    shown = f" {scheme!r}" if scheme.isalnum() else ""
    near = ALSO_KNOWN_AS.get(scheme.lower()) or next(
        iter(difflib.get_close_matches(scheme.lower(), SCHEMES, n=1, cutoff=0.6)), None
    )
    known = ", ".join(f"{name}://" for name in SCHEMES)
    hint = f"Did you mean {near}://?" if near else f"Known are {known} and the path of an SQLite file."
    return ConfigError(f"The database URL has an unknown scheme{shown}.", hint=hint)


def _file_path(text: str) -> DatabaseUrl:
    if text == ":memory:":
        raise _no_memory()
    path = Path(text).expanduser()
    if path.is_dir():
        raise ConfigError(f"{path} is a folder, not a database.", hint="Name the SQLite file in it.")
    head = text.partition(":")[0].lower()
    if not path.exists() and head in {*SCHEMES, *ALSO_KNOWN_AS} and ":" in text:
        raise ConfigError("The database URL lacks '//' after its scheme.", hint=EXAMPLES)
    if not path.exists() and path.suffix.lower() not in FILE_ENDINGS:
        endings = ", ".join(FILE_ENDINGS)
        raise ConfigError(
            "The database is neither a URL nor an SQLite file that exists.",
            hint=f"A new file's name ends in {endings}. {EXAMPLES}",
        )
    return DatabaseUrl("sqlite", "sqlite", path=path.absolute())


def _sqlite(rest: str) -> DatabaseUrl:
    location, _, query = rest.partition("?")
    if location in ("", "/", "/:memory:", ":memory:"):
        raise _no_memory()
    if not location.startswith("/"):
        raise ConfigError("An SQLite URL has three slashes before the path.", hint=f"Write sqlite:///{location}.")
    path = Path(unquote(location[1:])).expanduser()
    if path.is_dir():
        raise ConfigError(f"{path} is a folder, not a database.", hint="Name the SQLite file in it.")
    parameters = _parameters("sqlite", query)
    if parameters.get("mode", "rw") not in ("ro", "rw", "rwc"):
        raise ConfigError("The SQLite parameter mode is not one of ro, rw, rwc.")
    return DatabaseUrl("sqlite", "sqlite", path=path.absolute(), parameters=parameters)


def _no_memory() -> ConfigError:
    return ConfigError(
        "An SQLite database in memory can't be served, because each connection would see its own.",
        hint="Name a file, for instance sqlite:///data.db.",
    )


def _server(scheme: str, text: str) -> DatabaseUrl:
    dialect, default_port = SCHEMES[scheme]
    try:
        parts = urlsplit(text)
        port = parts.port
        host = parts.hostname or ""
    except ValueError:
        # the offending text may be a piece of the password: it is not repeated, and neither is the cause
        raise _needs_encoding(scheme) from None
    if "@" in f"{parts.path}{parts.query}{parts.fragment}" and "@" not in parts.netloc:
        raise _needs_encoding(scheme)
    if parts.fragment:
        raise _needs_encoding(scheme)
    parameters = _parameters(dialect, parts.query)
    database = unquote(parts.path[1:])
    if not database:
        raise ConfigError(f"The {scheme} URL names no database.", hint=f"Write {scheme}://user@host/name.")
    if "/" in database:
        raise ConfigError(f"The {scheme} URL has more than one name after the host.")
    if not host and not parameters.get("host") and not parameters.get("unix_socket"):
        host = "localhost"
    return DatabaseUrl(
        dialect,
        scheme,
        host=unquote(host),
        port=port or default_port,
        user=unquote(parts.username) if parts.username is not None else None,
        password=unquote(parts.password) if parts.password is not None else None,
        database=database,
        parameters=parameters,
    )


def _needs_encoding(scheme: str) -> ConfigError:
    return ConfigError(
        f"The {scheme} URL can't be understood.",
        hint="Characters such as / ? # @ : in a user name or password are written in percent form, for instance %23.",
    )


def _parameters(dialect: str, query: str) -> Mapping[str, str]:
    parameters = dict(parse_qsl(query, keep_blank_values=True))
    allowed = PARAMETERS[dialect]
    for name in parameters:
        if name not in allowed:
            near = next(iter(difflib.get_close_matches(name, allowed, n=1, cutoff=0.6)), None)
            hint = f"Did you mean {near}?" if near else f"Known are {', '.join(allowed)}."
            shown = f" {name!r}" if name.isidentifier() else ""
            raise ConfigError(f"The database URL has an unknown parameter{shown}.", hint=hint)
    return MappingProxyType(parameters)
