"""The commands in this process: help, exit codes, passwords, what doctor says."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from satchel.cli import application
from satchel.cli.doctor import report
from satchel.cli.folder_lock import LOCK_FILE, lock_folder
from satchel.cli.program import program
from satchel.cli.reference import commands
from satchel.config import Settings
from satchel.errors import ConfigError, FieldError, NotFound, Unprocessable, ValidationFailed
from satchel.model.facts import ColumnFacts, DatabaseFacts, TableFacts
from satchel.version import VERSION


class Accounts:
    """The accounts of a program that is not there: it writes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    async def create_superuser(self, email: str, password: str) -> str:
        self.asked.append(("create", email, password))
        if len(password) < 8:
            raise ValidationFailed([FieldError(("password",), "min_text", "The password is too short.")])
        return "1"

    async def upsert_superuser(self, email: str, password: str) -> tuple[str, bool]:
        self.asked.append(("upsert", email, password))
        return "1", email.startswith("new")

    async def update_superuser(self, email: str, password: str) -> str:
        raise NotFound(f"There is no superuser {email}.")

    async def delete_superuser(self, email: str) -> None:
        raise Unprocessable("The last superuser can't be removed.", hint="Make another one first.")


class Program:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.accounts = Accounts()
        self.life: list[str] = []

    async def startup(self) -> None:
        self.life.append("startup")

    async def shutdown(self) -> None:
        self.life.append("shutdown")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[Program]]:
    programs: list[Program] = []

    def make(settings: Settings) -> Program:
        programs.append(Program(settings))
        return programs[-1]

    monkeypatch.setattr(application, "make_application", make)
    monkeypatch.chdir(tmp_path)
    yield programs
    assert all(program.life == ["startup", "shutdown"] for program in programs)


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(program, arguments, input=given)


# ---------------------------------------------------------------------------------------------------------------- help
def test_version() -> None:
    result = run("--version")
    assert (result.exit_code, result.output) == (0, f"satchel {VERSION}\n")


def test_a_store_elsewhere_needs_no_database_before(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'store.db'}"
    arguments = ["superuser", "create", "ada@example.com", "password1234", "--data", str(tmp_path / "data"), "--store"]
    command = [sys.executable, "-m", "satchel", *arguments, store]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "Superuser ada@example.com was created.\n"), done.stderr


@pytest.mark.parametrize("path", [path for path, _ in commands()])
def test_every_command_has_help_with_an_example(path: str) -> None:
    result = run(*path.split()[1:], "--help")
    assert result.exit_code == 0
    example = result.output[result.output.index("Example:") :]
    assert path in " ".join(example.split())


def test_every_option_is_explained() -> None:
    for path, command in commands():
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"{path}: {parameter.name} has no help"


@pytest.mark.parametrize("arguments", [["nonsense"], ["superuser"], ["superuser", "create"], ["superuser", "nonsense"]])
def test_misuse_ends_with_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_the_console_script_and_the_module_are_the_same() -> None:
    script = Path(sys.executable).with_name("satchel")
    commands = [[str(script)]] if script.exists() else []
    for command in [*commands, [sys.executable, "-m", "satchel.cli"]]:
        done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
        assert done.stdout == f"satchel {VERSION}\n"


# ----------------------------------------------------------------------------------------------------------- superuser
@pytest.mark.parametrize(
    ("arguments", "given"),
    [(["long enough"], None), ([], "long enough\n"), (["-"], "long enough\r\nsecond line\n"), ([], "long enough")],
)
def test_the_password_comes_as_argument_or_on_standard_input(
    made: list[Program], arguments: list[str], given: str | None
) -> None:
    result = run("superuser", "create", "a@example.com", *arguments, "--data", "d", given=given)
    assert (result.exit_code, result.output) == (0, "Superuser a@example.com was created.\n")
    assert made[0].accounts.asked == [("create", "a@example.com", "long enough")]
    assert made[0].settings.data_dir == "d"


def test_no_password_at_all_is_misuse(made: list[Program]) -> None:
    result = run("superuser", "create", "a@example.com", given="")
    assert result.exit_code == 2
    assert "PASSWORD" in result.output


