from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Mirror, Severity, Status
from warroom.services.incidents.sla import USUAL_TARGETS
from warroom.web.pages.queue_row import row_of, sla_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
INCIDENT = Incident(
    id=IncidentId("7"),
    name="Dump",
    severity=Severity.HIGH,
    status=Status.ACTIVE,
    occurred=NOW,
    created=NOW,
    modified=NOW,
)


@pytest.mark.parametrize(
    ("hours", "says", "appearance"), [(1, "7 h left", "good"), (7, "1 h left", "wait"), (8.5, "30 min late", "bad")]
)
def test_an_open_incident_runs_late(hours: float, says: str, appearance: str) -> None:
    sla = sla_of(INCIDENT, USUAL_TARGETS, NOW + timedelta(hours=hours))
    assert (sla.says, sla.appearance) == (says, appearance)


@pytest.mark.parametrize(("hours", "says"), [(2, "met"), (9, "missed")])
def test_a_closed_incident_ages_no_more(hours: float, says: str) -> None:
    closed = replace(INCIDENT, status=Status.DONE, closed=NOW + timedelta(hours=hours))
    sla = sla_of(closed, USUAL_TARGETS, NOW + timedelta(days=30))
    assert (sla.says, sla.appearance) == (says, "done")


def test_a_row_drops_what_could_play_tricks_in_a_list() -> None:
    trick = "invoice\u202efdp.exe\x00\nsecond line"
    hostile = replace(
        INCIDENT, name=trick, mirror=Mirror(instance="v1", id="WB-1"), custom_fields={"visiononeendpoints": ["A", "B"]}
    )
    row = row_of(hostile, USUAL_TARGETS, NOW)
    assert (row.name, row.host, row.source_id) == ("invoicefdp.exe second line", "A +1", "WB-1")


def test_an_incident_without_a_name_can_still_be_opened() -> None:
    assert row_of(replace(INCIDENT, name="\u202e"), USUAL_TARGETS, NOW).name == "(no name)"
