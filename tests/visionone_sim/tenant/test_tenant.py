from datetime import timedelta

import pytest

from visionone_sim.errors import AlertNotFoundError
from visionone_sim.tenant.tenant import Tenant


def test_an_alert_appears_after_its_time(tenant: Tenant) -> None:
    alert = tenant.show_alert({"id": "WB-1", "createdDateTime": "2031-02-03T04:05:06Z"}, after_seconds=10)
    with pytest.raises(AlertNotFoundError):
        tenant.alerts.get_visible("WB-1", tenant.clock.now())
    tenant.clock.advance(10)
    assert tenant.alerts.get_visible("WB-1", tenant.clock.now()) == alert


def test_each_link_lives_its_time_from_when_it_is_made(tenant: Tenant) -> None:
    _, first = tenant.link("00000001")
    assert first - tenant.clock.now() == timedelta(seconds=60)
    tenant.clock.advance(30)
    path, second = tenant.link("00000001")
    assert (second - first, path.startswith("/_files/00000001?")) == (timedelta(seconds=30), True)


def test_a_removed_file_is_gone(tenant: Tenant) -> None:
    tenant.remove_file("g1", r"C:\Temp\lsass.DMP")
    assert tenant.endpoints["g1"].files == {}
