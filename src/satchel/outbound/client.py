"""The one client for requests to other servers: identity providers, pictures of profiles, webhooks.

In charge of: resolving a host, refusing every address that is not public (see `addresses`), connecting to the very
address that was checked, doing the same again at each redirect, and limits of time and size. Not in charge of: what is
asked and what the answer means (features). Made by the composition root; nothing else of the program makes requests.

A name is resolved once per request and the connection goes to that address, so a name that changes its mind between
look and call gains nothing. TLS still checks the certificate against the name. There are no cookies, no environment
(proxies, .netrc), no compressed answers, and no connection is kept for another request.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import httpx
import msgspec

from satchel.errors import OutboundFailed
from satchel.outbound.addresses import Exceptions, is_public, parse_address

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""(host, port) → addresses as text."""
Take = Callable[[bytes], Awaitable[None]]
"""Takes a body part by part."""

REDIRECTS = frozenset((301, 302, 303, 307, 308))
USER_AGENT = "Satchel"
URL_LENGTH_MAXIMUM = 8192
CONNECT_SECONDS = 10.0
"""For each of a host's addresses."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers`: names in lower case, first value. `url`: of the last redirect."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    def json(self) -> Any:
        """The decoded body. Raises OutboundFailed when it is no JSON."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise OutboundFailed("The answer is no JSON.", reason="answer") from None

    def form(self) -> dict[str, str]:
        """The body as a URL-encoded form."""
        return dict(httpx.QueryParams(self.body.decode("utf-8", "replace")).items())


@dataclass(frozen=True, slots=True)
class OutboundLimits:
    """`seconds`: for a whole request with its redirects. `body_bytes`: of an answer."""

    seconds: float = 30.0
    body_bytes: int = 5 * 1024**2
    redirects: int = 5


