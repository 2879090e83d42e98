from datetime import UTC, datetime, timedelta

import pytest

from visionone_sim.tenant.telemetry import Log, Telemetry

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
