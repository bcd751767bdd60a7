"""Fixtures for all kinds of tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.strict import pytest_runtest_makereport  # noqa: F401 - a hook
from tests.servers import DATABASES, Server, fresh_database, running_server
from tests.stores import store_with_superuser

QUICK_MODULES = {
    "test_accounts.py", "test_canaries.py", "test_cli_serve.py", "test_differential.py", "test_existing_database.py",
    "test_file_canaries.py", "test_references.py", "test_reliability.py", "test_two_wires.py",
}  # fmt: skip
"""Of the modules whose tests start servers, those that run in the default suite."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Starting real servers takes long: most tests that do are heavy, and all that do so on a server database.
    `tests/dialects`, whose tests need no server of ours, covers these databases in the default suite.
    """
    for item in items:
        starts_servers = item.get_closest_marker("process") is not None
        chosen = getattr(item, "callspec", None)
        on_server = chosen is not None and not {"postgres", "mariadb"}.isdisjoint(
            value for value in chosen.params.values() if isinstance(value, str)
        )
        in_wire = "wire" in item.path.parts
        if (starts_servers and item.path.name not in QUICK_MODULES) or (on_server and (starts_servers or in_wire)):
            item.add_marker(pytest.mark.heavy)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server on a fresh embedded database, with a superuser; one per test module."""
    with running_server(tmp_path_factory.mktemp("data")) as started:
        yield started


@pytest.fixture(scope="module", params=DATABASES)
def server_on(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same on every database that can be reached, one after the other. `server_on.kind` is in the test's id."""
    with fresh_database(request.param) as url, running_server(tmp_path_factory.mktemp("data"), url) as started:
        yield started


@pytest.fixture(scope="module", params=DATABASES)
def store_on(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same with Satchel's own tables in the database of the data."""
    with store_with_superuser(request.param) as url:
        own = {} if url is None else {"store_url": url, "database_url": url}
        with running_server(tmp_path_factory.mktemp("data"), url, settings=own, superuser=url is None) as started:
            yield started


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder of recordings and real databases beside the checkout; tests that need it are skipped without it."""
    import os

    folder = Path(os.environ.get("SATCHEL_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    if not folder.is_dir():
        pytest.skip("SATCHEL_SHARED names no folder with recordings")
    return folder
