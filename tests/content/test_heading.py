import json

import pytest

from tests.our_packs import our_pack
from warroom.content.heading import Heading, heading_of, summary_of
from warroom.content.playbook import Input
from warroom.content.read_playbook import read_playbook_text

PACK = our_pack()
PLAYBOOK = """
id: p
name: P
description: Does it.
starttaskid: "0"
inputs: [{key: Host, required: true, description: Which., value: {simple: WIN-7}}]
outputs: [{contextPath: Found.Name}]
tasks:
  "0": {id: "0", type: start, nexttasks: {"#none#": ["1"]}, task: {name: ""}}
  "1": {id: "1", type: title, nexttasks: {"#none#": ["2"]}, task: {name: Part}}
  "2": {id: "2", type: regular, task: {name: Do}}
"""


def test_a_brief_says_what_a_playbook_takes_gives_and_how_long_it_is() -> None:
    summary = summary_of(read_playbook_text(PLAYBOOK, "x"))
    assert (summary.id, summary.name, summary.description, summary.tasks) == ("p", "P", "Does it.", 1)
    assert summary.inputs == (Input(key="Host", required=True, description="Which."),)
    assert summary.outputs == ("Found.Name",)


def test_what_an_item_is_found_by_is_in_its_heading() -> None:
    [integration] = PACK.integrations.values()
    assert heading_of(integration).commands == tuple(integration.commands)
    field = next(iter(PACK.incident_fields.values()))
    assert heading_of(field) == Heading(field.id, field.name, cli_name=field.cli_name)


@pytest.mark.parametrize("item", [*PACK.playbooks.values(), *PACK.scripts.values()], ids=lambda item: item.id)
def test_a_heading_is_the_same_after_json(item: object) -> None:
    heading = heading_of(item)
    again = Heading(*json.loads(json.dumps(heading)))
    assert (again.id, again.name, again.about) == (heading.id, heading.name, heading.about)
    assert again.runs == heading.runs
