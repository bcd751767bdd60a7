"""A machine guards the style: sizes, docstrings, words that have no place in the repository."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "satchel"
FILE_LINES = 600
FUNCTION_LINES = 80
# Functions that are one long table or one total match and would not get clearer in pieces. Keep this list short.
LONG_FUNCTIONS: frozenset[str] = frozenset()
# Drawers: names that say nothing of what is inside.
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "service", "base_service"}

_TEXT_ENDINGS = {".py", ".md", ".toml", ".yml", ".yaml", ".mjs", ".js", ".ts", ".json", ".sh", ".txt", ""}
# Open ends, silenced checks, and talk of how the work was done, which is nothing to a reader of the product. The words
# are spelled in pieces so that this file does not find itself.
FORBIDDEN = re.compile(
    "|".join(
        [
            r"\bTO" + r"DO\b",
            r"\bFIX" + r"ME\b",
            r"\bX" + r"XX\b",
            r"\bHA" + r"CK\b",
            r"/wo" + r"rk/",
            r"\b(this|previous|next|last|earlier) ses" + r"sion'?s? (did|does|made|left|will|should|asks|wants|work)",
            r"\bissue [0-9]+ (asks|says|wants)",
            r"pragma: no co" + r"ver",
            r"type: ign" + r"ore($|[^\[])",
            r"pytest\.mark\.ski" + r"p\b(?!if)",
            r"@ts-ign" + r"ore",
        ]
    )
)


def modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if "studio_dist" not in path.parts)


def name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in modules()}


def test_every_module_says_what_it_is_in_charge_of(trees: dict[Path, ast.Module]) -> None:
    silent = [
        name(path)
        for path, tree in trees.items()
        if not ast.get_docstring(tree) and (path.name != "__init__.py" or tree.body)
    ]
    assert not silent, f"modules without a docstring: {silent}"


def test_files_fit_into_one_reading() -> None:
    long = {}
    for path in modules():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > FILE_LINES:
            long[name(path)] = lines
    assert not long, f"files over {FILE_LINES} lines; split along a real seam: {long}"


def functions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """(qualified name, lines without the docstring) of every function."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, int]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{prefix}{child.name}", _length(child)
                yield from walk(child, f"{prefix}{child.name}.")
            elif isinstance(child, ast.ClassDef):
                yield from walk(child, f"{prefix}{child.name}.")
            else:
                yield from walk(child, prefix)

    yield from walk(tree, "")


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        assert first.end_lineno is not None
        lines -= first.end_lineno - first.lineno + 1
    return lines


def test_functions_do_one_thing(trees: dict[Path, ast.Module]) -> None:
    long = {
        f"{name(path)}:{function}": lines
        for path, tree in trees.items()
        for function, lines in functions(tree)
        if lines > FUNCTION_LINES and f"{name(path)}:{function}" not in LONG_FUNCTIONS
    }
    assert not long, f"functions over {FUNCTION_LINES} lines: {long}"


def test_the_exceptions_are_still_needed(trees: dict[Path, ast.Module]) -> None:
    found = {f"{name(path)}:{function}": lines for path, tree in trees.items() for function, lines in functions(tree)}
    needless = [entry for entry in LONG_FUNCTIONS if found.get(entry, 0) <= FUNCTION_LINES]
    assert not needless, f"take these off the list: {needless}"


def test_no_drawers() -> None:
    drawers = [name(path) for path in SOURCE.rglob("*") if path.stem in DRAWERS]
    assert not drawers, f"names that say nothing of what is inside: {drawers}"


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [
        path
        for path in (ROOT / line for line in listed.stdout.splitlines())
        if path.suffix in _TEXT_ENDINGS and path.is_file() and path.name not in ("package-lock.json", "LICENSE")
    ]


def test_no_open_ends_and_no_talk_of_the_workshop() -> None:
    found: list[str] = []
    for path in tracked():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if FORBIDDEN.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)


def test_no_secrets_and_no_machine_paths_in_settings_files() -> None:
    for file in ("pyproject.toml", "Makefile", ".ci/run"):
        assert "/home/" not in (ROOT / file).read_text(encoding="utf-8")


def test_the_parts_of_the_house_are_there() -> None:
    for file in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "Makefile", ".ci/run"):
        assert (ROOT / file).is_file(), f"{file} is missing"
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 150
    assert "Version 2.0, January 2004" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_decisions_say_all_four_things() -> None:
    folder = ROOT / "docs" / "decisions"
    numbers: list[str] = []
    for path in sorted(folder.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name), path.name
        numbers.append(path.name[:4])
        if path.name.endswith("-dependencies.md"):
            continue  # a table; see test_imports
        for heading in ("Context", "Choice", "Alternatives", "Cost of being wrong"):
            assert heading in text, f"{path.name} lacks {heading}"
    assert len(numbers) == len(set(numbers)), "two decisions share a number"
