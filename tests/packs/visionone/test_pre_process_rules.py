"""Pre-process rules of a pack that a user installed, on Vision One's alerts; their scripts run in real processes."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from tests.content.rules import is_
from tests.packs.visionone.theatre import INSTANCE, Theatre, set_stage
from visionone_sim.testing import RunningTwin
from visionone_sim.wire import wire_time
from warroom.content.load import load_pack
from warroom.host.runner import WarmRunner
from warroom.model.ids import InstanceId
from warroom.model.incident import Status
from warroom.model.json import Json
from warroom.model.user import SYSTEM
from warroom.services.intake.fetching import Fetched, Fetching

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).parents[3]
YML = (
    "commonfields: {id: Judge, version: -1}\nname: Judge\ntype: python\nsubtype: python3\nscript: '-'\n"
    "tags: [preProcessing]\n"
)
JUDGE = """
import demistomock as demisto
import json
import os
import re
import threading

name = demisto.incident()["name"]
if "hangs" in name:
    threading.Event().wait()
if "dies" in name:
    os._exit(9)
if "raises" in name:
    raise ValueError("no such key")
demisto.executeCommand("setIncident", {"details": "Judged."})
if "again" in name:
    original = re.search("of ([0-9]+)", name)[1]
    entries = json.dumps([{"Type": 1, "ContentsFormat": "text", "Contents": name, "tags": ["again"]}])
    demisto.executeCommand("addEntries", {"id": original, "entries": entries})
    demisto.results(demisto.executeCommand("CloseInvestigationAsDuplicate", {"duplicateId": original}))
demisto.results("Looked at " + name)
demisto.results("noise" not in name)
"""


def a_pack(home: Path) -> Path:
    """Write a pack with the how-to's rule, one that drops, and one that asks a script."""
    text = (ROOT / "docs/howto/pre-process-alerts.md").read_text(encoding="utf-8")
    of_howto = json.loads(text.split("```json\n")[1].split("```")[0])
    ask = [[is_("name", "judge", "containsString")]]
    rules: list[dict[str, Json]] = [
        {"id": "Ask", "index": -2, "action": "script", "scriptName": "Judge", "newEventFilters": ask},
        {"id": "Drop", "index": -1, "action": "drop", "newEventFilters": [[is_("name", "lab", "containsString")]]},
        of_howto,
    ]
    (home / "PreProcessRules").mkdir(parents=True)
    for number, rule in enumerate(rules):
        path = home / "PreProcessRules" / f"preprocessrule-{number}.json"
        path.write_text(json.dumps({"enabled": True, **rule}), encoding="utf-8")
    (home / "Scripts" / "Judge").mkdir(parents=True)
    (home / "Scripts" / "Judge" / "Judge.yml").write_text(YML, encoding="utf-8")
    (home / "Scripts" / "Judge" / "Judge.py").write_text(JUDGE, encoding="utf-8")
    return home


@pytest_asyncio.fixture(loop_scope="module")
async def theatre(twin: RunningTwin, tmp_path: Path) -> AsyncIterator[Theatre]:
    runner = WarmRunner(tmp_path / "scratch")
    theatre = await set_stage(tmp_path, twin, runner, load_pack(a_pack(tmp_path / "Mine")))
    yield theatre
    await theatre.app.conductor.close()
    await runner.close()


def show(twin: RunningTwin, *names: str) -> None:
    """Show alerts of these names: of one model, on one endpoint."""
    some = next(alert.document for alert in twin.tenant.alerts.values() if alert.document["severity"] == "high")
    for name in names:
        now = wire_time(twin.clock.now())
        twin.tenant.show_alert({**some, "id": f"WB-{name.replace(' ', '-')}", "model": name, "createdDateTime": now})


