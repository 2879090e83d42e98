import json

import pytest

from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.json import Json
from warroom.services.execution.list_commands import LIST_COMMANDS
from warroom.services.plans.lists import Lists
from warroom.testing.clock import ManualClock
from warroom.testing.samples import an_actor
from warroom.testing.store import MemoryStore


async def said(lists: Lists, command: str, **args: Json) -> tuple[str, Json]:
    return await LIST_COMMANDS[command](lists, args, an_actor())


async def test_each_command_does_what_its_name_says() -> None:
    lists = Lists(MemoryStore(), ManualClock())
    assert await said(lists, "createList", listName="hosts", listData="a") == ("The list 'hosts' was made.", None)
    assert await said(lists, "addToList", listName="hosts", listData=["b", "c"]) == (
        "The list 'hosts' holds 3 now.", None
    )  # fmt: skip
    assert await said(lists, "removeFromList", listName="hosts", listData="a,b") == (
        "The list 'hosts' holds 1 now.", None
    )  # fmt: skip
    assert await said(lists, "getList", listName="hosts") == ("c", "c")
    await said(lists, "setList", listName="hosts", listData='{"a": [1, 2]}')
    assert await said(lists, "getList", listName="hosts") == ('{"a": [1, 2]}', '{"a": [1, 2]}')


async def test_a_list_that_is_made_again_has_the_new_text_but_not_one_that_protects_hosts() -> None:
    lists = Lists(MemoryStore(), ManualClock())
    await said(lists, "createList", listName="pending", listData=" ")
    again, _ = await said(lists, "createList", listName="pending", listData="a,b")
    assert again == "The list 'pending' existed already; its text was replaced."
    assert await said(lists, "getList", listName="pending") == ("a,b", "a,b")

    await said(lists, "createList", listName="protected_hosts", listData="sql-*")
    with pytest.raises(ConflictError, match="There is a list 'protected_hosts' already"):
        await said(lists, "createList", listName="Protected Hosts", listData="")


async def test_the_answer_names_the_list_that_protects_hosts_as_it_is_kept() -> None:
    lists = Lists(MemoryStore(), ManualClock())
    made = await said(lists, "createList", listName="Protected-Hosts", listData="sql-*")
    assert made == ("The list 'protected_hosts' was made.", None)
    assert await said(lists, "getList", listName="protected hosts") == ("sql-*", "sql-*")


@pytest.mark.parametrize("command", sorted(LIST_COMMANDS))
async def test_arguments_that_are_wrong_are_named(command: str) -> None:
    lists = Lists(MemoryStore(), ManualClock())
    with pytest.raises(InvalidInputError, match=f"{command} needs the argument 'listName'"):
        await said(lists, command, listData="x")


@pytest.mark.parametrize("data", [[{"ID": "1", "Status": "Pending"}], {"a": 1}])
async def test_a_list_that_is_given_as_objects_is_json(data: Json) -> None:
    lists = Lists(MemoryStore(), ManualClock())
    await said(lists, "createList", listName="pending", listData=data)
    text, _ = await said(lists, "getList", listName="pending")
    assert json.loads(text) == data
