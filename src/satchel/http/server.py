"""The ASGI application: from a connection's events to a handler and back.

In charge of: the life of the program (start-up, draining, shutdown), picking mount and handler, the boundary where
errors become answers, the limit on requests in progress, and sending. Not in charge of: what any route does. Made by
the composition root; called by the ASGI server, or by the framework that the program is mounted in.
"""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from time import perf_counter
from typing import Any

from satchel.errors import SatchelError, Unavailable
from satchel.http.memory import Trimmer
from satchel.http.mount import Beneath, Mount
from satchel.http.request import RESPOND, ClientGone, Receive, Request, RequestLimits, Scope, Send
from satchel.http.response import BareResponse, RawHeaders, Response, server_timing, text_response
from satchel.http.router import Handler
from satchel.http.sse import EventStream, send_stream
from satchel.http.websocket import Socket, serve
from satchel.observe import SILENT, TRACE, DatabaseDown, Observer, RequestFailed, RequestFinished

# Parts are joined up to this size: one write is cheaper than many, until copying costs more.
JOIN_BYTES = 256 * 1024
RETRY_AFTER_SECONDS = 2
START_RETRY_SECONDS = 0.5
START_RETRY_MAX_SECONDS = 10.0
# nginx's name for "the client went away before there was an answer"; only ever seen in logs
STATUS_CLIENT_GONE = 499

# the types of bodies that are there already
WHOLE = (bytes, list)

READS = ("GET", "HEAD")

MOUNT = "satchel.mount"
"""The mount of a request, in its scope, where it was looked for before the request was begun."""

Hook = Callable[[], Awaitable[None]]


