"""Writes in PocketBase's way: lenient values, modifiers, rules on the new row, references without foreign keys."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from satchel.errors import ConstraintFailed, Forbidden, NotFound, ValidationFailed
from satchel.policy.actor import Actor
from tests.process.write_kit import Kit, granted, kit_on, said

pytestmark = pytest.mark.dialects
PB = "pocketbase"
TAGS = tuple(f"tag00000000000{number}" for number in range(4))


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
async def kit(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kit]:
    async with kit_on(request.param, tmp_path) as made:
        for tag in TAGS:
            await made.create("board_tags", {"id": tag, "name": tag[-1]}, PB)
        made.sets.clear()
        yield made


async def post(kit: Kit, **payload: Any) -> str:
    (key,) = await kit.create("posts", {"title": "Title", **payload}, PB)
    return key


async def after(kit: Kit) -> dict[str, Any]:
    return dict(kit.sets[-1].changes[-1].after)


async def test_a_new_item_has_all_its_values(kit: Kit):
    key = await post(kit)
    assert re.fullmatch("[a-z0-9]{15}", key)
    found = await after(kit)
    assert re.fullmatch("[a-zA-Z0-9]{30}", found.pop("token"))
    assert found == {
        "id": key, "title": "Title", "body": "", "n": 0, "b": False, "m": "", "d": None, "s": "", "sm": [], "r": None,
        "rm": [], "j": None, "g": {"lon": 0, "lat": 0}, "secret": "", "hid": "",
        "created": "2026-11-23 12:30:45.678Z", "updated": "2026-11-23 12:30:45.678Z",
    }  # fmt: skip


async def test_lenient_values(kit: Kit):
    await post(
        kit, n="5.5", b="true", d="2024-05-06", s=["a", "b"], sm="c", r=["x", TAGS[1]], rm=TAGS[0], j='{"a":[1]}',
        g='{"lon":1,"lat":2}', body=5, created="2001-01-01", nope=1, collectionId="x", expand={},
    )  # fmt: skip
    found = await after(kit)
    assert (found["n"], found["b"], found["d"], found["s"]) == (5.5, True, "2024-05-06 00:00:00.000Z", "b")
    assert (found["sm"], found["r"], found["rm"], found["j"]) == (["c"], TAGS[1], [TAGS[0]], {"a": [1]})
    assert (found["g"], found["body"], found["created"][:4]) == ({"lon": 1, "lat": 2}, "5", "2026")


async def test_all_complaints_at_once(kit: Kit):
    with pytest.raises(ValidationFailed) as caught:
        await kit.create(
            "posts",
            {"id": "x", "n": "inf", "m": "bad", "s": "z", "sm": ["a", "b", "c"], "r": "nope", "g": {"lat": 91}},
            PB,
        )
    assert sorted(said(caught.value)) == [
        ("g", "invalid_latitude"), ("id", "min_text_constraint"), ("m", "is_email"), ("n", "not_a_number"),
        ("r", "missing_rel_records"), ("s", "invalid_value"), ("sm", "too_many_values"), ("title", "required"),
    ]  # fmt: skip
    assert await kit.values("SELECT count(*) FROM posts") == [0]


async def test_unique_indexes_complain_about_every_column(kit: Kit):
    key = await post(kit, n=1)
    with pytest.raises(ValidationFailed) as caught:
        await post(kit, n=1)
    assert said(caught.value) == [("title", "not_unique"), ("n", "not_unique")]
    assert [dict(item.params) for item in caught.value.errors] == [{}, {}]
    with pytest.raises(ValidationFailed) as caught:
        await post(kit, id=key, n=2)
    assert said(caught.value) == [("id", "not_unique")]


async def test_modifiers(kit: Kit):
    key = await post(kit, n=5, sm=["a"], s="a", r=TAGS[0], rm=[TAGS[0], TAGS[1]])

    async def patched(name: str, **payload: Any) -> Any:
        await kit.update(
            "posts",
            key,
            {
                item.replace("_plus", "+").replace("plus_", "+").replace("_minus", "-"): value
                for item, value in payload.items()
            },
            PB,
        )
        return (await kit.run("posts", lambda session: session.checker.row(session.checker.plan_of("posts"), (key,))))[
            name
        ]

    assert await patched("n", n_plus=2) == 7
    assert await patched("n", n_minus="3") == 4
    assert await patched("n", n_plus="abc") == 4
    assert await patched("n", n_plus=5, n=1) == 6
    assert await patched("n", n_plus=1, n_minus=3) == 4
    assert await patched("sm", sm_plus="b") == ["a", "b"]
    assert await patched("sm", sm_minus=["a", "zzz"]) == ["b"]
    assert await patched("s", s_plus="b") == "b"
    assert await patched("s", s_minus="x") == "b"
    assert await patched("s", s_minus="b") == ""
    assert await patched("rm", rm_minus=[TAGS[0], TAGS[1]]) == []
    assert await patched("rm", rm_plus=[TAGS[2], TAGS[1]]) == [TAGS[2], TAGS[1]]
    assert await patched("rm", plus_rm=TAGS[0]) == [TAGS[0], TAGS[2], TAGS[1]]
    assert await patched("sm", sm=["b"], sm_plus="c", sm_minus="b") == ["c"]
    assert await patched("b", b_plus=1) is False
    with pytest.raises(ValidationFailed):
        await patched("sm", sm_plus=["a", "b"])


async def test_generated_texts(kit: Kit):
    await post(kit, **{"token:autogenerate": "pre", "hid:autogenerate": "as is", "body:autogenerate": "no text"})
    found = await after(kit)
    assert re.fullmatch("pre[a-zA-Z0-9]{30}", found["token"])
    assert (found["hid"], found["body"]) == ("as is", "")
    key = found["id"]
    await kit.update("posts", key, {"token": ""}, PB)
    assert (await after(kit))["token"] == ""


async def test_updates(kit: Kit):
    key = await post(kit, n=1)
    await kit.update("posts", key, {"id": key, "n": 2, "updated": "2001-01-01"}, PB)
    assert await after(kit) == {"n": 2}  # `updated` is the same instant in this test
    with pytest.raises(ValidationFailed) as caught:
        await kit.update("posts", key, {"id": "changed00000000"}, PB)
    assert said(caught.value) == [("id", "pk_change")]
    with pytest.raises(ValidationFailed) as caught:
        await kit.update("posts", key, {"title": ""}, PB)
    assert said(caught.value) == [("title", "required")]
    with pytest.raises(NotFound):
        await kit.update("posts", "nope", {"n": 2}, PB)


async def test_the_whole_item_is_judged_on_every_change(kit: Kit):
    kit_key = await post(kit)

    async def spoil(session: Any) -> None:
        await session.transaction.run("UPDATE posts SET title = 'x'")

    await kit.run("posts", spoil)
    with pytest.raises(ValidationFailed) as caught:
        await kit.update("posts", kit_key, {"n": 2}, PB)
    assert said(caught.value) == [("title", "min_text_constraint")]
    await kit.update("posts", kit_key, {"n": 2})  # the other way judges what was sent


async def test_secrets(kit: Kit):
    key = await post(kit, secret="abc")
    assert await kit.values("SELECT secret FROM posts") == ["hashed:cba"]
    await kit.update("posts", key, {"secret": ""}, PB)
    assert await kit.values("SELECT secret FROM posts") == ["hashed:cba"]
    with pytest.raises(ValidationFailed) as caught:
        await kit.update("posts", key, {"secret": "ab"}, PB)
    assert said(caught.value) == [("secret", "min_text_constraint")]
    await kit.update("posts", key, {"n": 1}, PB)


async def test_hidden_fields_are_for_admins(kit: Kit):
    await post(kit, hid="x")
    assert (await after(kit))["hid"] == "x"
    kit.actor, kit.grants = Actor.public(), granted(posts__create=[{}])
    await post(kit, hid="x", n=1)
    assert (await after(kit))["hid"] == ""


async def test_keys_of_their_own_pattern(kit: Kit):
    await kit.create("named", {"id": "Abc"}, PB)
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("named", {"id": "aBC"}, PB)
    assert said(caught.value) == [("id", "pk_invalid")]
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("named", {"id": "a/b"}, PB)
    assert said(caught.value) == [("id", "forbidden_pk_character")]
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("named", {}, PB)
    assert said(caught.value) == [("id", "required")]


# --- rules


async def test_create_rules_see_the_new_row(kit: Kit):
    kit.actor = Actor.public()
    kit.grants = granted(posts__create=[{"where": "n > 1 && title != 'no' && sm:length = 1 && @request.body.n = 5"}])
    await post(kit, n=5, sm=["a"])
    for wrong in ({"n": 1, "sm": ["a"]}, {"n": 5, "sm": []}, {"n": 5, "sm": ["a"], "title": "no"}):
        with pytest.raises(Forbidden) as caught:
            await post(kit, **wrong)
        assert caught.value.details == {"reason": "rule", "collection": "posts", "action": "create"}


async def test_a_rule_that_is_not_met_hides_complaints(kit: Kit):
    kit.actor, kit.grants = Actor.public(), granted(posts__create=[{"where": "n > 1"}])
    with pytest.raises(Forbidden):
        await kit.create("posts", {"title": "", "n": 1}, PB)
    with pytest.raises(ValidationFailed):
        await kit.create("posts", {"title": "", "n": 2}, PB)


async def test_rules_reach_related_items(kit: Kit):
    kit.actor = Actor.public()
    kit.grants = granted(posts__create=[{"where": "r.name = '1'"}], board_tags__view=[{}])
    await post(kit, r=TAGS[1])
    with pytest.raises(Forbidden):
        await post(kit, r=TAGS[2])


async def test_rules_on_rows_that_the_database_completes(kit: Kit):
    kit.actor, kit.grants = Actor.public(), granted(articles__create=[{"where": {"status": {"_eq": "draft"}}}])
    await kit.create("articles", {"title": "x"})
    with pytest.raises(Forbidden) as caught:
        await kit.create("articles", {"title": "x", "status": "published"})
    assert caught.value.details["reason"] == "rule"
    assert await kit.values("SELECT count(*) FROM articles") == [1]


async def test_update_rules_see_the_old_row(kit: Kit):
    key = await post(kit, n=5)
    kit.actor, kit.grants = Actor.public(), granted(posts__update=[{"where": "n = 5"}])
    await kit.update("posts", key, {"n": 1}, PB)
    with pytest.raises(NotFound):
        await kit.update("posts", key, {"n": 5}, PB)
    kit.grants = granted()
    with pytest.raises(Forbidden) as caught:
        await kit.update("posts", key, {"n": 5}, PB)
    assert caught.value.details["reason"] == "collection"


async def test_references_to_hidden_items(kit: Kit):
    kit.actor = Actor.public()
    kit.grants = granted(posts__create=[{}], board_tags__view=[{"where": "name != '2'"}])
    await post(kit, r=TAGS[1], rm=[TAGS[0], TAGS[1]])
    for wrong in ({"r": TAGS[2]}, {"r": "nope"}, {"rm": [TAGS[0], TAGS[2]]}, {"rm": ["nope"]}):
        with pytest.raises(ValidationFailed) as caught:
            await post(kit, n=9, **wrong)
        assert [item.message for item in caught.value.errors] == [
            "Failed to find all relation records with the provided ids."
        ]


# --- deletion


async def test_references_are_taken_out(kit: Kit):
    key = await post(kit, r=TAGS[0], rm=[TAGS[0], TAGS[1]])
    await kit.delete("board_tags", TAGS[0], PB)
    changes = [(change.action, change.collection, dict(change.after)) for change in kit.sets[-1].changes]
    assert changes == [
        ("update", "posts", {"r": None}),
        ("update", "posts", {"rm": [TAGS[1]]}),
        ("delete", "board_tags", {}),
    ]
    # The list cascades when its last value goes.
    await kit.delete("board_tags", TAGS[1], PB)
    assert await kit.values("SELECT count(*) FROM posts") == [0]
    assert [change.key for change in kit.sets[-1].changes] == [key, TAGS[1]]


async def test_a_required_reference_holds_everything_back(kit: Kit):
    await kit.create("strict", {"need": TAGS[0]}, PB)
    await post(kit, rm=[TAGS[0]])
    with pytest.raises(ConstraintFailed) as caught:
        await kit.delete("board_tags", TAGS[0], PB)
    assert (caught.value.kind, caught.value.table, caught.value.columns) == ("foreign_key", "strict", ("need",))
    assert await kit.values("SELECT count(*) FROM posts") == [1]
    assert await kit.values("SELECT count(*) FROM board_tags") == [4]


async def test_cascades_ask_for_no_grants(kit: Kit):
    await post(kit, rm=[TAGS[0]])
    kit.actor, kit.grants = Actor.public(), granted(board_tags__delete=[{}])
    await kit.delete("board_tags", TAGS[0], PB)
    assert await kit.values("SELECT count(*) FROM posts") == [0]


async def test_the_other_way_of_writing_keeps_the_kinds_rules(kit: Kit):
    (key,) = await kit.create("posts", {"title": "Title", "n": 5, "sm": ["a"], "rm": [TAGS[0]]})
    found = await after(kit)
    assert (found["n"], found["sm"], found["rm"], found["body"]) == (5, ["a"], [TAGS[0]], "")
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("posts", {"title": "x", "n": "abc", "s": "z"})
    assert sorted(said(caught.value)) == [
        ("n", "invalid_number"),
        ("s", "invalid_value"),
        ("title", "min_text_constraint"),
    ]
    with pytest.raises(ValidationFailed) as caught:
        await kit.create("posts", {})
    assert said(caught.value) == [("title", "required")]
    await kit.update("posts", key, {"r": TAGS[1]})
    assert (await after(kit))["r"] == TAGS[1]
