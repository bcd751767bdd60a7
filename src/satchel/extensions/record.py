"""Records as handlers see them.

In charge of: one shape for records that were read, that are about to be written, that a request is about, and that go
out in an answer. Not in charge of: reading or saving them (`data`). Made by `data` and `hook_events`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Put = Callable[[str, Any], None]


class Record:
    """One record. `record["title"]` and `record["title"] = "x"` read and change a field; `app.save_record` stores
    what changed.

    `Record("posts", {"title": "x"})` is a new one, not stored yet.
    """

    def __init__(self, collection: str, values: Mapping[str, Any] | None = None) -> None:
        self.collection = collection
        self._current: Callable[[], Mapping[str, Any]] | None = None
        self._values: dict[str, Any] = dict(values or {})
        self._stored: Mapping[str, Any] = {}
        self._changed: dict[str, Any] = dict(values or {})
        self._put: Put | None = None
        self._id: Callable[[], str] | None = None

    @property
    def id(self) -> str:
        """The opaque key; "" for a record that has none yet."""
        if self._id is not None:
            return self._id()
        return str(self._values.get("id") or "")

    @property
    def is_new(self) -> bool:
        """Whether it is not stored yet."""
        return not self._stored

    def get(self, name: str, default: Any = None) -> Any:
        """A field's value as JSON has it; `default` when there is none."""
        return self._all().get(name, default)

    def set(self, name: str, value: Any) -> None:
        """Change a field. Inside a hook of a write or a request this changes what will be stored or sent. Raises
        KeyError for what is no field of the collection.
        """
        if self._put is not None:
            self._put(name, value)
        else:
            self._values[name] = value
            self._changed[name] = value

    @property
    def original(self) -> Mapping[str, Any]:
        """The values as they are stored; empty for a new record."""
        return self._stored

    @property
    def changed(self) -> Mapping[str, Any]:
        """The values that differ from the stored ones."""
        missing = object()
        return {name: value for name, value in self._all().items() if self._stored.get(name, missing) != value}

    def values(self) -> dict[str, Any]:
        """A copy of all values."""
        return dict(self._all())

    def hide(self, *names: str) -> None:
        """Leave fields out. In `on_record_enrich` this takes them out of the answer."""
        for name in names:
            self._values.pop(name, None)

    def __getitem__(self, name: str) -> Any:
        return self._all()[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.set(name, value)

    def __contains__(self, name: object) -> bool:
        return name in self._all()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __repr__(self) -> str:
        return f"<Record {self.collection}/{self.id or '(new)'}>"

    def _all(self) -> Mapping[str, Any]:
        return self._values if self._current is None else self._current()

    # --- made by the house

    @classmethod
    def read(cls, collection: str, values: dict[str, Any], stored: Mapping[str, Any]) -> Record:
        """A record over a dict that is shared with whoever made it. `stored`: empty for a new one."""
        record = cls(collection)
        record._values, record._stored = values, stored
        return record

    @classmethod
    def live(
        cls, collection: str, current: Callable[[], Mapping[str, Any]], key: Callable[[], str], put: Put | None
    ) -> Record:
        """A record whose values are somewhere else."""
        record = cls(collection)
        record._current, record._id, record._put = current, key, put
        return record

    def backed(self, stored: Mapping[str, Any]) -> Record:
        """The same record, which is stored like this."""
        self._stored = stored
        return self

    def putting(self, put: Put) -> Record:
        """The same record, whose changes go somewhere else."""
        self._put = put
        return self

    def take_changes(self) -> dict[str, Any]:
        """What was set since it was read or saved; forgotten afterwards."""
        changes, self._changed = self._changed, {}
        return changes

    def refresh(self, values: Mapping[str, Any]) -> None:
        """What is stored now."""
        self._values, self._stored = dict(values), dict(values)
