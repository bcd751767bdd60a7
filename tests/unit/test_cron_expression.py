"""Cron expressions: which minutes are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from satchel.jobs.expression import parse_expression

SUNDAY = datetime(2026, 11, 29, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment", "due"),
    [
        ("* * * * *", SUNDAY, True),
        ("30 12 * * *", SUNDAY, True),
        ("31 12 * * *", SUNDAY, False),
        ("*/15 * * * *", SUNDAY, True),
        ("*/20 * * * *", SUNDAY, False),
        ("10-50/20 * * * *", SUNDAY, True),
        ("30 12 29 11 0", SUNDAY, True),
        ("30 12 29 11 1", SUNDAY, False),  # both days have to fit
        ("30 12 28 11 0", SUNDAY, False),
        ("0,30 0-12 * * *", SUNDAY, True),
        ("@hourly", SUNDAY, False),
        ("@hourly", SUNDAY + timedelta(minutes=30), True),
        ("@weekly", datetime(2026, 11, 29, tzinfo=UTC), True),
        ("@weekly", datetime(2026, 11, 30, tzinfo=UTC), False),
        ("@yearly", datetime(2027, 1, 1, tzinfo=UTC), True),
    ],
)
def test_due(text: str, moment: datetime, due: bool) -> None:
    assert parse_expression(text).is_due(moment) is due


def test_how_often_in_a_day() -> None:
    minutes = [SUNDAY + timedelta(minutes=minute) for minute in range(1440)]
    assert sum(parse_expression("*/7 */5 * * *").is_due(minute) for minute in minutes) == 9 * 5
