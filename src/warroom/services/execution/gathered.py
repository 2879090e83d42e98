"""What the runs of one call leave, gathered while they come in."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from warroom.model.context import ContextPatch
from warroom.model.entry import Entry
from warroom.model.halt import Held
from warroom.model.incident import Incident
from warroom.model.json import Json
from warroom.model.plan import Intent
from warroom.services.execution.call import Effects, Outcome, Schedule
from warroom.services.execution.results import RawEntry, label_of
from warroom.services.replacing import Replacement


@dataclass(slots=True)
class Gathered:
    """The parts of an outcome while the runs of a call come in."""

    entries: list[Entry] = field(default_factory=list)
    patches: list[ContextPatch] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    raw: list[Json] = field(default_factory=list)
    incident: Incident | None = None
    error: str = ""
    label: str = ""
    interrupted: bool = False
    deaths: int = 0
    intents: list[Intent] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    replacements: list[Replacement] = field(default_factory=list)

    def add(
        self, effects: Effects, raws: Sequence[RawEntry], entries: Sequence[Entry], patches: Sequence[ContextPatch]
    ) -> None:
        """Add what a run did, and its results: as they came, and as entries with the context that they write."""
        self.entries += entries
        self.patches += [*effects.patches, *patches]
        self.incident = effects.incident or self.incident
        self.intents += effects.intents
        self.held += effects.held
        self.replacements += effects.replacements
        self.raw += [raw.body for raw in raws]
        self.label = self.label or label_of(raws)
        failed = next((entry for entry in entries if entry.is_error), None)
        if failed and not self.error:
            self.error = failed.readable or str(failed.contents)

    @property
    def outcome(self) -> Outcome:
        return Outcome(
            entries=self.entries,
            patches=self.patches,
            incident=self.incident,
            error=self.error,
            label=self.label,
            schedules=self.schedules,
            raw=self.raw,
            interrupted=self.interrupted,
            deaths=self.deaths,
            intents=self.intents,
            held=self.held,
            replacements=self.replacements,
        )
