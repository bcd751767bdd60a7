"""The ASGI application: dispatch, the boundary of errors, start and stop, sending."""

import asyncio
import io
import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount as StarletteMount

from satchel.errors import Forbidden, SatchelError, Unavailable
from satchel.http import server
from satchel.http.cors import CorsPolicy
from satchel.http.mount import Mount
from satchel.http.request import Request, RequestLimits
from satchel.http.response import Response, entity_tag, json_response, not_modified, tags_match, text_response
from satchel.http.router import Handler, Router
from satchel.http.server import HttpApp
from satchel.observe import TRACE, make_observer


def render(request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, SatchelError) else 500
    message = str(error) if isinstance(error, SatchelError) else "internal"
    return json_response({"wire": "a", "message": message}, status)


def make(router: Router | None = None, **options: Any) -> HttpApp:
    router = router or Router()
    return HttpApp([Mount("", router, render, **options.pop("mount", {}))], **options)


def client(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=True), base_url="http://test")


def route(method: str, pattern: str, handler: Handler) -> Router:
    router = Router()
    router.add(method, pattern, handler)
    return router


async def echo(request: Request) -> Response:
    await asyncio.sleep(0)
    return json_response({"params": dict(request.params), "query": dict(request.query), "path": request.path})


async def test_async_and_sync_handlers() -> None:
    router = route("GET", "/a/{id}", echo)
    router.add("GET", "/b", lambda request: text_response("b"))
    async with client(make(router)) as http:
        answer = await http.get("/a/x%2Fy?q=1")
        assert answer.json() == {"params": {"id": "x/y"}, "query": {"q": "1"}, "path": "/a/x/y"}
        assert answer.headers["content-type"] == "application/json"
        assert (await http.get("/b")).text == "b"


async def test_head_has_the_headers_and_no_body() -> None:
    async with client(make(route("GET", "/b", lambda request: text_response("body")))) as http:
        answer = await http.head("/b")
        assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, "4", b"")


async def test_the_longest_prefix_takes_the_request_and_words_its_errors() -> None:
    def other(request: Request, error: Exception) -> Response:
        return json_response({"wire": "b"}, 404)

    app = HttpApp([Mount("", Router(), render), Mount("/api", Router(), other)])
    async with client(app) as http:
        assert (await http.get("/api")).json() == {"wire": "b"}
        assert (await http.get("/api/x")).json() == {"wire": "b"}
        assert (await http.get("/apix")).json()["wire"] == "a"


async def test_errors_become_answers() -> None:
    def refuse(request: Request) -> Response:
        raise Forbidden("Not yours.")

    def crash(request: Request) -> Response:
        raise RuntimeError("password=hunter2 leaked")

    router = route("GET", "/refuse", refuse)
    router.add("GET", "/crash", crash)
    log = io.StringIO()
    app = make(router, observer=make_observer(log_format="json", level="info", access=True, stream=log))
    async with client(app) as http:
        refused = await http.get("/refuse")
        assert (refused.status_code, refused.json()["message"]) == (403, "Not yours.")
        crashed = await http.get("/crash?access_token=abc", headers={"X-Request-Id": "req-7"})
        assert (crashed.status_code, crashed.json()["message"]) == (500, "internal")
        assert crashed.headers["x-request-id"] == "req-7"
    app.observer.flush()
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    failed = next(line for line in lines if line["event"] == "failed")
    assert failed["request_id"] == "req-7"
    assert "crash" in failed["trace"]
    assert "hunter2" not in log.getvalue()
    assert "abc" not in log.getvalue()
    assert [line["status"] for line in lines if line["event"] == "request"] == [403, 500]


async def test_a_renderer_that_fails_still_gives_an_answer() -> None:
    def broken(request: Request, error: Exception) -> Response:
        raise RuntimeError

    async with client(HttpApp([Mount("", Router(), broken)])) as http:
        answer = await http.get("/")
        assert (answer.status_code, answer.text) == (500, "Internal Server Error")


