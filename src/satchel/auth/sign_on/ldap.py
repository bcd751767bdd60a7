"""Signing on with a directory (LDAP, Active Directory): the person is whoever the directory binds by that password.

In charge of: the driver's options, finding the entry, binding as it, its attributes and groups. Not in charge of:
which user that is here (`users`). Source: RFC 4511, 4513, 4515.

What is asked of a directory waits in a thread. An empty password is refused here whatever came before: to a directory
a bind with a name and no password is an anonymous one, and succeeds (RFC 4513, 5.1.2). Referrals are not followed:
they would carry the password to wherever they lead.
"""

from __future__ import annotations

import contextlib
import importlib
import math
import ssl
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from satchel.auth.providers.contract import Unusable
from satchel.auth.sign_on.code_flow import ROLE_MAPPING
from satchel.auth.sign_on.contract import Driver, Identity, Tools
from satchel.auth.sign_on.options import Option, Options
from satchel.errors import Unavailable

SCOPES = {"base": "BASE", "one": "LEVEL", "sub": "SUBTREE"}
GROUPS_MAXIMUM = 1000
CONTROL, DISABLED = "userAccountControl", 0x2
"""Where Active Directory says that an account is disabled."""
NAME_LENGTH_MAXIMUM = 1024

OPTIONS = (
    Option("client_url", "The directory's address.", kind="url", required=True, schemes=("ldap", "ldaps")),
    Option("start_tls", "Encrypt a connection that begins as `ldap://`.", kind="boolean"),
    Option("ca_file", "A file with the certificates that the directory's has to be signed by. Empty: the system's."),
    Option("bind_dn", "Who asks the directory. Empty: nobody in particular (anonymous)."),
    Option("bind_password", "That entry's password.", secret=True),
    Option("user_dn", "Where the people are.", required=True),
    Option("user_attribute", "What people are found by.", default="cn"),
    Option("user_scope", "How deep below `user_dn`.", default="one", choices=tuple(SCOPES)),
    Option("mail_attribute", "A person's e-mail address.", default="mail"),
    Option("first_name_attribute", "A person's first name.", default="givenName"),
    Option("last_name_attribute", "A person's last name.", default="sn"),
    Option(
        "group_dn",
        "Where the groups are. With it, every log-in sets the role: by `role_mapping`, or the one of a group's name.",
    ),
    Option("group_attribute", "What lists the people of a group.", default="member"),
    Option("group_scope", "How deep below `group_dn`.", default="one", choices=tuple(SCOPES)),
    ROLE_MAPPING,
)


@dataclass(frozen=True, slots=True)
class _Entry:
    dn: str
    attributes: Mapping[str, list[str]]

    def first(self, name: str) -> str:
        found = self.attributes.get(name.lower(), [])
        return found[0] if found else ""


