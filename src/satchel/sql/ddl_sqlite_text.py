"""The text of a SQLite table, taken apart and edited.

In charge of: reading `CREATE TABLE` into column and constraint texts, changing single ones and writing it again, so
that a rebuilt table keeps everything nobody asked to change: checks, collations, generated columns, STRICT, comments
inside. Not in charge of: which statements a rebuild takes (`ddl_sqlite`, its caller).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from satchel.errors import NotSupported
from satchel.model.sql_tokens import Token, close_of, split, text_of, tokens

_STARTS = frozenset(
    {"CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS"}
)
_TABLE_STARTS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})


@dataclass(slots=True)
class Clause:
    """One constraint of a column. `word` is the one it begins with (after CONSTRAINT and its name)."""

    word: str
    text: str
    found: Sequence[Token]


@dataclass(slots=True)
class ColumnText:
    name: str
    quoted: str
    type: str
    clauses: list[Clause]

    @property
    def generated(self) -> bool:
        return self.has("GENERATED") or self.has("AS")

    def has(self, word: str) -> bool:
        return any(clause.word == word for clause in self.clauses)

    def drop(self, *words: str) -> None:
        self.clauses = [clause for clause in self.clauses if clause.word not in words]

    def add(self, word: str, text: str) -> None:
        self.clauses.append(Clause(word, text, ()))

    def write(self) -> str:
        return " ".join(part for part in (self.quoted, self.type, *(clause.text for clause in self.clauses)) if part)


@dataclass(slots=True)
class ConstraintText:
    """A constraint of the table. `word`: PRIMARY, UNIQUE, CHECK or FOREIGN. `columns`: its own columns, in order."""

    word: str
    text: str
    columns: tuple[str, ...]
    found: Sequence[Token] = ()
    to: str = ""


@dataclass(slots=True)
class TableText:
    """`tail`: what follows the closing parenthesis, such as WITHOUT ROWID."""

    columns: list[ColumnText]
    constraints: list[ConstraintText] = field(default_factory=list[ConstraintText])
    tail: str = ""

    def column(self, name: str) -> ColumnText:
        """SQLite finds names without regard to ASCII case."""
        for item in self.columns:
            if item.name.lower() == name.lower():
                return item
        raise NotSupported(f"The column {name} was not found in the table's text.")

    def write(self, quoted_name: str) -> str:
        lines = [item.write() for item in self.columns] + [item.text for item in self.constraints]
        return f"CREATE TABLE {quoted_name} ({', '.join(lines)}){' ' + self.tail if self.tail else ''}"

    @property
    def without_rowid(self) -> bool:
        return "WITHOUT" in self.tail.upper()

    @property
    def row_id_column(self) -> str | None:
        """The column that is another name of the row id: an INTEGER PRIMARY KEY."""
        if self.without_rowid:
            return None
        for item in self.columns:
            if item.has("PRIMARY"):
                return item.name if item.type.upper() == "INTEGER" else None
        for constraint in self.constraints:
            if constraint.word == "PRIMARY" and len(constraint.columns) == 1:
                found = self.column(constraint.columns[0])
                return found.name if found.type.upper() == "INTEGER" else None
        return None

    @property
    def autoincrement(self) -> bool:
        texts = [clause.text for item in self.columns for clause in item.clauses if clause.word == "PRIMARY"]
        return any("AUTOINCREMENT" in text.upper() for text in texts)

    # --- edits

    def drop_column(self, name: str) -> None:
        """The column goes with the constraints that cannot be without it."""
        self.columns.remove(self.column(name))
        lower = name.lower()
        self.constraints = [
            item
            for item in self.constraints
            if item.word not in ("UNIQUE", "FOREIGN") or lower not in (column.lower() for column in item.columns)
        ]

    def drop_unique(self, columns: Sequence[str]) -> None:
        if len(columns) == 1:
            self.column(columns[0]).drop("UNIQUE")
        wanted = [name.lower() for name in columns]
        self.constraints = [
            item
            for item in self.constraints
            if item.word != "UNIQUE" or [name.lower() for name in item.columns] != wanted
        ]

    def drop_foreign_key(self, columns: Sequence[str], to: str) -> None:
        if len(columns) == 1:
            item = self.column(columns[0])
            item.clauses = [
                clause
                for clause in item.clauses
                if clause.word != "REFERENCES" or _referred(clause.found).lower() != to.lower()
            ]
        wanted = [name.lower() for name in columns]
        self.constraints = [
            item
            for item in self.constraints
            if item.word != "FOREIGN"
            or [name.lower() for name in item.columns] != wanted
            or item.to.lower() != to.lower()
        ]

    def mentions(self, name: str, *, apart_from: str = "") -> bool:
        """Whether a constraint or another column's clause speaks of a column."""
        lower = name.lower()
        pieces = [item.found for item in self.constraints]
        pieces += [clause.found for item in self.columns if item.name != apart_from for clause in item.clauses]
        return any(token.name.lower() == lower for found in pieces for token in found if token.kind != "string")


