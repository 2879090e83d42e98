from datetime import timedelta

import pytest

from warroom.model.errors import TooManyTriesError
from warroom.services.people.tries import Backoff, Place, Tries, network_of, seconds_until
from warroom.services.ports.tries import SEVERAL
from warroom.testing.clock import START

HERE, THERE = "192.0.2.7", "198.51.100.9"
SECOND = timedelta(seconds=1)


def guessed(tries: Tries, times: int, *, origin: str = HERE, name: str = "ana") -> None:
    for _ in range(times):
        tries.start(origin, name, START)


def wait_of(tries: Tries, origin: str = HERE) -> int:
    with pytest.raises(TooManyTriesError) as refusal:
        tries.start(origin, "ana", START)
    return refusal.value.seconds


def test_the_first_five_cost_nothing_and_each_further_one_twice_as_much() -> None:
    tries, now, waits = Tries(), START, []
    guessed(tries, 5)
    for _ in range(4):
        with pytest.raises(TooManyTriesError) as refusal:
            tries.start(HERE, "ana", now)
        waits.append(refusal.value.seconds)
        now += timedelta(seconds=refusal.value.seconds)
        tries.start(HERE, "ana", now)
    assert waits == [5, 10, 20, 40]


def test_nobody_waits_for_another_one() -> None:
    tries = Tries()
    guessed(tries, 5)
    wait_of(tries)
    tries.start(THERE, "ana", START)
    tries.start(Place(address=HERE, browser="b1", name="ana").origin("ana"), "ana", START)


def test_to_be_turned_away_is_no_try_and_lengthens_nothing() -> None:
    tries = Tries()
    guessed(tries, 5)
    assert {wait_of(tries) for _ in range(50)} == {5}
    (count,) = tries.counts(START)
    assert (count.wrong, count.turned_away, count.until) == (5, 50, START + 5 * SECOND)


def test_only_the_first_one_that_is_turned_away_is_news() -> None:
    tries = Tries()
    guessed(tries, 5)
    news = []
    for _ in range(3):
        with pytest.raises(TooManyTriesError) as refusal:
            tries.start(HERE, "ana", START)
        news.append(refusal.value.is_first)
    assert news == [True, False, False]


def test_the_right_password_forgives_the_wrong_ones_of_its_name() -> None:
    tries = Tries()
    guessed(tries, 4)
    tries.was_right(HERE, "ana", START)
    guessed(tries, 4)


def test_a_good_name_of_ones_own_does_not_forgive_guesses_at_another() -> None:
    tries = Tries()
    for _ in range(4):
        tries.start(HERE, "ana", START)
        tries.start(HERE, "eve", START)
        tries.was_right(HERE, "eve", START)
    guessed(tries, 1)
    wait_of(tries)


def test_time_forgives_one_by_one_and_in_the_end_all() -> None:
    tries, pace = Tries(), Backoff()
    guessed(tries, 5)
    later = START + pace.forgives_one_in
    tries.start(HERE, "ana", later)
    with pytest.raises(TooManyTriesError):
        tries.start(HERE, "ana", later)
    assert tries.counts(later + 6 * pace.forgives_one_in) == []
    for _ in range(5):
        tries.start(HERE, "ana", later + 6 * pace.forgives_one_in)


def test_who_never_stops_gets_some_tries_an_hour_and_never_waits_longer_than_the_longest() -> None:
    tries, now, done, longest = Tries(), START, 0, 0
    while now < START + timedelta(hours=24):
        try:
            tries.start(HERE, "ana", now)
            done += 1
        except TooManyTriesError as refusal:
            longest = max(longest, refusal.seconds)
            now += refusal.seconds * SECOND
    assert done < 900
    assert longest <= Backoff().longest_wait.total_seconds()


def test_it_remembers_a_bounded_number_of_those_it_heard_of_last() -> None:
    tries = Tries(Backoff(most=3))
    guessed(tries, 5)
    for number in range(2):
        guessed(tries, 1, origin=f"203.0.113.{number}")
        wait_of(tries)
    guessed(tries, 2, origin="203.0.113.7")
    guessed(tries, 1, origin="203.0.113.0")
    assert len(tries._counts) == 3


def test_a_clock_that_was_put_back_makes_nobody_wait_longer_than_the_longest() -> None:
    tries = Tries()
    guessed(tries, 5)
    with pytest.raises(TooManyTriesError) as refusal:
        tries.start(HERE, "ana", START - timedelta(days=400))
    assert refusal.value.seconds == Backoff().longest_wait.total_seconds()


def test_what_was_kept_goes_on_and_what_time_has_forgiven_does_not() -> None:
    before, after = Tries(), Tries()
    guessed(before, 5)
    guessed(before, 1, origin=THERE)
    kept, gone = before.changes()
    assert ([count.origin for count in kept], gone) == ([HERE, THERE], [])
    after.recall(kept, START + Backoff().forgives_one_in)
    assert after.changes() == ([], [THERE])
    wait_of(after)


def test_a_flood_of_those_who_are_turned_away_is_one_change() -> None:
    tries = Tries()
    guessed(tries, 5)
    wait_of(tries)
    tries.were_kept()
    for _ in range(50):
        wait_of(tries)
    assert tries.changes() == ([], [])


def test_an_origin_that_makes_room_for_another_is_a_change() -> None:
    tries = Tries(Backoff(most=1))
    guessed(tries, 1)
    guessed(tries, 1, origin=THERE)
    kept, gone = tries.changes()
    assert ([count.origin for count in kept], gone) == ([THERE], [HERE])


def test_the_sum_sees_who_spreads_guesses_over_many_origins() -> None:
    tries = Tries()
    for number in range(40):
        tries.start(f"203.0.113.{number}", SEVERAL, START)
        tries.was_wrong(START + SECOND)
    everywhere = tries.everywhere(START + timedelta(minutes=59))
    assert everywhere is not None
    assert (everywhere.wrong, everywhere.since, everywhere.last) == (40, START + SECOND, START + SECOND)
    assert tries.everywhere(START + timedelta(hours=1, seconds=1)) is None
    assert tries.was_wrong(START + timedelta(hours=2)) == 1


def test_mistakes_that_the_right_password_follows_are_no_guesses() -> None:
    tries = Tries()
    for _ in range(3):
        tries.start(HERE, "ana", START)
        tries.was_wrong(START)
    tries.start(HERE, "ana", START)
    tries.was_right(HERE, "ana", START)
    assert tries.everywhere(START) is None


def test_an_admin_lets_those_try_anew_who_tried_one_name() -> None:
    tries = Tries()
    guessed(tries, 5)
    guessed(tries, 5, origin=THERE, name="bob")
    tries.pardon("ana", START)
    guessed(tries, 1)
    wait_of(tries, THERE)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("unknown", "_hidden", True),
        ("", "unknown", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
    ],
)
def test_what_belongs_to_one_household_counts_together(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


def test_a_browser_counts_by_itself_for_the_name_that_it_knows_and_for_no_other() -> None:
    place = Place(address=HERE, browser="b1", name="ana")
    assert place.origin("ana") == "browser b1"
    assert place.origin("root") == HERE
    assert Place(address=HERE).origin("") == HERE


def test_half_a_second_is_a_second_to_wait() -> None:
    assert seconds_until(START + timedelta(seconds=0.5), START) == 1
    assert seconds_until(START + timedelta(seconds=2.01), START) == 3
