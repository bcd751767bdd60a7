"""Skips that must not happen in a release check.

In charge of: turning "there is no such database here" into a failure where TEST_REQUIRE_DATABASES is set, and "there
is no node here" where TEST_REQUIRE_NODE is. Other skips stay skips: a database that nobody gave a URL for is no gap
of this machine. Loaded by `tests/conftest.py`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from typing import Any

import pytest

# variable → the reasons that it no longer accepts
DEMANDS = {
    "TEST_REQUIRE_DATABASES": re.compile(
        r"\b(no (PostgreSQL|MariaDB|Redis)|could not import '?(psycopg|pymysql|redis))"
    ),
    "TEST_REQUIRE_NODE": re.compile(r"\b(node|npm|JavaScript)\b"),
}


def demanded(reason: str) -> str | None:
    """The variable that forbids a skip with this reason."""
    for variable, pattern in DEMANDS.items():
        if os.environ.get(variable, "") not in ("", "0") and pattern.search(reason):
            return variable
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = str(report.longrepr[2])
        variable = demanded(reason)
        if variable:
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} may not be skipped, because {variable} is set.\n{reason}"
    return report
