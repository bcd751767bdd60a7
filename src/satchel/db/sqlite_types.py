"""The part of apsw's connection that this room uses, typed.

apsw's own stubs name `collections.abc.Buffer`, which older Python versions do not have, and so half of their types are
unknown there. Called by the `sqlite*` files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from satchel.db.base import Row


class Cursor(Protocol):
    def execute(self, statements: str, bindings: Sequence[Any] | None = None, *, can_cache: bool = True) -> Cursor: ...

    def fetchall(self) -> list[Row]: ...

    def close(self, force: bool = False) -> None: ...


Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]


class Connection(Protocol):
    """See apsw's reference for what each does."""

    authorizer: Authorizer | None

    @property
    def in_transaction(self) -> bool: ...

    def execute(self, statements: str, bindings: Sequence[Any] | None = None) -> Cursor: ...

    def cursor(self) -> Cursor: ...

    def pragma(self, name: str, value: Any = None) -> Any: ...

    def config(self, op: int, *args: Any) -> int: ...

    def close(self, force: bool = False) -> None: ...

    def changes(self) -> int: ...

    def last_insert_rowid(self) -> int: ...

    def data_version(self) -> int: ...

    def status(self, op: int) -> tuple[int, int]: ...

    def set_busy_timeout(self, milliseconds: int) -> None: ...

    def set_progress_handler(self, callable: Callable[[], bool] | None, nsteps: int = 100) -> None: ...

    def set_wal_hook(self, callable: Callable[[Connection, str, int], int] | None) -> None: ...

    def create_scalar_function(
        self,
        name: str,
        callable: Callable[..., Any] | None,
        numargs: int = -1,
        *,
        deterministic: bool = False,
    ) -> None: ...

    def create_collation(self, name: str, callback: Callable[[str, str], int] | None) -> None: ...

    def wal_checkpoint(self, dbname: str | None = None, mode: int = 0) -> tuple[int, int]: ...
