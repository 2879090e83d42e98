import pytest

from tests.web.clients import Clients
from warroom.doors.queue import QueueFilter, facets_of
from warroom.model.errors import InvalidInputError
from warroom.model.incident import Severity, Status
from warroom.model.user import SYSTEM
from warroom.services.ports.store import IncidentSort


def test_an_empty_filter_wants_everything() -> None:
    query = QueueFilter(text="", type="").wanted().query(10)
    assert (query.text, query.type, query.owner, query.sort) == (None, None, None, IncidentSort.NEWEST)


def test_an_empty_owner_is_one_that_is_wanted() -> None:
    assert QueueFilter(owner="").wanted().owner == ""


def test_several_severities_and_states_are_any_of_them() -> None:
    query = QueueFilter(status=["pending", "active"], severity=["high"]).wanted().query(10)
    assert query.statuses == [Status.PENDING, Status.ACTIVE]
    assert query.severities == [Severity.HIGH]


def test_one_word_is_a_list_of_one_and_may_be_a_number() -> None:
    wanted = QueueFilter.model_validate({"status": 1, "severity": "high"}).wanted()
    assert (wanted.statuses, wanted.severities) == ([Status.ACTIVE], [Severity.HIGH])


def test_a_state_that_there_is_not_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        QueueFilter(status=["lost"]).wanted()


async def test_counts_go_by_what_the_other_filters_leave(clients: Clients) -> None:
    for severity in (Severity.LOW, Severity.LOW, Severity.HIGH):
        await clients.incident(severity=severity)
    counts = await facets_of(clients.app, QueueFilter(severity=["high"], owner="nobody").wanted(), SYSTEM)
    assert counts.total == 0
    assert counts.severity == {}
    assert counts.owner == {"DBot": 1}