def read_table(sql: str) -> TableText:
    """Take a `CREATE TABLE` apart. Raises NotSupported for a virtual table."""
    found = tokens(sql)
    if len(found) > 1 and found[1].upper == "VIRTUAL":
        raise NotSupported("A virtual table can't be altered.")
    start = next((number for number, token in enumerate(found) if token.is_symbol("(")), None)
    if start is None:
        raise NotSupported("The text of the table can't be read.")
    end = close_of(found, start)
    table = TableText([], tail=text_of(sql, found[end + 1 :]))
    for item in split(found[start + 1 : end]):
        if item and item[0].upper in _TABLE_STARTS:
            table.constraints.append(_constraint(sql, item))
        elif item:
            table.columns.append(_column(sql, item))
    return table


def _column(sql: str, item: list[Token]) -> ColumnText:
    name = item[0].text[1:-1].replace("''", "'") if item[0].kind == "string" else item[0].name
    position = 1
    while position < len(item) and item[position].upper not in _STARTS:
        position = close_of(item, position) + 1 if item[position].is_symbol("(") else position + 1
    type_text = text_of(sql, item[1:position])
    return ColumnText(name, item[0].text, type_text, _clauses(sql, item[position:]))


def _clauses(sql: str, found: list[Token]) -> list[Clause]:
    groups: list[list[Token]] = []
    depth = 0
    for number, token in enumerate(found):
        before = found[number - 1].upper if number else ""
        follows = found[number + 1].upper if number + 1 < len(found) else ""
        if depth == 0 and _starts(token.upper, before, follows, groups):
            groups.append([])
        depth += token.is_symbol("(") - token.is_symbol(")")
        groups[-1].append(token)
    return [Clause(_word(group), text_of(sql, group), group) for group in groups]


def _starts(word: str, before: str, follows: str, groups: list[list[Token]]) -> bool:
    """Whether a word begins the next clause. Some words also stand inside of one."""
    if word not in _STARTS:
        return not groups
    if not groups:
        return True
    current = groups[-1]
    if current[0].upper == "CONSTRAINT" and len(current) == 2:
        return False  # CONSTRAINT name <clause>
    match word:
        case "NULL":
            return before not in ("NOT", "SET", "DEFAULT")
        case "DEFAULT":
            return before != "SET"
        case "NOT":
            return follows != "DEFERRABLE"
        case "AS":
            return _word(current) != "GENERATED"
        case _:
            return True


def _word(group: Sequence[Token]) -> str:
    if group[0].upper == "CONSTRAINT" and len(group) > 2:
        return group[2].upper
    return group[0].upper


def _referred(found: Sequence[Token]) -> str:
    for number, token in enumerate(found[:-1]):
        if token.upper == "REFERENCES":
            return found[number + 1].name
    return ""


def _constraint(sql: str, item: list[Token]) -> ConstraintText:
    word = _word(item)
    columns: tuple[str, ...] = ()
    start = next((number for number, token in enumerate(item) if token.is_symbol("(")), None)
    if start is not None and word != "CHECK":
        inside = split(item[start + 1 : close_of(item, start)])
        columns = tuple(part[0].name for part in inside if part)
    return ConstraintText(word, text_of(sql, item), columns, item, _referred(item))
