"""Patterns: what they find, what is none, and texts made to match."""

from __future__ import annotations

import random
import re
import time

import pytest

from satchel.expr.linear import javascript
from satchel.model.fields.pattern import compile_generator, compile_pattern
from satchel.model.types import Refused


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (r"^[a-z]+$", "abc", True),
        (r"^[a-z]+$", "abc\n", False),  # `$` is the very end
        (r"b", "abc", True),  # not anchored
        (r"^a\z", "a\n", False),
        (r"^\d+$", "\u0661", False),  # ASCII only
        (r"^[[:alpha:]_]+$", "a_", True),
        (r"^[[:alpha:]]+$", "a1", False),
        (r"^\pL+$", "été", True),
        (r"^\p{L}+$", "a1", False),
        (r"^\PL$", "1", True),
        (r"^[]a]+$", "]a", True),
        (r"^[^]]$", "a", True),
        (r"^[$]$", "$", True),
        (r"^\$$", "$", True),
        (r"^[[]$", "[", True),
        (r"^(?P<x>a|b)$", "b", True),
        (r"(?i)^abc$", "ABC", True),
        (r"^.$", "é", True),
    ],
)
def test_matching(pattern: str, text: str, matches: bool):
    assert compile_pattern(pattern).finds(text) is matches


@pytest.mark.parametrize("pattern", ["[", "(", "a)", "*", "a**", "[z-a]", "\\", r"\p{Klingon}", "[[:alpha:]"])
def test_what_is_no_pattern(pattern: str):
    with pytest.raises(Refused) as caught:
        compile_pattern(pattern)
    assert caught.value.code == "invalid_regex"
    assert caught.value.message.startswith("Error parsing regexp: ")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("[", "missing closing ]: `[`"),
        ("(", "missing closing ): `(`"),
        ("a**", "invalid nested repetition operator: `**`"),
        ("*", "missing argument to repetition operator: `*`"),
        ("[z-a]", "invalid character class range: `z-a`"),
        ("a{2,1}", "invalid repeat count: `{2,1}`"),
        ("(?=x)", "invalid or unsupported Perl syntax: `(?=`"),
        (r"(a)\1", "invalid escape sequence: `\\1`"),
    ],
)
def test_it_is_said_what_is_wrong(pattern: str, said: str):
    with pytest.raises(Refused) as caught:
        compile_pattern(pattern)
    assert caught.value.message == f"Error parsing regexp: {said}."


EVIL = ["^(a+)+$", "^(a|a)*$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y"]


@pytest.mark.parametrize("pattern", EVIL)
def test_no_pattern_takes_for_ever(pattern: str):
    started = time.perf_counter()
    for text in ("a" * 50_000 + "!", "x" * 50_000):
        assert compile_pattern(pattern).finds(text) is False
        javascript(pattern)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (r"^(?=.*[A-Z])(?=.*\d)(?!.*\s).{8,}$", "Abcdefg1", True),
        (r"^(?=.*[A-Z])(?=.*\d)(?!.*\s).{8,}$", "Abcdefgh", False),
        (r"^(?=.*[A-Z])(?=.*\d)(?!.*\s).{8,}$", "Abcdefg 1", False),
        (r"^(?=.*[A-Z])(?=.*\d)(?!.*\s).{8,}$", "Ab1", False),
        (r"/^(?=a|b)[a-z]+$/i", "BCD", True),
        (r"/^(?=a|b)[a-z]+$/i", "cab", False),
        (r"^(?!(?:no|never)$)[()|[\]]?\w+$", "never", False),
        (r"^(?!(?:no|never)$)[()|[\]]?\w+$", "nevermore", True),
        (r"/^b/m", "a\nb", True),
        (r"/^b/", "a\nb", False),
        (r"/a.b/s", "a\nb", True),
    ],
)
def test_the_patterns_of_validation_rules(pattern: str, text: str, matches: bool):
    questions = javascript(pattern)
    assert questions is not None
    assert all(asked.finds(text) is wanted for asked, wanted in questions) is matches


@pytest.mark.parametrize("pattern", [r"(a)\1", "x(?=y)", "(?<=a)b", "^(?=a)b|c", "^(?=a", "("])
def test_what_validation_rules_cant_ask(pattern: str):
    assert javascript(pattern) is None


def test_half_a_character_is_no_text():
    assert not compile_pattern("a").finds("a\ud800")
    with pytest.raises(Refused):
        compile_pattern("\ud800")


@pytest.mark.parametrize(
    "pattern",
    [
        "[a-z0-9]{15}", "^[a-zA-Z0-9]{50}$", "x", "a|b|cd", "(ab){2,3}", r"\d{4}-\d{2}", "[^a-z]{3}", ".{5}", "a*b+c?",
        r"\w\s\.", "(?:x|y)[_-]", r"[\d\-a]{4}", "[]x]{2}", "", "(?P<n>[0-9])", "a{3}", r"[+*?]{6}",
    ],
)  # fmt: skip
def test_generated_texts_match(pattern: str):
    chance = random.Random(5)
    make = compile_generator(pattern)
    matcher = compile_pattern(f"^(?:{pattern})$")
    made = {make(chance.randrange) for _ in range(50)}
    for text in made:
        assert matcher.finds(text), text


def test_generated_texts_differ():
    chance = random.Random(7)
    make = compile_generator("[a-z0-9]{15}")
    made = [make(chance.randrange) for _ in range(2000)]
    assert len(set(made)) == 2000
    assert set("".join(made)) == set("abcdefghijklmnopqrstuvwxyz0123456789")
    assert all(re.fullmatch("[a-z0-9]{15}", item) for item in made)


@pytest.mark.parametrize("pattern", [r"\bx", "(?=x)", "a{2,1}", "[a", r"(?i)x", "a{99999}"])
def test_what_texts_cant_be_made_for(pattern: str):
    with pytest.raises(Refused):
        compile_generator(pattern)
