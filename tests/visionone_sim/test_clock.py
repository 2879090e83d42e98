from datetime import UTC, datetime, timedelta

from visionone_sim.clock import ManualClock, SystemClock


def test_a_manual_clock_moves_only_by_hand() -> None:
    clock = ManualClock(datetime(2031, 2, 3, tzinfo=UTC))
    before = clock.now()
    assert clock.now() == before
    clock.advance(1.5)
    assert clock.now() - before == timedelta(seconds=1.5)


def test_a_system_clock_begins_at_the_present() -> None:
    assert abs(SystemClock().now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_faster_clock_passes_more_time() -> None:
    fast = SystemClock(speed=1_000_000)
    began = fast.now()
    while fast.now() == began:
        pass
    assert fast.now() > began


def test_a_system_clock_can_be_moved_too() -> None:
    clock = SystemClock(speed=0)
    before = clock.now()
    clock.advance(3600)
    assert clock.now() - before == timedelta(hours=1)
