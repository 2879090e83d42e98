import asyncio
from threading import current_thread

from sqlalchemy import bindparam, select

from warroom.store.engine import reading_engine
from warroom.store.reader import Reader, Rows
from warroom.store.store import SqlStore
from warroom.store.tables import CONTENT
from warroom.testing.blobs import MemoryBlobs

ONE = select(CONTENT.c.text).where(CONTENT.c.sha256 == bindparam("sha256"))


def ask_for(db: Rows, sha256: str) -> tuple[str, str]:
    ((text,),) = db.of(ONE, sha256=sha256)
    assert db.select(ONE.params(sha256=sha256)) == [(text,)]
    return text, current_thread().name


async def test_asking_and_looking_find_the_same(sqlite_store: SqlStore, sqlite_url: str) -> None:
    await sqlite_store.save_content("c0ffee", "id: x")
    reader = Reader(reading_engine(sqlite_url), MemoryBlobs())
    asked, looked = await reader.ask(ask_for, "c0ffee"), await reader.look(ask_for, "c0ffee")
    reader.close()
    assert asked[0] == looked[0] == "id: x"
    assert asked[1].startswith("store-read")
    assert looked[1] == current_thread().name


async def test_a_look_sees_what_was_committed_before(sqlite_store: SqlStore) -> None:
    for number in range(20):
        await sqlite_store.save_content(f"c{number}", "text")
        assert await sqlite_store.content(f"c{number}") == "text"


async def test_many_can_ask_at_once(sqlite_store: SqlStore) -> None:
    found = await asyncio.gather(*(sqlite_store.open_plans() for _ in range(50)))
    assert found == [[]] * 50
