"""What is a credential dump by the name of its detection model alone, and what is a protection against dumps."""

import re

import pytest

from tests.packs.visionone.playbooks.playbook_readme import OURS
from tests.packs.visionone.playbooks.stage import Stage, actions
from visionone_sim.scenarios.models import MODELS
from visionone_sim.testing import RunningTwin
from warroom.content.playbook import Playbook
from warroom.context.condition import choose
from warroom.context.scope import Scope

ROUTER, COLLECT = "Vision One - Alert Router", "Vision One - Credential Dumping - Collect Evidence"
STEPS = [OURS.playbooks[f"{name} - Steps"] for name in (ROUTER, COLLECT)]
PROTECTIONS = (
    "LSASS Credential Dumping Protection Enabled",
    "LSASS MEMORY DUMP PROTECTION TURNED ON VIA RUNASPPL",
    "lsass protection against credential dumping switched on",
    "RunAsPPL Set to Protect LSASS from Dumping",
    "LSA Protection (RunAsPPL) Enabled to Prevent LSASS Dump",
    "LSASS Protected From Dumps",
    "Anti-Dump Protection for LSASS Activated",
    "LSASS dump prevention enabled",
    "Credential-Dumping-Protection enabled",
    "LSASS CREDENTİAL DUMPİNG PROTECTİON ENABLED",
    "lsass credent\u0131al dump\u0131ng protect\u0131on enabled",
    "[Credential Dumping] LSASS Protection Enabled",
    "Credential Dumping - LSASS protection turned on",
    "Credential Dumping: RunAsPPL Configured",
    "LSASS Protection Turned On (Credential Dumping)",
    "Turned on LSA protection (credential dumping)",
    "Credential Dumping Mitigation Applied: RunAsPPL",
    "LSASS Dump Hardening by Policy",
    "LSASS Credential Dump Protection Disabled",
    "LSASS dump protection changed",
    "Credential Dumping Protection Removed from LSASS",
    "LSASS Protection Was Turned On",
    "Lsass: PPL On",
    "LSA protection blocks credential dumping: enabled on host",
)
DUMPS = (
    "Credential Dumping via LSASS Memory",
    "LSASS Memory Dump on Host With LSA Protection Enabled",
    "LSASS Dump Despite RunAsPPL",
    "Credential Dumping After LSASS Protection Was Disabled",
    "Protected Process LSASS: Memory Read From Kernel and Dumped",
    "LSASS Dump Protection Bypassed by Driver",
    "Dump of Protected LSASS Process",
    "Dump of Credentials From Protected Host",
    "Credential dumping - LSASS protection disabled",
    "LSASS Dumped Although Protection Was Turned On",
    "LSASS dump, protection off",
    "Protected LSASS process dump on server",
    "Credential Dumping: SeDebugPrivilege Enabled on Protected Process",
    "LSASS DUMP WHILE PROTECTİON ON",
    "Comsvcs MiniDump of LSASS, endpoint protection on",
    "NTDS Dump on a Domain Controller Under Endpoint Protection",
    "Possible Credential Dumping Tool Turned Off Endpoint Protection",
    "Endpoint protection agent saw LSASS dumped",
    "LSASS protection removed and memory dumped",
    "SAM Dump Detected By Endpoint Protection",
    "Data protection service stopped; credentials dumped",
    "Credential Dumping Tool Detected on Host Without Protection",
)
NOT_IN_GO = re.compile(r"\(\?(?:[=!]|<[=!]|>|#)|\\[1-9]|[*+?}]\+")


def is_dump(book: Playbook, model: str, techniques: tuple[str, ...] = ()) -> bool:
    """Ask the playbook's first condition about an alert."""
    fields = {"visiononemodel": model, "visiononetechniques": list(techniques)}
    return choose(book.tasks["1"].cases, Scope(context={}, incident={"CustomFields": fields})) == "yes"


@pytest.mark.parametrize("book", STEPS, ids=lambda book: book.name)
@pytest.mark.parametrize("name", PROTECTIONS)
def test_a_protection_that_is_turned_on_or_changed_is_no_dump(book: Playbook, name: str) -> None:
    said = (name, name.upper(), name.lower(), name.title(), name.swapcase(), f"  {name} ")
    assert [each for each in said if is_dump(book, each)] == []


@pytest.mark.parametrize("book", STEPS, ids=lambda book: book.name)
@pytest.mark.parametrize("name", DUMPS)
def test_a_dump_is_one_although_its_name_speaks_of_a_protection_too(book: Playbook, name: str) -> None:
    said = (name, name.upper(), name.lower(), name.title(), f"  {name} ")
    assert [each for each in said if not is_dump(book, each)] == []


@pytest.mark.parametrize("book", STEPS, ids=lambda book: book.name)
@pytest.mark.parametrize("name", PROTECTIONS)
def test_a_technique_counts_more_than_any_name(book: Playbook, name: str) -> None:
    assert is_dump(book, name, ("T1003.001",))
    assert not is_dump(book, name, ("T1562.001", "T10031"))


@pytest.mark.parametrize("book", STEPS, ids=lambda book: book.name)
@pytest.mark.parametrize("name", ["", "Crash Dump Written", "Ransom Note Created", "LSASS Started", "Garbage dumped"])
def test_what_speaks_of_no_credentials_or_of_no_dump_is_none(book: Playbook, name: str) -> None:
    assert not is_dump(book, name)


def test_no_pattern_of_the_pack_uses_what_regular_expressions_of_xsoar_lack() -> None:
    """XSOAR's are those of Go: without looking ahead or back, and without references to a group."""
    found = [
        (path.name, line.strip())
        for path in sorted(OURS.path.glob("Playbooks/*.yml"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "simple:" in line and NOT_IN_GO.search(line)
    ]
    assert found == []


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("name", "asked"), [(PROTECTIONS[0], []), (DUMPS[1], ["collectFile"])])
async def test_the_router_collects_after_a_dump_and_not_after_a_protection(
    stage: Stage, twin: RunningTwin, name: str, asked: list[str]
) -> None:
    alert = twin.story.raise_alert(MODELS["credential-dumping"], changes={"matchedRules": [], "model": name})
    incident = (await stage.theatre.fetch())[alert.id][0]

    played = await stage.play(incident, ROUTER, {"Respond": "propose"})

    assert ("Save what was dumped" in played.ran) is bool(asked)
    assert actions(twin) == asked
