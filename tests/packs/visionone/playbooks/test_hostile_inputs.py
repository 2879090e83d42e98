"""Hostile values through every input of every playbook: what the twin was asked is held against what was meant."""

from collections.abc import Iterator

import pytest

from tests.hostile import MARKUP, RIGHT_TO_LEFT
from tests.packs.visionone.hostile import HOSTILE
from tests.packs.visionone.playbooks.playbook_readme import OURS
from tests.packs.visionone.playbooks.stage import Stage
from tests.packs.visionone.playbooks.test_shells import SHELLS
from tests.packs.visionone.playbooks.test_side_by_side import acted
from visionone_sim.recorder import SeenRequest
from visionone_sim.testing import RunningTwin
from warroom.model.incident import Incident
from warroom.model.json import Json
from warroom.model.plan import ENDED, PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOOKS = {book.name: book for book in (*SHELLS, OURS.playbooks["Vision One - Wait for Response Task"])}
NAMING = {
    "Account",
    "Command",
    "Endpoint",
    "EntryID",
    "FilePath",
    "FileSHA1",
    "MessageID",
    "Objects",
    "Targets",
    "TaskID",
}
NAMING |= {"UniqueID", "URL"}  # the inputs that say what is acted on; the others say how
TARGETS = [(name, item.key) for name, book in BOOKS.items() for item in book.inputs if item.key in NAMING]
EACH_TARGET = pytest.mark.parametrize(("name", "key"), TARGETS, ids=[f"{name[13:]}: {key}" for name, key in TARGETS])
MORE = (
    MARKUP,
    RIGHT_TO_LEFT,
    "${jndi:ldap://x.example/a}",
    "${incident.id}",
    "${VisionOne}",
    "${inputs.Respond}",
    "https://cdn.example.com/${x}",
    "${env:TEMP}\\x.dmp",
    "\\\\fs01\\share\\x.dmp",
    "C:\\Users\\bob\\.aws\\credentials",
    "https://stranger.example/a,b?c=d,e",
    '["a.example","b',
    "192.168.evil.example",
    "fe80::66",
    "<a@b.example>",
    "xn--bcher-kva.example",
    "a.example\nb.example",
)
CORPUS = tuple(dict.fromkeys((*HOSTILE, *MORE)))
OURS_TO_SAY = {"description", "scanAction", "riskLevel", "daysToExpiration", "type", "content", "status"}


def values_in(seen: SeenRequest) -> Iterator[str]:
    """Yield what a request is about: each text in it but those that say how and why."""
    for target in seen.targets:
        yield from (str(value) for key, value in target.items() if key not in OURS_TO_SAY)


def one_by_one(value: str) -> set[str]:
    """Return what may be asked for a value: to the letter, or the lines of it."""
    return {value, value.strip(), *value.splitlines()}


async def acted_on(stage: Stage, twin: RunningTwin, incident: Incident, name: str, inputs: dict[str, Json]) -> set[str]:
    """Play a playbook that acts without asking; gives what it acted on."""
    before = len(acted(twin))
    known = {item.key for item in BOOKS[name].inputs}
    usual = {key: value for key, value in {"Respond": "act", "Proposal": "Do it."}.items() if key in known}
    played = await stage.play(incident, name, {**usual, **inputs})
    assert played.plan.state in ENDED | {PlanState.WAITING}
    assert [seen for seen in twin.asked() if seen.operation is None] == []
    return {value for seen in acted(twin)[before:] for value in values_in(seen)}


def own(incident: Incident) -> set[str]:
    """Return what the incident itself is about: what a playbook acts on when nothing else is said."""
    return {
        str(one) for value in incident.custom_fields.values() for one in (value if isinstance(value, list) else [value])
    }


@EACH_TARGET
async def test_what_names_nothing_is_asked_to_the_letter_or_not_at_all(
    stage: Stage, twin: RunningTwin, name: str, key: str
) -> None:
    incident, text = await stage.incident(), CORPUS[TARGETS.index((name, key)) % len(CORPUS)]

    assert await acted_on(stage, twin, incident, name, {key: text}) <= one_by_one(text) | own(incident)


@EACH_TARGET
async def test_all_of_it_at_once_neither(stage: Stage, twin: RunningTwin, name: str, key: str) -> None:
    incident, allowed = await stage.incident(), {one for value in CORPUS for one in one_by_one(value)}

    assert await acted_on(stage, twin, incident, name, {key: [*CORPUS]}) <= allowed | own(incident)


@pytest.mark.parametrize("name", BOOKS)
async def test_what_says_how_never_says_on_what(stage: Stage, twin: RunningTwin, name: str) -> None:
    incident = await stage.incident()
    usual = await acted_on(stage, twin, incident, name, {"TaskID": "1"} if "Wait" in name else {})
    how = [item.key for item in BOOKS[name].inputs if item.key not in NAMING | {"Respond"}]
    inputs = {key: CORPUS[(place + len(name)) % len(CORPUS)] for place, key in enumerate(how)}

    assert await acted_on(stage, twin, incident, name, inputs) <= usual | own(incident)
