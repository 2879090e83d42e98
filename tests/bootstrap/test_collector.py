"""The garbage collector, which is everybody's: what is set for a while is set back."""

import gc
from collections.abc import Iterator

import pytest

from warroom.bootstrap.collector import NEW_OBJECTS, calm_collector, no_collector


@pytest.fixture(autouse=True)
def a_collector_that_is_on() -> Iterator[None]:
    """Leave it to the other tests as it was."""
    was_on = gc.isenabled()
    gc.enable()
    yield
    (gc.enable if was_on else gc.disable)()


def test_nothing_is_looked_for_while_all_that_is_made_stays() -> None:
    with no_collector():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_is_on_again_when_the_content_cannot_be_read() -> None:
    with pytest.raises(ValueError, match="no content"), no_collector():
        raise ValueError("no content")
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    with no_collector():
        assert not gc.isenabled()
    assert not gc.isenabled()


def test_what_is_there_is_left_alone_and_new_objects_are_looked_at_less_often() -> None:
    before = gc.get_threshold()
    with calm_collector():
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold() == (NEW_OBJECTS, *before[1:])
    assert (gc.get_freeze_count(), gc.get_threshold()) == (0, before)
