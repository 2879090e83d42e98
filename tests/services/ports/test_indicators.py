from datetime import timedelta

from warroom.services.ports.indicators import IndicatorSort, mark_of
from warroom.testing.clock import START
from warroom.testing.samples import an_indicator


def test_a_position_is_that_of_the_order() -> None:
    one = an_indicator(last_seen=START + timedelta(days=1))
    assert mark_of(one, IndicatorSort.CREATED).at == START
    assert mark_of(one, IndicatorSort.SEEN).at == START + timedelta(days=1)
