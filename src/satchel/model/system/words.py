"""The short forms in which the files of system tables say what a field is.

In charge of: nothing but brevity. Not in charge of: the shapes themselves (`declare`). Used by the
files that `collections` puts together.
"""

from __future__ import annotations

from satchel.model.system.declare import OnDelete, Reference, SystemField


def uuid_key() -> SystemField:
    """The key of most tables: a uuid that is made for a new row."""
    return SystemField("id", "uuid", nullable=False, special=("uuid",), interface="input", readonly=True, hidden=True)


def number_key() -> SystemField:
    """A key that the database counts up."""
    return SystemField("id", "integer", nullable=False, identity=True, interface="input", readonly=True, hidden=True)


def json_field(name: str) -> SystemField:
    """A column of JSON."""
    return SystemField(name, "json", special=("cast-json",), searchable=False)


def flag(name: str, *, default: bool | None, nullable: bool = False) -> SystemField:
    """A boolean column."""
    return SystemField(name, "boolean", nullable=nullable, default=default, special=("cast-boolean",))


def secret(name: str, *, unique: bool = False) -> SystemField:
    """A column whose value nobody may read back."""
    return SystemField(name, "string", length=255, special=("conceal",), unique=unique, searchable=False)


def text(name: str, *, default: str | None = None, length: int = 255) -> SystemField:
    """A short text."""
    return SystemField(name, "string", default=default, length=length)


def alias(name: str) -> SystemField:
    """A field without a column: the rows of another table that refer to this one."""
    return SystemField(name, "alias", special=("o2m",), searchable=False)


def internal(name: str, storage: str, *, default: str | int | bool | None = None, nullable: bool = True) -> SystemField:
    """A column of the store that no wire shows."""
    length = 255 if storage == "string" else None
    special = ("cast-json",) if storage == "json" else ("cast-boolean",) if storage == "boolean" else ()
    return SystemField(
        name,
        storage,
        nullable=nullable,
        default=default,
        length=length,
        special=special,
        internal=True,
        searchable=False,
    )


def stamp(name: str, *special: str, indexed: bool = False) -> SystemField:
    """A moment, with what fills it (`date-created`, `date-updated`)."""
    return SystemField(name, "timestamp", special=("cast-timestamp", *special), indexed=indexed, searchable=False)


def required(name: str, storage: str = "string", *, length: int | None = 255, indexed: bool = False) -> SystemField:
    """A column that a new row has to fill."""
    size = length if storage == "string" else None
    return SystemField(name, storage, nullable=False, required=True, length=size, indexed=indexed)


def reference(
    name: str,
    target: str,
    *,
    on_delete: OnDelete = "SET NULL",
    aliases: tuple[str, ...] = (),
    special: str | None = "m2o",
    enforced: bool = True,
    nullable: bool = True,
) -> SystemField:
    """A reference to a row of another system table whose key is a uuid. `special`: None for an ordinary column."""
    return SystemField(
        name,
        "uuid",
        nullable=nullable,
        required=not nullable,
        special=(special,) if special else (),
        indexed=True,
        searchable=False,
        reference=Reference(target, on_delete=on_delete, aliases=aliases, enforced=enforced),
    )


def user(name: str, special: str = "m2o", *, on_delete: OnDelete = "SET NULL") -> SystemField:
    """A reference to one of Satchel's own users; what refers to one who goes away stays, without the reference."""
    return reference(name, "directus_users", on_delete=on_delete, special=special)


def picture(name: str) -> SystemField:
    """A reference to a file, which may go away without asking."""
    # Not a foreign key: files are declared after those who refer to them, and stores that exist have none.
    return SystemField(
        name,
        "uuid",
        special=("file",),
        searchable=False,
        reference=Reference("directus_files", on_delete="SET NULL", enforced=False),
    )
