"""The collaborators of every plan driver."""

from dataclasses import dataclass

from warroom.services.commands.library import Library
from warroom.services.drive.approval_check import ApprovalCheck
from warroom.services.drive.deaths import SET_ASIDE_AFTER
from warroom.services.drive.frames import Frames
from warroom.services.drive.holding import Holding
from warroom.services.drive.perform import Performer
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Store
from warroom.services.writing.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The same for all sessions of a process."""

    store: Store
    journal: Journal
    library: Library
    performer: Performer
    frames: Frames
    approval: ApprovalCheck
    holding: Holding
    clock: Clock
    set_aside_after: int = SET_ASIDE_AFTER  # deaths of the process, of a task that was under way
