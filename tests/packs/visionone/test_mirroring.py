"""Mirroring in XSOAR's contract: an incident and its alert end the same, whoever changed what."""

import random
from typing import Any

import pytest

from tests.packs.visionone.xsoar_mirror import DONE, FIELDS, OWNER, Mirror
from visionone_sim.faults import Fault
from visionone_sim.tenant.alerts import ALLOWED_CHANGES
from visionone_sim.tenant.users import User
from visionone_sim.testing import RunningTwin


@pytest.fixture
def mirror(xsoar: Any, twin: RunningTwin) -> Mirror:
    xsoar.params["mirror_direction"] = "Incoming And Outgoing"
    mirror = Mirror(xsoar=xsoar, twin=twin, alert=next(iter(twin.tenant.alerts)))
    mirror.receive()
    return mirror


def remote(mirror: Mirror) -> dict[str, Any]:
    document = mirror.twin.tenant.alerts[mirror.alert].document
    return {name: document[name] for name in FIELDS}


def change(mirror: Mirror, **changes: Any) -> None:
    mirror.twin.tenant.alerts.change(mirror.alert, changes, None, mirror.twin.clock.now())


def note(mirror: Mirror, text: str) -> None:
    mirror.twin.tenant.notes.add(mirror.alert, text, creator="jdoe", now=mirror.twin.clock.now())


PEOPLE = ("aruiz", "bchen", "mlopez")


def mail(name: str) -> str:
    return f"{name}@soc.example"


def give(mirror: Mirror, *names: str) -> None:
    """Make people of the tenant the owners of the alert."""
    known = mirror.twin.tenant.users
    for name in names:
        if name not in known:
            known.invite(User(id=name, email=mail(name), role="analyst"))
    change(mirror, ownerIds=list(names))


def owners_told(mirror: Mirror) -> list[str]:
    start = "Owner in XSOAR: "
    return [text.split("\n")[0].removeprefix(start) for text in notes(mirror) if text.startswith(start)]


def notes(mirror: Mirror) -> list[str]:
    return [each.content for each in mirror.twin.tenant.notes.on(mirror.alert)]


@pytest.mark.parametrize(
    ("chosen", "direction"), [("Incoming", "In"), ("Outgoing", "Out"), ("Incoming And Outgoing", "Both")]
)
def test_a_fetched_incident_says_what_it_mirrors(xsoar: Any, chosen: str, direction: str) -> None:
    xsoar.params |= {"mirror_direction": chosen, "note_tag": "to-v1"}

    incident = xsoar.fetch()[0]

    assert incident["dbotMirrorDirection"] == direction
    assert incident["dbotMirrorInstance"] == "vision-one"
    assert incident["dbotMirrorTags"] == ["to-v1"]


def test_without_a_direction_nothing_is_mirrored(xsoar: Any) -> None:
    assert "dbotMirrorDirection" not in xsoar.fetch()[0]


def test_the_fields_that_go_out_are_named(xsoar: Any) -> None:
    [mapping] = [entry.get("Contents", entry) for entry in xsoar.run("get-mapping-fields").entries]

    assert set(mapping["Vision One Workbench Alert"]) == {*FIELDS, OWNER}


def test_what_changes_there_comes_in_and_only_what_changed_is_asked_for(mirror: Mirror) -> None:
    mirror.twin.clock.advance(600)
    mirror.last = "2031-02-03T04:12:00Z"
    assert mirror.modified() == []

    change(mirror, status="In Progress")
    mirror.sync()

    assert mirror.fields["status"] == "In Progress"


def test_what_changes_here_goes_out_and_other_fields_stay(mirror: Mirror) -> None:
    change(mirror, investigationResult="Noteworthy")
    mirror.set("status", "In Progress")

    mirror.sync()

    assert remote(mirror) == mirror.fields == {"status": "In Progress", "investigationResult": "Noteworthy"}


def test_of_two_changes_to_one_field_the_one_that_goes_out_wins(mirror: Mirror) -> None:
    change(mirror, status="Closed")
    mirror.set("status", "In Progress")

    mirror.sync()

    assert remote(mirror)["status"] == mirror.fields["status"] == "In Progress"


