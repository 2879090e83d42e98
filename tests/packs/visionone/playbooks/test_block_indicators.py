"""Block Indicators: what goes on the list, what is left out, when it expires."""

import pytest

from tests.packs.visionone.playbooks.stage import Stage, decision, notes, waits_for_a_person
from visionone_sim.faults import Fault
from visionone_sim.tenant.objects import ListedObject
from visionone_sim.testing import RunningTwin
from warroom.model.plan import PlanState

pytestmark = pytest.mark.asyncio(loop_scope="module")

BLOCK = "Vision One - Block Indicators"
LIST = "/v3.0/threatintel/suspiciousObjects"
DOMAIN, URL, SHA1 = "stranger.example", "https://bad.example/x?y=1", "a" * 40
OUTSIDE = ["203.0.113.7", "172.32.0.1", "172.15.0.1", "172.99.0.1"]
INSIDE = ["10.1.2.3", "127.0.0.1", "169.254.1.1", "192.168.7.7", "172.16.0.1", "172.31.255.1"]


def listed(twin: RunningTwin) -> set[str]:
    return {entry.item.value for entry in twin.tenant.objects.suspicious(twin.clock.now())}


@pytest.mark.promise(27)
async def test_approved_objects_are_on_the_list_once_until_they_expire(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident()
    await stage.play(incident, BLOCK, {"Objects": [DOMAIN, URL, SHA1], "ExpiryDays": "3"})
    assert listed(twin) == set()

    played = await stage.answer(incident, "Approve", "Nobody knows it.")

    assert played.plan.state is PlanState.COMPLETED
    assert listed(twin) == {DOMAIN, URL, SHA1}
    entry = twin.tenant.objects.suspicious(twin.clock.now())[0]
    assert (entry.scan_action, entry.risk_level) == ("block", "high")
    assert "Nobody knows it." in str(entry.description)
    assert len(twin.requests.to(LIST, method="POST")) == 1
    assert DOMAIN in notes(twin, incident)
    stage.pass_time(days=4)
    assert listed(twin) == set()


async def test_an_exception_is_left_out_and_the_rest_is_blocked(stage: Stage, twin: RunningTwin) -> None:
    twin.tenant.objects.make_exception(ListedObject("domain", "*.example"), None, twin.clock.now())

    played = await stage.play(await stage.incident(), BLOCK, {"Objects": f"{DOMAIN},{SHA1}", "Respond": "act"})

    assert played.plan.state is PlanState.COMPLETED
    assert listed(twin) == {SHA1}


async def test_when_all_are_exceptions_nobody_is_asked(stage: Stage, twin: RunningTwin) -> None:
    twin.tenant.objects.make_exception(ListedObject("domain", DOMAIN), None, twin.clock.now())

    played = await stage.play(await stage.incident(), BLOCK, {"Objects": DOMAIN})

    assert played.plan.state is PlanState.COMPLETED
    assert f"Not blocked, because the exception list covers it: {DOMAIN}." in played.said
    assert listed(twin) == set()


async def test_addresses_inside_the_network_are_never_blocked(stage: Stage, twin: RunningTwin) -> None:
    await stage.play(await stage.incident(), BLOCK, {"Objects": [*INSIDE, *OUTSIDE], "Respond": "act"})

    assert listed(twin) == set(OUTSIDE)


async def test_without_the_exception_list_nothing_is_blocked(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/suspiciousObjectExceptions", status=403, code="AccessDenied", count=None))

    played = await stage.play(await stage.incident(), BLOCK, {"Objects": DOMAIN, "Respond": "act"})

    assert "Say that exceptions are not known" in played.ran
    assert listed(twin) == set()


async def test_a_rejection_blocks_nothing(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident()
    await stage.play(incident, BLOCK, {"Objects": DOMAIN})

    played = await stage.answer(incident, "Reject", "It is ours.")

    assert decision(played) == "rejected"
    assert "It is ours." in played.said
    assert listed(twin) == set()


async def test_a_refusal_is_said_and_nothing_is_noted(stage: Stage, twin: RunningTwin) -> None:
    twin.fail(Fault(path=LIST, method="POST", status=403, code="AccessDenied", message="Not you.", count=None))
    incident = await stage.incident()

    played = await stage.play(incident, BLOCK, {"Objects": DOMAIN, "Respond": "act"})

    assert waits_for_a_person(played)  # the open task for what is left
    assert "Not you." in played.said
    assert "Say that nothing was blocked" in played.ran
    assert notes(twin, incident) == ""


async def test_an_answer_after_a_restart_blocks_once(stage: Stage, twin: RunningTwin) -> None:
    incident = await stage.incident()
    await stage.play(incident, BLOCK, {"Objects": DOMAIN})

    await stage.restart()
    await stage.answer(incident, "Approve", "Yes.")

    assert listed(twin) == {DOMAIN}
    assert len(twin.requests.to(LIST, method="POST")) == 1


async def test_nothing_named_is_nothing_blocked(stage: Stage) -> None:
    played = await stage.play(await stage.incident(), BLOCK, {"Objects": INSIDE, "Respond": "act"})

    assert "Say that nothing is named" in played.ran


# What an attacker chooses, and what each of it is: blocked, or left out and named.
KEPT = [
    "192.168.evil.example",
    "10.1.2.3.evil.example",
    "https://evil.example/a,b.example",
    "https://evil.example/r?u=1,https://good.example/",
    "http://10.evil.example/",
    "203.0.113.7",
    "2606:4700::66",
]
LEFT_OUT = ["fe80::66", "10.1.2.3", "http://[::1]/x", "http://0x7f.1/", "::ffff:192.168.1.1", "203.0.113.0/24"]
UNREADABLE = ["what is this", "evil[.]example"]


@pytest.mark.parametrize("glue", [None, ", ", "\n"])
@pytest.mark.parametrize("kept", [[*KEPT[:3], "пример.рф"], KEPT[3:]], ids=["names", "addresses"])
async def test_names_like_addresses_are_blocked_and_inner_addresses_are_not(
    stage: Stage, twin: RunningTwin, kept: list[str], glue: str | None
) -> None:
    """In two halves: more than five need an approval, and each part of a URL with a comma counts."""
    objects = [*LEFT_OUT, *UNREADABLE, *kept]

    played = await stage.play(
        await stage.incident(), BLOCK, {"Objects": glue.join(objects) if glue else objects, "Respond": "act"}
    )

    assert played.plan.state is PlanState.COMPLETED
    assert listed(twin) == {"xn--e1afmkfd.xn--p1ai" if value == "пример.рф" else value for value in kept}
    said = played.said.replace("\\", "")  # without what keeps Markdown from reading values
    assert all(value in said for value in [*LEFT_OUT, *UNREADABLE])


@pytest.mark.parametrize("url", [value for value in KEPT if "," in value])
async def test_one_url_of_an_alert_stays_whole(stage: Stage, twin: RunningTwin, url: str) -> None:
    indicators = [{"id": 1, "type": "url", "field": "mailUrl", "value": url, "relatedEntities": [], "filterIds": []}]
    twin.seed.alert(id="WB-1-20310203-00099", endpoints=["HR-LT-171"], alert={"indicators": indicators})
    incident, _ = (await stage.theatre.fetch())["WB-1-20310203-00099"]
    assert incident.custom_fields["visiononeurls"] == url

    await stage.play(incident, BLOCK, {"Respond": "act"})

    assert listed(twin) == {url}


async def test_an_exception_counts_for_objects_given_as_text(stage: Stage, twin: RunningTwin) -> None:
    twin.tenant.objects.make_exception(ListedObject("domain", "*.good.example"), None, twin.clock.now())
    objects = "cdn.good.example,10.1.2.3,stranger.example,https://bad.example/a,b"

    await stage.play(await stage.incident(), BLOCK, {"Objects": objects, "Respond": "act"})

    assert listed(twin) == {"stranger.example", "https://bad.example/a,b"}


async def test_an_exception_of_a_url_with_a_comma_counts(stage: Stage, twin: RunningTwin) -> None:
    url = "https://good.example/a,b"
    twin.tenant.objects.make_exception(ListedObject("url", url), None, twin.clock.now())

    played = await stage.play(await stage.incident(), BLOCK, {"Objects": url, "Respond": "act"})

    assert f"Not blocked, because the exception list covers it: {url}." in played.said
    assert listed(twin) == set()
