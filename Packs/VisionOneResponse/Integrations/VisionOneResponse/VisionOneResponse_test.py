"""The integration's three lists of commands name the same; how they behave is tested on the simulator."""

import re
from pathlib import Path

import yaml

HERE = Path(__file__).parent
COMMAND = r"(?:trendmicro-visionone-[a-z-]+|endpoint|file|ip|url|domain)"

MIRRORING = {"get-mapping-fields", "get-modified-remote-data", "get-remote-data", "update-remote-system"}  # not typed


def declared() -> set[str]:
    text = (HERE / "VisionOneResponse.yml").read_text()
    return {command["name"] for command in yaml.safe_load(text)["script"]["commands"]} - MIRRORING


def test_the_code_implements_what_the_yml_declares() -> None:
    code = (HERE / "VisionOneResponse.py").read_text()

    assert set(re.findall(rf'"({COMMAND})"', code)) == declared()


def test_the_readme_describes_every_command() -> None:
    readme = (HERE / "README.md").read_text()

    assert set(re.findall(rf"^### ({COMMAND})$", readme, re.MULTILINE)) == declared()


def test_there_is_an_example_of_every_command() -> None:
    examples = (HERE / "command_examples").read_text()

    assert set(re.findall(rf"^!({COMMAND}) ", examples, re.MULTILINE)) == declared()


def test_the_help_says_which_permission_each_command_needs() -> None:
    described = (HERE / "VisionOneResponse_description.md").read_text()

    assert set(re.findall(rf"`({COMMAND})`", described)) == declared()
