"""Which statements are slow: a bounded memory, by SQL text.

In charge of: deciding whether a statement may be tried on the event loop thread. Called by `sqlite_read` and
`sqlite_write`.
"""

from __future__ import annotations

from collections import OrderedDict

FIRST_SKIPS = 4
MOST_SKIPS = 1024
GROWTH = 4
REMEMBERED = 1000


class Pace:
    """After a statement proved slow its next runs go to a thread; now and then one is tried inline again.

    The first time 4 runs are skipped, then 16, 64 … 1024 as long as the trials stay slow, so that a statement that was
    slow by accident (a cold cache, a busy machine) comes back soon and one that is slow costs next to nothing.
    """

    __slots__ = ("_slow",)

    def __init__(self) -> None:
        self._slow: OrderedDict[str, list[int]] = OrderedDict()  # sql → [skips left, skips of the next penalty]

    def is_slow(self, sql: str) -> bool:
        """True when this run should go to a thread. Counts the run."""
        if not self._slow:
            return False
        entry = self._slow.get(sql)
        if entry is None or entry[0] <= 0:
            return False
        entry[0] -= 1
        return True

    def was_slow(self, sql: str) -> None:
        """The statement went over its budget on the event loop thread."""
        entry = self._slow.get(sql)
        if entry is None:
            self._slow[sql] = [FIRST_SKIPS, FIRST_SKIPS * GROWTH]
            if len(self._slow) > REMEMBERED:
                self._slow.popitem(last=False)
        else:
            entry[0] = entry[1]
            entry[1] = min(entry[1] * GROWTH, MOST_SKIPS)
            self._slow.move_to_end(sql)

    def was_quick(self, sql: str) -> None:
        """The statement kept its budget on the event loop thread."""
        if self._slow:
            self._slow.pop(sql, None)
