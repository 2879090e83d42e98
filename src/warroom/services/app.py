"""All use cases of one opened data folder, wired."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warroom.content.pack import Pack
from warroom.services.audit import Audit
from warroom.services.cancelling import Cancelling
from warroom.services.drive.conductor import Conductor
from warroom.services.evidence import Evidence
from warroom.services.exporting import Exporting
from warroom.services.fetch_watch import FetchWatch
from warroom.services.fetching import Fetching
from warroom.services.guessing import Guessing
from warroom.services.incidents import Incidents
from warroom.services.instances import Instances
from warroom.services.journal import Journal
from warroom.services.library import Library
from warroom.services.mirroring.mirroring import Mirroring
from warroom.services.notifying.notifying import Notifying
from warroom.services.notifying.trying import Trying
from warroom.services.pausing import Pausing
from warroom.services.plans import Plans
from warroom.services.ports.clock import Clock
from warroom.services.ports.replies import Replies
from warroom.services.ports.signing import Signer
from warroom.services.ports.store import Store
from warroom.services.runtime import Runtime
from warroom.services.scrubbing import Scrubbing
from warroom.services.sealing.keeping import Keeping
from warroom.services.sealing.sealing import Sealing
from warroom.services.set_asides import SetAsides
from warroom.services.sla import Targets
from warroom.services.standing import Standings
from warroom.services.uploading import Uploading
from warroom.services.users import Users
from warroom.services.war_room import WarRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """What every door (command line, socket, later console and APIs) calls."""

    home: Path
    packs: Sequence[Pack]
    store: Store
    replies: Replies
    signer: Signer
    journal: Journal
    library: Library
    clock: Clock
    sla: Targets
    conductor: Conductor
    plans: Plans
    war_room: WarRoom
    incidents: Incidents
    instances: Instances
    evidence: Evidence
    scrubbing: Scrubbing
    exporting: Exporting
    uploading: Uploading
    fetching: Fetching
    set_asides: SetAsides
    fetch_watch: FetchWatch
    mirroring: Mirroring
    users: Users
    guessing: Guessing
    audit: Audit
    notifying: Notifying
    trying: Trying
    standings: Standings
    pausing: Pausing
    cancelling: Cancelling
    sealing: Sealing
    keeping: Keeping
    runtime: Runtime
