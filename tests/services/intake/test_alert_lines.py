from warroom.model.ids import IncidentId, entry_id
from warroom.services.intake.alert_lines import NAMED, alerts_line
from warroom.testing.clock import START
from warroom.testing.samples import an_incident


def test_a_line_names_some_alerts_and_has_all_of_them() -> None:
    alerts = [an_incident(number, mirrors=f"WB-{number}") for number in range(NAMED + 2)]
    line = alerts_line(IncidentId("7"), alerts, "22 alerts came.", at=START, actor="fetch", tag="x")
    entry = line.numbered(entry_id(1, IncidentId("7")))
    assert entry.readable.startswith("22 alerts came.\n\n- WB-0 Incident 0\n- WB-1 Incident 1\n")
    assert entry.readable.endswith(f"- WB-{NAMED - 1} Incident {NAMED - 1}\n- and 2 more")
    assert [alert["id"] for alert in entry.contents] == [f"WB-{number}" for number in range(NAMED + 2)]
    assert entry.tags == ("x",)
