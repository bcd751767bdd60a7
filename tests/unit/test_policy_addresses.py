"""policy/addresses: which addresses a policy's allow-list admits."""

import pytest

from satchel.policy.addresses import admits, parse_entry


@pytest.mark.parametrize(
    ("entry", "ip", "inside"),
    [
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("10.0.0.0/8", "10.255.255.255", True),
        ("10.1.2.3/8", "10.9.9.9", True),
        ("10.0.0.0/8", "11.0.0.0", False),
        ("10.0.0.5-10.0.0.9", "10.0.0.5", True),
        ("10.0.0.5 - 10.0.0.9", "10.0.0.9", True),
        ("10.0.0.5-10.0.0.9", "10.0.0.10", False),
        ("10.0.0.0/8", "::ffff:10.1.1.1", True),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("::ffff:10.0.0.0/104", "10.200.0.1", True),
        ("::ffff:10.0.0.0/104", "11.0.0.1", False),
        ("2001:db8::/32", "2001:db8:1::5", True),
        ("2001:db8::/32", "2001:db9::5", False),
        ("::1", "0:0:0:0:0:0:0:1", True),
        ("fe80::1", "fe80::1%eth0", True),
        ("::/0", "10.0.0.1", False),
        ("::/0", "2001::1", True),
        ("0.0.0.0/0", "10.0.0.1", True),
        ("0.0.0.0/0", "::1", False),
    ],
)
def test_an_entry_admits(entry: str, ip: str, inside: bool) -> None:
    assert admits([parse_entry(entry)], ip) is inside


@pytest.mark.parametrize(
    "entry",
    ["zzz", "", "10.0.0.9-10.0.0.1", "10.0.0.1-::1", "10.0.0.0/33", "10.0.0", "1.2.3.4/8/8", "*", "10.0.0.1-", "-"],
)
def test_what_is_not_an_entry_admits_nobody(entry: str) -> None:
    assert parse_entry(entry) is None
    assert not admits([parse_entry(entry)], "10.0.0.1")


@pytest.mark.parametrize("ip", [None, "", "unix", "10.0.0.1, 10.0.0.2", "10.0.0.1:80"])
def test_an_unknown_address_is_in_no_list(ip: str | None) -> None:
    assert not admits([parse_entry("0.0.0.0/0"), parse_entry("::/0")], ip)


def test_one_entry_of_several_is_enough() -> None:
    assert admits([parse_entry("zzz"), parse_entry("1.1.1.1"), parse_entry("10.0.0.0/8")], "10.1.1.1")