class HttpApp:
    """An ASGI application made of mounts.

    `on_startup` runs once before the first request, in the lifespan or, where a framework runs none, lazily; when it
    raises, the lifespan fails, and a lazily started program answers 503 and tries again, less and less often.
    `on_draining` runs first at shutdown: it closes the event streams, which are no requests in progress.
    `on_shutdown` runs after the requests in progress have ended, or after `shutdown_grace_seconds`. `on_answered` is
    told of every request and the status it got.
    """

    def __init__(
        self,
        mounts: Iterable[Mount],
        *,
        on_startup: Hook | None = None,
        on_shutdown: Hook | None = None,
        on_draining: Callable[[], None] | None = None,
        observer: Observer = SILENT,
        limits: RequestLimits | None = None,
        max_concurrent_requests: int = 1000,
        shutdown_grace_seconds: float = 10.0,
        timing_header: bool = True,
    ) -> None:
        self.observer = observer
        self.in_progress = 0
        # hooks of others may do anything, so with them every request has a task from the beginning
        self.runs_foreign_code = False
        self._trimmer = Trimmer()
        self._on_startup = on_startup
        self._on_shutdown = on_shutdown
        self._on_draining = on_draining
        self._limits = limits or RequestLimits()
        self._max_concurrent_requests = max_concurrent_requests
        self._shutdown_grace_seconds = shutdown_grace_seconds
        self._timing_header = timing_header
        self.on_answered: Callable[[Request, int], None] | None = None
        self._started = False
        self._draining = False
        self._starting: asyncio.Task[None] | None = None
        self._start_error: Exception | None = None
        self._start_error_told = False
        self._start_failures = 0
        self._retry_at = 0.0
        self.set_mounts(mounts)

    def set_mounts(self, mounts: Iterable[Mount]) -> None:
        """Replace the mounts; start-up may call it once the wires are built."""
        self._mounts = tuple(sorted(mounts, key=lambda mount: (not mount.first, -len(mount.prefix))))

    def add_mount(self, mount: Mount) -> None:
        """One more mount beside those that there are."""
        self.set_mounts([*self._mounts, mount])

    def begins_at_once(self, scope: Scope) -> bool:
        """Whether a request may begin without a task: see `http/eager`."""
        if self.runs_foreign_code or not self._started:
            return False
        path = scope["path"]
        mount = scope[MOUNT] = self._mount_for(path)
        return mount is not None and mount.quick is not None and mount.quick.fullmatch(path) is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http":
            await self._serve(scope, receive, send)
        elif kind == "lifespan":
            await self._live(receive, send)
        elif kind == "websocket":
            await self._serve_socket(Socket(scope, receive, send, self._limits))

    # ---------------------------------------------------------------------------------------------------------- life
    async def startup(self) -> None:
        """Run `on_startup` unless it has run; callers at the same time share one run. Raises what it raises."""
        if self._started:
            return
        if self._starting is None:
            self._starting = asyncio.ensure_future(self._run_startup())
        # One impatient client must not cancel the start for all the others.
        await asyncio.shield(self._starting)

    async def _run_startup(self) -> None:
        try:
            if self._on_startup is not None:
                await self._on_startup()
            self._started = True
            self._draining = False
            self._start_error = None
            self._start_failures = 0
        except Exception as error:
            self._start_error = error
            self._start_error_told = False
            wait = min(START_RETRY_SECONDS * 2**self._start_failures, START_RETRY_MAX_SECONDS)
            self._start_failures += 1
            self._retry_at = perf_counter() + wait
            raise
        finally:
            self._starting = None

    async def shutdown(self) -> None:
        """Refuse new requests, wait for those in progress, then run `on_shutdown`."""
        self._draining = True
        if self._on_draining is not None:
            self._on_draining()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._shutdown_grace_seconds):
                while self.in_progress:  # noqa: ASYNC110 - an event per request would cost each of them
                    await asyncio.sleep(0.01)
        was_started, self._started = self._started, False
        try:
            if was_started and self._on_shutdown is not None:
                await self._on_shutdown()
        finally:
            self.observer.flush()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self.startup()
                except Exception as error:  # told to the server, which ends the program with it
                    if not isinstance(error, SatchelError):
                        self.observer.note("Start-up failed.", "error", error=error)
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                try:
                    await self.shutdown()
                except Exception as error:
                    self.observer.note("Shutdown failed.", "error", error=error)
                    await send({"type": "lifespan.shutdown.failed", "message": str(error)})
                    return
                await send({"type": "lifespan.shutdown.complete"})
                return

    # ------------------------------------------------------------------------------------------------------ requests
    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, self._limits)
        TRACE.set(request.trace)
        self.in_progress += 1
        status = STATUS_CLIENT_GONE
        sent = 0
        try:
            response, mount = await self._answer(request)
            headers = self._headers(request, response, mount)
            status = response.status
            if isinstance(response.body, EventStream):
                sent = await self._send_events(request, response, response.body, headers, receive, send)
            else:
                sent = await _send(request, response, headers, receive, send)
        except ClientGone:
            status = STATUS_CLIENT_GONE
        except Exception as error:  # the answer had begun; nobody is left to tell but the log
            self._report(request, error)
        finally:
            self.in_progress -= 1
            self._trimmer.sent(sent)
            request.close()
            if self.observer.access:
                self._log(request, status, sent)
            if self.on_answered is not None:
                self.on_answered(request, status)

    async def _send_events(
        self,
        request: Request,
        response: Response,
        stream: EventStream,
        headers: RawHeaders,
        receive: Receive,
        send: Send,
    ) -> int:
        """Hand a stream to the connection, or carry it. It is no request in progress: it may take as long as it likes,
        and there may be many."""
        carry = getattr(request.scope.get(RESPOND), "carry", None)
        if carry is not None and carry(response.status, headers, stream):
            return 0
        self.in_progress -= 1
        try:
            await send({"type": "http.response.start", "status": response.status, "headers": headers})
            return await send_stream(stream, receive, send, timeout_seconds=request.timeout_seconds)
        finally:
            stream.lost()
            self.in_progress += 1

    async def _answer(self, request: Request) -> tuple[Response, Mount | None]:
        """The handler's answer, or the wire's wording of what went wrong; and the mount whose headers it carries."""
        known = request.scope.get(MOUNT)
        mount = self._mount_for(request.path) if known is None else known
        try:
            if self.in_progress > self._max_concurrent_requests:
                raise Unavailable("The server is busy.", hint="Try again in a moment.", retry_after_seconds=1)
            if self._draining:
                raise Unavailable("The server is shutting down.", hint="Try again in a moment.")
            if not self._started:
                await self._start_lazily(request)
                mount = self._mount_for(request.path)
            if mount is None:
                return text_response("Not Found", 404), None
            result = self._handle(request, mount)
            response = result if isinstance(result, Response) else await result
            if not isinstance(response.body, (bytes, list, EventStream)):
                # the first part is made here, so that an error in it can still become an error answer
                response.body = await _begun(response.body)
            return response, mount
        except ClientGone:
            raise
        except Exception as error:  # the boundary: a request that fails must not take the program with it
            return self._failed(request, mount, error), mount

    def _handle(self, request: Request, mount: Mount) -> Response | Awaitable[Response]:
        if mount.cors is not None and request.method == "OPTIONS":
            preflight = mount.cors.preflight(request)
            if preflight is not None:
                return preflight
        match = mount.router.match(request.method, request.raw_path)
        if match is None:
            if mount.beneath is not None and request.method in READS:
                return _beneath(request, mount, mount.beneath)
            handler: Handler = mount.not_found
        else:
            handler, request.params = match
        return handler(request) if mount.around is None else mount.around(request, handler)

    def _failed(self, request: Request, mount: Mount | None, error: Exception) -> Response:
        request.failure = error
        if not isinstance(error, SatchelError) or error.code in ("internal", "database"):
            self._report(request, error)
        try:
            response = _plain_error(error) if mount is None else mount.render_error(request, error)
        except Exception as second:
            self._report(request, second)
            response = _plain_error(second)
        if response.status == 503 and response.header("retry-after") is None:
            response.add_header("retry-after", str(RETRY_AFTER_SECONDS))
        if response.status in (408, 413) or self._draining:
            # The rest of the body is not worth reading; a client that is told so can stop sending.
            response.set_header("connection", "close")
        return response

    def _mount_for(self, path: str) -> Mount | None:
        for mount in self._mounts:
            if mount.covers(path):
                return mount
        return None

    async def _start_lazily(self, request: Request) -> None:
        """Start, or raise Unavailable: at once while the last failure is fresh, so that clients do not queue up."""
        known = self._start_error
        if known is None or (self._starting is None and perf_counter() >= self._retry_at):
            try:
                await self.startup()
            except Exception as error:
                if self._start_error is error and not self._start_error_told:
                    self._start_error_told = True
                    if isinstance(error, Unavailable):
                        database = str(error.details.get("database", "main"))
                        self.observer.emit(DatabaseDown(database=database, error=str(error)))
                    else:
                        self._report(request, error)
                known = error
            else:
                return
        # no more than that: the error itself names hosts and users, and anybody may ask
        down = isinstance(known, Unavailable)
        message = "The database can't be reached." if down else "The server could not start; its log says why."
        raise Unavailable(message, hint="Try again in a moment.")

    def _headers(self, request: Request, response: Response, mount: Mount | None) -> RawHeaders:
        headers = response.headers
        if mount is not None:
            if type(response) is not BareResponse:
                headers = headers + mount.headers
            if mount.cors is not None:
                origin = request.header("origin")
                if origin is not None and not any(name == b"access-control-allow-origin" for name, _ in headers):
                    headers += mount.cors.headers(origin)
        trace = request.trace
        headers.append((b"x-request-id", trace.request_id.encode()))
        if self._timing_header:
            headers.append((b"server-timing", server_timing(trace, perf_counter() - request.started)))
        return headers

    async def _serve_socket(self, socket: Socket) -> None:
        """Hand a connection to the handler for its path. It is no request in progress, however long it lasts."""
        request = socket.request
        TRACE.set(request.trace)
        try:
            if self._draining:
                raise Unavailable("The server is shutting down.")
            if not self._started:
                await self._start_lazily(request)
            mount = self._mount_for(request.path)
            handler = None if mount is None else mount.sockets.get(request.path.rstrip("/"))
            if handler is None:
                await socket.refuse(404)
            else:
                await serve(socket, handler)
        except Exception as error:  # the boundary, as for requests
            if not isinstance(error, SatchelError) or error.status >= 500:
                request.failure = error
                self._report(request, error)
            if socket.status == 0:
                await socket.refuse(error.status if isinstance(error, SatchelError) else 500)
        finally:
            request.close()
            if self.observer.access:
                self._log(request, socket.status, 0)
            if self.on_answered is not None and socket.status >= 400:
                self.on_answered(request, socket.status)

    # ------------------------------------------------------------------------------------------------------ reporting
    def _report(self, request: Request, error: Exception) -> None:
        self.observer.emit(
            RequestFailed(
                request_id=request.trace.request_id,
                method=request.method,
                target=request.target,
                error=f"{type(error).__name__}: {error}",
                trace="".join(traceback.format_exception(error)),
            )
        )

    def _log(self, request: Request, status: int, sent: int) -> None:
        self.observer.keep(
            RequestFinished(
                request_id=request.trace.request_id,
                method=request.method,
                target=request.target,
                status=status,
                seconds=perf_counter() - request.started,
                answer_bytes=sent,
                client=request.client_ip,
            )
        )


