import asyncio
from collections.abc import Awaitable
from dataclasses import replace

import pytest

from tests.services.world import ANA, World, failure
from warroom.content.integration import Integration, Param
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json
from warroom.model.plan import QueueJob
from warroom.services.instances.instances import Instances, Trial
from warroom.services.ports.runner import Ran
from warroom.services.secrecy.masking import MASK
from warroom.services.writing.journal import Journal
from warroom.testing.code import python_code
from warroom.testing.job_queue import MemoryJobQueue
from warroom.testing.runner import FakeCode, FakeFunction

PARAMS = (
    Param(name="url", kind=0, required=True),
    Param(name="apikey", kind=9, required=True, hidden_username=True),
    Param(name="login", kind=9),
    Param(name="token", kind=4),
    Param(name="insecure", kind=8),
    Param(name="isFetch", kind=8),
    Param(name="region", kind=15, options=("eu", "us")),
    Param(name="incidentType", kind=13, default_value="Alert"),
)
PRODUCT = Integration(
    id="Lab", name="Lab", code=python_code(""), params=PARAMS, can_fetch=True, classifier="Sorter", mapper_in="Mapper"
)
PLAIN = {"url": "https://api.example"}
SECRET = {"apikey": "tmv1-secret"}


class Room:
    """Instances on fakes; `jobs` holds what was queued."""

    def __init__(self, test: FakeFunction = lambda _: ["ok"]) -> None:
        self.world = World(PRODUCT, {"test-module": test}, instances=())
        self.jobs = MemoryJobQueue(self.world.clock)
        self.instances = Instances(
            journal=self.world.journal,
            library=self.world.library,
            executor=self.world.executor,
            jobs=self.jobs,
            clock=self.world.clock,
        )

    async def add(self, name: str = "v1", **given: Json) -> IntegrationInstance:
        plain: dict[str, str] = {**PLAIN, **{key: value for key, value in given.items() if value is not None}}
        return await self.instances.add(name, "Lab", plain, SECRET, ANA)


async def test_an_instance_is_added_with_what_the_integration_says() -> None:
    room = Room()
    added = await room.add(insecure="true")
    assert (added.integration, added.params, added.fetch) == ("Lab", {**PLAIN, "insecure": "true"}, False)
    assert (added.incident_type, added.classifier, added.mapper) == ("Alert", "Sorter", "Mapper")
    (stored,) = await room.world.store.instances()
    assert stored.secrets == SECRET
    assert room.jobs.waiting == []


class SlowJournal(Journal):
    """Lets others act between an answer and the one who asked."""

    async def instances(self) -> list[IntegrationInstance]:
        found = await super().instances()
        await asyncio.sleep(0)
        return found


async def test_of_two_who_add_the_same_name_at_once_one_is_refused() -> None:
    room = Room()
    slow = replace(room.instances, journal=SlowJournal(room.world.store))
    adding = [slow.add("v1", "Lab", PLAIN, SECRET, ANA) for _ in range(2)]
    ended = await asyncio.gather(*adding, return_exceptions=True)
    (added,) = [end for end in ended if isinstance(end, IntegrationInstance)]  # whoever's address was looked up first
    (refused,) = [end for end in ended if isinstance(end, ConflictError)]
    assert [stored.id for stored in await room.world.store.instances()] == [added.id]
    assert "There is an instance 'v1' already." in str(refused)


async def test_of_two_who_change_an_instance_at_once_both_count() -> None:
    room = Room()
    await room.add()
    slow = replace(room.instances, journal=SlowJournal(room.world.store))
    changing: list[Awaitable[IntegrationInstance]] = [
        slow.change("v1", ANA, params={"insecure": "true"}),
        slow.change("v1", ANA, enabled=False),
    ]
    await asyncio.gather(*changing)
    changed = await slow.find("v1", ANA)
    assert (changed.params.get("insecure"), changed.enabled) == ("true", False)


async def test_secrets_are_shown_to_nobody() -> None:
    room = Room()
    added = await room.add()
    (listed,) = await room.instances.list(ANA)
    found = await room.instances.find("v1", ANA)
    assert added.secrets == listed.secrets == found.secrets == {"apikey": MASK}


async def test_an_instance_that_fetches_begins_at_once() -> None:
    room = Room()
    added = await room.add(isFetch="TRUE", incidentType="Dump")
    assert (added.fetch, added.incident_type) == (True, "Dump")
    assert room.jobs.waiting == [QueueJob(kind="fetch", target=added.id)]


