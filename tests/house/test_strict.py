"""In a release check a missing database is a failure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFTEST = "from tests.house.strict import pytest_runtest_makereport\n"
TESTS = """
import pytest

@pytest.fixture
def database():
    pytest.skip("no PostgreSQL at 127.0.0.1")

def test_postgres(database): ...

def test_node():
    pytest.skip("node and npm are not installed")

def test_other():
    pytest.skip("no URL for SQL Server")
"""


@pytest.mark.parametrize(
    ("demands", "outcome"),
    [
        ({}, "3 skipped"),
        ({"TEST_REQUIRE_DATABASES": "1"}, "2 skipped, 1 error"),
        ({"TEST_REQUIRE_NODE": "1"}, "1 failed, 2 skipped"),
        ({"TEST_REQUIRE_DATABASES": "0"}, "3 skipped"),
    ],
)
def test_skips_become_failures(tmp_path: Path, demands: dict[str, str], outcome: str) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(TESTS)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SATCHEL_", "PYTEST_", "TEST_REQUIRE_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=tmp_path,
        env=kept | demands | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert outcome in done.stdout, done.stdout