async def _beneath(request: Request, mount: Mount, beneath: Beneath) -> Response:
    """What lies beneath the routes, or the mount's answer that there is nothing."""
    found = await beneath(request)
    if found is not None:
        return found
    handler = mount.not_found
    result = handler(request) if mount.around is None else mount.around(request, handler)
    return result if isinstance(result, Response) else await result


def _plain_error(error: Exception) -> Response:
    """For where no wire can word it."""
    if (isinstance(error, SatchelError) and error.status < 500) or isinstance(error, Unavailable):
        return text_response(str(error), error.status)
    return text_response("Internal Server Error", 500)


# ------------------------------------------------------------------------------------------------------------- sending
async def _send(request: Request, response: Response, headers: RawHeaders, receive: Receive, send: Send) -> int:
    """Send an answer; the bytes of its body."""
    body = response.body
    assert not isinstance(body, EventStream), "streams are sent by _send_events"
    if not isinstance(body, WHOLE):
        return await _send_stream(request, response, headers, body, receive, send)
    size = len(body) if isinstance(body, bytes) else sum(map(len, body))
    # 204 and 304 have no body by definition, and a length of 0 would be wrong for a 304
    if response.status not in (204, 304):
        headers.append((b"content-length", b"%d" % size))
    if size > JOIN_BYTES and request.method != "HEAD":
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await _send_parts(request, [body] if isinstance(body, bytes) else body, send)
        return size
    whole = body if isinstance(body, bytes) else b"".join(body)
    respond = request.scope.get(RESPOND)
    if respond is None or not respond(response.status, headers, whole):
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else whole})
    return size


