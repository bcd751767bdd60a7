"""The listening socket.

In charge of: binding host and port, with an error that says what is in the way. Called by `serve`.
"""

from __future__ import annotations

import errno
import socket

from satchel.errors import ConfigError

BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ConfigError when the address can't be had."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise ConfigError(f'The host "{host}" can\'t be found: {error.strerror}.') from None
    family, kind, protocol, _, address = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _refused(host, port, error) from None
    listener.setblocking(False)
    return listener


def url_of(listener: socket.socket) -> str:
    """The address to show: an address that means "all" becomes one that can be opened."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _refused(host: str, port: int, error: OSError) -> ConfigError:
    place = f"{host}:{port}"
    if error.errno == errno.EADDRINUSE:
        return ConfigError(
            f"Port {port} on {host} is in use by another program.",
            hint=f"Stop that program, or choose another port: satchel serve --port {port % 65535 + 1}",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return ConfigError(
            f"This user may not listen on {place}.", hint="Ports below 1024 need special rights; choose one above."
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return ConfigError(f"This machine has no address {host}.", hint="Use 127.0.0.1, or 0.0.0.0 for all addresses.")
    return ConfigError(f"Can't listen on {place}: {error.strerror}.")