async def fetch(theatre: Theatre, seconds: float = 20) -> Fetched:
    app = theatre.app
    judging = replace(app.fetching.pages.preprocessing, seconds=seconds)
    pages = replace(app.fetching.pages, preprocessing=judging)
    fetching = Fetching(pages=pages, executor=app.fetching.executor, deaths=app.fetching.deaths)
    fetched = await fetching.fetch(InstanceId(INSTANCE))
    assert not fetched.error, fetched.error
    return fetched


async def test_alerts_of_the_tenant_are_dropped_and_linked_before_they_are_incidents(theatre: Theatre) -> None:
    app, twin = theatre.app, theatre.twin
    await fetch(theatre)
    show(twin, "Dump", "a lab")
    fetched = await fetch(theatre)
    assert (len(fetched.incidents), len(fetched.plans), fetched.dropped) == (1, 1, 1)
    (leader,) = fetched.incidents
    some = twin.tenant.alerts["WB-Dump"].document
    now = wire_time(twin.clock.now())
    for number in range(3):
        twin.tenant.show_alert({**some, "id": f"WB-again-{number}", "createdDateTime": now})
    fetched = await fetch(theatre)
    made = [await app.incidents.get(number, SYSTEM) for number in fetched.incidents]
    assert [(one.status, one.close_reason) for one in made] == [(Status.DONE, "Duplicate")] * 3
    assert fetched.plans == []
    (told,) = [entry for entry in await app.store.entries(leader) if "pre-process rule" in entry.tags]
    assert [alert["id"] for alert in told.contents] == ["WB-again-0", "WB-again-1", "WB-again-2"]
    (dropped,) = await app.set_asides.dropped(SYSTEM)
    assert dropped.what.startswith("WB-a-lab ")


async def test_a_script_says_which_alerts_become_incidents_and_one_that_hangs_holds_nothing_up(
    theatre: Theatre,
) -> None:
    app = theatre.app
    await fetch(theatre)
    show(theatre.twin, "judge noise", "judge hangs", "judge dies", "judge well", "judge raises", "judge fine")
    fetched = await fetch(theatre, seconds=2)
    assert (len(fetched.incidents), fetched.dropped, fetched.set_aside) == (2, 1, 3)
    for number in fetched.incidents:
        incident = await app.incidents.get(number, SYSTEM)
        assert incident.details == "Judged."
        assert f"Looked at {incident.name}" in [entry.readable for entry in await app.store.entries(number)]
    why = {aside.what.split()[0]: aside.why for aside in await app.set_asides.list(SYSTEM)}
    assert "ran longer than its limit of 2 s and was stopped" in why["WB-judge-hangs"]
    assert "no such key" in why["WB-judge-raises"]
    assert set(why) == {"WB-judge-hangs", "WB-judge-raises", "WB-judge-dies"}
    taken = await app.set_asides.replay(
        next(aside.id for aside in await app.set_asides.list(SYSTEM) if "hangs" in aside.what), SYSTEM
    )
    assert len(taken.incidents) == 1


async def test_a_script_closes_an_alert_as_a_duplicate_by_the_base_packs_script(theatre: Theatre) -> None:
    app = theatre.app
    await fetch(theatre)
    show(theatre.twin, "judge first")
    (first,) = (await fetch(theatre)).incidents
    show(theatre.twin, f"judge again of {first}", f"judge again noise of {first}")
    fetched = await fetch(theatre)
    assert (len(fetched.incidents), fetched.dropped, fetched.plans) == (1, 1, [])
    leader, twin = [await app.incidents.get(one, SYSTEM) for one in (first, *fetched.incidents)]
    assert (leader.status, leader.linked) == (Status.ACTIVE, (twin.id,))
    assert (twin.close_reason, twin.close_notes) == ("Duplicate", f"Duplicate of incident {first}.")
    assert twin.linked == (first,)
    tagged = [entry for entry in await app.store.entries(first) if entry.tags == ("again",)]
    said = sorted(entry.readable.partition(f" of {first}")[0] for entry in tagged)
    assert said == ["judge again", "judge again noise"]
