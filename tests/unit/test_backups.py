"""Archives that nobody has to trust, and moving a data folder's state: all of it or nothing."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import stat
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from satchel.backups.archive import pack, unpack
from satchel.backups.names import is_key, made_up, may_be_asked, of_upload
from satchel.backups.reopening import CHECK_SECONDS, Reopening
from satchel.backups.restore import FolderGate, take_work_lock
from satchel.errors import SatchelError, Unprocessable
from satchel.observe import SILENT


def make_folder(folder: Path, text: str = "old") -> Path:
    """A data folder with a little of everything."""
    (folder / "storage" / "c" / "r").mkdir(parents=True)
    (folder / "storage" / "c" / "r" / "f.txt").write_text(text)
    (folder / "secret").write_text("s" * 20)
    connection = apsw.Connection(str(folder / "data.db"))
    connection.execute("PRAGMA journal_mode = wal").fetchall()
    connection.execute("CREATE TABLE satchel_state(name text primary key, value text)")
    connection.execute("INSERT INTO satchel_state VALUES ('schema_version', '1'), ('text', ?)", (text,))
    connection.close()
    return folder


def text_of(folder: Path) -> str:
    connection = apsw.Connection(str(folder / "data.db"))
    found = connection.execute("SELECT value FROM satchel_state WHERE name = 'text'").fetchall()[0][0]
    connection.close()
    return f"{found} {(folder / 'storage' / 'c' / 'r' / 'f.txt').read_text()}"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    pack(make_folder(tmp_path / "source"), tmp_path / "backup.zip", missing=("nothing",))
    return tmp_path / "backup.zip"


def changed(archive: Path, change: Callable[[zipfile.ZipFile], None], *, without: str = "") -> Path:
    """The archive with something added, and something left out."""
    target = archive.with_name("changed.zip")
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(target, "w") as made:
        for entry in source.infolist():
            if entry.filename != without:
                made.writestr(entry, source.read(entry))
        change(made)
    return target


def entry(name: str, mode: int = 0o100600) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def test_there_and_back(archive: Path, tmp_path: Path) -> None:
    unpack(archive, tmp_path / "out")
    assert text_of(tmp_path / "out") == "old old"
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert (tmp_path / "out" / "secret").read_text() == "s" * 20
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".parts")]


@pytest.mark.parametrize(
    "name",
    [
        *("../evil.txt", "storage/../../evil.txt", "/etc/evil", "storage/c/..\\evil.txt", "C:/evil.txt", "storage//x"),
        *("storage/./x", "..", "storage/c/\x00x", "data.db/x", "secret/x", "storage"),
    ],
)
def test_nothing_is_written_elsewhere(name: str, archive: Path, tmp_path: Path) -> None:
    bad = changed(archive, lambda made: made.writestr(entry(name), "evil"))
    before = sorted(os.walk(tmp_path))
    if name == "storage/c/\x00x":  # the library cuts names there
        unpack(bad, tmp_path / "out")
        return
    with pytest.raises(Unprocessable):
        unpack(bad, tmp_path / "out")
    assert sorted(os.walk(tmp_path)) == before
    assert not (tmp_path.parent / "evil.txt").exists()


def test_links_and_doubles_are_refused(archive: Path, tmp_path: Path) -> None:
    link = changed(archive, lambda made: made.writestr(entry("storage/c/link", stat.S_IFLNK | 0o777), "/etc/passwd"))
    with pytest.raises(Unprocessable, match="leads out"):
        unpack(link, tmp_path / "out")
    with pytest.warns(UserWarning, match="Duplicate name"):
        double = changed(archive, lambda made: made.writestr(entry("data.db"), "x"))
    with pytest.raises(Unprocessable, match="two entries"):
        unpack(double, tmp_path / "out")


def test_damage_is_found(archive: Path, tmp_path: Path) -> None:
    content = archive.read_bytes()
    (tmp_path / "cut.zip").write_bytes(content[: len(content) // 2])
    (tmp_path / "text.zip").write_text("hello")
    flipped = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        place = read.getinfo("data.db").header_offset + 200
    flipped[place : place + 20] = bytes(20)
    (tmp_path / "flipped.zip").write_bytes(flipped)
    for name in ("cut.zip", "text.zip", "flipped.zip"):
        with pytest.raises(Unprocessable):
            unpack(tmp_path / name, tmp_path / "out")
    for content, reason in ((b"no database" * 100, "no database"), (b"", "not one of Satchel's")):
        bad = changed(archive, lambda made: made.writestr("data.db", content), without="data.db")  # noqa: B023
        with pytest.raises(Unprocessable, match=reason):
            unpack(bad, tmp_path / "out")
    with pytest.raises(Unprocessable, match="holds no data"):
        unpack(changed(archive, lambda _: None, without="data.db"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_strangers_and_newer_ones_are_refused(tmp_path: Path) -> None:
    for number, statement in enumerate(
        (
            "UPDATE satchel_state SET value = '999' WHERE name = 'schema_version'",
            "DROP TABLE satchel_state; CREATE TABLE _collections(id); CREATE TABLE _params(id)",
        )
    ):
        folder = make_folder(tmp_path / str(number))
        connection = apsw.Connection(str(folder / "data.db"))
        connection.execute(statement).fetchall()
        connection.close()
        pack(folder, tmp_path / f"{number}.zip", missing=())
        with pytest.raises(Unprocessable, match=("newer version", "not one of Satchel's")[number]):
            unpack(tmp_path / f"{number}.zip", tmp_path / "out")


async def test_swap_keep_and_undo(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "data", "old")
    (folder / "auxiliary.db").write_text("old logs")
    (folder / "backups").mkdir()
    gate = FolderGate(folder)
    await gate.enter_alone()
    gate.swap(make_folder(tmp_path / "one", "new"))
    assert text_of(folder) == "new new"
    gate.undo()
    assert text_of(folder) == "old old"
    assert (folder / "auxiliary.db").read_text() == "old logs"
    gate.swap(make_folder(tmp_path / "two", "new"))
    gate.keep()
    gate.leave()
    await gate.enter()  # nothing is left to undo
    assert text_of(folder) == "new new"
    assert not (folder / "auxiliary.db").exists()
    assert (folder / "backups").is_dir()
    gate.leave()


class Crash(BaseException):
    pass


@pytest.mark.parametrize("moves", range(9))
async def test_a_crash_in_between_is_undone(moves: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_folder(tmp_path / "data", "old")
    gate = FolderGate(folder)
    await gate.enter_alone()
    gate.ask()
    rename, left = Path.rename, moves

    def dying(self: Path, target: Path) -> Path:
        nonlocal left
        if left == 0:
            raise Crash
        left -= 1
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", dying)
    with contextlib.suppress(Crash):
        gate.swap(make_folder(tmp_path / "fresh", "new"))
    monkeypatch.undo()
    gate.leave()
    after = FolderGate(folder)
    await after.enter()
    assert text_of(folder) == "old old"
    assert after.word() is None
    after.leave()


async def test_others_wait_while_somebody_restores(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "data")
    descriptor = take_work_lock(folder)
    assert descriptor is not None
    assert take_work_lock(folder) is None
    restoring, other = FolderGate(folder), FolderGate(folder)
    restoring.ask()
    entering = asyncio.create_task(other.enter())
    await asyncio.sleep(0.3)
    assert not entering.done()
    await restoring.enter_alone()
    restoring.forget()
    restoring.share()
    os.close(descriptor)
    await asyncio.wait_for(entering, 5)
    restoring.leave()
    with pytest.raises((TimeoutError, SatchelError)):
        await asyncio.wait_for(restoring.enter_alone(), 0.5)
    other.leave()


def test_names() -> None:
    assert may_be_asked("a-b_1.zip")
    for name in ("A.zip", "a b.zip", "../x.zip", "x", "", ".zip", "@a.zip", "a.zip\n"):
        assert not may_be_asked(name), name
    for name in ("Up 2.zip", "@auto_pb_backup_x_1.zip", "noext"):
        assert is_key(name), name
    for name in ("", ".", "..", "../x", "a/b", ".hidden", "a\\b", "x" * 151, "a\nb", 'a"b'):
        assert not is_key(name), name
    assert of_upload("../../evil.zip") == "evil.zip"
    assert of_upload("C:\\x\\evil.zip") == "evil.zip"
    moment = datetime(2026, 11, 28, 1, 30, 18, tzinfo=UTC)
    assert made_up("My Äpp 1!", moment, prefix="pb_backup_") == "pb_backup_my_pp_1_20261128013018.zip"


def test_a_slow_close_is_not_taken_for_the_wish_of_another_process(tmp_path: Path) -> None:
    """The watch of the process that restores hears the word as well; it must not open what is being moved."""

    async def work() -> None:
        told: list[str] = []

        async def close() -> None:
            told.append("close")
            await asyncio.sleep(3 * CHECK_SECONDS)
            reopening.leave()

        async def start() -> None:
            await reopening.enter()
            told.append("open")
            reopening.watch()

        reopening = Reopening(tmp_path, close, start, SILENT)
        await start()
        await reopening.restart_with(lambda: told.append("change"), lambda: told.append("undo"))
        await asyncio.sleep(2 * CHECK_SECONDS)
        reopening.leave()
        assert told == ["open", "close", "change", "open"]

    asyncio.run(work())
