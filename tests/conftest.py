"""Fixtures for all kinds of tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.strict import pytest_runtest_makereport  # noqa: F401 - a hook
from tests.servers import DATABASES, Server, fresh_database, running_server


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real servers on server databases take long to start: those variants are heavy. `tests/dialects`, whose tests run
    without a server of ours, covers these databases in the default suite.
    """
    for item in items:
        folder = item.path.parent
        chosen = getattr(item, "callspec", None)
        on_server = chosen is not None and not {"postgres", "mariadb"}.isdisjoint(
            value for value in chosen.params.values() if isinstance(value, str)
        )
        if on_server and (item.get_closest_marker("process") or folder.parent.name == "wire" or folder.name == "wire"):
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


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder of recordings and real databases beside the checkout; tests that need it are skipped without it."""
    import os

    folder = Path(os.environ.get("SATCHEL_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    if not folder.is_dir():
        pytest.skip("SATCHEL_SHARED names no folder with recordings")
    return folder
