from datetime import timedelta

import pytest

from warroom.model.errors import TooManyTriesError
from warroom.services.people.kept_tries import KeptTries
from warroom.services.people.unknown_networks import (
    EACH_SLOWS,
    FREE,
    MOST_KNOWN,
    SITE_PACE,
    SLOWEST,
    UnknownNetworks,
    is_network,
    site_of,
)
from warroom.services.ports.tries import Count
from warroom.testing.clock import START
from warroom.testing.tries import MemoryTries

SECOND = timedelta(seconds=1)
NONE = timedelta()


def network(number: int, site: int = 1) -> str:
    return f"2001:db8:{site:x}:{number:x}::/64"


def crowded(networks: UnknownNetworks, times: int) -> None:
    for number in range(times):
        networks.start(f"203.0.{number >> 8}.{number & 255}", START)


def test_the_networks_of_one_site_wait_together_and_those_of_another_do_not() -> None:
    networks = UnknownNetworks()
    for number in range(SITE_PACE.free):
        networks.start(network(number), START)
    with pytest.raises(TooManyTriesError) as refusal:
        networks.start(network(0xFFFF), START)
    assert refusal.value.seconds == 5
    networks.start(network(1, site=2), START)
    networks.start("192.0.2.7", START)


def test_a_network_where_somebody_signed_in_does_not_wait_for_its_site() -> None:
    networks = UnknownNetworks()
    networks.start(network(7), START)
    networks.was_right(network(7), START)
    for number in range(100, 100 + SITE_PACE.free):
        networks.start(network(number), START)
    with pytest.raises(TooManyTriesError):
        networks.start(network(8), START)
    networks.start(network(7), START)


def test_the_right_passwords_of_a_site_are_no_guesses() -> None:
    networks = UnknownNetworks()
    for number in range(SITE_PACE.free * 3):
        networks.start(network(number), START)
        networks.was_right(network(number), START)
    networks.start(network(0xFFFF), START)
    assert networks.delay(network(0xFFFF), START) == NONE


@pytest.mark.slow
def test_many_strangers_at_once_slow_strangers_down_and_nobody_is_refused() -> None:
    networks = UnknownNetworks()
    crowded(networks, FREE)
    assert networks.delay("192.0.2.7", START) == NONE
    crowded(networks, 10)
    assert networks.delay("192.0.2.7", START) == 10 * EACH_SLOWS
    crowded(networks, 100_000)
    assert networks.delay("192.0.2.7", START) == SLOWEST
    assert networks.delay("elsewhere", START) == SLOWEST


def test_a_known_browser_and_a_known_network_are_not_slowed_down_by_strangers() -> None:
    networks = UnknownNetworks()
    networks.welcome("192.0.2.7")
    crowded(networks, FREE * 3)
    assert networks.delay("192.0.2.7", START) == NONE
    assert networks.delay("browser b1", START) == NONE
    assert networks.delay("192.0.2.8", START) > NONE


def test_it_is_over_soon_after_the_crowd_has_gone() -> None:
    networks = UnknownNetworks()
    crowded(networks, FREE + 50)
    assert networks.delay("192.0.2.7", START + 50 * SECOND) == NONE
    assert networks.delay("192.0.2.7", START - timedelta(days=1)) == 50 * EACH_SLOWS


def test_what_is_not_a_network_is_never_known() -> None:
    networks = UnknownNetworks()
    crowded(networks, FREE * 3)
    networks.was_right("elsewhere", START)
    assert networks.delay("elsewhere", START) > NONE
    assert [is_network(origin) for origin in ("192.0.2.7", "fe80::/64", "elsewhere", "browser b1", "")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert site_of("elsewhere") == ""


def test_a_bounded_number_of_networks_is_known() -> None:
    networks = UnknownNetworks()
    for number in range(MOST_KNOWN + 1):
        networks.welcome(network(number & 0xFFFF, site=1 + (number >> 16)))
    crowded(networks, FREE * 3)
    assert networks.delay(network(0), START) > NONE
    assert networks.delay(network(1), START) == NONE


async def test_a_restart_forgets_no_site_that_waits() -> None:
    store = MemoryTries()
    for number in range(SITE_PACE.free):
        await KeptTries(store).start(network(number), "ana", START)
    with pytest.raises(TooManyTriesError):
        await KeptTries(store).start(network(0xFFFF), "ana", START)
    assert "2001:db8:1:ffff::/64" not in {count.origin for count in await store.all()}


async def test_a_site_that_waits_is_shown_with_those_that_wait() -> None:
    tries = KeptTries(MemoryTries())
    for number in range(SITE_PACE.free):
        await tries.start(network(number), "ana", START)
    (count,) = await tries.counts(START)
    assert (count.origin, count.wrong) == ("2001:db8:1::/48", SITE_PACE.free)
    await tries.pardon("ana", START)
    assert await tries.counts(START) == []


def test_counts_that_a_stored_clock_dated_differently_are_counted_all_the_same() -> None:
    networks = UnknownNetworks()
    networks.recall([
        Count(origin="everywhere", wrong=999, since=START, last=START, until=START),
        Count(origin="192.0.2.7", wrong=FREE + 20, since=START, last=START, until=START),
    ])  # fmt: skip
    assert networks.delay("198.51.100.1", START) == 20 * EACH_SLOWS
