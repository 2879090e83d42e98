from pathlib import Path
from typing import Any

import pytest

from warroom.content.catalogue import Catalogue
from warroom.content.integration import Argument, Command, Integration
from warroom.content.pack import Pack
from warroom.doors.answer import json_of
from warroom.doors.completion import commands_of, host_names, known_names
from warroom.model.context import ContextPatch, PatchKind
from warroom.services.app import App
from warroom.services.execution.builtins import BUILTINS
from warroom.testing.code import python_code
from warroom.testing.samples import an_actor, an_incident, some_changes


def offered(*commands: Command) -> Any:
    integration = Integration(
        id="Lab", name="Lab", commands={command.name: command for command in commands}, code=python_code("")
    )
    pack = Pack(id="lab", name="lab", version="1.0.0", path=Path("lab"), integrations={"Lab": integration})
    return json_of(commands_of(Catalogue([pack])))


def test_a_command_is_offered_with_what_its_file_says_of_its_arguments() -> None:
    arguments = (
        Argument(name="endpoint", required=True, description="Which.", is_array=True),
        Argument(name="mode", predefined=("soft", "hard")),
        Argument(name="pin", secret=True),
    )
    assert offered(Command(name="act", description="Acts.", arguments=arguments))["act"] == {
        "description": "Acts.",
        "arguments": [
            {"name": "endpoint", "required": True, "description": "Which.", "values": [], "list": True,
             "secret": False, "host": True},
            {"name": "mode", "required": False, "description": "", "values": ["soft", "hard"], "list": False,
             "secret": False, "host": False},
            {"name": "pin", "required": False, "description": "", "values": [], "list": False,
             "secret": True, "host": False},
        ],
    }  # fmt: skip


def test_the_playbooks_are_offered_where_one_is_set(app: App) -> None:
    name, incident = json_of(commands_of(app.library.catalogue))["setPlaybook"]["arguments"]
    assert "Vision One - Alert Router" in name["values"]
    assert (name["name"], incident["name"], incident["values"]) == ("name", "incidentId", [])


def test_every_built_in_command_says_what_it_does(app: App) -> None:
    offered_here = json_of(commands_of(app.library.catalogue))
    assert all(offered_here[name]["description"] for name in BUILTINS)
    assert "tags" in json_of(commands_of(app.library.catalogue))["setEntriesTags"]["description"]


def test_what_is_deprecated_is_not_offered() -> None:
    assert "old" not in offered(Command(name="old", deprecated=True))


def test_built_in_commands_scripts_and_commands_are_offered_but_no_modules(app: App) -> None:
    names = set(json_of(commands_of(app.library.catalogue)))
    assert {"setIncident", "closeInvestigation", "Print", "trendmicro-visionone-isolate-endpoint"} <= names
    assert "CommonServerPython" not in names


@pytest.mark.parametrize(
    ("tree", "names"),
    [
        ({"hostname": "A"}, ["A"]),
        ({"Endpoint": [{"Hostname": "A"}, {"Hostname": "B"}]}, ["A", "B"]),
        ({"visiononeendpoints": ["A", "B"]}, ["A", "B"]),
        ({"endpoint_name": {"value": "A", "updated": "2031"}}, ["A"]),
        ({"endpointName": "A", "ip": "10.0.0.1", "guid": "g"}, ["A"]),
        ({"visiononeendpointguids": ["g"], "hostility": "high"}, []),
        ({"endpoint": '{"endpointName": "A"}', "host": "A,B", "hosts": ["", "x\x1b", "x" * 254, 7, None]}, []),
        (["plain", 1, None], []),
    ],
)
def test_names_are_what_stands_under_keys_that_name_hosts(tree: Any, names: list[str]) -> None:
    assert list(host_names(tree)) == names


async def test_names_come_from_fields_and_contexts_once_and_sorted(app: App) -> None:
    await app.journal.commit(
        some_changes(
            incidents=[
                an_incident(1, custom_fields={"visiononeendpoints": ["HR-7", "FIN-042"]}),
                an_incident(2, custom_fields={"visiononeendpoints": ["FIN-042"]}),
            ],
            patches=[
                ContextPatch(
                    incident=an_incident(2).id, kind=PatchKind.MERGE, value={"Endpoint": [{"Hostname": "WEB-1"}]}
                )
            ],
        )
    )
    assert await known_names(app, an_actor()) == ["FIN-042", "HR-7", "WEB-1"]
