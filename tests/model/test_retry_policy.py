from datetime import timedelta
from itertools import islice

from warroom.model.retry_policy import RetryPolicy

ENDING, ENDLESS = RetryPolicy((0.5, 3)), RetryPolicy((0.5, 3), repeats=True)


def test_a_policy_waits_as_its_ladder_says_and_gives_up() -> None:
    assert [wait.total_seconds() for wait in ENDING] == [0.5, 3]
    assert [ENDING.after(failures) for failures in (1, 2)] == [timedelta(seconds=0.5), timedelta(seconds=3)]
    assert [ENDING.has_ended(failures) for failures in (1, 2, 3)] == [False, False, True]


def test_a_last_wait_that_repeats_never_ends() -> None:
    assert [wait.total_seconds() for wait in islice(ENDLESS, 5)] == [0.5, 3, 3, 3, 3]
    assert [ENDLESS.after(failures) for failures in (1, 2, 9)] == [timedelta(seconds=one) for one in (0.5, 3, 3)]
    assert not ENDLESS.has_ended(9)
