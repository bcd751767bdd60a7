"""From method and path to a handler.

In charge of: patterns, matching, and which methods a path knows. Not in charge of: what happens when nothing matches
(the mount's `not_found`), prefixes (`mount`). Filled by the wires once, read by `http/server` on each request.

Patterns are made of segments: `fixed`, `{name}` for exactly one non-empty segment, `{name:uuid}` for one that begins
with a uuid, and `{name...}` at the end for all that remains, slashes included. A fixed segment beats a name, a name
beats the rest; a branch that turns out not to fit is left for the next best one. Segments are compared after
percent-decoding, so an escaped slash stays inside of one.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from satchel.http.request import EMPTY, Request
from satchel.http.response import Response

Handler = Callable[[Request], Response | Awaitable[Response]]


# the handler for a request, and the values of the pattern's names
Match = tuple[Handler, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class _Route:
    handler: Handler
    names: tuple[str, ...]


class _Node:
    """One position in the tree of segments."""

    __slots__ = ("fits", "fixed", "name", "rest", "routes")

    def __init__(self) -> None:
        self.fixed: dict[str, _Node] = {}
        self.name: _Node | None = None
        self.fits: re.Pattern[str] | None = None
        self.rest: dict[str, _Route] = {}
        self.routes: dict[str, _Route] = {}

    def name_for(self, segment: str) -> _Node | None:
        """Where a name leads that this segment can be the value of."""
        child = self.name
        if child is None or not segment or (child.fits is not None and child.fits.match(segment) is None):
            return None
        return child


class Router:
    """A tree of routes. `final_slash_optional`: `/items/` means `/items`."""

    def __init__(self, *, final_slash_optional: bool = False) -> None:
        self._root = _Node()
        self._static: dict[str, dict[str, _Route]] = {}
        self._final_slash_optional = final_slash_optional
        self.patterns: list[tuple[str, str]] = []
        """What was added: methods and their patterns."""

    def add(self, methods: str | Iterable[str], pattern: str, handler: Handler) -> None:
        """Register a handler. HEAD follows GET unless it is registered itself.

        Raises ValueError for a malformed pattern, or for a method that the pattern has already.
        """
        segments, names = _parse(pattern)
        route = _Route(handler, names)
        node = self._root
        for segment in segments:
            if segment is _REST:
                table = node.rest
                break
            if segment is _NAME or segment is _UUID:
                fits = UUID if segment is _UUID else None
                if node.name is None:
                    node.name = _Node()
                    node.name.fits = fits
                node = node.name
                if node.fits is not fits:
                    raise ValueError(f"The pattern {pattern!r} takes other names than its neighbours.")
            else:
                node = node.fixed.setdefault(segment, _Node())
        else:
            table = node.routes
        for method in (methods,) if isinstance(methods, str) else methods:
            if method in table:
                raise ValueError(f"{method} {pattern} is registered twice.")
            table[method] = route
            self.patterns.append((method, pattern))
        if not names:
            self._static[pattern] = table

    def match(self, method: str, raw_path: str) -> Match | None:
        """The handler for a method and a path that is still percent-encoded."""
        table = self._static.get(raw_path)
        if table is not None:
            route = table.get(method) or (table.get("GET") if method == "HEAD" else None)
            if route is not None:
                return route.handler, EMPTY
        segments = self._segments(raw_path)
        values: list[str] = []
        route = _find_straight(self._root, segments, method, values)
        if route is None:
            values.clear()
            route = _find(self._root, segments, 1, method, values)
        if route is None and method == "HEAD":
            values.clear()
            route = _find(self._root, segments, 1, "GET", values)
        if route is None:
            return None
        return route.handler, dict(zip(route.names, values, strict=True))

    def methods(self, raw_path: str) -> tuple[str, ...]:
        """The methods that some pattern knows for this path, in the order of registration; HEAD comes with GET."""
        found: dict[str, None] = {}
        for table in _tables(self._root, self._segments(raw_path), 1):
            for method in table:
                found[method] = None
                if method == "GET":
                    found["HEAD"] = None
        return tuple(found)

    def begins(self, raw_path: str) -> bool:
        """Whether some pattern begins with the first segment of this path."""
        segments = self._segments(raw_path)
        return len(segments) > 1 and segments[1] in self._root.fixed

    def _segments(self, raw_path: str) -> list[str]:
        segments = raw_path.split("/")
        if "%" in raw_path:
            segments = [unquote(segment) for segment in segments]
        if self._final_slash_optional and len(segments) > 2 and not segments[-1]:
            segments.pop()
        return segments


_NAME = "{}"
_UUID = "{:uuid}"
_REST = "{...}"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


def _parse(pattern: str) -> tuple[list[str], tuple[str, ...]]:
    if not pattern.startswith("/"):
        raise ValueError(f"The pattern {pattern!r} does not start with a slash.")
    segments: list[str] = []
    names: list[str] = []
    parts = pattern.split("/")[1:]
    for position, part in enumerate(parts):
        if not part.startswith("{"):
            if "{" in part or "}" in part:
                raise ValueError(f"The pattern {pattern!r} mixes text and a name in one segment.")
            segments.append(part)
            continue
        name = part[1:-1].removesuffix("...").removesuffix(":uuid")
        if not part.endswith("}") or not name.isidentifier() or name in names:
            raise ValueError(f"The pattern {pattern!r} has a malformed or repeated name.")
        if part.endswith("...}"):
            if position != len(parts) - 1:
                raise ValueError(f"The pattern {pattern!r} goes on after the rest.")
            segments.append(_REST)
        else:
            segments.append(_UUID if part.endswith(":uuid}") else _NAME)
        names.append(name)
    return segments, tuple(names)


def _find_straight(node: _Node, segments: list[str], method: str, values: list[str]) -> _Route | None:
    """The best match of all, if always taking the best step leads there; nearly all requests end here."""
    for segment in segments[1:]:
        child = node.fixed.get(segment)
        if child is None:
            child = node.name_for(segment)
            if child is None:
                return None
            values.append(segment)
        node = child
    return node.routes.get(method)


def _find(node: _Node, segments: list[str], at: int, method: str, values: list[str]) -> _Route | None:
    if at == len(segments):
        return node.routes.get(method)
    segment = segments[at]
    child = node.fixed.get(segment)
    if child is not None:
        route = _find(child, segments, at + 1, method, values)
        if route is not None:
            return route
    child = node.name_for(segment)
    if child is not None:
        values.append(segment)
        route = _find(child, segments, at + 1, method, values)
        if route is not None:
            return route
        values.pop()
    if node.rest:
        route = node.rest.get(method)
        if route is not None:
            values.append("/".join(segments[at:]))
            return route
    return None


def _tables(node: _Node, segments: list[str], at: int) -> Iterable[dict[str, _Route]]:
    if at == len(segments):
        yield node.routes
        return
    segment = segments[at]
    child = node.fixed.get(segment)
    if child is not None:
        yield from _tables(child, segments, at + 1)
    child = node.name_for(segment)
    if child is not None:
        yield from _tables(child, segments, at + 1)
    if node.rest:
        yield node.rest
