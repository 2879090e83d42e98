"""The code, yml and README of the script name the same; how it behaves is tested on the simulator."""

import re
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent


def declared() -> dict[str, Any]:
    return yaml.safe_load((HERE / "VisionOneResponseMode.yml").read_text())


def test_the_code_reads_the_arguments_that_the_yml_declares() -> None:
    code = (HERE / "VisionOneResponseMode.py").read_text()

    read = set(re.findall(r'args(?:\.get\(|\[)"(\w+)"', code))
    assert read == {argument["name"] for argument in declared()["args"]}


def test_the_readme_has_every_argument_and_output() -> None:
    readme = (HERE / "README.md").read_text()

    for argument in declared()["args"]:
        assert f"| {argument['name']} | {argument['description']} |" in readme
    for output in declared()["outputs"]:
        assert f"| {output['contextPath']} | {output['description']} | {output['type']} |" in readme