async def test_around_stands_before_every_handler() -> None:
    async def around(request: Request, handler: Handler) -> Response:
        request.state = "seen"
        result = handler(request)
        return result if isinstance(result, Response) else await result

    def not_found(request: Request) -> Response:
        return text_response(f"none, {request.state}", 404)

    router = route("GET", "/a", lambda request: text_response(request.state))
    async with client(make(router, mount={"around": around, "not_found": not_found})) as http:
        assert (await http.get("/a")).text == "seen"
        assert (await http.get("/b")).text == "none, seen"


async def test_mount_headers_are_on_errors_too() -> None:
    async with client(make(mount={"headers": [(b"x-powered-by", b"Satchel")]})) as http:
        assert (await http.get("/nope")).headers["x-powered-by"] == "Satchel"


async def test_timing_header_names_the_stages() -> None:
    def handler(request: Request) -> Response:
        trace = TRACE.get()
        assert trace is request.trace
        trace.mark("db", 0.002)
        trace.mark("db", 0.001)
        return text_response("x")

    async with client(make(route("GET", "/", handler))) as http:
        header = (await http.get("/")).headers["server-timing"]
        assert header.startswith("db;dur=3, total;dur=")
    async with client(make(route("GET", "/", handler), timing_header=False)) as http:
        assert "server-timing" not in (await http.get("/")).headers


# ---------------------------------------------------------------------------------------------------------------- cors
async def test_cors() -> None:
    def refuse(request: Request) -> Response:
        raise Forbidden("no")

    listed = CorsPolicy.from_origins(["https://a.example"], credentials=True, exposed="x-request-id")
    async with client(make(route("GET", "/x", refuse), mount={"cors": listed})) as http:
        answer = await http.get("/x", headers={"Origin": "https://a.example"})
        assert answer.headers["access-control-allow-origin"] == "https://a.example"
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert answer.headers["access-control-expose-headers"] == "x-request-id"
        for origin in ("https://b.example", "null", "https://a.example.evil"):
            answer = await http.get("/x", headers={"Origin": origin})
            assert "access-control-allow-origin" not in answer.headers
        preflight = await http.options(
            "/x",
            headers={
                "Origin": "https://a.example",
                "Access-Control-Request-Method": "PATCH",
                "Access-Control-Request-Headers": "authorization,x-y",
            },
        )
        assert preflight.status_code == 204
        assert preflight.headers["access-control-allow-headers"] == "authorization,x-y"
        assert "PATCH" in preflight.headers["access-control-allow-methods"]
        assert "Access-Control-Request-Headers" in preflight.headers["vary"]
        assert (await http.options("/x")).status_code == 404


async def test_any_origin_never_gets_credentials() -> None:
    policy = CorsPolicy.from_origins(["*"], credentials=True)
    async with client(make(mount={"cors": policy})) as http:
        answer = await http.get("/x", headers={"Origin": "https://a.example"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        assert "access-control-allow-origin" not in (await http.get("/x")).headers
    assert CorsPolicy.from_origins([]) is None


# ------------------------------------------------------------------------------------------------------- start and stop
async def test_lazy_start_is_shared_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "START_RETRY_SECONDS", 0.2)
    calls = 0

    async def startup() -> None:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0.01)
        if calls == 1:
            raise Unavailable("The database at secret.example is down.")

    app = make(route("GET", "/", echo), on_startup=startup)
    async with client(app) as http:
        first = await asyncio.gather(http.get("/"), http.get("/"))
        assert [answer.status_code for answer in first] == [503, 503]
        assert first[0].headers["retry-after"]
        assert first[0].json()["message"].startswith("The database can't be reached.")
        assert "secret.example" not in first[0].text
        assert calls == 1
        # the failure is fresh: no second try yet
        assert (await http.get("/")).status_code == 503
        assert calls == 1
        await asyncio.sleep(0.25)
        assert (await http.get("/")).status_code == 200
        assert calls == 2


