"""The built-in commands on indicators, with the arguments with which public content calls them."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services.execution.built_in import INCIDENT, NOW, a_call, a_server
from warroom.model.entry import StoredFile
from warroom.model.errors import ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.json import Json, JsonObject
from warroom.model.user import Role
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.call import Outcome
from warroom.services.execution.server import Server
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore


class Desk:
    """A server with an incident, on which commands are run one after the other."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.server: Server = a_server(self.store)

    async def run(self, name: str, /, *, role: Role = Role.ADMIN, **args: Json) -> Outcome:
        call = a_call(name, **args)
        return await BUILTINS[name](self.server, replace(call, origin=replace(call.origin, rights=role)))

    async def contents(self, name: str, /, **args: Json) -> Json:
        return (await self.run(name, **args)).raw[0]["Contents"]

    async def one(self, value: str) -> JsonObject:
        (found,) = await self.contents("getIndicator", value=value)
        return dict(found)


@pytest.fixture
async def desk() -> Desk:
    made = Desk()
    await made.store.commit(some_changes(incidents=[INCIDENT, an_incident(2)]))
    return made


async def test_one_is_created_as_playbooks_do_it(desk: Desk) -> None:
    await desk.run(
        "createNewIndicator",
        value="dudu@example.com",
        type="Email",
        reputation="Bad",
        relatedIncidents="1",
        source="Test",
        comment="a test",
        tags="a,b",
        customFields={},
        merge=None,
        asn="AS1",
    )
    one = await desk.one("dudu@example.com")
    assert (one["indicator_type"], one["score"], one["manualScore"], one["setBy"]) == ("Email", 3, True, "ana")
    assert (one["investigationIDs"], one["source"], one["comments"][0]["content"]) == (["1"], "Test", "a test")
    assert one["CustomFields"] == {"tags": ["a", "b"], "asn": "AS1"}


async def test_its_type_is_seen_and_this_incident_is_related_when_it_is_asked_for(desk: Desk) -> None:
    contents = await desk.contents("createNewIndicator", value="1.2.3.4", relateToIncident="true")
    assert [(one["indicator_type"], one["investigationIDs"]) for one in contents] == [("IP", ["1"])]


