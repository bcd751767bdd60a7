"""An OpenID Connect provider for tests (oidc-provider-mock), in a thread of its own, on a free port.

In charge of: starting it, making users, walking a person through its log-in page, and what the package leaves out: it
checks PKCE, signs with a key that has an id, and can be told to lie in its ID tokens.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import oidc_provider_mock
from joserfc import jwk, jwt
from werkzeug.serving import make_server

from satchel.auth.oauth2_exchange import challenge_of

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""An image of one pixel."""

Claims = dict[str, Any]
Signer = Callable[[Claims], str]


@dataclass
class IdentityProvider:
    """`change`: what becomes of an ID token's claims. `sign`: how they are signed; None for rightly.

    `traded`: the forms that came to the token endpoint.
    """

    url: str = ""
    change: Callable[[Claims], Claims] = dict
    sign: Signer | None = None
    key: jwk.RSAKey = field(default_factory=lambda: jwk.RSAKey.generate_key(2048, {"kid": "test-key", "use": "sig"}))
    traded: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    challenges: dict[str, str] = field(default_factory=dict[str, str])
    client: httpx.Client = field(default_factory=httpx.Client)

    def options(self, **more: Any) -> dict[str, Any]:
        """The provider in a collection's options; the user info answers unless `userInfoURL` says otherwise."""
        return {
            "name": "oidc",
            "clientId": "satchel",
            "clientSecret": "s3cret",
            "authURL": f"{self.url}/oauth2/authorize",
            "tokenURL": f"{self.url}/oauth2/token",
            "userInfoURL": f"{self.url}/userinfo",
            **more,
        }

    def user(self, subject: str, **claims: Any) -> None:
        answer = self.client.put(f"{self.url}/users/{subject}", json=claims)
        assert answer.status_code < 300, answer.text

    def log_in(self, auth_url: str, subject: str, redirect_url: str = "http://127.0.0.1/back") -> dict[str, str]:
        """What a person does: opens the address, signs in, and is sent back with these parameters."""
        answer = self.client.post(auth_url + redirect_url, data={"sub": subject})
        assert answer.status_code in (302, 303), answer.text
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        return {name: values[0] for name, values in query.items()}

    # --- between the package and the world

    def wrap(self, app: Any) -> Any:
        def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            path = environ["PATH_INFO"]
            if path == "/jwks":
                return _json(start, {"keys": [self.key.as_dict(private=False)]})
            if path == "/pictures/ada.png":
                start("200 OK", [("Content-Type", "image/png"), ("Content-Length", str(len(PICTURE)))])
                return [PICTURE]
            if path == "/oauth2/token":
                return self._token(app, environ, start)
            status, headers, body = _run(app, environ)
            if path == "/oauth2/authorize" and environ["REQUEST_METHOD"] == "POST":
                sent = parse_qs(environ["QUERY_STRING"])
                location = dict(headers).get("Location", "")
                for code in parse_qs(urlsplit(location).query).get("code", []):
                    self.challenges[code] = sent.get("code_challenge", [""])[0]
            start(status, headers)
            return [body]

        return answer

    def _token(self, app: Any, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(content)
        form = {name: values[0] for name, values in parse_qs(content.decode()).items()}
        self.traded.append(form)
        challenge = self.challenges.get(form.get("code", ""), "")
        if challenge and challenge_of(form.get("code_verifier", "")) != challenge:
            return _json(start, {"error": "invalid_grant"}, "400 Bad Request")
        status, _, body = _run(app, environ)
        value = json.loads(body)
        if "id_token" in value:
            value["id_token"] = self._signed(value["id_token"])
        return _json(start, value, status)

    def _signed(self, token: str) -> str:
        part = token.split(".")[1]
        claims = self.change(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))
        if self.sign is not None:
            return self.sign(claims)
        return jwt.encode({"alg": "RS256", "kid": "test-key"}, claims, self.key)


def _run(app: Any, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
    found: list[Any] = []
    body = b"".join(app(environ, lambda status, headers, *_: found.extend((status, headers))))
    return found[0], found[1], body


def _json(start: Any, value: Any, status: str = "200 OK") -> list[bytes]:
    body = json.dumps(value).encode()
    start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


@contextlib.contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """A running provider."""
    found = IdentityProvider()
    server = make_server("127.0.0.1", 0, found.wrap(oidc_provider_mock.app()), threaded=True)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            found.client.get(f"{found.url}/jwks")
            break
    try:
        yield found
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
