"""What the CHECKs of a database say of the values that a column may have.

In charge of: reading the plain form, one column compared with a list of texts, as each database writes it. Anything
else (several conditions, functions, numbers, texts with backslashes) is left alone: the database judges it, and nothing
is guessed. Called by `introspect_*`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from satchel.db.index_text import TOKEN

_NAME = r"""(?P<column>"(?:[^"]|"")+"|`(?:[^`]|``)+`|\[[^\]]+\]|[^\W\d]\w*)"""
_TEXT = r"'(?:[^'\\]|'')*'"
_TYPE = r"(?:::(?:text|bpchar|character varying))?"
_IN = re.compile(rf"\s*{_NAME}\s+IN\s*\(\s*(?P<texts>{_TEXT}(?:\s*,\s*{_TEXT})*)\s*\)\s*", re.IGNORECASE)
# what PostgreSQL makes of the same: status IN ('a', 'b') of a varchar is
# ((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))
_ANY = re.compile(
    rf"\(*{_NAME}\)?(?:::text)? = ANY \(+ARRAY\[(?P<texts>{_TEXT}{_TYPE}(?:, {_TEXT}{_TYPE})*)\]\)*(?:::text\[\])?\)*"
)
_ONE_TEXT = re.compile(_TEXT)
CLOSING = {'"': '"', "`": "`", "[": "]"}


def listed_texts(condition: str) -> tuple[str, tuple[str, ...]] | None:
    """The column and its texts, of a condition that is nothing but `column IN ('a', 'b')`; None for any other."""
    found = _IN.fullmatch(condition) or _ANY.fullmatch(condition)
    if found is None:
        return None
    texts = tuple(text[1:-1].replace("''", "'") for text in _ONE_TEXT.findall(found["texts"]))
    return _unquoted(found["column"]), tuple(dict.fromkeys(texts))


def conditions(sql: str) -> Iterator[str]:
    """The conditions of the CHECKs in a CREATE TABLE statement of SQLite, as they were typed."""
    start: int | None = None
    depth = 0
    checking = False  # the word CHECK was just there
    for token in TOKEN.finditer(sql):
        mark = token["mark"]
        if mark == "(":
            if checking and start is None:
                start, depth = token.end(), 0
            depth += 1
        elif mark == ")":
            depth -= 1
            if start is not None and depth == 0:
                yield sql[start : token.start()]
                start = None
        if token["word"]:
            checking = token["word"].upper() == "CHECK"
        elif token["comment"] is None and not token[0].isspace():
            checking = False


def _unquoted(name: str) -> str:
    closing = CLOSING.get(name[0])
    return name if closing is None else name[1:-1].replace(closing * 2, closing)