async def test_it_was_seen_when_that_is_said(desk: Desk) -> None:
    await desk.run("createNewIndicator", value="1.2.3.4", sourceTimeStamp="2020-01-01T00:00:00Z")
    one = await desk.one("1.2.3.4")
    assert (one["firstSeen"], one["expirationStatus"]) == ("2020-01-01T00:00:00+00:00", "expired")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"value": "1.2.3.4", "reputaton": "Bad"}, r"no argument 'reputaton'\. Did you mean 'reputation'"),
        ({"value": "1.2.3.4", "reputation": "Awful"}, "is no verdict"),
        ({"value": "1.2.3.4", "type": "Nothing"}, "There is no indicator type 'Nothing'"),
        ({"value": ""}, "needs a value"),
    ],
)
async def test_a_slip_is_told(desk: Desk, args: dict[str, Json], said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        await desk.run("createNewIndicator", **args)


async def test_an_incident_that_is_not_there_is_told_before_anything_is_stored(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        await desk.run("createNewIndicator", value="1.2.3.4", relatedIncidents="1,99")
    assert await desk.contents("findIndicators") == []


async def test_fields_and_verdicts_of_several_are_set(desk: Desk) -> None:
    for value in ("1.2.3.4", "a.example.com"):
        await desk.run("createNewIndicator", value=value, tags="old")
    await desk.run("setIndicators", indicatorsValues="1.2.3.4,a.example.com", tags="new", verdict="Benign", region="EU")
    for value in ("1.2.3.4", "a.example.com"):
        one = await desk.one(value)
        assert (one["score"], one["CustomFields"]) == (1, {"tags": ["new"], "region": "EU"})


async def test_one_is_set_by_value_or_by_id(desk: Desk) -> None:
    await desk.run("createNewIndicator", value="1.2.3.4")
    one = await desk.one("1.2.3.4")
    await desk.run("setIndicator", id=one["id"], comment="first", expirationStatus="expired")
    await desk.run("setIndicator", value="1.2.3.4", comment="second")
    after = await desk.one("1.2.3.4")
    assert [comment["content"] for comment in after["comments"]] == ["first", "second"]
    assert after["expirationStatus"] == "expired"
    await desk.run("setIndicator", value="1.2.3.4", expirationStatus="active")
    assert (await desk.one("1.2.3.4"))["expirationStatus"] == "active"
    await desk.run("setIndicator", value="1.2.3.4", expiration="2030-01-01T00:00:00Z")
    assert (await desk.one("1.2.3.4"))["expiration"] == "2030-01-01T00:00:00+00:00"
    await desk.run("setIndicator", value="1.2.3.4", expiration="never")
    assert (await desk.one("1.2.3.4"))["expiration"].startswith("0001")


async def test_one_that_is_not_there_is_not_set(desk: Desk) -> None:
    with pytest.raises(NotFoundError, match=r"There is no indicator '1\.2\.3\.4'. Create it"):
        await desk.run("setIndicator", value="1.2.3.4", tags="x")


async def test_values_are_added_to_a_field_and_taken_away(desk: Desk) -> None:
    await desk.run("createNewIndicator", value="1.2.3.4", tags="a")
    await desk.run("appendIndicatorField", indicatorsValues="1.2.3.4", field="tags", fieldValue="b,a")
    assert (await desk.one("1.2.3.4"))["CustomFields"]["tags"] == ["a", "b"]
    await desk.run("removeIndicatorField", indicatorsValues=["1.2.3.4"], field="Tags", fieldValue="a")
    assert (await desk.one("1.2.3.4"))["CustomFields"]["tags"] == ["b"]
    with pytest.raises(InvalidInputError, match="needs the argument 'field'"):
        await desk.run("appendIndicatorField", indicatorsValues="1.2.3.4", fieldValue="b")


async def test_they_are_found_by_a_query(desk: Desk) -> None:
    await desk.run("createNewIndicator", value="1.2.3.4", reputation="Bad", relatedIncidents="1")
    await desk.run("createNewIndicator", value="5.6.7.8", reputation="Good", relatedIncidents="1")
    query = "(reputation:Bad or reputation:Suspicious) and investigationIDs:1"
    assert [one["value"] for one in await desk.contents("findIndicators", query=query, size=1)] == ["1.2.3.4"]
    found = await desk.contents("searchIndicators", query="type:IP", size="1")
    assert (found["total"], len(found["iocs"])) == (2, 1)
    rest = await desk.contents("searchIndicators", query="type:IP", size="1", searchAfter=found["searchAfter"])
    assert (rest["total"], len(rest["iocs"]), rest["searchAfter"]) == (2, 1, None)
    assert await desk.contents("getIndicator", value="9.9.9.9") == []


async def test_they_are_extracted_stored_and_returned_by_type(desk: Desk) -> None:
    done = await desk.run("extractIndicators", text="hxxp://evil[.]example.com/a from ana@example.com")
    (entry,) = done.raw
    assert json.loads(entry["Contents"])["URL"] == ["http://evil.example.com/a"]
    assert entry["EntryContext"]["ExtractedIndicators"]["Email"] == ["ana@example.com"]
    one = await desk.one("http://evil.example.com/a")
    assert (one["indicator_type"], one["investigationIDs"], one["score"]) == ("URL", ["1"], 0)


async def test_they_are_extracted_from_an_entry_and_not_from_a_file(desk: Desk) -> None:
    kept = StoredFile(name="a.txt", sha256="0" * 64, md5="", sha1="", sha512="", size=1)
    entries = [an_entry(contents="see 1.2.3.4"), an_entry(2, file=kept)]
    await desk.store.commit(some_changes(entries=entries))
    assert json.loads(await desk.contents("extractIndicators", entryID="1@1")) == {"IP": ["1.2.3.4"]}
    with pytest.raises(InvalidInputError, match="Read it with ReadFile"):
        await desk.run("extractIndicators", entryID="2@1")
    with pytest.raises(InvalidInputError, match="Read it with ReadFile"):
        await desk.run("extractIndicators", filePath="x")
    assert await desk.contents("extractIndicators", text="nothing") == "{}"


async def test_what_is_deleted_is_excluded_unless_it_is_said_otherwise(desk: Desk) -> None:
    await desk.run("extractIndicators", text="1.2.3.4 5.6.7.8")
    kept = await desk.run("deleteIndicators", query="value:1.2.3.4", doNotWhitelist="true")
    assert kept.raw[0]["Contents"] == "1 indicator was deleted."
    gone = await desk.run("deleteIndicators", query="value:5.6.7.8", reason="ours")
    assert gone.raw[0]["Contents"] == "1 indicator was deleted and excluded."
    assert await desk.contents("isWhitelisted", value="1.2.3.4") is False
    assert await desk.contents("isWhitelisted", value="5.6.7.8", type="IP") is True
    assert json.loads(await desk.contents("extractIndicators", text="1.2.3.4 5.6.7.8")) == {"IP": ["1.2.3.4"]}
    with pytest.raises(InvalidInputError, match="deleteIndicators needs a query or values"):
        await desk.run("deleteIndicators")


async def test_values_are_excluded_of_a_type_or_of_any(desk: Desk) -> None:
    await desk.run("createNewIndicator", value="a.example.com")
    await desk.run("excludeIndicators", indicatorsValues="a.example.com", indicatorsTypes="Domain", reason="ours")
    assert await desk.contents("getIndicator", value="a.example.com") == []
    assert await desk.contents("isWhitelisted", value="a.example.com", type="URL") is False
    await desk.run("excludeIndicators", indicatorsValues=["b.example.com"])
    assert await desk.contents("isWhitelisted", value="b.example.com", type="URL") is True


async def test_they_expire_and_count_again(desk: Desk) -> None:
    await desk.run("createNewIndicator", value="1.2.3.4")
    await desk.run("expireIndicators", indicatorsValues="1.2.3.4")
    assert (await desk.one("1.2.3.4"))["expirationStatus"] == "expired"
    await desk.run("unexpireIndicators", indicatorsValues="1.2.3.4")
    assert (await desk.one("1.2.3.4"))["expiration"] == (NOW + timedelta(days=7)).isoformat()


async def test_they_are_related_to_an_incident(desk: Desk) -> None:
    await desk.run("createNewIndicator", value="1.2.3.4")
    await desk.run("associateIndicatorToIncident", value="1.2.3.4")
    await desk.run("associateIndicatorsToIncident", indicatorsValues="1.2.3.4", incidentId="2")
    assert (await desk.one("1.2.3.4"))["investigationIDs"] == ["1", "2"]
    with pytest.raises(NotFoundError):
        await desk.run("associateIndicatorToIncident", value="1.2.3.4", incidentId="99")


async def test_who_only_reads_may_look_and_not_change(desk: Desk) -> None:
    await desk.run("createNewIndicator", value="1.2.3.4")
    assert (await desk.run("findIndicators", role=Role.READER)).raw
    for name in ("createNewIndicator", "setIndicator", "deleteIndicators", "expireIndicators", "extractIndicators"):
        with pytest.raises(ForbiddenError):
            await desk.run(name, role=Role.READER, value="1.2.3.4")
