import asyncio
from collections.abc import Callable
from threading import Event

import pytest

from warroom.model.errors import NotFoundError
from warroom.services.ports.store import Store
from warroom.store.store import SqlStore
from warroom.testing.clock import START


async def test_lists_are_kept_by_name_and_a_new_text_replaces_the_old_one(store: Store) -> None:
    assert await store.lists() == {}
    await store.save_list("protected_hosts", "dc-01", "ana", START)
    await store.save_list("allowed", "", "ana", START)
    await store.save_list("protected_hosts", "dc-01\ndc-*", "bob", START)
    assert await store.lists() == {"allowed": "", "protected_hosts": "dc-01\ndc-*"}


async def test_of_many_changes_at_once_each_counts(store: Store) -> None:
    def with_one_more(text: str | None) -> str:
        return str(int(text or "0") + 1)

    await asyncio.gather(*(store.change_list("count", with_one_more, "ana", START) for _ in range(50)))
    assert await store.lists() == {"count": "50"}


async def test_a_change_that_is_refused_changes_nothing_and_is_told(store: Store) -> None:
    def refuse(text: str | None) -> str:
        raise NotFoundError(f"It is {text}.")

    with pytest.raises(NotFoundError, match=r"It is None\."):
        await store.change_list("count", refuse, "ana", START)
    assert (await store.lists(), await store.events()) == ({}, [])


@pytest.mark.postgres
async def test_of_two_processes_that_change_a_list_at_once_one_waits_for_the_other(
    open_postgres: Callable[[], SqlStore],
) -> None:
    one, other = open_postgres(), open_postgres()
    began, may_end = Event(), Event()

    def slowly(text: str | None) -> str:
        began.set()
        assert may_end.wait(60)
        return f"{text or ''}1"

    first = asyncio.ensure_future(one.change_list("marks", slowly, "ana", START))
    await asyncio.to_thread(began.wait)
    second = asyncio.ensure_future(other.change_list("marks", lambda text: f"{text or ''}2", "ana", START))
    done, _ = await asyncio.wait([second], timeout=0.2)
    may_end.set()
    assert (done, await first, await second) == (set(), "1", "12")
    one.close()
    other.close()


async def test_the_event_log_tells_who_changed_which_list(store: Store) -> None:
    await store.save_list("protected_hosts", "dc-01", "ana", START)
    (event,) = await store.events()
    assert (event.kind, event.actor, event.incident, event.payload) == (
        "list", "ana", None, {"name": "protected_hosts"}
    )  # fmt: skip