@pytest.mark.parametrize(
    ("plain", "secret", "words"),
    [
        ({}, SECRET, r"Lab needs the setting 'url'\. Add --param url=VALUE\."),
        (PLAIN, {}, r"Lab needs the setting 'apikey'\. Add --secret apikey=@FILE\."),
        (PLAIN, {"apikey": ""}, r"needs the setting 'apikey'"),
        ({**PLAIN, "apikey": "in clear"}, {}, r"'apikey' of Lab is a secret\. Give it with --secret apikey=@FILE\."),
        ({**PLAIN, "token": "in clear"}, SECRET, "'token' of Lab is a secret"),
        (PLAIN, {**SECRET, "url": "x"}, r"'url' of Lab is no secret\. Give it with --param\."),
        ({**PLAIN, "nope": "1"}, SECRET, "Lab has no setting 'nope'. It takes: apikey, incidentType"),
        (PLAIN, {**SECRET, "nope": "1"}, "Lab has no setting 'nope'"),
        ({**PLAIN, "insecure": "yes"}, SECRET, "'insecure' of Lab is true or false, not 'yes'"),
        ({**PLAIN, "region": "mars"}, SECRET, "'region' of Lab is one of eu, us, not 'mars'"),
    ],
)
async def test_settings_that_cannot_be_are_refused(plain: dict[str, str], secret: dict[str, str], words: str) -> None:
    room = Room()
    with pytest.raises(InvalidInputError, match=words) as refused:
        await room.instances.add("v1", "Lab", plain, secret, ANA)
    assert "in clear" not in str(refused.value)
    assert await room.world.store.instances() == []


async def test_the_user_name_of_credentials_is_no_secret() -> None:
    room = Room()
    added = await room.instances.add("v1", "Lab", {**PLAIN, "login": "ana"}, {**SECRET, "login": "pw"}, ANA)
    assert added.params["login"] == "ana"


async def test_a_name_is_given_once() -> None:
    room = Room()
    await room.add()
    with pytest.raises(ConflictError, match="There is an instance 'v1' already"):
        await room.add()


async def test_an_integration_that_is_not_there_is_said() -> None:
    with pytest.raises(NotFoundError, match="There is no integration `Lap`; install the pack"):
        await Room().instances.add("v1", "Lap", {}, {}, ANA)


async def test_a_removed_instance_is_gone() -> None:
    room = Room()
    await room.add()
    await room.instances.remove("v1", ANA)
    assert await room.instances.list(ANA) == []
    with pytest.raises(NotFoundError, match="There is no instance 'v1'"):
        await room.instances.remove("v1", ANA)


# -- testing one --------------------------------------------------------------------------------------------------


def raises(_: FakeCode) -> list[Json]:
    raise ValueError(f"401 for {SECRET['apikey']}")


@pytest.mark.parametrize(
    ("test", "answer"),
    [
        (lambda _: ["ok"], "ok"),
        (lambda _: [], "ok"),
        (lambda _: [failure(f"403 for {SECRET['apikey']}")], f"403 for {MASK}"),
        (lambda _: ["half", "wrong"], "half wrong"),
        (raises, f"ValueError: 401 for {MASK}"),
    ],
)
async def test_a_test_says_what_the_product_said_without_the_key(test: FakeFunction, answer: str) -> None:
    room = Room(test)
    await room.add()
    tested = await room.instances.test("v1", room.world.incident, ANA)
    assert (tested.answer, tested.is_ok) == (answer, answer == "ok")
    assert room.world.runner.runs[0].params["apikey"]["password"] == SECRET["apikey"]


async def test_a_test_that_fails_tells_where_and_what_was_printed_without_the_key() -> None:
    def broken(code: FakeCode) -> Ran:
        key = SECRET["apikey"]
        return replace(
            code.ran(), error=f"KeyError: {key.encode().hex()}", traceback=f"at {key}", log=["asked", f"with {key}"]
        )

    room = Room(broken)
    await room.add()
    tested = await room.instances.test("v1", room.world.incident, ANA)
    assert tested == Trial(f"KeyError: {MASK}", trace=f"at {MASK}", log=f"asked\nwith {MASK}")
    room.world.runner.table["test-module"] = lambda code: replace(code.ran("ok"), log=["asked"])
    assert await room.instances.test("v1", room.world.incident, ANA) == Trial("ok")


HERE, THERE = "http://127.0.0.1:8090", "http://localhost:9"


async def test_an_address_of_this_machine_is_not_read_from_unless_that_is_allowed() -> None:
    room = Room()
    added = await room.add(url=f"{HERE}/v3")
    assert added.local_origins == {HERE: False}
    assert (await room.instances.change("v1", ANA, allow_local=True)).local_origins == {HERE: True}
    assert (await room.instances.change("v1", ANA, enabled=False)).local_origins == {HERE: True}
    assert (await room.instances.change("v1", ANA, allow_local=False)).local_origins == {HERE: False}


async def test_a_new_address_is_not_allowed_because_the_old_one_was() -> None:
    room = Room()
    added = await room.instances.add("v1", "Lab", {"url": HERE}, SECRET, ANA, allow_local=True)
    assert added.local_origins == {HERE: True}
    assert (await room.instances.change("v1", ANA, params={"url": THERE})).local_origins == {THERE: False}
    assert (await room.instances.change("v1", ANA, params={"url": "https://192.0.2.1"})).local_origins == {}


async def test_what_the_settings_of_the_server_allow_is_decided() -> None:
    room = Room()
    room.world.executor.settings = replace(room.world.executor.settings, allowed_origins=(HERE,))
    assert (await room.add(url=HERE)).local_origins == {}
