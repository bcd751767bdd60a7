"""The watch: all connections of this process, and what time does to them.

In charge of: the limit on connections, one clock for all of them (a timer for each would cost more than the
connection), looking again who they are, and closing them at the end. Not in charge of: what is said then
(`connection`, its voice). One per program.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable

from satchel.errors import SatchelError, Unavailable
from satchel.observe import Observer
from satchel.realtime.realtime import Realtime
from satchel.wire.directus.websocket.connection import Connection

TICK_SECONDS = 0.5
RECHECK_SECONDS = 3.0
"""How long it is believed that a session, token or account is still good. With very many connections it takes longer,
because only `RECHECKS` are looked at in one tick; a message of the client is always answered for who it is by then."""
RECHECKS = 100
GOING, INTERNAL = 1001, 1011


class Watch:
    """`limit`: how many connections there may be. `heartbeat_seconds`: 0 asks for no signs of life."""

    def __init__(self, realtime: Realtime, observer: Observer, *, limit: int, heartbeat_seconds: float) -> None:
        self._realtime = realtime
        self._observer = observer
        self._limit = limit
        self.heartbeat_seconds = heartbeat_seconds
        self._connections: dict[Connection, None] = {}
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._connections)

    def check_room(self) -> None:
        """Raise Unavailable when there are too many connections."""
        if len(self._connections) >= self._limit:
            raise Unavailable(
                "Too many WebSockets are connected.",
                hint='The setting "websocket_connections_max" is the limit.',
                retry_after_seconds=5,
            )

    def add(self, connection: Connection) -> None:
        connection.start(heartbeat_seconds=self.heartbeat_seconds)
        self._connections[connection] = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def remove(self, connection: Connection) -> None:
        self._connections.pop(connection, None)
        if connection.client is not None:
            self._realtime.disconnect(connection.client)
            connection.client = None

    def close(self) -> None:
        """End all connections in order."""
        for connection in tuple(self._connections):
            connection.socket.close(GOING)

    async def _run(self) -> None:
        clock: Callable[[], float] = time.monotonic
        while self._connections:
            await asyncio.sleep(TICK_SECONDS)
            now = clock()
            # Those whose time is over do not wait for their turn.
            due = [item for item in self._connections if item.out_of_time]
            asked = [item for item in self._connections if now - item.checked >= RECHECK_SECONDS and item.token]
            due += heapq.nsmallest(RECHECKS, asked, key=_checked)
            looked_at = dict.fromkeys(due)
            for connection in tuple(self._connections):
                try:
                    connection.pass_time(now, heartbeat_seconds=self.heartbeat_seconds)
                    if connection in looked_at and not connection.socket.closed:
                        await connection.renew(self._realtime)
                except SatchelError:
                    pass  # what can't be asked now is asked again
                except Exception as error:  # one connection must not stop the clock of all
                    self._observer.note("A WebSocket could not be checked.", "error", error=error)
                    connection.socket.close(INTERNAL)


def _checked(connection: Connection) -> float:
    return connection.checked
