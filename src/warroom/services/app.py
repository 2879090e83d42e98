"""All use cases of one opened data folder, wired."""

from dataclasses import dataclass
from pathlib import Path

from warroom.services.approvals.pausing import Pausing
from warroom.services.audit.audit import Audit
from warroom.services.audit.standing import Standings
from warroom.services.commands.library import Library
from warroom.services.drive.conductor import Conductor
from warroom.services.evidence.evidence import Evidence
from warroom.services.evidence.exporting import Exporting
from warroom.services.evidence.proving import Proving
from warroom.services.evidence.scrubbing import Scrubbing
from warroom.services.incidents.incidents import Incidents
from warroom.services.incidents.sla import Targets
from warroom.services.incidents.uploading import Uploading
from warroom.services.incidents.war_room import WarRoom
from warroom.services.indicators.indicators import Indicators
from warroom.services.instances.instances import Instances
from warroom.services.intake.fetch_watch import FetchWatch
from warroom.services.intake.fetching import Fetching
from warroom.services.intake.resetting import Resetting
from warroom.services.intake.rule_list import RuleList
from warroom.services.intake.set_asides import SetAsides
from warroom.services.mirroring.mirroring import Mirroring
from warroom.services.notifying.notifying import Notifying
from warroom.services.notifying.trying import Trying
from warroom.services.packs.installing import Installing
from warroom.services.people.guessing import Guessing
from warroom.services.people.users import Users
from warroom.services.plans.cancelling import Cancelling
from warroom.services.plans.plans import Plans
from warroom.services.ports.clock import Clock
from warroom.services.ports.replies import Replies
from warroom.services.ports.signing import Signer
from warroom.services.ports.store import Store
from warroom.services.runtime import Runtime
from warroom.services.sealing.keeping import Keeping
from warroom.services.sealing.sealing import Sealing
from warroom.services.writing.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """What every door (command line, socket, later console and APIs) calls."""

    home: Path
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
    installing: Installing
    evidence: Evidence
    scrubbing: Scrubbing
    exporting: Exporting
    uploading: Uploading
    fetching: Fetching
    resetting: Resetting
    set_asides: SetAsides
    preprocess_rules: RuleList
    indicators: Indicators
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
    proving: Proving
    keeping: Keeping
    runtime: Runtime
