"""Rooms import only downward, and only what they use is a dependency."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "satchel"
# distribution → what it is imported as, where that differs; "" for what is used without an import
IMPORTED_AS = {
    "graphql-core": "graphql",
    "google-re2": "re2",
    "uvicorn": "uvicorn",
    "argon2-cffi": "argon2",
    "python-multipart": "python_multipart",
    "pyyaml": "yaml",
    "sqlalchemy": "sqlalchemy",
}


@cache
def imported() -> set[str]:
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


def dependencies() -> dict[str, list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"core": project["dependencies"], **project["optional-dependencies"]}
    return {
        group: [re.split(r"[\[<>=!~; ]", entry)[0].lower() for entry in entries] for group, entries in groups.items()
    }


def test_contracts_of_the_house() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(lint)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_import_is_a_dependency() -> None:
    listed = dependencies()
    names = {
        IMPORTED_AS.get(name, name.replace("-", "_")) for name in listed["core"] + listed["mssql"] + listed["redis"]
    }
    # what sits inside of a dependency that asks for it
    names |= {"httptools", "uvloop", "watchfiles", "click", "greenlet"}
    # who tests an extension is told how to get it
    names.add("playwright")
    strangers = imported() - names - set(sys.stdlib_module_names) - {"satchel", "msvcrt"}
    assert not strangers, f"imported, but no dependency: {strangers}"


def test_every_core_dependency_is_imported() -> None:
    found = imported()
    drivers = {"asyncpg", "asyncmy"}  # SQLAlchemy may import them by name
    idle = [
        name
        for name in dependencies()["core"]
        if name not in drivers and IMPORTED_AS.get(name, name.replace("-", "_")) not in found
    ]
    assert not idle, f"dependencies that nothing imports: {idle}"


def test_every_core_dependency_has_its_reason() -> None:
    (record,) = (ROOT / "docs" / "decisions").glob("*-dependencies.md")
    text = record.read_text(encoding="utf-8").lower()
    silent = [name for name in dependencies()["core"] if name not in text]
    assert not silent, f"{record.name} does not say why we need: {silent}"


def test_starting_does_not_load_what_only_some_requests_need() -> None:
    asked = "import sys, satchel.app; print('graphql' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
