"""The Directus query language, from parameters to a Query: what is wanted, what narrows it, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from satchel.config import default_settings
from satchel.errors import InvalidQuery
from satchel.expr.nodes import And, Compare, Param, Path, Truth
from satchel.http.querystring import nested, parse_pairs
from satchel.plan.query import Aggregate, Page, Select, Sort
from satchel.wire.directus.parameters import Bounds, sanitise
from satchel.wire.directus.query import Reader, Reading, Rules

RULES = Rules.of(default_settings())


def read(text: str, action: Any = "list", rules: Rules = RULES) -> Reading:
    parameters = sanitise(nested(parse_pairs(text)), rules.bounds)
    return Reader(rules).build("articles", action, parameters)


def select(fields: str, more: str = "") -> tuple[Select, ...]:
    return read(f"fields={fields}{more}").query.select


def reason(text: str, rules: Rules = RULES) -> str:
    with pytest.raises(InvalidQuery) as caught:
        read(text, rules=rules)
    return caught.value.message


# --- fields


def test_nothing_said_is_everything_up_to_the_default_limit() -> None:
    reading = read("")
    assert reading.query.select == (Select("*", "*"),)
    assert reading.query.arguments.page == Page(Param(0, "number"))
    assert reading.values == (100,)


def test_paths_become_a_tree_in_the_order_of_first_mention() -> None:
    assert select("author.name,title,author.email,tags") == (
        Select("author", "author", (Select("name", "name"), Select("email", "email"))),
        Select("title", "title"),
        Select("tags", "tags"),
    )
    assert select("a&fields=b") == select("a,b") == read("fields[]=a&fields[]=b").query.select


def test_functions_name_their_result() -> None:
    assert select("year(published),count(tags),json(data, k.c[1])") == (
        Select("published", "published_year", function="year"),
        Select("tags", "tags_count", function="count"),
        Select("data", "data_k_c_1_json", function="json", function_arguments=("k", "c", "1")),
    )
    born = (Select("author", "author", (Select("born", "born_year", function="year"),)),)
    assert select("author.year(born)") == select("year(author.born)") == born


def test_wildcards_per_level() -> None:
    inner = Select("*", "*", optional=True)
    assert select("*.*") == (Select("*", "*", (inner,)),)
    assert select("*.*.*") == (Select("*", "*", (Select("*", "*", (inner,), optional=True),)),)
    assert select("author.*") == (Select("author", "author", (Select("*", "*"),)),)


def test_a_relation_named_beside_a_wildcard_gets_both() -> None:
    assert select("*.*,author.name") == (
        Select("*", "*", (Select("*", "*", optional=True),)),
        Select("author", "author", (Select("*", "*"), Select("name", "name"))),
    )


def test_scopes_of_many_to_any() -> None:
    assert select("blocks.item:block_text.content,blocks.item.id") == (
        Select(
            "blocks",
            "blocks",
            (
                Select("item", "item", (Select("content", "content"),), scope="block_text"),
                Select("item", "item", (Select("id", "id"),)),
            ),
        ),
    )


def test_aliases_come_last_beside_a_wildcard() -> None:
    assert select("tt,*", "&alias[tt]=title") == (Select("*", "*"), Select("title", "tt"))
    assert select("*", "&alias[tt]=title") == (Select("*", "*"), Select("title", "tt"))
    assert select("tt,id", "&alias[tt]=title") == (Select("title", "tt"), Select("id", "id"))
    assert select("n", "&alias[n]=count(articles)") == (Select("articles", "n", function="count"),)
    assert select("c", "&alias[c]=json(data, color)") == (
        Select("data", "c", function="json", function_arguments=("color",)),
    )


def test_deep_narrows_the_branch_it_names() -> None:
    reading = read(
        'fields=title,py.tags_id.name&alias[py]=tags&deep={"py":{"_filter":{"id":1},"_limit":2,"_sort":"-id"}}'
    )
    title, tags = reading.query.select
    assert title.arguments is None
    assert tags.name == "tags"
    assert tags.key == "py"
    assert tags.arguments is not None
    assert tags.arguments.where == Compare("_eq", Path(("id",)), Param(1, "number"))
    assert tags.arguments.sort == (Sort(Path(("id",)), descending=True),)
    assert tags.arguments.page == Page(Param(2, "number"))
    assert reading.values == (100, 1, 2)


def test_deep_below_a_wildcard_and_inside() -> None:
    star, tags = select("*", '&deep={"tags":{"_limit":1}}')
    assert star == Select("*", "*")
    assert tags.optional
    assert tags.arguments is not None
    (outer,) = select("tags.tags_id.name", "&deep[tags][tags_id][_alias][n]=name")
    assert outer.arguments is None


def test_deep_fields_are_ignored() -> None:
    (tags,) = select("tags.id", "&deep[tags][_fields]=name")
    assert tags.arguments is None


def test_depth_is_limited() -> None:
    assert reason("fields=a.b.c.d.e.f.g.h.i.j.k.l") == "Max relational depth exceeded"
    assert reason("sort=a.b.c.d.e.f.g.h.i.j.k.l") == "Max relational depth exceeded"


# --- the rest


def test_filter_search_sort_page_and_meta() -> None:
    reading = read('filter={"a":{"_eq":1},"b":2}&search= one &sort=-a,b.c,-count(tags)&limit=5&page=3&meta=*')
    arguments = reading.query.arguments
    assert isinstance(arguments.where, And)
    assert arguments.search == Param(2, "text")
    assert arguments.sort == (
        Sort(Path(("a",)), descending=True),
        Sort(Path(("b", "c"))),
        Sort(Path(("tags",), function="count"), descending=True),
    )
    assert arguments.page == Page(Param(3, "number"), Param(4, "number"))
    assert reading.values == (1, 2, "one", 5, 10)
    assert reading.query.total
    assert reading.query.matching


def test_brackets_and_json_say_the_same() -> None:
    assert read("filter[a][_eq]=x").query == read('filter={"a":{"_eq":"x"}}').query
    assert (
        read("filter[_or][0][a]=1&filter[_or][1][b][_in][]=2").query
        == read('filter={"_or":[{"a":"1"},{"b":{"_in":["2"]}}]}').query
    )


def test_a_blank_search_finds_nothing() -> None:
    assert read("search=%20").query.arguments.where == Truth(False)
    assert read("search=").query.arguments.where is None


def test_aggregates_and_groups() -> None:
    query = read("aggregate[count]=*&aggregate[avg]=views,price&groupBy[]=status&groupBy[]=year(d)&sort=-count").query
    assert query.select == ()
    assert query.arguments.aggregate == (Aggregate("count", "*"), Aggregate("avg", "views"), Aggregate("avg", "price"))
    assert query.arguments.group == (Path(("status",)), Path(("d",), function="year"))
    assert query.arguments.sort == (Sort(Path(("count",)), descending=True),)


def test_limits_of_the_settings() -> None:
    assert read("limit=-1").query.arguments.page == Page()
    assert read("limit=-1&page=4").query.arguments.page == Page()
    assert read("limit=0").values == (0,)
    assert read("page=0").query.arguments.page == Page(Param(0, "number"))
    capped = Rules(50, Bounds(50), RULES.tree)
    assert read("limit=-1", rules=capped).values == (50,)
    assert reason("limit=51", capped) == '"limit" must be less than or equal to 50'


def test_one_item_takes_fields_and_filter_only() -> None:
    reading = read("fields=a&filter[b]=1&limit=5&meta=*&sort=a", "view")
    assert reading.meta == ()
    assert reading.query.arguments.page == Page()
    one = reading.of_key((7,))
    assert one.query.key == Param(1)
    assert one.values == ("1", (7,))


def test_keys_are_lifted_too() -> None:
    base = read("fields=a&limit=-1")
    assert base.of_keys([(1,), (2,)]).values == ([1, 2],)
    assert base.of_keys([(1,), (2,)]).query.keys == Param(0, "list")
    assert base.of_keys([(1, "a")]).query.keys == Param(0, "json")


def test_equal_requests_share_their_reading() -> None:
    reader = Reader(RULES)
    parameters = sanitise({"limit": "1"}, RULES.bounds)
    assert reader.read("a", "list", parameters, b"limit=1") is reader.read("a", "list", parameters, b"limit=1")
    assert reader.read("b", "list", parameters, b"limit=1").query.collection == "b"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("limit=-2", '"limit" must be greater than or equal to -1'),
        ("limit=abc", '"limit" must be a number'),
        ("limit=1.5", '"limit" must be a number'),
        ("offset=-1", '"offset" must be greater than or equal to 0'),
        ("page=x", '"page" must be a number'),
        ("meta=bogus", '"meta[0]" must be one of [total_count, filter_count]'),
        ("meta=total_count,bogus", '"meta[1]" must be one of [total_count, filter_count]'),
        ("export=nope", '"export" must be one of [csv, csv_utf8, json, xml, yaml, xlsx]'),
        ("filter={bad", "Invalid JSON for filter object"),
        ("filter=5", "Invalid filter object"),
        ("deep={bad", "Invalid JSON for deep object"),
        ("deep=5", '"deep" must be of type object'),
        ("alias[a.b]=title", '"alias" key can\'t contain a period character `.`'),
        ("alias[a]=author.name", '"alias" value can\'t contain a period character `.`'),
        ("fields=json(data)", "Invalid json() syntax: requires json(field, path) format"),
        ("aggregate[count]=", '"aggregate.count" needs a field'),
    ],
)
def test_refusals(text: str, message: str) -> None:
    assert reason(text) == message
