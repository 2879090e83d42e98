"""What those work with who drive plans."""

from dataclasses import dataclass

from warroom.services.drive.deaths import SET_ASIDE_AFTER
from warroom.services.drive.frames import Frames
from warroom.services.drive.holding import Holding
from warroom.services.drive.perform import Performer
from warroom.services.drive.weighing import Weighing
from warroom.services.journal import Journal
from warroom.services.library import Library
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The same for all sessions of a process."""

    store: Store
    journal: Journal
    library: Library
    performer: Performer
    frames: Frames
    weighing: Weighing
    holding: Holding
    clock: Clock
    set_aside_after: int = SET_ASIDE_AFTER  # deaths of the process, of a task that was under way
