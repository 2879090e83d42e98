from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.settings import Settings
from visionone_sim.tenant.objects import ListedObject, ObjectLists, Suspicion, read_object

NOW = datetime(2031, 2, 3, tzinfo=UTC)
BAD = ListedObject("domain", "bad.example")


def test_comparison_is_not_about_case_except_in_urls() -> None:
    assert ListedObject("domain", "BAD.example") == BAD
    assert ListedObject("url", "https://a.example/X") != ListedObject("url", "https://a.example/x")
    assert ListedObject("domain", "a.example") != ListedObject("senderMailAddress", "a.example")


@pytest.mark.parametrize("item", [{}, {"domain": ""}, {"domain": "a.example", "ip": "::1"}, {"ip": "x"}, {"ip": 1}])
def test_exactly_one_well_formed_object_is_read(item: dict[str, Any]) -> None:
    with pytest.raises(BadRequestError):
        read_object(item, check_format=True)


def test_formats_can_go_unchecked() -> None:
    assert read_object({"ip": "anything"}, check_format=False) == ListedObject("ip", "anything")


def test_suspicion_ends_when_its_time_is_over() -> None:
    lists = ObjectLists()
    lists.suspect(Suspicion(item=BAD, days=1), NOW, Settings())
    lists.suspect(Suspicion(item=ListedObject("ip", "::1"), days=-1), NOW, Settings())
    assert len(lists.suspicious(NOW + timedelta(hours=23))) == 2
    tomorrow = NOW + timedelta(days=1)
    assert [entry.item.value for entry in lists.suspicious(tomorrow)] == ["::1"]
    with pytest.raises(NotFoundError):
        lists.clear_suspicion(BAD, tomorrow)


def test_the_defaults_are_the_tenants() -> None:
    kind = Settings(suspicious_scan_action="log", suspicious_risk_level="low", suspicious_days=2)
    entry = ObjectLists().suspect(Suspicion(item=BAD), NOW, kind)
    assert (entry.scan_action, entry.risk_level, entry.expires) == ("log", "low", NOW + timedelta(days=2))


def test_exceptions_come_first_unless_the_tenant_does_not_mind() -> None:
    lists = ObjectLists()
    lists.make_exception(ListedObject("domain", "*.example"), None, NOW)
    assert lists.is_excepted(BAD)
    assert not lists.is_excepted(ListedObject("url", "https://bad.example"))
    with pytest.raises(BadRequestError):
        lists.suspect(Suspicion(item=BAD), NOW, Settings())
    lists.suspect(Suspicion(item=BAD), NOW, Settings(refuse_excepted_objects=False))


def test_what_is_not_listed_cannot_be_taken_off() -> None:
    lists = ObjectLists()
    with pytest.raises(NotFoundError):
        lists.end_exception(BAD)
    with pytest.raises(NotFoundError):
        lists.clear_suspicion(BAD, NOW)
    lists.unblock(BAD)
    assert lists.blocked() == []
