import pytest

from warroom.model.ids import EntryId, IncidentId, entry_id, incident_of


@pytest.mark.parametrize(("number", "incident"), [(1, "1"), (40, "17")])
def test_an_entrys_id_names_its_incident(number: int, incident: str) -> None:
    made = entry_id(number, IncidentId(incident))
    assert made == f"{number}@{incident}"
    assert incident_of(made) == incident


def test_a_malformed_id_names_no_incident() -> None:
    assert incident_of(EntryId("17")) == ""
