"""Which scripts the chosen playbooks need environments for, and that these are made from a folder of wheels."""

from pathlib import Path
from shutil import copytree

import pytest

from tests.host.wheels import make_wheel
from tests.public_content.environments import make_environments, scripts_of
from warroom.bootstrap.settings import Settings
from warroom.content.catalogue import Catalogue
from warroom.content.load import load_packs
from warroom.host.images import our_images

TREE = Path(__file__).with_name("tree")
SCRIPT = """
commonfields: {{id: {name}, version: -1}}
name: {name}
type: python
subtype: python3
dockerimage: {image}
script: |
  import {module}
  demisto.executeCommand("Deeper", {{}})
"""
PLAYBOOK = """
id: Tinted - Test
name: Tinted - Test
starttaskid: '0'
tasks:
  '0': {id: '0', taskid: a, type: start, task: {id: a}, nexttasks: {'#none#': ['1']}}
  '1':
    id: '1'
    taskid: b
    type: regular
    task: {id: b, name: Tint, scriptName: LightLantern}
    scriptarguments:
      colour: {complex: {root: Colour, transformers: [{operator: string.Tint}]}}
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = copytree(TREE, tmp_path / "tree")
    pack = tree / "Packs" / "Lanterns"
    for name, module, image in (
        ("Tint", "tinylib", "tests/tiny:1"),
        ("Deeper", "tinymore", "tests/unknown:1"),
        ("Unused", "tinyunused", "tests/unused:1"),
    ):
        (pack / "Scripts" / name).mkdir()
        text = SCRIPT.format(name=name, module=module, image=image)
        (pack / "Scripts" / name / f"{name}.yml").write_text(text, encoding="utf-8")
    (pack / "TestPlaybooks" / "playbook-Tinted.yml").write_text(PLAYBOOK, encoding="utf-8")
    return tree


def test_scripts_of_tasks_of_values_and_of_other_scripts_are_found(tree: Path) -> None:
    catalogue = Catalogue(load_packs([tree], whole=False))
    names = {script.id for script in scripts_of([catalogue.playbook("Tinted - Test")], catalogue)}
    assert names == {"LightLantern", "Tint", "Deeper"}


@pytest.mark.slow
def test_what_can_be_made_is_made_and_what_cannot_is_said(tree: Path, tmp_path: Path) -> None:
    for name in ("tinylib", *(package.split(">")[0] for package in our_images().base)):
        make_wheel(tmp_path / "wheels", name.replace("-", "_"), "", version="9")
    rows = {"tests/tiny": {"packages": ["tinylib"]}}
    settings = Settings.model_validate({"home": tmp_path, "environment_wheels": tmp_path / "wheels", "images": rows})
    catalogue = Catalogue(load_packs([tree], whole=False))
    playbooks = [catalogue.playbook("Tinted - Test")]

    made = make_environments(playbooks, catalogue, tmp_path, settings)

    assert made.made == ["tests/tiny"]
    assert list(made.refused) == ["tests/unknown"]
    assert "tinymore" in made.refused["tests/unknown"]
