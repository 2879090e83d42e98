"""Enrichment: the reputation commands of a type are run, and what they say is stored."""

from tests.services.world import World, command, lab, note, playbook
from warroom.content.playbook import Playbook
from warroom.model.json import Json
from warroom.model.plan import PlanState
from warroom.services.execution.enriching import MOST
from warroom.services.ports.indicators import IndicatorQuery
from warroom.testing.runner import FakeCode

TASK = "'{0}': {{id: '{0}', taskid: t, type: regular, task: {{id: t, name: n, script: {1}, iscommand: true}}, "


def enriching(values: str) -> Playbook:
    extract = TASK.format(1, "Builtin|||extractIndicators") + "nexttasks: {'#none#': ['2']}, "
    enrich = TASK.format(2, "Builtin|||enrichIndicators")
    return playbook(
        f"{extract}scriptarguments: {{text: {{simple: '{values}'}}}}}}\n"
        f"{enrich}scriptarguments: {{indicatorsValues: {{simple: '{values}'}}}}}}\n"
    )


def scored(code: FakeCode) -> list[Json]:
    said = {"Indicator": code.run.args["ip"], "Type": "ip", "Vendor": "Lab", "Score": 3}
    return [note("scored", DBotScore=said)]


async def test_the_command_of_its_type_is_asked_and_its_score_is_stored() -> None:
    world = World(lab(command("ip", "ip")), {"ip": scored})
    plan = await world.play(enriching("1.2.3.4"))
    assert (plan.state, plan.error) == (PlanState.COMPLETED, "")
    (one,) = await world.store.indicators.indicators(IndicatorQuery())
    assert (int(one.score), [said.source for said in one.scores]) == (3, ["Lab"])


async def test_what_no_instance_answers_and_what_acts_is_not_asked() -> None:
    world = World(lab(command("ip", "ip", execution=True)), {"ip": scored})
    plan = await world.play(enriching("1.2.3.4,http://a.example.com/b"))
    assert (plan.state, plan.error) == (PlanState.COMPLETED, "")
    assert all(int(one.score) == 0 for one in await world.store.indicators.indicators(IndicatorQuery()))


async def test_a_command_that_fails_is_told_and_is_no_error_of_the_enrichment() -> None:
    def fails(_: FakeCode) -> list[Json]:
        return [{"Type": 4, "ContentsFormat": "text", "Contents": "quota is used up"}]

    world = World(lab(command("ip", "ip")), {"ip": fails})
    plan = await world.play(enriching("1.2.3.4"))
    assert (plan.state, plan.error) == (PlanState.COMPLETED, "")
    assert any("quota is used up" in str(entry.contents) for entry in await world.store.entries(plan.incident))


def test_one_call_does_not_ask_about_thousands() -> None:
    assert MOST <= 100
