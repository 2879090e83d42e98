"""JavaScript and scripts in classifiers, mappers and pre-process rules."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.content.rules import a_rule, is_
from tests.services.quickjs import QUICKJS
from tests.services.sources import Intake, Source, an_alert
from tests.services.world import LAB, lab, script
from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import Classifier, FieldMap, IncidentField, IncidentType, Mapper
from warroom.content.integration import Script
from warroom.content.preprocess_rule import PreProcessRule
from warroom.content.value import Complex, Simple, TransformerCall
from warroom.model.incident import Incident
from warroom.model.json import Json
from warroom.services.execution.expressions import EXPRESSION
from warroom.services.ports.store import IncidentQuery
from warroom.testing.runner import FakeCode, FakeFunction

HOST = IncidentField(id="host", name="Host", cli_name="host")
CASE = IncidentType(id="Case", name="Case")
SHORT = "host=val.split('.')[0].toUpperCase()"


def alert(number: int, host: Json) -> dict[str, Json]:
    return an_alert(number, rawJSON=json.dumps({"host": host}), type="")


async def an_intake(
    alerts: Sequence[Json],
    host: Simple | Complex,
    *rules: PreProcessRule,
    classifier: Classifier | None = None,
    scripts: Sequence[Script] = (),
    **table: FakeFunction,
) -> Intake:
    source = Source(page=1000)
    source.alerts = list(alerts)
    intake = Intake(source, types=[CASE], rules=rules, scripts=scripts, fields=[HOST])
    intake.world.runner.table |= {**QUICKJS, **table}
    [pack] = intake.world.catalogue.packs
    mapper = Mapper(id="In", name="In", all_types=FieldMap(values={"Host": host}, labels=False))
    integration = replace(lab(), mapper_in="In", classifier="Which" if classifier else "")
    intake.world.catalogue = Catalogue(
        [
            replace(
                pack,
                integrations={LAB: integration},
                mappers={"In": mapper},
                classifiers={"Which": classifier} if classifier else {},
            )
        ]
    )
    if classifier:
        [instance] = intake.world.instances
        intake.world.instances = [replace(instance, incident_type="")]
    intake.restart()
    await intake.begin()
    return intake


async def taken(intake: Intake) -> list[Incident]:
    fetched = await intake.fetch()
    assert fetched.error == ""
    return list(reversed(await intake.world.store.incidents(IncidentQuery(limit=10_000))))


def runs_of(intake: Intake, name: str) -> list[Any]:
    return [run for run in intake.world.runner.runs if run.name == name]


async def notes(intake: Intake, incident: Incident) -> str:
    return "\n".join(str(entry.contents) for entry in await intake.world.store.entries(incident.id))


async def test_a_mapper_may_use_javascript_and_a_page_is_one_run() -> None:
    alerts = [alert(number, f"lap-{number}.corp") for number in range(300)]
    intake = await an_intake(alerts, Simple(value=SHORT))
    found = await taken(intake)
    assert [incident.custom_fields["host"] for incident in found] == [f"LAP-{number}" for number in range(300)]
    [run] = runs_of(intake, EXPRESSION.name)
    assert (len(run.args["items"]), run.timeout, run.incident["id"]) == (300, 10.0, "0")


async def test_what_one_record_does_to_an_expression_is_that_records_note() -> None:
    slow = "host=val == 'bad' ? (function forever() { return forever(); })() : val.split('.')[0]"
    intake = await an_intake([alert(1, "a.corp"), alert(2, "bad"), alert(3, "c.corp")], Simple(value=slow))
    found = await taken(intake)
    assert [incident.custom_fields.get("host") for incident in found] == ["a", None, "c"]


async def test_an_expression_that_cannot_be_read_is_a_note_of_each_record() -> None:
    alerts = [alert(number, f"h{number}") for number in range(20)]
    intake = await an_intake(alerts, Simple(value="host=val.split("))
    found = await taken(intake)
    assert len(found) == 20
    assert not any("host" in incident.custom_fields for incident in found)
    said = await notes(intake, found[-1])
    assert "The field `Host` was not mapped: The expression `val.split(` gave no value: " in said
    assert len(runs_of(intake, EXPRESSION.name)) == 4  # the page, then three in a row


async def test_a_mapper_may_use_scripts_and_the_fault_of_one_record_is_its_own() -> None:
    def reverse(code: FakeCode) -> list[Json]:
        if code.run.args["value"] == "bad":
            raise ValueError("not today")
        return [str(code.run.args["value"])[::-1]]

    value = Complex(root="host", transformers=(TransformerCall(operator="Reverse"),))
    reverser = script("Reverse", "value!", tags=("transformer",))
    alerts = [alert(1, "ab"), alert(2, "bad"), alert(3, "cd")]
    intake = await an_intake(alerts, value, scripts=[reverser], Reverse=reverse)
    found = await taken(intake)
    assert [incident.custom_fields.get("host") for incident in found] == ["ba", None, "dc"]
    assert "The transformer Reverse, a script, gave no value: " in await notes(intake, found[1])


async def test_a_script_that_failed_three_times_in_a_row_is_not_tried_for_the_rest_of_the_page() -> None:
    def fail(_: FakeCode) -> list[Json]:
        raise ValueError("never")

    value = Complex(root="host", transformers=(TransformerCall(operator="Reverse"),))
    reverser = script("Reverse", "value!", tags=("transformer",))
    alerts = [alert(number, f"h{number}") for number in range(50)]
    intake = await an_intake(alerts, value, scripts=[reverser], Reverse=fail)
    assert len(await taken(intake)) == 50
    assert len(runs_of(intake, "Reverse")) == 3


async def test_a_classifier_may_use_javascript() -> None:
    classifier = Classifier(
        id="Which",
        name="Which",
        types={"LAP": "Case"},
        default_type="Other",
        transformer=Simple(value="host=val.split('-')[0].toUpperCase()"),
    )
    intake = await an_intake([alert(1, "lap-1"), alert(2, "srv-1")], Simple(value="host"), classifier=classifier)
    assert [incident.type for incident in await taken(intake)] == ["Case", "Other"]


@pytest.mark.parametrize(("condition", "count"), [("host=val.split('-').pop()", 1), ("host=val.split('-')[0]", 2)])
async def test_a_pre_process_rule_may_use_javascript(condition: str, count: int) -> None:
    rule = a_rule(action="drop", newEventFilters=[[is_(condition, "7")]])
    intake = await an_intake([alert(1, "lap-7"), alert(2, "lap-8")], Simple(value="host"), rule)
    assert len(await taken(intake)) == count


async def test_a_rule_compares_with_existing_incidents_by_javascript() -> None:
    rule = a_rule(action="link", existingEventsFilters=[[is_("host=val.split('-').pop()", "7")]])
    intake = await an_intake([alert(number, f"lap-{number}") for number in range(1, 10)], Simple(value="host"), rule)
    await taken(intake)
    intake.source.alerts.append(alert(20, "lap-20"))
    await taken(intake)
    assert [incident.id for incident in await taken(intake) if "20" in incident.linked] == []
    [newest] = [incident for incident in await taken(intake) if incident.custom_fields["host"] == "lap-20"]
    assert newest.linked == ("7",)


async def test_a_plain_path_needs_no_worker() -> None:
    intake = await an_intake([alert(1, "lap-1")], Simple(value="host"))
    [incident] = await taken(intake)
    assert incident.custom_fields == {"host": "lap-1"}
    assert runs_of(intake, EXPRESSION.name) == []
