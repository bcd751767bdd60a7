"""`CREATE INDEX` as the PocketBase wire takes it: read into a definition, rewritten where something is renamed.

In charge of: reading and rewriting the text. Not in charge of: making the index (`sql/ddl`). Called by the PocketBase
wire and `engine/schema`. Pure.

    CREATE [UNIQUE] INDEX [IF NOT EXISTS] name ON table (column [COLLATE x] [ASC|DESC], expression, …) [WHERE condition]
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from zlib import crc32

from satchel.errors import InvalidPayload
from satchel.model.definition import IndexDefinition, IndexPart
from satchel.model.sql_tokens import Token, close_of, is_balanced, split, text_of, tokens

SPARED = "satchel_spared_"
"""What the invisible columns are called that stand, where a database has no indexes with a condition, for columns whose
empty texts an index leaves out."""
_SPARES = re.compile(r"\s*[`\"\[]?(\w+)[`\"\]]?\s*(?:!=|<>)\s*''\s*")


def spared_name(index: str) -> str:
    """The invisible column of an index."""
    return f"{SPARED}{crc32(index.encode()):08x}"


def spared_column(index: IndexDefinition) -> str | None:
    """The column whose empty texts an index leaves out; None for an index without a condition or with another one."""
    found = _SPARES.fullmatch(index.where or "")
    name = found[1] if found is not None else None
    return name if any(part.text == name and not part.expression for part in index.parts) else None


def parse_index(text: str) -> IndexDefinition:
    """The index that a text speaks of; the table it names is not looked at. Raises InvalidPayload."""
    found = tokens(text)
    if any(token.is_symbol(";") for token in found):
        raise InvalidPayload("Invalid CREATE INDEX expression.")
    position = _expect(found, 0, "CREATE")
    unique = position < len(found) and found[position].upper == "UNIQUE"
    position = _expect(found, position + unique, "INDEX")
    if position < len(found) and found[position].upper == "IF":
        position = _expect(found, _expect(found, _expect(found, position, "IF"), "NOT"), "EXISTS")
    name, position = _name(found, position)
    _, position = _name(found, _expect(found, position, "ON"))
    if position >= len(found) or not found[position].is_symbol("("):
        raise InvalidPayload("Invalid CREATE INDEX expression.")
    end = close_of(found, position)
    parts = tuple(_part(text, item) for item in split(found[position + 1 : end]))
    rest = found[end + 1 :]
    where: str | None = None
    if rest:
        if rest[0].upper != "WHERE" or len(rest) == 1 or not is_balanced(rest[1:]):
            raise InvalidPayload("Invalid CREATE INDEX expression.")
        where = text_of(text, rest[1:])
    return IndexDefinition(name, parts, unique, where, text)


def _expect(found: Sequence[Token], position: int, word: str) -> int:
    if position >= len(found) or found[position].upper != word:
        raise InvalidPayload("Invalid CREATE INDEX expression.")
    return position + 1


def _name(found: Sequence[Token], position: int) -> tuple[str, int]:
    """A name, with or without its schema, which is left out; as on PocketBase's wire, one without spaces."""
    if position >= len(found) or found[position].kind not in ("word", "name", "string"):
        raise InvalidPayload("Invalid CREATE INDEX expression.")
    if position + 2 < len(found) and found[position + 1].is_symbol("."):
        return _single(found[position + 2]), position + 3
    return _single(found[position]), position + 1


def _single(token: Token) -> str:
    name = _plain(token)
    if not name or any(character.isspace() for character in name):
        raise InvalidPayload("Invalid CREATE INDEX expression.")
    return name


def _plain(token: Token) -> str:
    return token.text[1:-1].replace("''", "'") if token.kind == "string" else token.name


def _part(text: str, found: list[Token]) -> IndexPart:
    descending = False
    collation: str | None = None
    if found and found[-1].upper in ("ASC", "DESC"):
        descending = found.pop().upper == "DESC"
    if len(found) > 2 and found[-2].upper == "COLLATE":
        collation = found[-1].name
        found = found[:-2]
    if not found or not is_balanced(found):
        raise InvalidPayload("Invalid CREATE INDEX expression.")
    if len(found) == 1 and found[0].kind in ("word", "name"):
        return IndexPart(found[0].name, collation=collation, descending=descending)
    return IndexPart(text_of(text, found), expression=True, collation=collation, descending=descending)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The SQL with names changed wherever they stand (columns of an expression, a condition, an index).

    What could be a function (a word before a parenthesis) is left alone, as are strings.
    """
    pieces: list[str] = []
    position = 0
    found = tokens(text)
    for number, token in enumerate(found):
        follows = found[number + 1] if number + 1 < len(found) else None
        if token.kind == "word" and follows is not None and follows.is_symbol("("):
            continue
        wanted = names.get(token.name) if token.kind in ("word", "name") else None
        if wanted is None:
            continue
        pieces += [text[position : token.start], _like(token, wanted)]
        position = token.end
    return "".join([*pieces, text[position:]])


def _like(token: Token, name: str) -> str:
    """The new name, quoted the way the old one was, or where it has to be."""
    if token.kind == "word":
        return name if name.isidentifier() and name.isascii() else "`" + name.replace("`", "``") + "`"
    opening, closing = token.text[0], token.text[-1]
    return opening + name.replace(closing, closing * 2) + closing


def with_columns(text: str, names: Mapping[str, str]) -> str:
    """The text of a CREATE INDEX with columns renamed; the names of index and table stay."""
    head, parenthesis, rest = text.partition("(")
    return head + parenthesis + renamed(rest, names) if names else text


def with_table(text: str, table: str) -> str:
    """The text of a CREATE INDEX, with its table put in place of the one it names."""
    found = tokens(text)
    for number, token in enumerate(found[:-1]):
        if token.upper == "ON":
            named = found[number + 1]
            if number + 3 < len(found) and found[number + 2].is_symbol("."):
                named = found[number + 3]
            if _plain(named) == table:
                return text
            quote = "`" if named.kind in ("word", "string") else named.text[-1].replace("]", "`")
            return text[: named.start] + quote + table.replace(quote, quote * 2) + quote + text[named.end :]
    return text