def test_somebody_who_is_quicker_by_a_moment_costs_nothing(mirror: Mirror) -> None:
    mirror.twin.fail(Fault(path=f".*/alerts/{mirror.alert}", method="PATCH", status=412, code="PreconditionFailed"))
    mirror.set("status", "Closed")

    mirror.sync()

    assert remote(mirror)["status"] == "Closed"


def test_an_entry_becomes_a_note_once_and_does_not_come_back(mirror: Mirror) -> None:
    mirror.write("The laptop is with us.")
    again = list(mirror.entries)

    mirror.sync()
    mirror.entries = again  # XSOAR did not hear that it had worked
    mirror.sync()

    [text] = notes(mirror)
    assert "asmith in XSOAR" in text
    assert "The laptop is with us." in text
    assert mirror.received == []


def test_a_note_comes_in_once_even_on_an_alert_that_did_not_change(mirror: Mirror) -> None:
    note(mirror, "Seen before.")

    mirror.sync()
    mirror.twin.clock.advance(5)
    mirror.sync()

    [text] = mirror.received
    assert "jdoe noted" in text
    assert "Seen before." in text


@pytest.mark.parametrize(
    ("finding", "reason"),
    [("False Positive", "False Positive"), ("True Positive", "Resolved"), ("Noteworthy", "Other")],
)
def test_a_closed_alert_closes_its_incident_when_that_is_wanted(mirror: Mirror, finding: str, reason: str) -> None:
    mirror.xsoar.params["close_incident"] = True
    change(mirror, status="Closed", investigationResult=finding)

    [closing] = mirror.receive()

    assert closing["Contents"]["dbotIncidentClose"] is True
    assert closing["Contents"]["closeReason"] == reason
    change(mirror, status="In Progress")
    [opening] = mirror.receive()
    assert opening["Contents"] == {"dbotIncidentReopen": True}


def test_a_closed_incident_closes_its_alert_when_that_is_wanted(mirror: Mirror) -> None:
    closed = {"status": DONE, "incidentChanged": True, "data": {"closeReason": "False Positive"}}

    mirror.send(**closed)
    assert remote(mirror)["status"] == "Open"

    mirror.xsoar.params["close_alert"] = True
    mirror.send(**closed)
    assert remote(mirror) == {"status": "Closed", "investigationResult": "False Positive"}


def test_a_read_only_instance_sends_nothing(mirror: Mirror) -> None:
    mirror.xsoar.params["read_only"] = True

    ran = mirror.xsoar.rerun("update-remote-system", {"remoteId": mirror.alert, "delta": {"status": "Closed"}})

    assert "nothing is mirrored out" in ran.errors[0]
    assert remote(mirror)["status"] == "Open"


def test_the_owner_of_the_alert_becomes_the_incidents_by_mail_address(mirror: Mirror) -> None:
    give(mirror, "gone", "aruiz")
    mirror.twin.tenant.users.delete("gone")

    mirror.sync()

    assert mirror.fields[OWNER] == mail("aruiz")


def test_an_owner_comes_in_once_so_that_a_new_one_here_stays(mirror: Mirror) -> None:
    give(mirror, "aruiz")
    mirror.sync()
    mirror.set(OWNER, "asmith")
    mirror.sync()
    change(mirror, status="In Progress")

    mirror.sync()

    assert mirror.fields[OWNER] == "asmith"
    give(mirror, "bchen")
    mirror.sync()
    assert mirror.fields[OWNER] == mail("bchen")


def test_an_owner_who_is_taken_away_there_stays_here(mirror: Mirror) -> None:
    give(mirror, "aruiz")
    mirror.sync()
    give(mirror)
    mirror.sync()
    assert mirror.fields[OWNER] == mail("aruiz")

    mirror.set(OWNER, "asmith")
    mirror.sync()
    give(mirror, "aruiz")
    mirror.sync()

    assert mirror.fields[OWNER] == mail("aruiz")


def test_a_new_owner_is_told_in_one_note_that_does_not_come_back(mirror: Mirror) -> None:
    mirror.set(OWNER, "asmith")
    mirror.sync()
    mirror.send(incidentChanged=True, delta={OWNER: "asmith"})  # XSOAR did not hear that it had worked
    mirror.set(OWNER, "")

    mirror.sync()

    assert owners_told(mirror) == ["asmith", "nobody"]
    assert mirror.received == []


