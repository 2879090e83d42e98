"""A world that mirrors: another system in memory, behind the four commands of an integration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from tests.services.sources import SOURCE, Intake, Source, an_alert
from tests.services.world import LAB, lab
from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import FieldMap, IncidentField, IncidentType, Mapper
from warroom.content.pack import Pack
from warroom.content.value import Simple
from warroom.model.entry import Entry
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.model.mirror import MirrorRecord
from warroom.services.mirroring.mirroring import MIRROR_SECONDS, Mirrored
from warroom.services.ports.runner import Ran
from warroom.services.ports.store import Changes, Committed
from warroom.testing.clock import ManualClock
from warroom.testing.runner import FakeCode
from warroom.testing.samples import an_actor
from warroom.testing.store import MemoryStore

ONE, TWO = IncidentId("1"), IncidentId("2")
MIRROR = "mirror:lab-1"
TAG = "out"
MARK = "(ours)"


@dataclass
class Other:
    """Cases of another system; `fails` are the errors that the next runs of a command end with, by command."""

    clock: ManualClock
    cases: dict[str, JsonObject] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, datetime] = field(default_factory=dict)
    fails: dict[str, list[str]] = field(default_factory=dict)
    asked: list[tuple[str, JsonObject]] = field(default_factory=list)
    closes: bool = False  # whether it says if a case is closed

    def change(self, case: str, **values: Json) -> None:
        self.cases[case] |= values
        self.changed[case] = self.clock.now()

    def note(self, case: str, text: str) -> None:
        self.notes.setdefault(case, []).append(text)
        self.changed[case] = self.clock.now()

    def times(self, command: str) -> int:
        """How often a command has run."""
        return [name for name, _ in self.asked].count(command)

    @property
    def deltas(self) -> list[Json]:
        return [args["delta"] for name, args in self.asked if name == "update-remote-system"]

    def _failing(self, code: FakeCode) -> Ran | None:
        args = dict(code.run.args)
        self.asked.append((code.run.command, args))
        case = str(args.get("id") or args.get("remoteId") or "")
        waiting = self.fails.get(f"{code.run.command} {case}") or self.fails.get(code.run.command) or []
        return replace(code.ran(), error=waiting.pop(0)) if waiting else None

    def modified(self, code: FakeCode) -> Ran:
        if failed := self._failing(code):
            return failed
        since = datetime.fromisoformat(str(code.run.args["lastUpdate"]))
        ids = [case for case, at in self.changed.items() if at >= since]
        turn = {"turn": int(code.run.last_mirror_run.get("turn", 0)) + 1}
        return replace(code.ran({"Type": 1, "ContentsFormat": "json", "Contents": ids}), last_mirror_run=turn)

    def data(self, code: FakeCode) -> Ran:
        if failed := self._failing(code):
            return failed
        case = str(code.run.args["id"])
        told = dict(code.run.integration_context)
        notes = self.notes.get(case, [])
        new = [text for text in notes[int(told.get(case, 0)) :] if not text.endswith(MARK)]
        entries: list[Json] = [{"Type": 1, "ContentsFormat": "text", "Contents": text, "Note": True} for text in new]
        if self.closes:
            entries.append({"Type": 1, "ContentsFormat": "json", "Contents": self._closing(case)})
        return replace(code.ran([dict(self.cases[case]), *entries]), integration_context={**told, case: len(notes)})

    def _closing(self, case: str) -> JsonObject:
        if self.cases[case]["stage"] != "Closed":
            return {"dbotIncidentReopen": True}
        return {"dbotIncidentClose": True, "closeReason": "Resolved", "closeNotes": "Done there."}

    def update(self, code: FakeCode) -> Ran:
        if failed := self._failing(code):
            return failed
        args = code.run.args
        case = str(args["remoteId"])
        if stage := args["delta"].get("stage"):
            self.change(case, stage=stage)
        for entry in args["entries"]:
            text = f"{entry['id']} {entry['contents']} {MARK}"
            if text not in self.notes.get(case, []):
                self.note(case, text)
        return code.ran(case)


class Dying(MemoryStore):
    """Belongs to a process that dies before the first commit that `last_straw` holds for."""

    last_straw: Callable[[Changes], bool] | None = None

    async def commit(self, changes: Changes) -> Committed:
        if self.last_straw and self.last_straw(changes):
            self.last_straw = None
            raise OSError("The process is gone.")
        return await super().commit(changes)


class Reflection(Intake):
    """Two alerts that are mirrored, as incidents 1 and 2."""

    def __init__(self, *, direction: str = "Both", alerts: int = 2) -> None:
        self.direction = direction
        super().__init__(Source([], page=10))
        self.other = Other(clock=self.world.clock)
        for number in range(1, alerts + 1):
            self.source.alerts.append(self._alert(number))
        self.world.runner.table |= {
            "get-modified-remote-data": self.other.modified,
            "get-remote-data": self.other.data,
            "update-remote-system": self.other.update,
        }
        self.world.catalogue = Catalogue([_pack()])
        self.restart()

    def _alert(self, number: int) -> JsonObject:
        case = f"WB-{number}"
        self.other.cases[case] = {"stage": "Open", "severity": 2, "impact": 10}
        raw = '{"stage": "Open", "severity": 2, "impact": 10}'
        mirror = {"dbotMirrorDirection": self.direction, "dbotMirrorTags": [TAG]}
        return an_alert(number, rawJSON=raw, type="Case", **mirror)

    def dies_once(self, last_straw: Callable[[Changes], bool]) -> None:
        """Let the process die before such a commit; to be said before anything is stored."""
        self.world.store = store = Dying(enqueue=self.jobs.put)
        store.last_straw = last_straw
        self.restart()

    async def begin(self) -> None:
        """Fetch what there is."""
        await super().begin()
        await self.fetch()

    async def round(self, seconds: float = MIRROR_SECONDS) -> Mirrored:
        """Let time pass and mirror once."""
        self.world.clock.advance(seconds)
        return await self.mirroring.mirror(SOURCE)

    async def good_round(self) -> Mirrored:
        mirrored = await self.round()
        assert mirrored.error == ""
        return mirrored

    async def set(self, incident: IncidentId = ONE, **values: Json) -> Incident:
        """Change fields as an analyst does."""
        return await self.incidents.update_fields(incident, values, an_actor())

    async def incident(self, incident: IncidentId = ONE) -> Incident:
        return await self.world.store.incident(incident)

    async def stage(self, incident: IncidentId = ONE) -> Json:
        return (await self.incident(incident)).custom_fields.get("stage")

    async def record(self, incident: IncidentId = ONE) -> MirrorRecord:
        record = await self.world.store.mirror_record(incident)
        assert record is not None
        return record

    async def entries(self, incident: IncidentId = ONE) -> list[Entry]:
        return await self.world.store.entries(incident)

    async def said(self, incident: IncidentId = ONE) -> list[str]:
        """What the mirror has written into the War Room."""
        return [entry.readable for entry in await self.entries(incident) if entry.actor == MIRROR]

    async def save(self, **fields: Json) -> None:
        """Change the instance."""
        (instance,) = self.world.instances
        self.world.instances = [replace(instance, **fields)]
        await self.world.journal.save_instance(self.world.instances[0], "test", self.world.clock.now())


def _pack() -> Pack:
    integration = replace(lab(), mirrors_in=True, mirrors_out=True, mapper_in="In", mapper_out="Out")
    incoming = FieldMap(
        values=_paths({"stage": "stage", "severity": "severity", "Impact Score": "impact"}), labels=False
    )
    outgoing = FieldMap(values=_paths({"stage": "stage", "reason": "closeReason"}))
    fields = [("Stage", "stage"), ("Impact Score", "impactscore")]
    return Pack(
        id="lab",
        name="lab",
        version="1.0.0",
        path=Path("lab"),
        integrations={LAB: integration},
        incident_types={"Case": IncidentType(id="Case", name="Case")},
        incident_fields={cli: IncidentField(id=cli, name=name, cli_name=cli) for name, cli in fields},
        mappers={"In": Mapper(id="In", name="In", all_types=incoming)},
        outgoing_mappers={"Out": Mapper(id="Out", name="Out", by_type={"Case": outgoing})},
    )


def _paths(values: Mapping[str, str]) -> dict[str, Simple]:
    return {name: Simple(value=path) for name, path in values.items()}
