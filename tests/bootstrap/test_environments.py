"""What installed packs need of environments, and what the settings say of making them."""

from pathlib import Path

import pytest

from warroom.bootstrap.content import environments_of, look_at_packs
from warroom.bootstrap.environments import images_of, needs_of, sources_of
from warroom.bootstrap.settings import Settings
from warroom.host.image_environments import ImageEnvironment

SCRIPT = """
commonfields: {{id: {name}, version: -1}}
name: {name}
script: "import {module}"
type: python
subtype: python3
dockerimage: {image}
args: []
"""


def install(home: Path, name: str, module: str, image: str) -> None:
    folder = home / "packs" / "Mine" / "Scripts" / name
    folder.mkdir(parents=True)
    (home / "packs" / "Mine" / "pack_metadata.json").write_text('{"name": "Mine", "currentVersion": "1.0.0"}')
    (folder / f"{name}.yml").write_text(SCRIPT.format(name=name, module=module, image=image), encoding="utf-8")


def record_environment(home: Path, image: str, *modules: str) -> ImageEnvironment:
    environments = environments_of(home)
    environments.folder.mkdir(exist_ok=True)
    folder = environments.folder / "made"
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    (folder / "bin" / "python").write_text("", encoding="utf-8")
    environment = ImageEnvironment(
        image=image,
        folder=folder,
        interpreter="/usr/bin/python3.12",
        version="3.12.1",
        packages=(),
        asked=(),
        modules=frozenset(modules),
    )
    environments.write(environment)
    return environment


def commands(home: Path) -> dict[str, tuple[list[str], str]]:
    needs = needs_of(look_at_packs(home), environments_of(home), images_of(Settings(home=home)))
    return {need.image: (need.modules, need.command) for need in needs}


def test_our_own_packs_need_none(tmp_path: Path) -> None:
    assert commands(tmp_path) == {}


def test_each_image_that_lacks_something_is_named_with_the_command_that_makes_it(tmp_path: Path) -> None:
    install(tmp_path, "One", "netaddr9", "demisto/netutils:1.0")
    install(tmp_path, "Two", "tld9", "demisto/netutils:2.0")
    install(tmp_path, "Three", "bs4_more", "tests/unknown:1")
    install(tmp_path, "Four", "json", "tests/content:1")
    assert commands(tmp_path) == {
        "demisto/netutils": (["netaddr9", "tld9"], "warroom pack environments make demisto/netutils"),
        "tests/unknown": (["bs4_more"], "warroom pack environments make tests/unknown --package bs4-more"),
    }


def test_code_without_an_image_needs_no_environment(tmp_path: Path) -> None:
    install(tmp_path, "One", "netaddr9", "''")
    assert commands(tmp_path) == {"": (["netaddr9"], "")}


def test_what_was_made_counts_with_what_it_has(tmp_path: Path) -> None:
    install(tmp_path, "One", "netaddr9", "demisto/netutils:1.0")
    install(tmp_path, "Two", "tld9", "demisto/netutils:2.0")
    made = record_environment(tmp_path, "demisto/netutils", "netaddr9")
    assert commands(tmp_path) == {
        "demisto/netutils": (["tld9"], "warroom pack environments make demisto/netutils --package tld9")
    }
    record_environment(tmp_path, "demisto/netutils", "netaddr9", "tld9")
    assert commands(tmp_path) == {"demisto/netutils": ([], "")}
    assert made.folder.parent == tmp_path / "environments"


def test_one_that_has_lost_its_interpreter_is_to_be_made_anew(tmp_path: Path) -> None:
    install(tmp_path, "One", "netaddr9", "demisto/netutils:1.0")
    made = record_environment(tmp_path, "demisto/netutils", "netaddr9")
    made.python.unlink()
    assert commands(tmp_path) == {"demisto/netutils": ([], "warroom pack environments make demisto/netutils")}


def test_the_settings_add_rows_constraints_and_wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "warroom.toml").write_text(
        'environment_constraints = "c.txt"\nenvironment_wheels = "wheels"\n'
        '[images."mine/tools"]\npackages = ["tool==1"]\npython = "<3.14"\n'
    )
    monkeypatch.chdir(tmp_path)
    settings = Settings(home=tmp_path)
    row = images_of(settings).find("mine/tools:3")
    assert row is not None
    assert (row.packages, row.python) == (("tool==1",), "<3.14")
    assert images_of(settings).find("demisto/bs4-py3") is not None
    assert (sources_of(settings).constraints, sources_of(settings).wheels) == (Path("c.txt"), Path("wheels"))
    named = sources_of(settings, "python3.12", Path("other.txt"))
    assert (named.python, named.constraints, named.wheels) == ("python3.12", Path("other.txt"), Path("wheels"))
