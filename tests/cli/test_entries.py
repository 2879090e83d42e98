from pathlib import Path

from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.cli.entries import PAGE, entries_of
from warroom.cli.own_door import OwnDoor
from warroom.testing.samples import an_actor, an_entry, some_changes

MANY = PAGE + 7


async def test_every_entry_is_there_however_many_there_are(tmp_path: Path) -> None:
    async with open_app(Settings(home=tmp_path / "home")) as app:
        incident, _ = await app.incidents.create("Long", an_actor())
        await app.store.reserve_entries(incident.id, MANY)
        entries = [an_entry(number, int(incident.id)) for number in range(1, MANY + 1)]
        await app.journal.commit(some_changes(entries=entries))
        door = OwnDoor(app, "ana")
        for after in (0, 1, 7, MANY - 1, MANY):
            found = await entries_of(door, incident.id, after)
            assert [entry["id"] for entry in found] == [entry.id for entry in entries[after:]]
