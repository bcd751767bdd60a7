"""PostgreSQL without a server: what its refusals mean."""

from __future__ import annotations

import asyncpg
import pytest

from satchel.db.postgres_errors import translate
from satchel.errors import DatabaseError, NotSupported, SatchelError


@pytest.mark.parametrize(("name", "kind"), [("geometry", NotSupported), ("citext", DatabaseError)])
def test_a_geometry_without_postgis_is_not_supported(name: str, kind: type[SatchelError]) -> None:
    refusal = asyncpg.PostgresError.new({"C": "42704", "M": f'type "{name}" does not exist'})
    assert type(translate(refusal, reading=False)) is kind
