from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.world import playbook
from warroom.content.catalogue import Catalogue
from warroom.content.pack import Pack
from warroom.content.playbook import Playbook
from warroom.content.value import Simple
from warroom.model.errors import NotFoundError
from warroom.model.plan import Frame, PlanKind, TypedCommand
from warroom.services.commands.library import PLAYBOOKS_HELD, Library
from warroom.testing.samples import a_plan
from warroom.testing.store import MemoryStore

OLD = playbook("'1': {id: '1', taskid: a, type: title, task: {id: a, name: old}}", "Collect")
NEW = playbook("'1': {id: '1', taskid: a, type: title, task: {id: a, name: new}}", "Collect")


def frame_of(content: str) -> Frame:
    return Frame(playbook="Collect", name="Collect", content=content)


def library(store: MemoryStore, *books: Playbook) -> Library:
    held = {book.id: book for book in books}
    return Library(Catalogue([Pack(id="p", name="p", version="1", path=Path("p"), playbooks=held)]), store)


async def test_a_plan_keeps_the_text_that_it_started_with_when_the_pack_changes() -> None:
    store = MemoryStore()
    content = await library(store, OLD).pin(OLD)
    later = library(store, NEW)
    assert later.catalogue.playbook("Collect").tasks["1"].name == "new"
    pinned = await later.pinned(frame_of(content))
    assert pinned.tasks["1"].name == "old"
    assert await later.pinned(frame_of(content)) is pinned


async def test_other_packs_are_offered_at_once_and_what_was_pinned_stays() -> None:
    store = MemoryStore()
    held = library(store, OLD)
    content = await held.pin(held.catalogue.playbook("Collect"))
    held.use(library(store, NEW).packs)
    assert held.catalogue.playbook("Collect").tasks["1"].name == "new"
    assert (await held.pinned(frame_of(content))).tasks["1"].name == "old"


async def test_a_pinned_text_is_the_playbook_itself() -> None:
    store = MemoryStore()
    content = await library(store).pin(OLD)
    read = await library(store).pinned(frame_of(content))
    assert (read.sha256, read.text, read.id) == (OLD.sha256, OLD.text, "Collect")


async def test_a_text_that_nobody_kept_is_said() -> None:
    with pytest.raises(NotFoundError, match="There is no content c0ffee"):
        await library(MemoryStore()).pinned(frame_of("c0ffee"))


async def test_only_so_many_texts_stay_in_memory_and_the_others_are_read_again() -> None:
    store = MemoryStore()
    held = library(store)
    books = [
        playbook(f"'1': {{id: '1', taskid: a, type: title, task: {{id: a, name: n{number}}}}}")
        for number in range(PLAYBOOKS_HELD + 1)
    ]
    for book in books:
        await held.pin(book)
    assert len(held._texts) == PLAYBOOKS_HELD
    assert (await held.pinned(frame_of(books[0].sha256))).tasks["1"].name == "n0"


async def test_a_typed_command_carries_what_it_is_and_keeps_no_text() -> None:
    store = MemoryStore()
    held = library(store)
    command = TypedCommand(name="isolate", args={"endpoint": "FIN-1"})
    plan = replace(a_plan(), kind=PlanKind.COMMAND, command=command, frame=frame_of(""))
    book = await held.of(plan)
    assert (book.tasks["1"].script, book.tasks["1"].arguments) == ("isolate", {"endpoint": Simple(value="FIN-1")})
    with pytest.raises(NotFoundError):
        await store.content(book.sha256)


async def test_a_plan_of_a_playbook_carries_out_the_text_that_it_is_pinned_to() -> None:
    store = MemoryStore()
    held = library(store)
    plan = replace(a_plan(), frame=frame_of(await held.pin(OLD)))
    assert await held.of(plan) is await held.pinned(plan.frame)
