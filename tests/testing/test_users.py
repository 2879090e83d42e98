from warroom.services.ports.users import UserEvent
from warroom.testing.clock import START
from warroom.testing.store import MemoryStore

# What a user store promises is tested in tests/store, on this one, SQLite and PostgreSQL.


async def test_the_fake_writes_to_the_event_log_of_its_store() -> None:
    store = MemoryStore()
    await store.users.tell(UserEvent(kind="sign-in", actor="ada", at=START, payload={"outcome": "refused"}))
    (event,) = await store.events()
    assert (event.sequence, event.kind, event.actor, event.at) == (1, "sign-in", "ada", START)
