"""The options of identity providers, as somebody wrote them: tables of `satchel.toml` and variables.

In charge of: which providers there are, and collecting what is said of each, with where it was said. Not in charge of:
what an option means and whether it is right (`auth/sign_on`). Called by `config`.

    [auth.google]                       SATCHEL_AUTH_GOOGLE_DRIVER=openid
    driver = "openid"            or     SATCHEL_AUTH_GOOGLE_CLIENT_ID=…
    client_id = "…"

The names that Directus has (`AUTH_PROVIDERS`, `AUTH_GOOGLE_DRIVER`, …) are read too; ours win over them, variables over
the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from satchel.config.rows import PREFIX
from satchel.errors import ConfigError

TABLE_NAME = "auth"
KNOWN_PREFIX = "AUTH_"
"""What these variables are called elsewhere."""
OWN_PREFIX = PREFIX + KNOWN_PREFIX
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class Given:
    """One option as it was written. `origin`: how messages name the place. `foreign`: written under a name of
    Directus's, which may have options that mean nothing here."""

    value: Any = field(repr=False)
    origin: str
    foreign: bool = False


ProviderOptions = dict[str, dict[str, Given]]
"""Provider → option in lower case → what was written."""


def read_providers(names: Iterable[str], table: Any, variables: Mapping[str, str], origin: str) -> ProviderOptions:
    """All that is said of the providers that are used: those of `names`, in that order, else those with a table.

    `table`: what the settings file (`origin`) has under `auth`. Raises ConfigError for a table or a name that can't be
    one.
    """
    tables = _tables(table, origin)
    used = list(names) or list(tables)
    found: ProviderOptions = {name: {} for name in used}
    by_variable = {name.upper().replace("-", "_"): name for name in used}
    if len(by_variable) < len(used):
        raise ConfigError("Two of auth_providers are one name in variables.", setting="auth_providers")
    for name in used:
        if not _NAME.fullmatch(name):
            raise ConfigError(f'"{name}" (in auth_providers) can\'t be the name of a provider.', setting=name)
        for option, value in tables.get(name, {}).items():
            found[name][option.lower()] = Given(value, f"auth.{name}.{option} in {origin}")
    for prefix, foreign in ((KNOWN_PREFIX, True), (OWN_PREFIX, False)):
        for variable in sorted(variables):
            provider, option = _split(variable, prefix, by_variable)
            if provider:
                found[by_variable[provider]][option] = Given(variables[variable], variable, foreign)
    return found


def _tables(table: Any, origin: str) -> dict[str, dict[str, Any]]:
    if table is None:
        return {}
    tables = cast("dict[str, Any]", table) if isinstance(table, dict) else None
    if tables is None or not all(isinstance(value, dict) for value in tables.values()):
        raise ConfigError(f'"{TABLE_NAME}" (in {origin}) must hold one table per provider.', hint="[auth.google]")
    return cast("dict[str, dict[str, Any]]", tables)


def _split(variable: str, prefix: str, providers: Mapping[str, str]) -> tuple[str, str]:
    """`AUTH_GOOGLE_CLIENT_ID` → ("GOOGLE", "client_id"). Of two names that fit, the longer one is meant."""
    if not variable.startswith(prefix):
        return "", ""
    rest = variable[len(prefix) :]
    fitting = [name for name in providers if rest.startswith(f"{name}_")]
    if not fitting:
        return "", ""
    provider = max(fitting, key=len)
    return provider, rest[len(provider) + 1 :].lower()