async def resolve_name(host: str, port: int) -> Sequence[str]:
    """The system's resolver, off the event loop. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


class Outbound:
    """One per process."""

    def __init__(
        self,
        limits: OutboundLimits | None = None,
        exceptions: Exceptions | None = None,
        *,
        resolve: Resolve = resolve_name,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._limits = limits or OutboundLimits()
        self._exceptions = exceptions or Exceptions()
        self._resolve = resolve
        self._context = context
        self._transport: httpx.AsyncHTTPTransport | None = None

    async def close(self) -> None:
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body_bytes: int | None = None,
        into: Take | None = None,
    ) -> Answer:
        """GET, following redirects; what identifies us goes to the first host only. Raises OutboundFailed.

        `into`: takes the body of a success (200) part by part, which the answer is without then.
        """
        limit = self._limits.body_bytes if body_bytes is None else body_bytes
        return await self._timed(self._follow(_url(url), dict(headers or {}), limit, into))

    async def _follow(self, target: httpx.URL, sent: dict[str, str], limit: int, into: Take | None) -> Answer:
        for _ in range(self._limits.redirects + 1):
            answer = await self._call("GET", target, sent, b"", limit, into)
            if answer.status not in REDIRECTS or not answer.headers.get("location"):
                return answer
            following = _url(_joined(target, answer.headers["location"]))
            if target.scheme == "https" and following.scheme != "https":
                raise OutboundFailed("A redirect leads from https to http.", reason="redirect")
            if _origin(following) != _origin(target):
                sent = {name: value for name, value in sent.items() if name.lower() == "accept"}
            target = following
        raise OutboundFailed(f"More than {self._limits.redirects} redirects.", reason="redirect")

    async def post_form(
        self, url: str, values: Mapping[str, str], *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """POST a URL-encoded form. Redirects are not followed. Raises OutboundFailed."""
        content = str(httpx.QueryParams(dict(values))).encode()
        return await self._post(url, content, "application/x-www-form-urlencoded", headers)

    async def post_json(self, url: str, value: Any, *, headers: Mapping[str, str] | None = None) -> Answer:
        """POST a value as JSON. Redirects are not followed. Raises OutboundFailed."""
        return await self._post(url, msgspec.json.encode(value), "application/json", headers)

    async def _post(self, url: str, content: bytes, kind: str, headers: Mapping[str, str] | None) -> Answer:
        sent = {"content-type": kind, **(headers or {})}
        return await self._timed(self._call("POST", _url(url), sent, content, self._limits.body_bytes))

    async def _timed(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Run a whole request within its time, in a task of its own: a handler need not be in one."""
        try:
            return await asyncio.create_task(self._within(work))
        except (TimeoutError, httpx.TimeoutException):
            raise OutboundFailed(f"No answer within {self._limits.seconds:g} seconds.", reason="timeout") from None

    async def _within(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        async with asyncio.timeout(self._limits.seconds):
            return await work

    # --- one hop

    async def _call(
        self,
        method: str,
        url: httpx.URL,
        headers: Mapping[str, str],
        content: bytes,
        limit: int,
        into: Take | None = None,
    ) -> Answer:
        addresses = await self._addresses(url)
        error: Exception | None = None
        for address in addresses:
            try:
                return await self._connect(method, url, address, headers, content, limit, into)
            except (httpx.ConnectError, httpx.ConnectTimeout) as failed:
                error = failed
        raise OutboundFailed(f"{url.host} can't be reached: {error}.", reason="connect")

    async def _addresses(self, url: httpx.URL) -> list[str]:
        """Where the host is. One address that we don't call spoils them all."""
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = await self._resolve(url.raw_host.decode("ascii"), port)
        except (OSError, UnicodeError) as error:
            raise OutboundFailed(f"{url.host} can't be found: {error}.", reason="connect") from None
        for text in found:
            address = parse_address(text)
            if address is None or not (is_public(address) or self._exceptions.allow(url.host, address)):
                raise OutboundFailed(
                    f"{url.host} is not on the public internet, so it is not called.",
                    hint="Add it to outbound_allowed_hosts if it is meant to be.",
                    reason="address",
                )
        if not found:
            raise OutboundFailed(f"{url.host} has no address.", reason="connect")
        return list(found)

    async def _connect(
        self,
        method: str,
        url: httpx.URL,
        address: str,
        headers: Mapping[str, str],
        content: bytes,
        limit: int,
        into: Take | None,
    ) -> Answer:
        sent = {
            "user-agent": USER_AGENT,
            "accept": "*/*",
            **{name.lower(): value for name, value in headers.items()},
            "accept-encoding": "identity",
            "host": url.netloc.decode("ascii"),
        }
        seconds = self._limits.seconds
        connect = min(seconds, CONNECT_SECONDS)
        request = httpx.Request(
            method,
            url.copy_with(host=address),
            headers=sent,
            content=content,
            extensions={
                "sni_hostname": url.raw_host.decode("ascii"),
                "timeout": {"connect": connect, "read": seconds, "write": seconds, "pool": seconds},
            },
        )
        try:
            response = await self._opened().handle_async_request(request)
            try:
                body = await _read(response, limit, into if response.status_code == 200 else None)
            finally:
                await response.aclose()
        except (httpx.ConnectError, httpx.TimeoutException):
            raise
        except httpx.TransportError as error:
            raise OutboundFailed(f"The connection to {url.host} failed: {error}.", reason="connect") from None
        return Answer(response.status_code, _first(response.headers), body, str(url))

    def _opened(self) -> httpx.AsyncHTTPTransport:
        if self._transport is None:
            # Kept connections would be shared by all names of one address.
            limits = httpx.Limits(max_connections=100, max_keepalive_connections=0)
            context = self._context or ssl.create_default_context()
            self._transport = httpx.AsyncHTTPTransport(verify=context, limits=limits, trust_env=False)
        return self._transport


async def _read(response: httpx.Response, limit: int, into: Take | None) -> bytes:
    """The body, within the limit; nothing of it when somebody else takes it."""
    if response.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise OutboundFailed("The answer is compressed, which was not asked for.", reason="answer")
    parts: list[bytes] = []
    size = 0
    async for part in cast("httpx.AsyncByteStream", response.stream):
        size += len(part)
        if size > limit:
            raise OutboundFailed(f"The answer is larger than {limit} bytes.", reason="size")
        if into is None:
            parts.append(part)
        else:
            await into(part)
    return b"".join(parts)


def _first(headers: httpx.Headers) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers.multi_items():
        found.setdefault(name.lower(), value)
    return found


def _url(text: str) -> httpx.URL:
    """An absolute http(s) URL without user and password. Raises OutboundFailed."""
    try:
        url = httpx.URL(text) if len(text) <= URL_LENGTH_MAXIMUM else None
    except (httpx.InvalidURL, UnicodeError):
        url = None
    if url is None or url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise OutboundFailed("Not a web address that can be called.", reason="url")
    return url


def _joined(base: httpx.URL, location: str) -> str:
    try:
        return str(base.join(location))
    except (httpx.InvalidURL, UnicodeError):
        raise OutboundFailed("A redirect leads nowhere.", reason="redirect") from None


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host.lower(), url.port or (443 if url.scheme == "https" else 80)
