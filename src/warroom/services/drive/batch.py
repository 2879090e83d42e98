"""What the next commit of a driver takes along."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from warroom.model.context import ContextPatch
from warroom.model.entry import Entry
from warroom.model.ids import IncidentId
from warroom.model.plan import Intent
from warroom.services.drive.edits import together
from warroom.services.drive.performed import Performed
from warroom.services.drive.play import Starting
from warroom.services.journal import Edit
from warroom.services.replacing import Replacement, latest


@dataclass(slots=True)
class Batch:
    """Gathers what ended and what starts."""

    entries: list[Entry] = field(default_factory=list)
    performed: list[Performed] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    starting: list[Starting] = field(default_factory=list)

    def patches(self) -> list[ContextPatch]:
        return [patch for item in self.performed for patch in (*item.outcome.patches, *item.patches)]

    def replacements(self) -> list[Replacement]:
        """The playbooks that were set, one for each incident."""
        return latest([one for item in self.performed for one in item.outcome.replacements])

    def edits_by_incident(self, own: IncidentId) -> Mapping[IncidentId, Edit]:
        """Give the edits of the plan's own incident, and of those whose playbook is another one now."""
        edits = {own: list(self.edits)} if self.edits else {}
        for one in self.replacements():
            edits.setdefault(one.plan.incident, []).append(one.edit)
        return {incident: together(made) for incident, made in edits.items()}