def test_upsert_says_what_it_did(made: list[Program]) -> None:
    assert run("superuser", "upsert", "new@example.com", "long enough").output.endswith("was created.\n")
    assert run("superuser", "upsert", "old@example.com", "long enough").output.endswith("was updated.\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["create", "a@example.com", "short"], "The password is too short."),
        (["update", "a@example.com", "long enough"], "There is no superuser a@example.com."),
        (["delete", "a@example.com"], "The last superuser can't be removed."),
    ],
)
def test_refusals_end_with_1(made: list[Program], arguments: list[str], message: str) -> None:
    stub = (
        "import sys\n"
        "sys.path.insert(0, sys.argv.pop(1))\n"
        "from tests.unit.test_cli_commands import Program\n"
        "from satchel.cli import application, main\n"
        "application.make_application = Program\n"
        "main()\n"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", stub, root, "superuser", *arguments], capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith(f"Error: {message}")
    assert "Traceback" not in done.stderr


# ---------------------------------------------------------------------------------------------------------------- lock
def test_the_lock_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    first = lock_folder(folder)
    first.note("process 4711, http://x")
    with pytest.raises(ConfigError, match="process 4711, http://x"):
        lock_folder(folder)
    first.release()
    lock_folder(folder).release()
    assert (folder / LOCK_FILE).exists()


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(ConfigError, match="can't be used: It is a file"):
        lock_folder(tmp_path / "data")


# -------------------------------------------------------------------------------------------------------------- doctor
def facts(*tables: TableFacts, **changes: Any) -> DatabaseFacts:
    return DatabaseFacts(vendor="postgres", version="15.2", tables=tables, **changes)


def table(name: str, **changes: Any) -> TableFacts:
    given = {"schema": None, "kind": "table", "columns": (ColumnFacts("id", "integer", "integer"),)} | changes
    return TableFacts(name=name, **given)


def test_the_report_says_what_is_limited_and_why() -> None:
    refused = {"can_insert": False, "can_update": False, "can_delete": False}
    rows = list(
        report(
            facts(
                table("orders", primary_key=("id",)),
                table("log", reason="it has no key", **refused),
                table("totals", kind="view", schema="sales", reason="it is a view", **refused),
                table("prices", primary_key=("id",), can_delete=False),
                notes=("The type tsvector is read as text.",),
            )
        )
    )
    text = "\n".join(f"{label} {line}" for label, line in rows)
    assert "server postgres 15.2" in text
    assert "found 3 tables, 1 view in 2 schemas" in text
    assert "rights 1 of 4 can be read and written" in text
    assert "log: read only, because it has no key" in text
    assert "sales.totals: read only, because it is a view" in text
    assert "prices: no delete" in text
    assert "notes The type tsvector is read as text." in text


def test_a_database_that_refuses_all_writes_is_said_once() -> None:
    rows = list(report(facts(table("a", can_insert=False, can_update=False, can_delete=False), read_only=True)))
    assert [line for label, line in rows if label == "rights"] == [
        "read only: the database, or this user, refuses all writes"
    ]
    assert not [line for label, line in rows if label == "limited"]


def test_long_lists_are_cut() -> None:
    refused = {"can_insert": False, "can_update": False, "can_delete": False}
    tables = [table(f"t{number}", reason="it has no key", **refused) for number in range(600)]
    rows = list(report(facts(*tables)))
    assert len(rows) < 60
    assert rows[-1][1] == "… and 560 more"


def doctor(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SATCHEL_")}
    return subprocess.run(
        [sys.executable, "-m", "satchel.cli", "doctor", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
    )


def test_doctor_changes_nothing(tmp_path: Path) -> None:
    done = doctor(folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "made at the first start" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_doctor_ends_with_1_when_a_database_is_out_of_reach(tmp_path: Path) -> None:
    done = doctor("postgresql://me:hunter2@127.0.0.1:1/shop", folder=tmp_path)
    assert done.returncode == 1
    assert "reachable  NO" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert doctor("nosuch://x", folder=tmp_path).returncode == 1


def test_warnings_about_misspelt_variables(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "satchel.cli", "doctor"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"SATCHEL_PROT": "1"},
    )
    assert "did you mean SATCHEL_PORT?" in done.stderr