async def _send_parts(request: Request, parts: list[bytes], send: Send) -> None:
    """Send a big body piece by piece, as fast as the client reads.

    A client that stops reading is cut: it would hold the whole answer in memory for as long as it likes.
    """
    for part in parts:
        for start in range(0, len(part), JOIN_BYTES):
            piece = part[start : start + JOIN_BYTES]
            try:
                async with asyncio.timeout(request.timeout_seconds):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            except TimeoutError:
                raise ClientGone from None
    await send({"type": "http.response.body", "body": b""})


async def _send_stream(
    request: Request, response: Response, headers: RawHeaders, body: AsyncIterator[bytes], receive: Receive, send: Send
) -> int:
    """Send a body of unknown length, and stop producing it when the client goes away.

    An error after the first part leaves the answer unfinished: the server closes the connection, which is the only way
    left to say so.
    """
    sent = 0
    gone = asyncio.ensure_future(_wait_for_disconnect(receive))
    try:
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        while request.method != "HEAD":
            part = asyncio.ensure_future(_next_part(body))
            await asyncio.wait((part, gone), return_when=asyncio.FIRST_COMPLETED)
            if not part.done():
                part.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await part
            if gone.done():
                if part.done() and not part.cancelled():
                    part.exception()  # seen, and of no use to anybody any more
                raise ClientGone
            data = part.result()
            if data is None:
                break
            sent += len(data)
            try:
                async with asyncio.timeout(request.timeout_seconds):
                    await send({"type": "http.response.body", "body": data, "more_body": True})
            except TimeoutError:
                raise ClientGone from None
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        await _close(body)
    return sent


async def _begun(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same parts, with the first one made already."""
    try:
        first = await _next_part(body)
    except BaseException:
        await _close(body)
        raise

    async def parts() -> AsyncGenerator[bytes]:
        try:
            if first is not None:
                yield first
                async for part in body:
                    yield part
        finally:
            await _close(body)

    return parts()


async def _next_part(body: AsyncIterator[bytes]) -> bytes | None:
    async for part in body:
        return part
    return None


async def _close(body: AsyncIterator[bytes]) -> None:
    close: Any = getattr(body, "aclose", None)
    if close is not None:
        await close()


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
