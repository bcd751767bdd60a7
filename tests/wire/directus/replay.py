"""Replaying recorded conversations: the same requests, compared answer by answer.

In charge of: reading recordings, matching ids that differ from run to run, comparing. Not in charge of: which
recordings there are and which differences are meant (`test_recordings`).

A line of a recording is `METHOD /path [body] -> STATUS answer`. Long bodies and answers were cut when they were written
down: a cut body must be given in full by the test, a cut answer is compared as far as it goes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

LINE = re.compile(r"(GET|POST|PATCH|DELETE|SEARCH|PUT) (\S+)(?: (.*?))? -> (\d{3})(?: (.*))?")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PART_OF_UUID = re.compile(r'"[0-9a-f-]+$')
HASH = re.compile(r"\b[0-9a-f]{40}\b")
MOMENT = re.compile(r"2026-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3}Z)?")
# given by each run anew
OPAQUE = frozenset({"access_token", "refresh_token"})
KNOWN_UUIDS = frozenset({"11111111-1111-1111-1111-111111111111", "abf8a154-5b1c-4a46-ac9c-7300570f4f17"})


@dataclass
class Call:
    """One line of a recording."""

    number: int
    method: str
    path: str
    body: str
    status: int
    answer: str

    @property
    def cut(self) -> bool:
        return self.answer.endswith("…")

    def __str__(self) -> str:
        return f"{self.number}: {self.method} {self.path} {self.body}".strip()


def read_calls(path: Path) -> list[Call]:
    """The requests of a recording, in order; other lines are remarks."""
    calls: list[Call] = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = LINE.fullmatch(line)
        if found:
            method, target, body, status, answer = found.groups()
            calls.append(Call(number, method, target, body or "", int(status), answer or ""))
    return calls


@dataclass
class Conversation:
    """One run against one server. `ids`: recorded id → ours."""

    client: httpx.Client
    ids: dict[str, str] = field(default_factory=dict[str, str])

    def send(self, call: Call, body: str, headers: Mapping[str, str]) -> httpx.Response:
        """The request of a call, with our ids in place of the recorded ones."""
        path, _, query = self.translated(call.path).partition("?")
        content = self.translated(body)
        target = path + ("?" + quote(query, safe="=&%[]()*,.$@:+-_!'/~") if query else "")
        sent = dict(headers)
        if content:
            sent["content-type"] = "application/json"
        return self.client.request(call.method, target, content=content.encode() or None, headers=sent)

    def translated(self, text: str) -> str:
        known = UUID.sub(lambda found: self.ids.get(found.group(), found.group()), text)
        return HASH.sub(lambda found: self.ids.get(found.group(), found.group()), known)

    def differences(self, call: Call, answer: httpx.Response) -> list[str]:
        """What is not as recorded, in words; [] when all is."""
        found: list[str] = []
        if answer.status_code != call.status:
            found.append(f"status {answer.status_code}, recorded {call.status}")
        if not call.answer:
            return [*found, f"body {answer.text[:200]!r}, recorded none"] if answer.content else found
        recorded = completed(call.answer[:-1]) if call.cut else _parsed(call.answer)
        ours = _parsed(answer.text)
        if recorded is None or ours is None:
            text = answer.text if ours is None else json.dumps(ours, ensure_ascii=False)
            begin = PART_OF_UUID.sub('"', call.answer.removesuffix("…")) if call.cut else call.answer
            if not text.startswith(begin):
                found.append(f"body {answer.text[:200]!r}, recorded {call.answer[:200]!r}")
            return found
        if "sort=" not in call.path and call.path.startswith("/items/articles?") and not call.cut:
            # rows that sort alike come in any order
            recorded, ours = _settled(recorded), _settled(ours)
        self._compare(recorded, ours, "", found, whole=not call.cut)
        return found

    def _compare(self, recorded: Any, ours: Any, at: str, found: list[str], *, whole: bool) -> None:
        if isinstance(recorded, dict) and isinstance(ours, dict):
            keys = recorded.keys() | ours.keys() if whole else recorded.keys()
            for key in sorted(keys):
                inner = f"{at}.{key}"
                if key == "hint" and at.endswith(".extensions"):
                    continue
                if key not in recorded or key not in ours:
                    found.append(f"{inner} is {'new' if key in ours else 'missing'}: {(ours | recorded)[key]!r:.100}")
                elif key in OPAQUE or (key == "id" and at.endswith(".meta")):
                    self.ids.update({str(recorded[key]): str(ours[key])} if key in OPAQUE else {})
                else:
                    self._compare(recorded[key], ours[key], inner, found, whole=whole)
        elif isinstance(recorded, list) and isinstance(ours, list):
            if len(recorded) != len(ours) and (whole or len(ours) < len(recorded)):
                found.append(f"{at} has {len(ours)} entries, recorded {len(recorded)}: {json.dumps(ours)[:300]}")
            for place, (left, right) in enumerate(zip(recorded, ours, strict=False)):
                self._compare(left, right, f"{at}[{place}]", found, whole=whole)
        elif not self._same(recorded, ours):
            found.append(f"{at} is {ours!r:.300}, recorded {recorded!r:.300}")

    def _same(self, recorded: Any, ours: Any) -> bool:
        if type(recorded) is type(ours) and recorded == ours:
            if isinstance(ours, str) and UUID.fullmatch(ours):
                self.ids.setdefault(ours, ours)
            return True
        if isinstance(recorded, str) and isinstance(ours, str):
            if UUID.fullmatch(recorded) and UUID.fullmatch(ours) and recorded not in KNOWN_UUIDS:
                return self.ids.setdefault(recorded, ours) == ours
            if HASH.fullmatch(recorded) and HASH.fullmatch(ours):
                return self.ids.setdefault(recorded, ours) == ours
            if MOMENT.fullmatch(recorded) and MOMENT.fullmatch(ours):
                return len(recorded) == len(ours)
            return self.translated(recorded) == ours
        return isinstance(recorded, int | float) and isinstance(ours, int | float) and recorded == ours


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _settled(body: Any) -> Any:
    """The body with the rows of `data` in an order that does not depend on ids."""
    if isinstance(body, dict) and isinstance(body.get("data"), list):
        return {**body, "data": sorted(body["data"], key=_blurred)}
    return body


def _blurred(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)
    return MOMENT.sub("", UUID.sub("", text))


def completed(text: str) -> Any:
    """The value of JSON text that was cut off: all that was complete before the cut."""
    closers: list[str] = []
    end, end_closers = 0, ""
    inside = escaped = False
    for place, character in enumerate(text):
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                inside = False
            continue
        if character == '"':
            inside = True
        elif character in "{[":
            closers.append("}" if character == "{" else "]")
        elif character in "}]":
            closers.pop()
        elif character == ",":
            # what stands before a comma is complete
            end, end_closers = place, "".join(reversed(closers))
    return _parsed(text[:end] + end_closers)
