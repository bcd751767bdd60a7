"""Rate limits: which rule decides, windows, and what is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from satchel.errors import TooManyRequests
from satchel.http.ratelimit import Counts, LocalCounts, RateLimiter, Rule, client_key, path_labels
from satchel.http.shared_counts import SharedCounts


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["local", "shared"])
def counts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counts]:
    if request.param == "local":
        yield LocalCounts(100)
        return
    shared = SharedCounts(tmp_path / "counts", 100)
    yield shared
    shared.close()


def limiter(
    *rules: Rule, clock: Clock | None = None, counts: Counts | None = None, excluded: tuple[str, ...] = ()
) -> RateLimiter:
    made = RateLimiter(counts or LocalCounts(100), clock=clock or Clock())
    made.use(rules, excluded)
    return made


def allowed(made: RateLimiter, *labels: str, client: str = "1.1.1.1", guest: bool = True, scope: str = "") -> bool:
    try:
        made.check(labels, scope=scope, client=client, guest=guest)
    except TooManyRequests:
        return False
    return True


def test_a_window_is_fixed(counts: Counts) -> None:
    clock = Clock()
    made = limiter(Rule("/a", "", 10, 2), clock=clock, counts=counts)
    assert [allowed(made, "/a") for _ in range(3)] == [True, True, False]
    clock.now += 9.9
    with pytest.raises(TooManyRequests) as caught:
        made.check(["/a"], scope="", client="1.1.1.1", guest=True)
    assert caught.value.details["retry_after_seconds"] == 1
    clock.now += 0.1  # refused requests did not make it longer
    assert [allowed(made, "/a") for _ in range(3)] == [True, True, False]


def test_no_spelling_counts_apart() -> None:
    made = limiter(Rule("Users:list", "", 10, 1), Rule("get /api/x", "", 10, 1))
    assert allowed(made, "users:list")
    assert not allowed(made, "users:list")
    assert path_labels("HEAD", "/api/x") == path_labels("GET", "/api/x")
    assert allowed(made, *path_labels("GET", "/api/x"))
    assert not allowed(made, *path_labels("HEAD", "/api/x"))


def test_clients(counts: Counts) -> None:
    made = limiter(Rule("/a", "", 10, 1), counts=counts, excluded=("10.0.0.0/8", "::1"))
    assert allowed(made, "/a", client="1.1.1.1")
    assert not allowed(made, "/a", client="::ffff:1.1.1.1")
    assert allowed(made, "/a", client="2001:db8::1")
    assert not allowed(made, "/a", client="2001:db8::ffff:2")  # the same /64
    assert allowed(made, "/a", client="2001:db8:0:1::1")
    for _ in range(3):
        assert allowed(made, "/a", client="10.1.2.3")
        assert allowed(made, "/a", client="::1")
    assert client_key("nonsense") == "nonsense"


def test_memory_is_bounded() -> None:
    counts = LocalCounts(50)
    made = limiter(Rule("/a", "", 10, 1), counts=counts)
    for number in range(1000):
        assert allowed(made, "/a", client=f"1.1.{number // 250}.{number % 250}")
    assert not allowed(made, "/a", client="1.1.3.249")  # the newest are known
    assert allowed(made, "/a", client="1.1.0.0")  # the oldest were forgotten
    assert len(counts._windows) <= 50


def test_limiters_side_by_side_count_apart(counts: Counts) -> None:
    rule = Rule("/a", "", 10, 1)
    first = limiter(rule, counts=counts)
    second = first.beside("second")
    second.use([rule, Rule("/b", "", 10, 1)], ())
    assert [allowed(made, "/a") for made in (first, second, first, second)] == [True, True, False, False]
    assert allowed(second, "/b")


def test_shared_counts_are_one(tmp_path: Path) -> None:
    """Two workers on one file; what an earlier start of the machine left in it, counts for nothing."""
    clock, rule = Clock(), Rule("/a", "", 10, 2)
    for now in (5_000_000.0, 1000.0):
        clock.now = now
        workers = [SharedCounts(tmp_path / "counts", 100) for _ in range(2)]
        here, there = (limiter(rule, clock=clock, counts=counts) for counts in workers)
        assert [allowed(made, "/a") for made in (here, there, here, there)] == [True, True, False, False]
        clock.now += 10
        assert allowed(there, "/a")
        for counts in workers:
            counts.close()


def test_strangers_take_no_room_from_those_who_are_limited(tmp_path: Path) -> None:
    counts = SharedCounts(tmp_path / "counts", 64)
    clock = Clock()
    made = limiter(Rule("/a", "", 10, 1), clock=clock, counts=counts)
    for number in range(5000):
        assert allowed(made, "/a", client=f"1.{number // 250}.1.{number % 250}")
    assert not allowed(made, "/a", client="1.19.1.249")
    assert (tmp_path / "counts").stat().st_size <= 64 * 24 + 4096
    counts.close()


def test_new_rules_start_anew() -> None:
    rule = Rule("/a", "", 10, 1)
    made = limiter(rule)
    assert allowed(made, "/a")
    assert not allowed(made, "/a")
    made.use([rule], ())
    assert allowed(made, "/a")
    made.use([], ())
    assert not made.active