async def lifespan(app: Any, *messages: str) -> list[dict[str, Any]]:
    waiting = [{"type": message} for message in messages]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(dict(message))

    await app({"type": "lifespan"}, receive, send)
    return sent


async def test_lifespan() -> None:
    events: list[str] = []

    async def startup() -> None:
        events.append("start")

    async def shutdown() -> None:
        events.append("stop")

    app = make(on_startup=startup, on_shutdown=shutdown)
    sent = await lifespan(app, "lifespan.startup", "lifespan.shutdown")
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert events == ["start", "stop"]


async def test_a_failed_start_tells_the_server_why() -> None:
    async def startup() -> None:
        raise SatchelError("The folder is in use.", hint="Stop the other server.")

    sent = await lifespan(make(on_startup=startup), "lifespan.startup")
    assert sent == [{"type": "lifespan.startup.failed", "message": "The folder is in use. Stop the other server."}]


async def test_stop_waits_for_requests_and_refuses_new_ones() -> None:
    release = asyncio.Event()
    stopped = asyncio.Event()

    async def slow(request: Request) -> Response:
        await release.wait()
        assert not stopped.is_set()
        return text_response("done")

    async def shutdown() -> None:
        stopped.set()

    app = make(route("GET", "/", slow), on_shutdown=shutdown)
    async with client(app) as http:
        running = asyncio.ensure_future(http.get("/"))
        await asyncio.sleep(0.02)
        stopping = asyncio.ensure_future(app.shutdown())
        await asyncio.sleep(0.02)
        refused = await http.get("/")
        assert (refused.status_code, refused.headers["connection"]) == (503, "close")
        release.set()
        assert (await running).text == "done"
        await stopping
        assert stopped.is_set()


async def test_stop_gives_up_waiting() -> None:
    async def stuck(request: Request) -> Response:
        await asyncio.sleep(60)
        raise AssertionError

    app = make(route("GET", "/", stuck), shutdown_grace_seconds=0.05)
    async with client(app) as http:
        running = asyncio.ensure_future(http.get("/"))
        await asyncio.sleep(0.02)
        await asyncio.wait_for(app.shutdown(), 2)
        running.cancel()


async def test_too_many_requests_at_once_are_turned_away() -> None:
    release = asyncio.Event()

    async def slow(request: Request) -> Response:
        await release.wait()
        return text_response("done")

    app = make(route("GET", "/", slow), max_concurrent_requests=2)
    async with client(app) as http:
        running = [asyncio.ensure_future(http.get("/")) for _ in range(2)]
        await asyncio.sleep(0.02)
        refused = await http.get("/")
        assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
        release.set()
        assert [(await task).status_code for task in running] == [200, 200]
        assert (await http.get("/")).status_code == 200
    assert app.in_progress == 0


async def test_mounted_in_starlette_under_a_prefix() -> None:
    outer = Starlette(routes=[StarletteMount("/back", app=make(route("GET", "/items/{id}", echo)))])
    async with client(outer) as http:
        answer = await http.get("/back/items/a%2Fb")
        assert answer.json()["params"] == {"id": "a/b"}
        assert answer.json()["path"] == "/items/a/b"


# ------------------------------------------------------------------------------------------------------------- sending
async def run(app: HttpApp, *, method: str = "GET", gone: asyncio.Event | None = None) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if gone is None:
            await asyncio.sleep(60)
        else:
            await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    scope = {"type": "http", "http_version": "1.1", "method": method, "path": "/", "headers": [], "query_string": b""}
    await asyncio.wait_for(app(scope, receive, send), 5)
    return sent


