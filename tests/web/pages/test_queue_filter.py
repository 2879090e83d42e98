from starlette.datastructures import QueryParams

from warroom.model.incident import Severity, Status
from warroom.services.ports.store import IncidentGroup, IncidentSort
from warroom.web.pages.queue_filter import OPEN, Facet, facets, wanted_from

GROUPS = [
    IncidentGroup(type="Alert", status=Status.ACTIVE, severity=Severity.HIGH, owner="", count=3),
    IncidentGroup(type="Alert", status=Status.ACTIVE, severity=Severity.LOW, owner="ada", count=2),
    IncidentGroup(type="Alert", status=Status.DONE, severity=Severity.HIGH, owner="ada", count=5),
]


def _counts(found: list[Facet], name: str) -> dict[str, int]:
    facet = next(facet for facet in found if facet.name == name)
    return {choice.value: choice.count for choice in facet.choices}


def test_the_bare_address_shows_what_is_open() -> None:
    assert wanted_from(QueryParams("")).statuses == OPEN


def test_an_old_link_still_opens_whatever_it_says() -> None:
    wanted = wanted_from(QueryParams("severity=nonsense&status=gone&sort=sideways&owner="))
    assert (wanted.severities, wanted.statuses, wanted.sort, wanted.owner) == ((), OPEN, IncidentSort.NEWEST, None)


def test_any_status_and_nobody_as_owner_can_be_asked_for() -> None:
    wanted = wanted_from(QueryParams("status=any&owner=-&severity=high&severity=low&sort=severity"))
    query = wanted.query(50)
    assert (query.statuses, query.owner, query.sort) == ((), "", IncidentSort.SEVERITY)
    assert set(query.severities) == {Severity.HIGH, Severity.LOW}


def test_a_filter_counts_what_each_choice_would_leave_given_the_other_filters() -> None:
    found = facets(GROUPS, wanted_from(QueryParams("severity=high")), me="ada")
    assert _counts(found, "severity") == {"critical": 0, "high": 3, "medium": 0, "low": 2, "unknown": 0}
    assert _counts(found, "status") == {"pending": 0, "active": 3, "done": 5}
    assert _counts(found, "owner") == {"": 3, "-": 3, "ada": 0}


def test_types_are_a_filter_once_there_are_several() -> None:
    other = IncidentGroup(type="Phishing", status=Status.ACTIVE, severity=Severity.LOW, owner="", count=1)
    assert [facet.name for facet in facets(GROUPS, wanted_from(QueryParams("")), "ada")][-1] == "owner"
    assert _counts(facets([*GROUPS, other], wanted_from(QueryParams("")), "ada"), "type") == {
        "": 6,
        "Alert": 5,
        "Phishing": 1,
    }


def test_a_chosen_owner_stays_in_the_list_without_incidents() -> None:
    found = facets(GROUPS, wanted_from(QueryParams("owner=zoe")), me="ada")
    chosen = [choice.value for facet in found if facet.name == "owner" for choice in facet.choices if choice.chosen]
    assert chosen == ["zoe"]
