from datetime import UTC, datetime, timedelta

import pytest

from visionone_sim.tenant.telemetry import Log, Telemetry
from visionone_sim.wire import Json

NOW = datetime(2031, 2, 3, tzinfo=UTC)


def test_records_stand_in_the_order_of_their_times_and_come_newest_first() -> None:
    log = Log()
    for seconds in (5, 1, 3, 3):
        log.add(NOW + timedelta(seconds=seconds), seconds)
    assert list(log) == [1, 3, 3, 5]
    assert log.between(NOW + timedelta(seconds=1), NOW + timedelta(seconds=3)) == [3, 3, 1]


def test_an_activity_says_when_it_happened() -> None:
    telemetry = Telemetry()
    telemetry.record("emailActivities", {"eventTime": int(NOW.timestamp() * 1000)})
    assert len(telemetry.activities["emailActivities"].between(NOW, NOW)) == 1
    with pytest.raises(ValueError, match="eventTime"):
        telemetry.record("emailActivities", {"eventTime": "now"})


def test_an_activity_is_found_and_forgotten_by_its_id_whatever_its_kind() -> None:
    telemetry = Telemetry()
    moment = int(NOW.timestamp() * 1000)
    mail: dict[str, Json] = {"eventTime": moment, "msgUuid": "m1"}
    telemetry.record("emailActivities", mail)
    telemetry.record("networkActivities", {"eventTime": moment, "uuid": "n1"})
    telemetry.record("networkActivities", {"eventTime": moment, "uuid": "n2"})
    assert telemetry.find("m1") == ("emailActivities", mail)
    for record_id in ("n1", "unknown"):
        telemetry.forget(record_id)
    assert [record["uuid"] for record in telemetry.activities["networkActivities"].between(NOW, NOW)] == ["n2"]
    assert telemetry.find("n1") is None