class Ldap:
    def __init__(self, options: Options, tools: Tools) -> None:
        self._options = options
        self._tools = tools
        self._ldap: Any = importlib.import_module("ldap3")
        if bool(options.text("bind_dn")) != bool(options.text("bind_password")):
            raise options.wrong("bind_password", "given together with bind_dn")
        url = options.text("client_url")
        tls = None
        if url.startswith("ldaps:") or options.flag("start_tls"):
            if url.startswith("ldaps:") and options.flag("start_tls"):
                raise options.wrong("start_tls", "false where the address begins with ldaps://")
            tls = self._tls()
        self._server = self._ldap.Server(url, get_info=self._ldap.NONE, tls=tls, connect_timeout=tools.seconds)

    def _tls(self) -> Any:
        authorities = self._options.text("ca_file") or None
        if authorities is not None and not Path(authorities).is_file():
            raise self._options.wrong("ca_file", "the path of a file")
        return self._ldap.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=authorities)

    async def identify(self, identifier: str, password: str) -> Identity:
        if not password or "\0" in password:
            raise Unusable("no password was given")
        if not identifier or len(identifier) > NAME_LENGTH_MAXIMUM or not identifier.isprintable():
            raise Unusable("no name was given")
        return await self._tools.run_limited(lambda: self._identify(identifier, password))

    async def check(self, identifier: str) -> None:
        await self._tools.run_limited(lambda: self._check(identifier))

    # --- in a thread

    def _check(self, dn: str) -> None:
        options = self._options
        with self._reaching(), self._bound(options.text("bind_dn"), options.text("bind_password")) as connection:
            found = self._search(connection, dn, "(objectClass=*)", "base", [CONTROL], 1)
        if not found:
            raise Unusable("the directory knows that entry no more")
        _check_enabled(found[0])

    def _identify(self, identifier: str, password: str) -> Identity:
        options = self._options
        with self._reaching(), self._bound(options.text("bind_dn"), options.text("bind_password")) as connection:
            entry = self._find(connection, identifier)
            self._check_password(entry.dn, password)
            groups = self._groups(connection, entry.dn) if options.text("group_dn") else None
        _check_enabled(entry)
        return Identity(
            entry.dn,
            entry.first(options.text("mail_attribute")),
            None,
            entry.first(options.text("first_name_attribute")),
            entry.first(options.text("last_name_attribute")),
            groups,
            exact=False,  # distinguished names are the same in any case of their letters
        )

    @contextlib.contextmanager
    def _reaching(self) -> Generator[None]:
        """Say in our words that the directory can't be reached, or answers what it should not."""
        try:
            yield
        except (self._ldap.core.exceptions.LDAPException, OSError, ssl.SSLError) as error:
            name = self._options.provider
            raise Unavailable(f'The directory of "{name}" can\'t be asked ({type(error).__name__}).') from error

    @contextlib.contextmanager
    def _bound(self, dn: str, password: str) -> Generator[Any]:
        """A connection that is bound, and closed in the end."""
        ldap = self._ldap
        connection = ldap.Connection(
            self._server,
            user=dn or None,
            password=password or None,
            authentication=ldap.SIMPLE if dn else ldap.ANONYMOUS,
            auto_referrals=False,
            check_names=False,
            raise_exceptions=True,
            read_only=True,
            receive_timeout=math.ceil(self._tools.seconds),
        )
        try:
            connection.open()
            if self._options.flag("start_tls"):
                connection.start_tls()
            connection.bind()
            yield connection
        finally:
            with contextlib.suppress(ldap.core.exceptions.LDAPException, OSError):
                connection.unbind()

    def _check_password(self, dn: str, password: str) -> None:
        assert password, "an empty password would be an anonymous bind"
        results = self._ldap.core.exceptions
        try:
            with self._bound(dn, password):
                return
        except (results.LDAPBusyResult, results.LDAPUnavailableResult):
            raise
        except results.LDAPOperationResult as error:
            raise Unusable(f"the directory does not take the password ({type(error).__name__})") from None

    def _find(self, connection: Any, identifier: str) -> _Entry:
        """The one entry with that name. Raises Unusable."""
        options = self._options
        names = [options.text(f"{name}_attribute") for name in ("user", "mail", "first_name", "last_name")]
        condition = f"({options.text('user_attribute')}={self._escaped(identifier)})"
        scope = options.text("user_scope")
        found = self._search(connection, options.text("user_dn"), condition, scope, [*names, CONTROL], 2)
        if len(found) != 1 or not found[0].dn:
            raise Unusable("the directory knows nobody by that name" if not found else "several entries have that name")
        return found[0]

    def _groups(self, connection: Any, dn: str) -> tuple[str, ...]:
        """The names of the groups that the entry is in."""
        options = self._options
        condition = f"({options.text('group_attribute')}={self._escaped(dn)})"
        place, scope = options.text("group_dn"), options.text("group_scope")
        found = self._search(connection, place, condition, scope, ["cn"], GROUPS_MAXIMUM)
        return tuple(name for entry in found for name in entry.attributes.get("cn", []))

    def _search(
        self, connection: Any, base: str, condition: str, scope: str, attributes: list[str], limit: int
    ) -> list[_Entry]:
        ldap = self._ldap
        try:
            connection.search(
                base,
                condition,
                getattr(ldap, SCOPES[scope]),
                attributes=list(dict.fromkeys(attributes)),
                size_limit=limit,
            )
        except ldap.core.exceptions.LDAPNoSuchObjectResult:
            return []
        except ldap.core.exceptions.LDAPSizeLimitExceededResult:
            pass  # the first ones are there
        found: list[Any] = connection.response or []
        return [
            _Entry(str(item["dn"]), {name.lower(): _texts(values) for name, values in item["raw_attributes"].items()})
            for item in found
            if item["type"] == "searchResEntry"
        ]

    def _escaped(self, value: str) -> str:
        """RFC 4515, 3: what has a meaning in a filter, and whatever is not plain."""
        return str(self._ldap.utils.conv.escape_filter_chars(value))


def _check_enabled(entry: _Entry) -> None:
    control = entry.first(CONTROL)
    if control.isdecimal() and int(control) & DISABLED:
        raise Unusable("the account is disabled in the directory")


def _texts(values: list[bytes]) -> list[str]:
    return [value.decode("utf-8", "replace") for value in values]


DRIVER = Driver("ldap", "asking", OPTIONS, Ldap, registers=True, groups_are_roles=True, needs=("ldap3", "ldap"))
