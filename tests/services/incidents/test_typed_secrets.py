"""A secret argument that was typed lies nowhere in the clear, and nowhere at all when its command has ended."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from tests.services.world import ANA, World, lab, note
from warroom.content.integration import Argument, Command
from warroom.model.json import Json
from warroom.model.plan import PlanRecord, PlanState
from warroom.services.incidents.war_room import WarRoom
from warroom.services.secrecy.masking import MASK
from warroom.store.store import SqlStore, open_store
from warroom.store.vault import FernetVault
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.runner import FakeCode, FakeFunction

SECRET = "correct-horse-battery-staple"
ARGUMENTS = (Argument(name="file"), Argument(name="password", secret=True))
COMMANDS = (Command(name="open", arguments=ARGUMENTS, execution=True), Command(name="look", arguments=ARGUMENTS))
TYPED = f"!open file=lsass.dmp password={SECRET}"


class Folder:
    """A database in a folder, and a runtime on it."""

    def __init__(self, folder: Path, **table: FakeFunction) -> None:
        self.folder = folder
        self.seen: list[Json] = []
        self.sql: SqlStore = open_store(
            f"sqlite:///{folder}/w.db", MemoryBlobs(), FernetVault(Fernet.generate_key().decode(), origin="the test's")
        )
        store: Any = self.sql
        self.world = World(lab(*COMMANDS), {"open": self.note_down, "look": self.note_down, **table}, store=store)

    def note_down(self, code: FakeCode) -> list[Json]:
        self.seen.append(code.run.args.get("password"))
        return [note(f"opened with {code.run.args.get('password')}")]

    def poll(self, code: FakeCode) -> list[Json]:
        """Look again in an hour, with all that it was given."""
        args = {"file": code.run.args["file"], "password": code.run.args["password"], "proof": f"x{SECRET}x"}
        self.seen.append(code.run.args["password"])
        return [{"Type": 1, "PollingCommand": "look", "NextRun": "3600", "PollingArgs": args, "Timeout": "9000"}]

    async def typed(self, text: str) -> PlanRecord:
        world = self.world
        await world.begin()
        room = WarRoom(
            store=world.store,
            journal=world.journal,
            library=world.library,
            plans=world.plans,
            halting=world.halting,
            clock=world.clock,
        )
        return await room.run(text, world.incident, ANA)

    def holds(self, text: str) -> bool:
        """Whether any file of the database has these bytes; the log of what was written last is one of them."""
        return any(text.encode() in path.read_bytes() for path in self.folder.glob("w.db*"))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path)
    yield made
    made.sql.close()


async def test_the_command_gets_it_and_the_database_has_only_a_sealed_one_until_it_has_run(folder: Folder) -> None:
    plan = await folder.typed(TYPED)
    assert folder.holds("lsass.dmp")
    assert not folder.holds(SECRET)
    assert (await folder.sql.plan(plan.id)).sealed
    await folder.world.conductor.drive(plan.id)
    assert folder.seen == [SECRET]
    ended = await folder.sql.plan(plan.id)
    assert (ended.state, ended.sealed) == (PlanState.COMPLETED, "")
    assert not folder.holds(SECRET)
    assert await folder.world.said() == [f"opened with {MASK}"]
    (task,) = [task for task in await folder.sql.tasks(plan.id) if task.key == "1"]
    assert task.inputs == {"file": "lsass.dmp", "password": MASK}


async def test_it_survives_a_restart_while_the_command_waits_for_its_next_look(folder: Folder) -> None:
    folder.world.runner.table["open"] = folder.poll
    plan = await folder.typed(TYPED)
    await folder.world.conductor.drive(plan.id)
    assert (await folder.sql.plan(plan.id)).state is PlanState.WAITING
    assert not folder.holds(SECRET)
    folder.world.restart()
    folder.world.clock.advance(3601)
    await folder.world.conductor.drive(plan.id)
    assert folder.seen == [SECRET, SECRET]
    ended = await folder.sql.plan(plan.id)
    assert (ended.state, ended.sealed) == (PlanState.COMPLETED, "")
    assert all(task.wait is None for task in await folder.sql.tasks(plan.id))
    assert not folder.holds(SECRET)


async def test_a_command_that_fails_takes_it_along_too(folder: Folder) -> None:
    folder.world.runner.table["open"] = lambda code: [
        {"Type": 4, "ContentsFormat": "text", "Contents": f"{code.run.args['password']} is wrong"}
    ]
    plan = await folder.typed(TYPED)
    await folder.world.conductor.drive(plan.id)
    ended = await folder.sql.plan(plan.id)
    assert (ended.state, ended.sealed) == (PlanState.FAILED, "")
    assert not folder.holds(SECRET)


async def test_a_command_without_secrets_seals_nothing(folder: Folder) -> None:
    plan = await folder.typed("!look file=lsass.dmp")
    assert (await folder.sql.plan(plan.id)).sealed == ""
    await folder.world.conductor.drive(plan.id)
    assert folder.seen == [None]
