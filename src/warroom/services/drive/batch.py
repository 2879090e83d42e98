"""The content of a driver's next commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from warroom.model.ids import IncidentId
from warroom.services.drive.edits import together
from warroom.services.drive.play import Starting
from warroom.services.execution.call import Outcome
from warroom.services.plans.playbook_replacement import Replacement, latest
from warroom.services.writing.journal import Edit


@dataclass(slots=True)
class Batch:
    """Gathers what ended and what starts; the outcome's intents are those to commit."""

    outcome: Outcome = field(default_factory=Outcome)
    edits: list[Edit] = field(default_factory=list)
    starting: list[Starting] = field(default_factory=list)

    def replacements(self) -> Sequence[Replacement]:
        """The playbooks that were set, one for each incident."""
        return latest(self.outcome.replacements)

    def edits_by_incident(self, own: IncidentId) -> Mapping[IncidentId, Edit]:
        """Return the edits of the plan's incident, and of incidents whose playbook was replaced."""
        edits = {own: list(self.edits)} if self.edits else {}
        for one in self.replacements():
            edits.setdefault(one.plan.incident, []).append(one.edit)
        return {incident: together(made) for incident, made in edits.items()}
