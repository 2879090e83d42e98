import asyncio

import pytest

from warroom.content.value import Simple
from warroom.model.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.user import SYSTEM, Actor, Role
from warroom.services.approvals.pieces import items_of
from warroom.services.approvals.rules import PROTECTED_HOSTS, protected_hosts
from warroom.services.plans.lists import Lists, lists_named_in
from warroom.testing.clock import ManualClock
from warroom.testing.samples import an_actor
from warroom.testing.store import MemoryStore

ANALYST = Actor(name="carl", role=Role.ANALYST)


def lists() -> Lists:
    return Lists(MemoryStore(), ManualClock())


async def test_a_list_is_made_once_and_changed_after_that() -> None:
    made = lists()
    await made.create("allowed", "a,b", ANALYST)
    assert await made.get("allowed", ANALYST) == "a,b"
    with pytest.raises(ConflictError, match="There is a list 'allowed' already"):
        await made.create("allowed", "", ANALYST)
    await made.set("allowed", "c", ANALYST)
    assert await made.get("allowed", ANALYST) == "c"


async def test_items_are_added_and_taken_out_one_by_one() -> None:
    made = lists()
    await made.set("allowed", "a\nb", ANALYST)
    assert await made.add("allowed", ["b", "c"], ANALYST) == ["a", "b", "c"]
    assert await made.remove("allowed", ["a", "x"], ANALYST) == ["b", "c"]
    assert await made.get("allowed", ANALYST) == "b,c"


async def test_of_many_who_change_a_list_at_once_each_counts() -> None:
    made = lists()
    await made.set("blocked", "old", ANALYST)
    adding = [made.add("blocked", [f"host-{number}"], ANALYST) for number in range(20)]
    await asyncio.gather(*adding, made.remove("blocked", ["old"], ANALYST))
    assert sorted(items_of(await made.get("blocked", ANALYST))) == sorted(f"host-{number}" for number in range(20))


async def test_lists_are_read_only_where_something_that_is_written_names_them() -> None:
    made = lists()
    await made.set("plain", "a,b", ANALYST)
    await made.set("broken", "[a", ANALYST)
    await made.set("items", ' ["a", {"b": 1}]', ANALYST)
    assert await lists_named_in(made.store, Simple(value="${inputs.x}"), {"a": 1}) == {}
    found = await lists_named_in(made.store, {"what": Simple(value="${lists.plain}")})
    assert found == {"plain": "a,b", "broken": "[a", "items": ["a", {"b": 1}]}


async def test_a_list_that_is_not_there_is_named_with_those_that_are() -> None:
    made = lists()
    await made.set("allowed", "", ANALYST)
    with pytest.raises(NotFoundError, match=r"There is no list 'alowed'\. There are: allowed\."):
        await made.get("alowed", ANALYST)
    with pytest.raises(InvalidInputError, match="needs a name"):
        await made.set("  ", "x", ANALYST)


@pytest.mark.parametrize("role", [Role.READER, Role.ANALYST, Role.RESPONDER])
async def test_only_an_admin_changes_what_is_protected(role: Role) -> None:
    made = lists()
    with pytest.raises(ForbiddenError, match="may not change which hosts are protected"):
        await made.set(PROTECTED_HOSTS, "", Actor(name="eve", role=role))
    await made.set(PROTECTED_HOSTS, "dc-*", an_actor())
    assert await made.get(PROTECTED_HOSTS, ANALYST) == "dc-*"


@pytest.mark.parametrize(
    "name", ["Protected_Hosts", "PROTECTED HOSTS", " protected-hosts ", "protectedHosts", "\uff30rotected_hosts"]
)
async def test_the_list_of_protected_hosts_has_one_name_however_it_is_written(name: str) -> None:
    made = lists()
    with pytest.raises(ForbiddenError):
        await made.create(name, "sql-*", ANALYST)
    await made.create(name, "sql-*", an_actor())
    assert await made.add(name, ["web-1"], an_actor()) == ["sql-*", "web-1"]
    assert dict(await made.store.lists()) == {PROTECTED_HOSTS: "sql-*,web-1"}
    assert await made.get(name, ANALYST) == "sql-*,web-1"
    with pytest.raises(ConflictError, match="There is a list 'protected_hosts' already"):
        await made.create(name, "", an_actor())


@pytest.mark.parametrize("name", ["Protected_Hosts", "PROTECTED HOSTS", "protected-hosts"])
async def test_a_list_that_was_stored_under_another_spelling_is_read_and_taken_over(name: str) -> None:
    made = lists()
    await made.store.save_list(name, "dc-*;sql-*", "ana", made.clock.now())
    assert await made.get(PROTECTED_HOSTS, ANALYST) == "dc-*,sql-*"
    with pytest.raises(ConflictError, match="There is a list 'protected_hosts' already"):
        await made.create(PROTECTED_HOSTS, "", an_actor())
    assert await made.add(name, ["web-1"], an_actor()) == ["dc-*", "sql-*", "web-1"]
    assert await made.remove(PROTECTED_HOSTS, ["dc-*"], an_actor()) == ["sql-*", "web-1"]
    assert protected_hosts(await made.store.lists()) == ("sql-*", "web-1")


async def test_items_that_hold_a_comma_stay_whole() -> None:
    made = lists()
    await made.set("names", '["Ada, Countess", "b"]', ANALYST)
    assert await made.add("names", ["c"], ANALYST) == ["Ada, Countess", "b", "c"]
    assert await made.remove("names", ["b"], ANALYST) == ["Ada, Countess", "c"]
    assert items_of(await made.get("names", ANALYST)) == ["Ada, Countess", "c"]


async def test_no_playbook_changes_what_is_protected() -> None:
    with pytest.raises(ForbiddenError, match="A playbook may not change the list"):
        await lists().set(PROTECTED_HOSTS, "", SYSTEM)


async def test_a_reader_reads_no_list_and_changes_none() -> None:
    made = lists()
    await made.set("allowed", "a", ANALYST)
    for attempt in (made.get("allowed", an_actor(role=Role.READER)), made.set("x", "", an_actor(role=Role.READER))):
        with pytest.raises(ForbiddenError):
            await attempt


@pytest.mark.parametrize(("text", "items"), [("", []), (None, []), ("[broken", ["[broken"]), (["a", 1], ["a", "1"])])
def test_items_of_anything(text: object, items: list[str]) -> None:
    assert items_of(text) == items


async def test_what_responses_may_do_by_themselves_is_an_admins_to_say() -> None:
    made = lists()
    with pytest.raises(ForbiddenError):
        await made.set("Vision One Response Modes", "*, *, act", Actor(name="ben", role=Role.RESPONDER))
    await made.set("Vision One Response Modes", "*, *, act", an_actor())
    assert await made.store.lists() == {"vision_one_response_modes": "*, *, act"}
