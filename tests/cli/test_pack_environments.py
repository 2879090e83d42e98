"""`warroom pack environments`: what lacks modules, and making and removing environments."""

from importlib.metadata import Distribution, distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from tests.bootstrap.test_environments import install, record_environment
from tests.cli.conftest import CommandLine
from tests.host.wheels import make_wheel
from warroom.host.images import our_images

IMAGE = '[images."tests/tiny"]\npackages = ["tinylib"]\n'
PROBE = """
commonfields: {id: Probe, version: -1}
name: Probe
configuration: []
script:
  type: python
  subtype: python3
  dockerimage: tests/tiny:1.0
  script: |
    from CommonServerPython import *
    import tinylib
    return_results(f"The size is {tinylib.SIZE}.")
  commands:
  - {name: probe-size, arguments: []}
"""


def repacked(folder: Path, requirement: str) -> None:
    """Make wheels of a package and of all that it needs, from their installed files."""
    found: Distribution = distribution(Requirement(requirement).name)
    lines = (found.read_text("WHEEL") or "").splitlines()
    tags = [line.removeprefix("Tag: ").split("-") for line in lines if line.startswith("Tag: ")]
    tag = "-".join(".".join(dict.fromkeys(part)) for part in zip(*tags, strict=True))
    path = folder / f"{found.name.replace('-', '_')}-{found.version}-{tag}.whl"
    if path.exists():
        return
    with ZipFile(path, "w") as wheel:
        for file in found.files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                wheel.write(str(file.locate()), str(file))
    for needed in map(Requirement, found.requires or ()):
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            repacked(folder, str(needed))


def test_without_a_need_it_says_so(command_line: CommandLine) -> None:
    assert command_line("pack", "environments").out == "No installed item lacks a module, and none was made.\n"
    assert command_line("pack", "environments", "--json").document == []


def test_what_lacks_modules_is_listed_with_what_to_do(command_line: CommandLine) -> None:
    install(command_line.home, "Look", "netaddr9", "demisto/netutils:1.0")

    assert "warroom pack environments make demisto/netutils" in command_line("pack", "environments").out
    assert command_line("pack", "environments", "--json").document == [
        {
            "image": "demisto/netutils",
            "lacking": [{"kind": "script", "name": "Look", "image": "demisto/netutils:1.0", "modules": ["netaddr9"]}],
            "environment": None,
            "command": "warroom pack environments make demisto/netutils",
        }
    ]


def test_installing_showing_and_validating_a_pack_know_what_was_made(command_line: CommandLine, tmp_path: Path) -> None:
    install(tmp_path, "Look", "netaddr9", "demisto/netutils:1.0")
    pack = str(tmp_path / "packs" / "Mine")
    advice = "make its environment: warroom pack environments make demisto/netutils"

    [installed] = command_line("pack", "install", pack, "--json").document
    [finding] = command_line("pack", "validate", pack, "--json").document
    assert [problem["advice"] for problem in installed["problems"]] == [advice]
    assert (finding["rule"], advice in finding["message"]) == ("missing-module", True)

    record_environment(command_line.home, "demisto/netutils", "netaddr9")
    assert command_line("pack", "install", pack, "--json").document[0]["problems"] == []
    assert command_line("pack", "show", "Mine", "--json").document["problems"] == []
    assert command_line("pack", "validate", pack, "--json").document == []


def test_what_cannot_be_made_or_removed_is_refused_in_one_sentence(command_line: CommandLine) -> None:
    make = ("pack", "environments", "make")
    assert "Nothing says what the image tests/tiny brings" in command_line.refused(*make, "tests/tiny")
    assert "is no name of a docker image" in command_line.refused(*make, "Tests/../x")
    assert "/nowhere/py is no Python that can be started" in command_line.refused(
        *make, "demisto/bs4", "--python", "/nowhere/py"
    )
    assert "wheels does not exist" in command_line.refused(*make, "demisto/bs4", "--wheels", "wheels", "--json")
    assert "there are: none" in command_line.refused("pack", "environments", "remove", "demisto/bs4")


@pytest.mark.parametrize("row", ["packages = 7", 'python = "<3.14"', 'packages = ["a"]\nother = 1'])
def test_a_row_of_the_settings_that_is_wrong_is_named(command_line: CommandLine, row: str) -> None:
    Path("warroom.toml").write_text(f'[images."tests/tiny"]\n{row}\n', encoding="utf-8")
    said = command_line.refused("pack", "environments", "make", "tests/tiny")
    assert "The setting images.tests/tiny." in said


@pytest.mark.slow
def test_an_integration_runs_once_the_environment_of_its_image_is_made(command_line: CommandLine) -> None:
    wheels = Path("wheels")
    wheels.mkdir()
    for package in our_images().base:
        repacked(wheels, package)
    make_wheel(wheels, "tinylib", "SIZE = 7")
    Path("warroom.toml").write_text(f'environment_wheels = "wheels"\n{IMAGE}', encoding="utf-8")
    pack = command_line.home / "packs" / "Tiny"
    (pack / "Integrations" / "Probe").mkdir(parents=True)
    (pack / "pack_metadata.json").write_text('{"name": "Tiny", "currentVersion": "1.0.0"}', encoding="utf-8")
    (pack / "Integrations" / "Probe" / "Probe.yml").write_text(PROBE, encoding="utf-8")
    assert command_line("instance", "add", "p1", "--integration", "Probe").code == 0

    before = command_line("run", "!probe-size")
    made = command_line("pack", "environments", "make", "tests/tiny")
    after = command_line("run", "!probe-size")

    assert (before.code, "`warroom pack environments make tests/tiny`" in " ".join(before.out.split())) == (1, True)
    assert made.code == 0, made.err
    assert "The environment of tests/tiny was created" in made.out
    assert (after.code, after.out.strip()) == (0, "The size is 7."), after.out
    [listed] = command_line("pack", "environments", "--json").document
    assert (listed["lacking"], listed["environment"]["fault"]) == ([], "")
    removed = command_line("pack", "environments", "remove", "tests/tiny", "--json")
    assert removed.document == {"image": "tests/tiny"}
    assert command_line("run", "!probe-size").code == 1
