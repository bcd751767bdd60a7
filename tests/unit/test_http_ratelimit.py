"""Rate limits: which rule decides, windows, and what is remembered."""

from __future__ import annotations

import pytest

from satchel.errors import TooManyRequests
from satchel.http.ratelimit import RateLimiter, Rule, client_key, path_labels


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def limiter(
    *rules: Rule, clock: Clock | None = None, clients_max: int = 100, excluded: tuple[str, ...] = ()
) -> RateLimiter:
    made = RateLimiter(clients_max=clients_max, clock=clock or Clock())
    made.use(rules, excluded)
    return made


def allowed(made: RateLimiter, *labels: str, client: str = "1.1.1.1", guest: bool = True, scope: str = "") -> bool:
    try:
        made.check(labels, scope=scope, client=client, guest=guest)
    except TooManyRequests:
        return False
    return True


def test_a_window_is_fixed() -> None:
    clock = Clock()
    made = limiter(Rule("/a", "", 10, 2), clock=clock)
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


def test_clients() -> None:
    made = limiter(Rule("/a", "", 10, 1), excluded=("10.0.0.0/8", "::1"))
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
    made = limiter(Rule("/a", "", 10, 1), clients_max=50)
    for number in range(1000):
        assert allowed(made, "/a", client=f"1.1.{number // 250}.{number % 250}")
    assert not allowed(made, "/a", client="1.1.3.249")  # the newest are known
    assert allowed(made, "/a", client="1.1.0.0")  # the oldest were forgotten
    assert len(made._windows) <= 50


def test_new_rules_start_anew() -> None:
    rule = Rule("/a", "", 10, 1)
    made = limiter(rule)
    assert allowed(made, "/a")
    assert not allowed(made, "/a")
    made.use([rule], ())
    assert allowed(made, "/a")
    made.use([], ())
    assert not made.active
