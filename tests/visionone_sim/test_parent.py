import os
from threading import Event

from visionone_sim.parent import end_with_parent


def test_it_is_told_once_the_other_end_is_closed_and_not_before() -> None:
    ours, theirs = os.pipe()
    gone = Event()
    watcher = end_with_parent(gone.set, ours)
    os.write(theirs, b"hello")
    assert not gone.wait(0.05)
    os.close(theirs)
    watcher.join(60)
    assert gone.is_set()
    os.close(ours)