def test_an_owner_who_came_from_there_is_not_told_there(mirror: Mirror) -> None:
    give(mirror, "aruiz")
    mirror.sync()

    mirror.send(incidentChanged=True, delta={OWNER: mail("aruiz")})

    assert owners_told(mirror) == []


def test_without_the_right_to_see_accounts_all_but_the_owner_comes_in(mirror: Mirror) -> None:
    give(mirror, "aruiz")
    mirror.twin.fail(Fault(path=".*/iam/accounts/.*", status=403, code="AccessDenied", message="No."))
    change(mirror, status="In Progress")

    mirror.sync()
    assert mirror.fields["status"] == "In Progress"
    assert OWNER not in mirror.fields

    mirror.sync()
    assert mirror.fields[OWNER] == mail("aruiz")


@pytest.mark.parametrize(("direction", "asked"), [("Incoming", True), ("Outgoing", False), ("None", False)])
def test_the_connection_test_asks_for_accounts_only_when_owners_come_in(
    xsoar: Any, twin: RunningTwin, direction: str, asked: bool
) -> None:
    xsoar.params["mirror_direction"] = direction
    twin.fail(Fault(path=".*/iam/accounts", status=403, code="AccessDenied", message="No.", count=None))

    [entry] = xsoar.run("test-module").entries

    assert ("User Accounts: View: needed by get-remote-data." in entry["Contents"]) == asked


def agreed(mirror: Mirror, owner: str, there: list[str]) -> tuple[str, list[str]]:
    """Say by the rule who owns the incident after the next exchange, and whom of the alert that has settled."""
    owner_ids: Any = mirror.twin.tenant.alerts[mirror.alert].document["ownerIds"]
    if OWNER in mirror.changed and mirror.fields[OWNER] != owner:
        return mirror.fields[OWNER], owner_ids
    return (mail(owner_ids[0]) if owner_ids and owner_ids != there else owner), owner_ids


def edit(mirror: Mirror, name: str, chance: random.Random, *, is_here: bool) -> None:
    """Change a field on one of the sides to something that it may be."""
    if is_here:
        mirror.set(name, chance.choice(["asmith", *map(mail, PEOPLE)] if name == OWNER else ALLOWED_CHANGES[name]))
    elif name == OWNER:
        give(mirror, *chance.sample(PEOPLE, chance.randrange(3)))
    else:
        change(mirror, **{name: chance.choice(ALLOWED_CHANGES[name])})


@pytest.mark.parametrize("seed", [1, 2])
def test_two_hundred_edits_on_both_sides_end_in_the_same_state(mirror: Mirror, seed: int) -> None:
    chance = random.Random(seed)
    written: list[str] = []
    noted: list[str] = []
    owner: tuple[str, list[str]] = ("", [])
    for number in range(200):
        match chance.choice((*FIELDS, OWNER)), chance.randrange(4):
            case name, (0 | 1) as side:
                edit(mirror, name, chance, is_here=side == 0)
            case _, 2:
                written.append(f"here-{number}")
                mirror.write(written[-1])
            case _:
                noted.append(f"there-{number}")
                note(mirror, noted[-1])
        mirror.twin.clock.advance(chance.randrange(3))
        if chance.random() < 0.15:
            owner = agreed(mirror, *owner)
            mirror.sync()
    for _ in range(2):
        mirror.twin.clock.advance(3)
        owner = agreed(mirror, *owner)
        mirror.sync()

    assert {name: mirror.fields[name] for name in FIELDS} == remote(mirror)
    assert mirror.fields[OWNER] == owner[0]
    assert owner[0] in {*owners_told(mirror)[-1:], *map(mail, owner[1][:1])}, "the alert does not say who owns it"
    assert [text.rpartition("\n")[2] for text in mirror.received] == noted
    there = [text for text in notes(mirror) if "[ref xsoar/" in text and not text.startswith("Owner in XSOAR")]
    assert [text.split("\n\n")[1] for text in there] == written
