"""Alerts of a storm are linked to its first incident; none is lost, and none that is worse is swallowed."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.services.sources import SOURCE, Intake, Source, an_alert, fetching_of
from tests.services.world import playbook
from warroom.content.incident_type import IncidentType
from warroom.mapping.storm import StormRule, storm_keys
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Severity, Status
from warroom.model.json import JsonObject
from warroom.services.ports.store import IncidentQuery
from warroom.testing.samples import some_changes

RULE = StormRule(minutes=60, same=("type", "model"), shared=("hosts", "users"))
READ = "'1': {id: '1', taskid: a, type: regular, task: {id: a, name: read, script: 'say'}}"
DUMP = IncidentType(id="Dump", name="Dump", playbook="Collect", autorun=True)


def an_attack(number: int, host: str = "h1", severity: int = 2, model: str = "Dump", **more: object) -> JsonObject:
    fields = {"model": model, "hosts": [host]}
    return an_alert(number, severity=severity, rawJSON=f'{{"id": "WB-{number}"}}', CustomFields=fields, **more)


async def an_intake(*alerts: JsonObject, rule: StormRule = RULE) -> Intake:
    intake = Intake(Source(list(alerts), page=1000), playbooks=[playbook(READ, "Collect")], types=[DUMP])
    grouped(intake, rule)
    await intake.begin()
    return intake


def grouped(intake: Intake, rule: StormRule = RULE) -> None:
    intake.pages = replace(intake.pages, rule=rule)
    intake.fetching = fetching_of(intake.pages, intake.world)


async def incidents(intake: Intake) -> list[Incident]:
    return list(reversed(await intake.world.store.incidents(IncidentQuery(limit=1000))))


async def linked(intake: Intake, incident: Incident) -> list[str]:
    entries = [entry for entry in await intake.world.store.entries(incident.id) if "storm" in entry.tags]
    return [alert["rawJSON"] for entry in entries for alert in entry.contents]


async def test_a_storm_of_one_page_is_one_incident_with_all_that_came_in_its_war_room() -> None:
    intake = await an_intake(*(an_attack(number) for number in range(100)))
    fetched = await intake.fetch()
    assert (len(fetched.incidents), len(fetched.plans), fetched.linked) == (1, 1, 99)
    (leader,) = await incidents(intake)
    assert await linked(intake, leader) == [f'{{"id": "WB-{number}"}}' for number in range(1, 100)]
    (entry,) = await intake.world.store.entries(leader.id)
    assert entry.readable.startswith(
        "99 more alerts belong to this incident: the same type and model, and a value in common of hosts or users.\n"
    )
    assert entry.readable.endswith("- WB-20 Alert 20\n- and 79 more")


async def test_later_alerts_are_linked_too_also_after_a_restart_until_the_time_is_over() -> None:
    intake = await an_intake(an_attack(1))
    await intake.fetch()
    intake.source.alerts.append(an_attack(2))
    intake.restart()
    grouped(intake)
    intake.world.clock.advance(59 * 60)
    assert (await intake.fetch()).linked == 1
    intake.world.clock.advance(120)
    intake.source.alerts.append(an_attack(3))
    assert len((await intake.fetch()).incidents) == 1
    assert [item.name for item in await incidents(intake)] == ["Alert 1", "Alert 3"]


async def test_a_linked_alert_that_is_shown_again_is_known() -> None:
    intake = await an_intake(an_attack(1), an_attack(2))
    await intake.fetch()
    intake.source.alerts += [an_attack(2), an_attack(1)]
    intake.world.clock.advance(7200)
    fetched = await intake.fetch()
    assert (fetched.incidents, fetched.linked) == ([], 0)
    (leader,) = await incidents(intake)
    assert len(await linked(intake, leader)) == 1


async def test_a_worse_alert_is_an_incident_of_its_own_and_leads_from_then_on() -> None:
    intake = await an_intake(an_attack(1, severity=2), an_attack(2, severity=4), an_attack(3, severity=3))
    assert (await intake.fetch()).linked == 1
    first, second = await incidents(intake)
    assert (first.severity, second.severity) == (Severity.MEDIUM, Severity.CRITICAL)
    assert await linked(intake, first) == []
    assert await linked(intake, second) == ['{"id": "WB-3"}']


async def test_nothing_is_linked_to_a_closed_incident() -> None:
    intake = await an_intake(an_attack(1))
    await intake.fetch()
    (leader,) = await incidents(intake)
    await intake.world.store.commit(some_changes(incidents=[replace(leader, status=Status.DONE)]))
    intake.source.alerts.append(an_attack(2))
    assert len((await intake.fetch()).incidents) == 1


async def test_other_hosts_and_alerts_without_an_id_are_incidents_of_their_own() -> None:
    others = (an_attack(2, host="h2"), an_attack(3, model="Other"), an_attack(4, dbotMirrorId=""))
    intake = await an_intake(an_attack(1), *others)
    assert len((await intake.fetch()).incidents) == 4


async def test_grouping_is_off_by_default() -> None:
    intake = await an_intake(an_attack(1), an_attack(2), rule=StormRule())
    assert len((await intake.fetch()).incidents) == 2


async def test_a_linked_alert_is_not_the_remote_side_of_its_leader() -> None:
    intake = await an_intake(an_attack(1), an_attack(2))
    await intake.fetch()
    (instance,) = intake.world.instances
    known = await intake.world.store.known_mirrors(instance, ["WB-1", "WB-2"])
    assert known == {"WB-1": IncidentId("1")}
    assert await intake.world.store.linked_records(SOURCE, ["WB-1", "WB-2"]) == {"WB-2": IncidentId("1")}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 4), st.integers(0, 40)), max_size=30))
def test_each_alert_is_an_incident_or_linked_to_one_that_is_no_less_severe(alerts: list[tuple[str, int, int]]) -> None:
    async def play() -> None:
        intake = await an_intake()
        for number, (host, severity, minutes) in enumerate(alerts):
            intake.world.clock.advance(minutes * 60)
            intake.source.alerts.append(an_attack(number, host, severity))
            assert not (await intake.fetch()).error
        told = {}
        for incident in await incidents(intake):
            assert incident.mirror
            told[incident.mirror.id] = incident.severity.value
            for entry in await intake.world.store.entries(incident.id):
                for alert in entry.contents:
                    assert alert["severity"] <= incident.severity.value
                    told[alert["id"]] = alert["severity"]
        assert told == {f"WB-{number}": severity for number, (_, severity, _) in enumerate(alerts)}

    asyncio.run(play())


async def test_what_is_linked_says_that_it_is_not_mirrored() -> None:
    intake = await an_intake(an_attack(1), an_attack(2))
    await intake.fetch()
    (leader,) = await incidents(intake)
    (entry,) = await intake.world.store.entries(leader.id)
    assert "Linked alerts are not mirrored: close them where they come from" in entry.readable


async def test_by_what_a_storm_is_known_is_deleted_when_its_time_is_over() -> None:
    intake = await an_intake(an_attack(1))
    await intake.fetch()
    (leader,) = await incidents(intake)
    keys = storm_keys(leader, RULE)
    long_ago = intake.world.clock.now() - timedelta(days=1)
    assert set(await intake.world.store.storm_leaders(keys, long_ago)) == set(keys)
    intake.world.clock.advance(61 * 60)
    await intake.fetch()
    assert await intake.world.store.storm_leaders(keys, long_ago) == {}
