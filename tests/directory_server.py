"""A directory (LDAP) for tests, by ldaptor, in a process of its own on a free port.

Like most directories it takes a bind with a name and an empty password for an anonymous one, and lets it succeed.

In charge of: starting and stopping it, its entries, and a door to it with TLS.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PEOPLE, GROUPS = "ou=people,dc=example,dc=org", "ou=groups,dc=example,dc=org"
ASKING, ASKING_PASSWORD = "cn=reader,dc=example,dc=org", "reading 1"

ENTRIES = f"""\
dn: dc=example,dc=org
objectClass: dcObject
dc: example

dn: {ASKING}
objectClass: person
cn: reader
userPassword: {ASKING_PASSWORD}

dn: {PEOPLE}
objectClass: organizationalUnit
ou: people

dn: {GROUPS}
objectClass: organizationalUnit
ou: groups

dn: uid=ada,{PEOPLE}
objectClass: person
uid: ada
cn: Ada Lovelace
givenName: Ada
sn: Lovelace
mail: Ada@x.io
userPassword: adas password

dn: uid=bob,{PEOPLE}
objectClass: person
uid: bob
cn: Bob (the builder)
givenName: Bob
sn: Builder
mail: bob@x.io
userPassword: bobs password

dn: uid=off,{PEOPLE}
objectClass: person
uid: off
cn: Off
mail: off@x.io
userAccountControl: 514
userPassword: off password

dn: uid=twin,{PEOPLE}
objectClass: person
uid: twin
cn: Twin
userPassword: twins password

dn: ou=more,{PEOPLE}
objectClass: organizationalUnit
ou: more

dn: uid=twin,ou=more,{PEOPLE}
objectClass: person
uid: twin
cn: Twin
userPassword: twins password

dn: uid=deep,ou=more,{PEOPLE}
objectClass: person
uid: deep
cn: Deep
userPassword: deep password

dn: uid=gone,{PEOPLE}
objectClass: person
uid: gone
cn: Gone
userPassword: gone password

dn: cn=Editor,{GROUPS}
objectClass: group
cn: Editor
member: uid=ada,{PEOPLE}

dn: cn=Unknown here,{GROUPS}
objectClass: group
cn: Unknown here
member: uid=ada,{PEOPLE}
member: uid=bob,{PEOPLE}
"""


def serve(entries: Path) -> None:
    """Run in the process of its own: say the port, then answer until it is ended."""
    from ldaptor import interfaces
    from ldaptor.inmemory import fromLDIFFile
    from ldaptor.protocols import pureldap
    from ldaptor.protocols.ldap.ldapserver import LDAPServer
    from twisted.internet import protocol, reactor
    from twisted.python import components

    class Directory(LDAPServer):
        def handle_LDAPBindRequest(self, request, controls, reply):
            if request.auth == b"":
                self.boundUser = None
                return pureldap.LDAPBindResponse(resultCode=0)
            return super().handle_LDAPBindRequest(request, controls, reply)

    class Factory(protocol.ServerFactory):
        protocol = Directory

        def __init__(self, root: object) -> None:
            self.root = root

    components.registerAdapter(lambda factory: factory.root, Factory, interfaces.IConnectedLDAPEntry)

    def start(root: object) -> None:
        port = reactor.listenTCP(0, Factory(root), interface="127.0.0.1")
        sys.stdout.write(f"{port.getHost().port}\n")
        sys.stdout.flush()

    with entries.open("rb") as stream:
        fromLDIFFile(stream).addCallback(start)
        reactor.run()


@dataclass
class DirectoryServer:
    port: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"


@contextlib.contextmanager
def directory_server(folder: Path) -> Iterator[DirectoryServer]:
    """A running directory with `ENTRIES`."""
    path = folder / "entries.ldif"
    path.write_text(ENTRIES + "\n")
    code = "import sys; from pathlib import Path; from tests.directory_server import serve; serve(Path(sys.argv[1]))"
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert process.stdout is not None
    try:
        yield DirectoryServer(int(process.stdout.readline()), process)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextlib.contextmanager
def encrypted(port: int, context: ssl.SSLContext) -> Iterator[int]:
    """A port that speaks TLS and hands on what it hears to another one of this machine."""
    loop = asyncio.new_event_loop()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, before = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, before), pump(behind, writer))

    async def listen() -> int:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
        return int(server.sockets[0].getsockname()[1])

    found = loop.run_until_complete(listen())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
