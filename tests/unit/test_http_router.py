"""Which handler gets a request."""

import pytest

from satchel.http.request import Request
from satchel.http.response import Response
from satchel.http.router import Handler, Router


def handler(name: str) -> Handler:
    def answer(request: Request) -> Response:
        return Response(body=name.encode())

    answer.__name__ = name
    return answer


def found(router: Router, method: str, path: str) -> tuple[str, dict[str, str]] | None:
    match = router.match(method, path)
    return None if match is None else (match[0].__name__, dict(match[1]))


@pytest.fixture
def router() -> Router:
    router = Router()
    for method, pattern in [
        ("GET", "/api/collections"),
        ("POST", "/api/collections"),
        ("GET", "/api/collections/{c}"),
        ("GET", "/api/collections/meta/scaffolds"),
        ("PUT", "/api/collections/import"),
        ("GET", "/api/collections/{c}/records/{id}"),
        ("SEARCH", "/items/{c}"),
        ("GET", "/items/{c}"),
        ("GET", "/files/{path...}"),
        ("GET", "/files/known"),
        ("GET", "/{all...}"),
    ]:
        router.add(method, pattern, handler(f"{method} {pattern}"))
    return router


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/collections", ("GET /api/collections", {})),
        ("HEAD", "/api/collections", ("GET /api/collections", {})),
        ("GET", "/api/collections/posts", ("GET /api/collections/{c}", {"c": "posts"})),
        ("HEAD", "/api/collections/posts", ("GET /api/collections/{c}", {"c": "posts"})),
        ("GET", "/api/collections/meta/scaffolds", ("GET /api/collections/meta/scaffolds", {})),
        ("PUT", "/api/collections/import", ("PUT /api/collections/import", {})),
        # the fixed segment knows no GET, so the name takes it
        ("GET", "/api/collections/import", ("GET /api/collections/{c}", {"c": "import"})),
        # the fixed branch turns out not to fit
        ("GET", "/api/collections/meta/records/1", ("GET /api/collections/{c}/records/{id}", {"c": "meta", "id": "1"})),
        ("GET", "/api/collections/a/records/x%2Fy", ("GET /api/collections/{c}/records/{id}", {"c": "a", "id": "x/y"})),
        ("GET", "/api/collections/%C3%A9", ("GET /api/collections/{c}", {"c": "é"})),
        ("GET", "/api/c%6Fllections", ("GET /api/collections", {})),
        ("SEARCH", "/items/posts", ("SEARCH /items/{c}", {"c": "posts"})),
        ("GET", "/files/a/b/c", ("GET /files/{path...}", {"path": "a/b/c"})),
        ("GET", "/files/", ("GET /files/{path...}", {"path": ""})),
        ("GET", "/files/known", ("GET /files/known", {})),
        ("GET", "/api/collections/", ("GET /{all...}", {"all": "api/collections/"})),
        ("GET", "/", ("GET /{all...}", {"all": ""})),
        ("DELETE", "/api/collections", None),
        ("POST", "/nowhere", None),
    ],
)
def test_match(router: Router, method: str, path: str, expected: tuple[str, dict[str, str]] | None) -> None:
    assert found(router, method, path) == expected


def test_methods_of_a_path(router: Router) -> None:
    assert router.methods("/items/posts") == ("SEARCH", "GET", "HEAD")
    assert router.methods("/api/collections/import")[0] == "PUT"


def test_a_final_slash_is_another_path_unless_told_otherwise() -> None:
    strict, lenient = Router(), Router(final_slash_optional=True)
    for router in (strict, lenient):
        router.add("GET", "/items/{c}", handler("items"))
        router.add("GET", "/", handler("root"))
    assert found(strict, "GET", "/items/posts/") is None
    assert found(lenient, "GET", "/items/posts/") == ("items", {"c": "posts"})
    assert found(lenient, "GET", "/") == ("root", {})


def test_an_empty_segment_is_no_name() -> None:
    router = Router()
    router.add("GET", "/a/{b}/c", handler("abc"))
    assert found(router, "GET", "/a//c") is None


@pytest.mark.parametrize("pattern", ["a", "/a{b}", "/{b}x", "/{}", "/{a}/{a}", "/{a...}/b", "/{a-b}"])
def test_malformed_patterns(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        Router().add("GET", pattern, handler("x"))


def test_the_same_route_twice_is_a_mistake() -> None:
    router = Router()
    router.add(("GET", "POST"), "/a", handler("x"))
    with pytest.raises(ValueError, match="twice"):
        router.add("POST", "/a", handler("y"))


def test_names_that_begin_with_a_uuid() -> None:
    router = Router()
    router.add("GET", "/assets/{key:uuid}", handler("asset"))
    router.add("GET", "/assets/{key:uuid}/{name}", handler("named"))
    router.add("POST", "/assets/files", handler("archive"))
    key = "0B8BD6E0-59ab-4c3c-8b1e-2f6d4c0f9e11"
    assert found(router, "GET", f"/assets/{key}") == ("asset", {"key": key})
    assert found(router, "GET", f"/assets/{key}.png") == ("asset", {"key": f"{key}.png"})
    assert found(router, "HEAD", f"/assets/{key}/a.png") == ("named", {"key": key, "name": "a.png"})
    for path in ("/assets/app.css", "/assets/files", f"/assets/x{key}", f"/assets/{key[:-1]}", "/assets/js/app.js"):
        assert found(router, "GET", path) is None
    assert router.methods("/assets/app.css") == ()
    assert router.methods("/assets/files") == ("POST",)
    with pytest.raises(ValueError, match="neighbours"):
        router.add("DELETE", "/assets/{key}", handler("other"))
