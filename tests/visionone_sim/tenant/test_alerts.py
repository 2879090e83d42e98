from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visionone_sim.errors import AlertNotFoundError, BadRequestError, ConditionNotMetError
from visionone_sim.filters import parse
from visionone_sim.queries import OLDEST, Window
from visionone_sim.tenant.alerts import FILTER_FIELDS, Alert, AlertBook, AlertQuery, read_changes
from visionone_sim.wire import wire_time

NOW = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)


def alert(alert_id: str, **fields: Any) -> Alert:
    visible = fields.pop("visible", NOW)
    document = {
        "id": alert_id,
        "status": "Open",
        "investigationStatus": "New",
        "investigationResult": "No Findings",
        "severity": "high",
        "score": 70,
        "createdDateTime": "2031-02-03T04:00:00Z",
        "updatedDateTime": "2031-02-03T04:00:00Z",
        "impactScope": {"entities": [{"entityValue": {"guid": "g1", "name": "FIN-LT-042", "ips": ["10.0.0.42"]}}]},
        "indicators": [{"value": r"C:\Temp\lsass.DMP"}],
        **fields,
    }
    return Alert(document=document, visible_since=visible)


def book(*alerts: Alert) -> AlertBook:
    made = AlertBook(ignore_case=True)
    for each in alerts:
        made.put(each)
    return made


def found(
    made: AlertBook, *, text: str | None = None, order: str = "createdDateTime", as_of: datetime = NOW
) -> list[str]:
    query = AlertQuery(
        window=Window(OLDEST, NOW, "createdDateTime"),
        order=((order, True),),
        filter=parse(text, FILTER_FIELDS, functions=("contains",)) if text else None,
        as_of=as_of,
    )
    return [each.id for each in made.find(query)]


def test_severities_are_ordered_by_their_weight() -> None:
    made = book(*(alert(each, severity=each) for each in ("low", "critical", "medium", "odd", "high")))
    assert found(made, order="severity") == ["odd", "critical", "high", "medium", "low"]


@pytest.mark.parametrize(
    "text",
    ["impactScopeEntityValue eq 'fin-lt-042'", "contains(indicatorValue,'lsass')", "id eq 'A' and severity eq 'low'"],
)
def test_filters_look_into_entities_and_indicators(text: str) -> None:
    assert found(book(alert("A", severity="low"), alert("B", impactScope={}, indicators=[])), text=text) == ["A"]


def test_an_alert_of_any_shape_can_be_listed() -> None:
    odd = alert("A", impactScope=[1], indicators="x", severity=None, score=None, status=None)
    assert found(book(odd), text="contains(indicatorValue,'x') or not status eq 'Open'") == ["A"]


def test_what_appears_during_a_walk_waits_for_the_next_walk() -> None:
    made = book(alert("A"), alert("B", visible=NOW + timedelta(seconds=5)))
    assert found(made) == ["A"]
    assert found(made, as_of=NOW + timedelta(seconds=5)) == ["A", "B"]
    with pytest.raises(AlertNotFoundError):
        made.get_visible("B", NOW)


def test_a_change_is_seen_by_the_next_list_and_changes_the_tag() -> None:
    made = book(alert("A"))
    assert found(made, text="status eq 'Open'") == ["A"]
    before = made["A"].etag
    made.change("A", {"status": "Closed"}, before, NOW)
    assert found(made, text="status eq 'Open'") == []
    assert made["A"].etag != before
    assert made["A"].document["updatedDateTime"] == made["A"].document["firstInvestigatedDateTime"]
    with pytest.raises(ConditionNotMetError):
        made.change("A", {"status": "Open"}, before, NOW)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "In Progress"}, ("In Progress", "In Progress", "No Findings")),
        ({"investigationStatus": "False Positive"}, ("Closed", "False Positive", "False Positive")),
        ({"investigationStatus": "Closed"}, ("Closed", "Closed", "No Findings")),
        ({"investigationResult": "Other Findings"}, ("Open", "New", "Other Findings")),
        ({"status": "Closed", "investigationResult": "Noteworthy"}, ("Closed", "Closed", "Noteworthy")),
    ],
)
def test_the_old_field_and_the_new_ones_agree(changes: dict[str, str], expected: tuple[str, str, str]) -> None:
    document = book(alert("A")).change("A", changes, None, NOW).document
    assert (document["status"], document["investigationStatus"], document["investigationResult"]) == expected


@pytest.mark.parametrize("body", [{}, {"severity": "low"}, {"status": "open"}, {"status": 3}, {"status": []}])
def test_other_changes_are_refused(body: dict[str, Any]) -> None:
    with pytest.raises(BadRequestError):
        read_changes(body)


def test_owners_can_be_changed_only_where_that_is_allowed() -> None:
    made = book(alert("A", ownerIds=[]))
    with pytest.raises(BadRequestError, match="Nothing to change"):
        read_changes({"ownerIds": ["account-1"]})
    with pytest.raises(BadRequestError, match="not a list of account IDs"):
        read_changes({"ownerIds": "account-1"}, owners=True)

    changed = made.change("A", read_changes({"ownerIds": ["account-1"]}, owners=True), None, NOW)

    assert (changed.document["ownerIds"], changed.document["status"]) == (["account-1"], "Open")


@pytest.mark.parametrize("document", [{"id": "A", "createdDateTime": "soon"}, {"id": None}, {}])
def test_an_alert_that_no_list_could_hold_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"time data|needs an id"):
        book(Alert(document=document, visible_since=NOW))


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 9)), max_size=30),
    st.integers(0, 5),
    st.integers(0, 5),
    st.integers(0, 5),
)
def test_the_register_finds_what_looking_at_all_would_find(
    rows: list[tuple[int, int, int]], start: int, end: int, as_of: int
) -> None:
    made = AlertBook(ignore_case=True)
    for created, visible, name in rows:
        moment = NOW + timedelta(seconds=created)
        made.put(alert(f"A{name}", createdDateTime=wire_time(moment), visible=NOW + timedelta(seconds=visible)))
    window = Window(NOW + timedelta(seconds=start), NOW + timedelta(seconds=end), "createdDateTime")
    moment = NOW + timedelta(seconds=as_of)
    query = AlertQuery(window=window, order=(("createdDateTime", True),), filter=None, as_of=moment)
    page = made.find(query)
    times = [each.moment("createdDateTime") for each in page]
    assert times == sorted(times, key=str, reverse=True)
    assert {each.id for each in page} == {
        each.id
        for each in made.values()
        if window.holds(each.moment("createdDateTime")) and each.visible_since <= moment
    }
    assert list(page[1:3]) == list(page)[1:3]


def test_an_alert_that_is_removed_is_found_no_more() -> None:
    made = book(alert("WB-1"), alert("WB-2"))
    assert found(made) == ["WB-1", "WB-2"]
    made.remove("WB-2")
    assert (found(made), list(made)) == (["WB-1"], ["WB-1"])
