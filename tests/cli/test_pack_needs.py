"""`warroom pack install --with`: the environments that a pack needs, from a folder of wheels."""

from pathlib import Path

import pytest

from tests.bootstrap.test_environments import install
from tests.cli.conftest import CommandLine
from tests.host.wheels import make_wheel
from warroom.bootstrap.content import environments_of
from warroom.host.images import our_images

ROWS = 'environment_wheels = "wheels"\n[images."tests/tiny"]\npackages = ["tinylib"]\n'


def wheels_and_rows() -> None:
    """Make a folder of wheels with what every environment has, and settings that name it."""
    for name in ("tinylib", *(package.split(">")[0] for package in our_images().base)):
        make_wheel(Path("wheels"), name.replace("-", "_"), "", version="9")
    Path("warroom.toml").write_text(ROWS, encoding="utf-8")


@pytest.mark.slow
def test_what_a_pack_lacks_is_said_and_made(command_line: CommandLine, tmp_path: Path) -> None:
    wheels_and_rows()
    install(tmp_path, "Look", "tinylib", "tests/tiny:1")

    said = " ".join(command_line("pack", "install", str(tmp_path / "packs" / "Mine"), "--with").out.split())

    announced, made = (
        said.index("To fetch for tests/tiny (Python"),
        said.index("The environment of tests/tiny is made."),
    )
    assert announced < said.index("pyzipper>=0.4, tinylib") < made < said.index("Mine 1.0.0 is installed")
    assert "cannot be imported" not in said
    assert [each.image for each in environments_of(command_line.home).all()] == ["tests/tiny"]
    again = command_line("pack", "install", str(tmp_path / "packs" / "Mine"), "--with").out
    assert "No environment is needed." in again


@pytest.mark.slow
def test_what_cannot_be_made_is_said_and_the_pack_is_installed(command_line: CommandLine, tmp_path: Path) -> None:
    wheels_and_rows()
    install(tmp_path, "Look", "tinygone", "tests/unknown:1")
    install(tmp_path, "See", "tinylib", "tests/tiny:1")
    install(tmp_path, "Feel", "tinyfree", "''")

    ran = command_line("pack", "install", str(tmp_path / "packs" / "Mine"), "--with", "--json")

    assert ran.code == 1
    assert "The environment of tests/unknown was not made." in ran.err
    assert "Code without a docker image lacks tinyfree" in " ".join(ran.err.split())
    assert [problem["item"] for problem in ran.document[0]["problems"]] == ["Feel", "Look"]


def test_without_the_option_nothing_is_made(command_line: CommandLine, tmp_path: Path) -> None:
    install(tmp_path, "Look", "tinylib", "tests/tiny:1")
    [told] = command_line("pack", "install", str(tmp_path / "packs" / "Mine"), "--json").document
    assert [problem["item"] for problem in told["problems"]] == ["Look"]
    assert list(environments_of(command_line.home).all()) == []
