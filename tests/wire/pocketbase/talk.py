"""A conversation with one server, written down so that two conversations can be compared.

In charge of: sending, recording, and taking out what may differ from run to run (ids, times, tokens).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from tests.servers import EMAIL, PASSWORD

# Headers that every answer of the wire carries; the rest (dates, lengths, tracing) is each server's own business.
WIRE_HEADERS = (
    "accept-ranges",
    "cache-control",
    "content-disposition",
    "content-range",
    "content-security-policy",
    "content-type",
    "last-modified",
    "cross-origin-opener-policy",
    "vary",
    "x-content-type-options",
    "x-frame-options",
    "x-xss-protection",
    "access-control-allow-origin",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-allow-credentials",
    "etag",
    "server",
    "allow",
)

_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
_DATE = re.compile(r"20[2-9]\d-\d\d-\d\d \d\d:\d\d:\d\d\.\d\d\dZ")
_CLONE = re.compile(r"_clone_\w{4}")
_INDEX = re.compile(r"idx_(tokenKey|email)_\w+")
_PREVIEW = re.compile(r"temp_view_\w+")
# Names of uploaded files end in ten characters of chance (twice ten, in PocketBase's batches); the pieces of an answer
# are kept apart by a random text.
_FILE = re.compile(r"(?:_[a-z0-9]{10}){1,2}(?=\.[A-Za-z])")
_BOUNDARY = re.compile(r"[0-9a-f]{60}")
_HTTP_DATE = re.compile(r"\w{3}, \d\d \w{3} 202\d \d\d:\d\d:\d\d GMT")
# What the database or the parser said is each server's own wording.
_RAW = re.compile(
    r"(Raw error:|Invalid query -)(?: |\\n).*?(?=\"\}|\",\"(?:params|status)|\\\"\s*,?\\n)", re.IGNORECASE
)
_REFERENCES = re.compile(r"(existing reference in )([\w, ]+)")
_EXAMPLE = re.compile(r"(values, ex\.: ).*?(?=\"[,}])")


@dataclass
class Exchange:
    label: str
    request: str
    status: int
    body: Any
    ordered: bool = True  # whether the order of keys is part of the answer (PocketBase shuffles them under `fields`)
    headers: dict[str, str] = field(default_factory=dict)

    def shown(self) -> str:
        return f"{self.status} {json.dumps(self.body, ensure_ascii=False)}"


class Talk:
    """One conversation. Ids that the server invents are all the same to it."""

    def __init__(self, base_url: str, *, keep_headers: bool = False) -> None:
        self.client = httpx.Client(base_url=base_url, timeout=30, headers={"user-agent": "talk"}, verify=False)
        self.exchanges: list[Exchange] = []
        self.token = ""
        self.keep_headers = keep_headers
        self._names: dict[str, str] = {}
        self._section = ""

    def close(self) -> None:
        self.client.close()

    def section(self, name: str) -> None:
        self._section = name

    def sign_in(self) -> None:
        answer = self.client.post(
            "/api/collections/_superusers/auth-with-password", json={"identity": EMAIL, "password": PASSWORD}
        )
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["token"]

    def su(self, method: str, path: str, **more: Any) -> httpx.Response:
        """As the superuser."""
        headers = {"Authorization": self.token, **more.pop("headers", {})}
        return self._send(method, path, "su", headers=headers, **more)

    def guest(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._send(method, path, "guest", **more)

    def _send(self, method: str, path: str, who: str, *, note: str = "", **more: Any) -> httpx.Response:
        answer = self.client.request(method, path, **more)
        sent = more.get("json", more.get("content", more.get("data", more.get("params", ""))))
        request = f"{who} {method} {path} {sent if isinstance(sent, str) else json.dumps(sent, default=str)}"[:500]
        headers = {name: _plain_text(answer.headers[name]) for name in WIRE_HEADERS if name in answer.headers}
        body = self.normal(answer)
        label = f"{self._section}: {note or method + ' ' + path}"
        for found, name in self._names.items():
            label = label.replace(found, name)
        self.exchanges.append(
            Exchange(
                label[:200],
                request,
                answer.status_code,
                body,
                # of the request itself, or of one inside a batch
                "fields=" not in str(answer.request.url) and "fields=" not in request,
                headers if self.keep_headers else {},
            )
        )
        return answer

    def name(self, invented: str, name: str) -> None:
        """From now on a value that the server invented goes by this name."""
        self._names[invented] = name

    def plain(self, text: str) -> str:
        """A text with invented values replaced by names."""
        for found, name in self._names.items():
            text = text.replace(found, name)
        return text

    def note(self, label: str, found: Any) -> None:
        """Write down something that was seen in another way than as an answer."""
        text = json.dumps(found, ensure_ascii=False)
        self.exchanges.append(Exchange(f"{self._section}: {label}", label, 0, self.normal_text(text)))

    def normal(self, answer: httpx.Response) -> Any:
        """The body with invented values replaced by names, and the order of keys kept."""
        return self.normal_text(answer.text)

    def normal_text(self, text: str) -> Any:
        try:
            for found in _record_ids(json.loads(text)):
                if len(found) in (15, 36) and "00000" not in found:
                    self._names.setdefault(found, "<id>")
        except ValueError:
            pass
        text = _TOKEN.sub("<token>", text)
        text = _DATE.sub(_date, text)
        text = _CLONE.sub("_clone_", text)
        text = _plain_text(text)
        text = _INDEX.sub(r"idx_\1", text)
        text = _PREVIEW.sub("temp_view", text)
        text = _RAW.sub(r"\1 …", text)
        text = _EXAMPLE.sub(r"\1…", text)
        text = _REFERENCES.sub(_in_order, text)
        for found, name in self._names.items():
            text = text.replace(found, name)
        try:
            return json.loads(text)
        except ValueError:
            return text


def _plain_text(text: str) -> str:
    """Without what is chance in names of files and in answers with files."""
    return _HTTP_DATE.sub("<date>", _BOUNDARY.sub("<boundary>", _FILE.sub("_<chance>", text)))


def _in_order(match: re.Match[str]) -> str:
    """PocketBase names what refers to a collection in an order of chance."""
    return match.group(1) + ", ".join(sorted(match.group(2).split(", ")))


def _date(match: re.Match[str]) -> str:
    """Dates that a test wrote itself are far from today."""
    moment = datetime.fromisoformat(match.group())
    return "<now>" if abs((datetime.now(UTC) - moment).total_seconds()) < 3600 else match.group()


def _record_ids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "collectionId" in value and isinstance(value.get("id"), str) and "type" not in value:
            yield value["id"]
        for child in value.values():
            yield from _record_ids(child)
    elif isinstance(value, list):
        for child in value:
            yield from _record_ids(child)


def differences(ours: list[Exchange], theirs: list[Exchange], allowed: dict[str, str]) -> list[str]:
    """One text per exchange that differs. `allowed`: label → the reason why that exchange may differ."""
    found: list[str] = []
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.label == other.label
        if mine.label in allowed:
            continue
        order = mine.ordered and other.ordered
        same_body = _text(mine.body, order) == _text(other.body, order)
        if mine.status != other.status or not same_body or mine.headers != other.headers:
            places = "\n   ".join(_places(_plain(mine.body), _plain(other.body), "")[:8])
            found.append(
                f"{mine.label}\n   {mine.request[:200]}\n   satchel    {mine.shown()[:400]} {mine.headers or ''}"
                f"\n   pocketbase {other.shown()[:400]} {other.headers or ''}\n   {places}"
            )
    return found


def _places(ours: Any, theirs: Any, path: str) -> list[str]:
    """Where two bodies part."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if list(ours) != list(theirs) and set(ours) == set(theirs):
            return [f"{path}: keys in the order {list(ours)}, not {list(theirs)}"]
        keys = {**ours, **theirs}
        return [
            place
            for key in keys
            for place in _places(ours.get(key, "<none>"), theirs.get(key, "<none>"), f"{path}.{key}")
        ]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = enumerate(zip(ours, theirs, strict=True))
        return [place for index, (mine, other) in pairs for place in _places(mine, other, f"{path}[{index}]")]
    return [] if ours == theirs else [f"{path}: {json.dumps(ours)[:120]}, not {json.dumps(theirs)[:120]}"]


def _text(value: Any, ordered: bool) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=not ordered)


def _plain(value: Any) -> Any:
    """With 5.0 as 5: how a number is spelt is not part of the wire."""
    if isinstance(value, dict):
        return {key: _plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_plain(child) for child in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
