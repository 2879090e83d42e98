from warroom.services.ports.store import Store
from warroom.testing.clock import START


async def test_lists_are_kept_by_name_and_a_new_text_replaces_the_old_one(store: Store) -> None:
    assert await store.lists() == {}
    await store.save_list("protected_hosts", "dc-01", "ana", START)
    await store.save_list("allowed", "", "ana", START)
    await store.save_list("protected_hosts", "dc-01\ndc-*", "bob", START)
    assert await store.lists() == {"allowed": "", "protected_hosts": "dc-01\ndc-*"}


async def test_the_event_log_tells_who_changed_which_list(store: Store) -> None:
    await store.save_list("protected_hosts", "dc-01", "ana", START)
    (event,) = await store.events()
    assert (event.kind, event.actor, event.incident, event.payload) == (
        "list", "ana", None, {"name": "protected_hosts"}
    )  # fmt: skip
