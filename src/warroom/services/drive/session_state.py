"""The state of one plan's driver: what it plays, what runs at this moment, and what its next commit takes along."""

from dataclasses import dataclass, field

from warroom.model.plan import Answer, Intent
from warroom.services.drive.inflight import Inflight
from warroom.services.drive.ledger import Ledger
from warroom.services.drive.play import Play, Starting
from warroom.services.drive.tools import Tools


@dataclass(slots=True, kw_only=True)
class SessionState:
    """Shared by the parts of a session."""

    tools: Tools
    play: Play
    inflight: Inflight
    ledger: Ledger = field(default_factory=Ledger)
    stop: Answer | None = None  # the plan is replaced or cancelled: no task starts
    again: list[Starting] = field(default_factory=list)  # tasks whose next try is due; started with the next commit
    given_up: list[Intent] = field(default_factory=list)  # of which a person says that the action is to run again
