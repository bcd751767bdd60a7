"""Taking a CREATE INDEX statement of SQLite apart, for what no PRAGMA tells.

In charge of: the text of indexed expressions and of the WHERE of a partial index. Called by `introspect_sqlite`.
"""

from __future__ import annotations

import re

TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?\*/)
    |(?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
    |(?P<word>[\w$]+)
    |(?P<mark>[(),])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
ORDER = re.compile(r"\s+(?:COLLATE\s+\S+|ASC|DESC)\s*$", re.IGNORECASE)


def index_parts(sql: str) -> tuple[tuple[str, ...], str | None]:
    """The terms between the parentheses, without COLLATE, ASC and DESC; the text after WHERE or None."""
    terms: list[str] = []
    where: str | None = None
    depth = 0
    start = 0
    for token in TOKEN.finditer(sql):
        mark = token["mark"]
        if mark == "(":
            depth += 1
            if depth == 1:
                start = token.end()
        elif mark == ")":
            depth -= 1
            if depth == 0:
                terms.append(_bare(sql[start : token.start()]))
        elif mark == "," and depth == 1:
            terms.append(_bare(sql[start : token.start()]))
            start = token.end()
        elif depth == 0 and token["word"] and token["word"].upper() == "WHERE":
            where = sql[token.end() :].strip().rstrip(";").strip()
            break
    return tuple(terms), where


def _bare(term: str) -> str:
    term = term.strip()
    while (shorter := ORDER.sub("", term)) != term:
        term = shorter
    return term
