"""Kept answers: what was answered once may be answered again.

In charge of: keeping whole answers within bounds of number, size and age. Not in charge of: which answers may be kept,
for whom, or when they are out of date (the wire says so by the key and the mark). One per process.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from satchel.http.response import RawHeaders, Response


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer. `mark`: it is good as long as this is the present one. `until`: when it is too old, by the clock."""

    mark: Hashable
    until: float
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]

    def response(self) -> Response:
        response = Response(200, self.body)
        headers: RawHeaders = list(self.headers)
        response.headers = headers
        return response


class AnswerCache:
    """`bytes_max`: how much all of them may take; `value_bytes_max`: one. `clock`: seconds that only grow."""

    def __init__(self, *, seconds: float, bytes_max: int, value_bytes_max: int, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._bytes_max = bytes_max
        self._value_bytes_max = value_bytes_max
        self._clock = clock
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable, mark: Hashable) -> Kept | None:
        """The answer to the same question, if it is still good."""
        found = self._kept.get(key)
        if found is None:
            return None
        if found.mark != mark or found.until <= self._clock():
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return found

    def put(self, key: Hashable, mark: Hashable, response: Response) -> None:
        """Keep an answer, unless it is too long; the longest unasked go first."""
        body = response.body
        if not isinstance(body, bytes) or len(body) > self._value_bytes_max:
            return
        self._drop(key)
        self._kept[key] = Kept(mark, self._clock() + self._seconds, body, tuple(response.headers))
        self._bytes += _size(body)
        while self._bytes > self._bytes_max and self._kept:
            self._drop(next(iter(self._kept)))

    def seconds_left(self, kept: Kept) -> int:
        return max(0, int(kept.until - self._clock()))

    def clear(self) -> None:
        self._kept.clear()
        self._bytes = 0

    def _drop(self, key: Hashable) -> None:
        found = self._kept.pop(key, None)
        if found is not None:
            self._bytes -= _size(found.body)


def _size(body: bytes) -> int:
    """What an answer takes, with its key and headers."""
    return len(body) + 1024
