"""An incident and its alert end the same, whoever changed what, whenever, and whatever failed meanwhile."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.mirrored import ANA, FIELDS, TAG, Mirrors, Pair, mail, mirrors
from visionone_sim.faults import Fault
from visionone_sim.tenant.alerts import ALLOWED_CHANGES
from visionone_sim.testing import RunningTwin, start_twin
from warroom.model.entry import Entry
from warroom.model.incident import Severity, Status
from warroom.services.mirroring.mirroring import MIRROR_SECONDS

pytestmark = pytest.mark.acceptance

EDITS = 200
PAIRS = 3
ROUND_EVERY = 7  # edits, on average
FAULT_EVERY = 15
SECONDS = 240
PEOPLE = ("aruiz", "bchen", "mlopez")


@pytest.fixture
def twin() -> Iterator[RunningTwin]:
    with start_twin() as twin:
        yield twin


@dataclass(slots=True, kw_only=True)
class Edits:
    """Random edits on both sides, and what must come of them."""

    chance: random.Random
    mirrors: Mirrors
    written: Counter[str] = field(default_factory=Counter)  # entries that must become notes
    noted: Counter[str] = field(default_factory=Counter)  # notes that must become entries
    untagged: list[tuple[Pair, Entry]] = field(default_factory=list)
    done: int = 0

    @property
    def pairs(self) -> list[Pair]:
        return self.mirrors.pairs[:PAIRS]

    async def here(self) -> None:
        """Do something an analyst does."""
        self.done += 1
        pair = self.chance.choice(self.pairs)
        match self.chance.randrange(6):
            case 0 | 1:
                name = self.chance.choice(list(FIELDS))
                await pair.set(**{name: self.chance.choice(ALLOWED_CHANGES[FIELDS[name]])})
            case 2:
                await self._tag(pair, await pair.say(f"here-{self.done}"))
            case 3:
                self.untagged.append((pair, await pair.say(f"between-us-{self.done}")))
            case 4 if self.untagged:
                await self._tag(*self.untagged.pop(0))
            case _:
                await pair.set(severity=self.chance.choice(list(Severity)).value, details=f"found-{self.done}")

    async def _tag(self, pair: Pair, entry: Entry) -> None:
        await pair.tag(entry)
        self.written[f"{pair.alert} {entry.readable}"] += 1

    def there(self) -> None:
        """Do something an investigator does in Vision One."""
        self.done += 1
        pair = self.chance.choice(self.pairs)
        if self.chance.random() < 0.5:
            name = self.chance.choice(list(FIELDS.values()))
            pair.change(**{name: self.chance.choice(ALLOWED_CHANGES[name])})
        else:
            pair.note(f"there-{self.done}")
            self.noted[f"{pair.alert} there-{self.done}"] += 1

    def fault(self) -> None:
        """Let some of the next calls of mirroring fail; what is tried again by the pack itself takes its time."""
        status = self.chance.choice([403, 403, 403, 500])
        path = self.chance.choice([".*/notes.*", ".*/workbench/alerts/[^/]+", ".*/workbench/alerts"])
        self.mirrors.twin.fail(Fault(path=path, status=status, count=self.chance.randrange(1, 4)))

    async def sync(self) -> None:
        """Mirror once; meanwhile an analyst may go on working."""
        self.mirrors.pass_time(self.chance.uniform(0, MIRROR_SECONDS))
        meanwhile = self.here() if self.chance.random() < 0.5 else asyncio.sleep(0)
        await asyncio.gather(self.mirrors.round(), meanwhile)

    async def play(self) -> None:
        while self.done < EDITS:
            if self.chance.random() < 0.5:
                await self.here()
            else:
                self.there()
            self.mirrors.pass_time(self.chance.randrange(3))
            if self.chance.random() < 1 / FAULT_EVERY:
                self.fault()
            if self.chance.random() < 1 / ROUND_EVERY:
                await self.sync()

    async def settle(self) -> None:
        """Mirror until there is nothing left to do.

        Nobody is told that a closed alert got a note: it comes with the alert's next change.
        """
        for pair in self.pairs:
            pair.change(status=pair.there()["status"])
        for _ in range(4):
            self.mirrors.pass_time(MIRROR_SECONDS)
            last = await self.mirrors.round()
        assert (last.sent, last.received, last.error) == (0, 0, "")

    async def both_sides_are_the_same(self) -> None:
        for pair in self.pairs:
            assert await pair.here() == pair.there(), pair
        notes = Counter(f"{pair.alert} {_said(text)}" for pair in self.pairs for text in pair.notes())
        entries = Counter([f"{pair.alert} {text}" for pair in self.pairs for text in await pair.received()])
        assert notes == self.written
        assert entries == self.noted


def _said(note: str) -> str:
    """What a note that came from here says."""
    return note.split("\n\n")[1]


@pytest.mark.parametrize("seed", [1, 2])
async def test_two_hundred_edits_on_both_sides_end_in_the_same_state(
    twin: RunningTwin, tmp_path: Path, seed: int
) -> None:
    async with asyncio.timeout(SECONDS), mirrors(tmp_path, twin) as both:
        edits = Edits(chance=random.Random(seed), mirrors=both)
        await edits.play()
        twin.twin.faults.clear()
        await edits.settle()
        await edits.both_sides_are_the_same()


async def test_the_same_when_closing_goes_both_ways(twin: RunningTwin, tmp_path: Path) -> None:
    boxes = {"close_incident": True, "close_alert": True}
    async with asyncio.timeout(SECONDS), mirrors(tmp_path, twin, **boxes) as both:
        edits = Edits(chance=random.Random(3), mirrors=both)
        await edits.play()
        twin.twin.faults.clear()
        await edits.settle()
        for pair in edits.pairs:
            assert ((await pair.now()).status is Status.DONE) == (pair.there()["status"] == "Closed")
            pair.change(status="In Progress")
        await edits.settle()
        for pair in edits.pairs:
            assert (await pair.now()).status is Status.ACTIVE
        await edits.both_sides_are_the_same()


async def test_of_two_changes_to_one_field_the_one_made_here_wins(twin: RunningTwin, tmp_path: Path) -> None:
    async with asyncio.timeout(SECONDS), mirrors(tmp_path, twin) as both:
        pair = both.pairs[0]
        both.pass_time(1)
        pair.change(status="Closed", investigationResult="Noteworthy")
        await pair.set(visiononestatus="In Progress")
        both.pass_time(MIRROR_SECONDS)
        assert (await both.round()).error == ""
        assert await pair.here() == pair.there() == {"status": "In Progress", "investigationResult": "Noteworthy"}


async def test_somebody_who_is_quicker_by_a_moment_costs_nothing(twin: RunningTwin, tmp_path: Path) -> None:
    async with asyncio.timeout(SECONDS), mirrors(tmp_path, twin) as both:
        pair = both.pairs[0]
        twin.fail(Fault(path=f".*/alerts/{pair.alert}", method="PATCH", status=412, code="PreconditionFailed"))
        await pair.set(visiononestatus="In Progress")
        assert (await both.round()).error == ""
        assert pair.there()["status"] == "In Progress"


async def test_an_owner_comes_in_by_mail_address_and_one_made_here_is_told_there(
    twin: RunningTwin, tmp_path: Path
) -> None:
    async with asyncio.timeout(SECONDS), mirrors(tmp_path, twin, *PEOPLE) as both:
        pair = both.pairs[0]
        pair.give("aruiz")
        await _next_round(both)
        assert (await pair.now()).owner == mail("aruiz")
        await both.app.incidents.assign(pair.incident, mail("bchen"), ANA)
        await _next_round(both)
        await _next_round(both)
        assert (await pair.now()).owner == mail("bchen")
        owners = [note.content for note in twin.tenant.notes.on(pair.alert) if "Owner in XSOAR" in note.content]
        assert [text.splitlines()[0] for text in owners] == [f"Owner in XSOAR: {mail('bchen')}"]
        pair.give("stranger")
        await _next_round(both)
        assert (await pair.now()).owner == mail("bchen")


async def test_a_read_only_instance_takes_in_and_says_that_it_sends_nothing(twin: RunningTwin, tmp_path: Path) -> None:
    async with asyncio.timeout(SECONDS), mirrors(tmp_path, twin, read_only=True) as both:
        pair = both.pairs[0]
        await pair.set(visiononestatus="Closed")
        pair.change(investigationResult="Noteworthy")
        both.pass_time(MIRROR_SECONDS)
        mirrored = await both.round()
        assert "read-only, so nothing is mirrored out" in mirrored.error
        assert await pair.here() == {"status": "Closed", "investigationResult": "Noteworthy"}
        assert pair.there()["status"] == "Open"


async def test_notes_keep_their_order_and_name_who_wrote_them(twin: RunningTwin, tmp_path: Path) -> None:
    async with asyncio.timeout(SECONDS), mirrors(tmp_path, twin) as both:
        pair = both.pairs[0]
        for number in range(5):
            pair.note(f"there-{number}")
            await pair.tag(await pair.say(f"here-{number}"))
        await _next_round(both)
        assert await pair.received() == [f"there-{number}" for number in range(5)]
        assert [_said(text) for text in pair.notes()] == [f"here-{number}" for number in range(5)]
        assert all(text.startswith("ana in XSOAR:") for text in pair.notes())
        entries = await both.app.store.entries(pair.incident)
        assert any("jdoe noted on the alert" in entry.readable for entry in entries)
        assert TAG not in {tag for entry in entries if entry.actor != "ana" for tag in entry.tags}


async def _next_round(both: Mirrors) -> Any:
    both.pass_time(MIRROR_SECONDS)
    mirrored = await both.round()
    assert mirrored.error == ""
    return mirrored