async def test_parts_are_joined_when_small_and_sent_apart_when_large() -> None:
    small = await run(make(route("GET", "/", lambda request: Response(body=[b"a", b"b"]))))
    assert small[1]["body"] == b"ab"
    big = await run(make(route("GET", "/", lambda request: Response(body=[b"a" * 200_000, b"b" * 200_000]))))
    assert [len(message["body"]) for message in big[1:]] == [200_000, 200_000, 0]
    assert (b"content-length", b"400000") in big[0]["headers"]
    assert not big[-1].get("more_body")


async def test_a_client_that_stops_reading_is_cut() -> None:
    app = make(
        route("GET", "/", lambda request: Response(body=b"a" * 1_000_000)), limits=RequestLimits(timeout_seconds=0.05)
    )
    sent: list[int] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(len(message.get("body", b"")))
        if sum(sent) > 300_000:
            await asyncio.sleep(60)

    scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    await asyncio.wait_for(app(scope, receive, send), 5)
    assert sum(sent) < 1_000_000
    assert app.in_progress == 0


async def test_streams() -> None:
    async def parts() -> AsyncGenerator[bytes]:
        yield b"a"
        yield b"b"

    sent = await run(make(route("GET", "/", lambda request: Response(body=parts()))))
    assert b"".join(message.get("body", b"") for message in sent[1:]) == b"ab"
    assert not any(name == b"content-length" for name, _ in sent[0]["headers"])


async def test_a_stream_that_fails_at_once_is_an_error_answer() -> None:
    async def parts() -> AsyncGenerator[bytes]:
        raise Forbidden("no")
        yield b""

    sent = await run(make(route("GET", "/", lambda request: Response(body=parts()))))
    assert sent[0]["status"] == 403


async def test_a_stream_that_fails_later_is_left_unfinished_and_logged() -> None:
    async def parts() -> AsyncGenerator[bytes]:
        yield b"a"
        raise RuntimeError("half way")

    log = io.StringIO()
    observer = make_observer(log_format="text", level="info", access=True, stream=log)
    sent = await run(make(route("GET", "/", lambda request: Response(body=parts())), observer=observer))
    assert sent[-1] == {"type": "http.response.body", "body": b"a", "more_body": True}
    assert "half way" in log.getvalue()


async def test_a_stream_ends_when_the_client_goes_away() -> None:
    gone, closed = asyncio.Event(), asyncio.Event()

    async def parts() -> AsyncGenerator[bytes]:
        try:
            yield b"a"
            gone.set()
            await asyncio.sleep(60)
        finally:
            closed.set()

    await run(make(route("GET", "/", lambda request: Response(body=parts()))), gone=gone)
    assert closed.is_set()


async def test_no_length_where_no_body_can_be() -> None:
    sent = await run(make(route("GET", "/", lambda request: Response(204))))
    assert not any(name == b"content-length" for name, _ in sent[0]["headers"])


# ----------------------------------------------------------------------------------------------------------- responses
def test_headers_can_t_be_split() -> None:
    with pytest.raises(ValueError, match="control"):
        Response(headers={"location": "/a\r\nset-cookie: b=1"})
    response = Response(headers={"Content-Disposition": "inline"})
    response.set_header("content-disposition", 'attachment; filename="ü.txt"')
    assert response.header("Content-Disposition") == 'attachment; filename="ü.txt"'
    assert len(response.headers) == 1


def test_entity_tags() -> None:
    tag = entity_tag(b"abc")
    assert tag == entity_tag([b"a", b"bc"])
    assert tag.startswith('W/"')
    assert tags_match(f'"x", {tag}', tag)
    assert tags_match(tag.removeprefix("W/"), tag)
    assert tags_match("*", tag)
    assert not tags_match('"x"', tag)
    assert not tags_match(tag, tag, strong=True)
    strong = entity_tag(b"abc", weak=False)
    assert tags_match(strong, strong, strong=True)
    short = not_modified(json_response({}, headers={"vary": "Origin"}), tag)
    assert (short.status, short.body, short.header("etag"), short.header("vary")) == (304, b"", tag, "Origin")
    assert short.header("content-type") is None
