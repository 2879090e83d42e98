"""What of a pre-process rule cannot be run is said before it is needed."""

from pathlib import Path

import pytest

from tests.content.rules import a_rule, is_, same
from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import IncidentField
from warroom.content.integration import Script
from warroom.content.lint import CANNOT_RUN, check_preprocess_rule
from warroom.content.pack import Pack
from warroom.model.json import Json
from warroom.services.packs.linting import LANGUAGE
from warroom.testing.code import python_code

FIELD = IncidentField(id="incident_subject", name="Email Subject", cli_name="emailsubject")
SCRIPTS = {
    name: Script(id=name, name=name, code=python_code(""), tags=tags)
    for name, tags in (
        ("Judge", ("preProcessing",)),
        ("Plain", ()),
        ("IsOdd", ("filter",)),
        ("Shuffle", ("transformer",)),
    )
}
PACK = Pack(id="lab", name="lab", version="1", path=Path("lab"), incident_fields={FIELD.id: FIELD}, scripts=SCRIPTS)


SHUFFLED = {"isContext": True, "value": {"complex": {"root": "name", "transformers": [{"operator": "Shuffle"}]}}}


def found(**fields: Json) -> list[tuple[str, str]]:
    findings = check_preprocess_rule(a_rule(**fields), Catalogue([PACK]), LANGUAGE)
    return [(finding.rule.value, finding.message) for finding in findings]


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "drop"},
        {"action": "drop", "newEventFilters": [[is_("type", "x"), is_("emailsubject", "x")]]},
        {"action": "link", "existingEventsFilters": [[same("Email Subject")], [same("incident.name")]]},
        {"action": "script", "scriptName": "Judge"},
        {"action": "drop", "newEventFilters": [[{**is_("name", "x", "IsOdd"), "left": SHUFFLED}]]},
        {"action": "drop", "newEventFilters": [[is_("rawJSON", "${incident.labels.Brand}", "containsString")]]},
    ],
)
def test_a_rule_that_can_be_run_has_no_findings(fields: dict[str, Json]) -> None:
    assert found(**fields) == []


@pytest.mark.parametrize(
    ("fields", "rule", "said"),
    [
        ({"action": "explode"}, "unknown-action", "has the action `explode`, which is not known"),
        ({"action": "script"}, "unknown-script", "runs a script and names none; add `scriptName`"),
        ({"action": "script", "scriptName": "Gone"}, "unknown-script", "runs the script `Gone`, and there is no such"),
        ({"action": "script", "scriptName": "Plain"}, "untagged-script", "which has no tag `preProcessing`"),
        ({"action": "link"}, "any-incident", "it takes the oldest incident, related or not"),
        ({"action": "drop", "newEventFilters": [[is_("name", "x", "sounds like")]]}, "unknown-operator", "sounds like"),
        ({"action": "drop", "newEventFilters": [[is_("nmae", "x")]]}, "unknown-field", "incident field `nmae`"),
        ({"action": "link", "existingEventsFilters": [[same("name", of="gone")]]}, "unknown-field", "field `gone`"),
    ],
)  # fmt: skip
def test_what_cannot_be_run_or_will_not_do_what_it_says_is_a_finding(
    fields: dict[str, Json], rule: str, said: str
) -> None:
    ((kind, message),) = found(**fields)
    assert kind == rule
    assert said in message
    assert message.startswith("The pre-process rule `Rule` ")


def test_a_transformer_that_is_not_known_is_a_finding() -> None:
    left = {"isContext": True, "value": {"complex": {"root": "name", "transformers": [{"operator": "shuffle"}]}}}
    ((kind, _),) = found(action="drop", newEventFilters=[[{**is_("name", "x"), "left": left}]])
    assert kind == "unknown-transformer"
    assert kind in {rule.value for rule in CANNOT_RUN}
