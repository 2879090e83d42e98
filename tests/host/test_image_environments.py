"""The record of an environment, and how it is found."""

from dataclasses import replace
from pathlib import Path

import pytest

from warroom.host.image_environments import ImageEnvironment, ImageEnvironments, OwnModules
from warroom.model.errors import NotFoundError


@pytest.fixture
def environments(tmp_path: Path) -> ImageEnvironments:
    folder = tmp_path / "environments"
    folder.mkdir()
    return ImageEnvironments(folder)


def written(environments: ImageEnvironments, image: str, version: str = "3.12.1") -> ImageEnvironment:
    """Write the record of an environment whose interpreter is this test's file."""
    folder = environments.folder / f"{image.replace('/', '+')}-00000000"
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    (folder / "bin" / "python").write_text("", encoding="utf-8")
    environment = ImageEnvironment(
        image=image,
        folder=folder,
        interpreter="/usr/bin/python3.12",
        version=version,
        packages=("bs4", "lxml"),
        asked=("lxml",),
        modules=frozenset({"bs4", "json"}),
    )
    environments.write(environment)
    return environment


def test_an_environment_is_read_as_it_was_written_by_another_process_too(environments: ImageEnvironments) -> None:
    made = written(environments, "demisto/a")
    assert environments.find("demisto/a:1.0") == made
    assert ImageEnvironments(environments.folder).find("demisto/a") == made
    assert list(environments.all()) == [made]
    assert made.fault == ""


def test_that_of_a_tag_comes_before_that_of_the_image(environments: ImageEnvironments) -> None:
    of_all, of_one = written(environments, "demisto/a"), written(environments, "demisto/a:2.0")
    assert environments.find("demisto/a:2.0") == of_one
    assert environments.find("demisto/a:3.0") == of_all
    assert environments.find("demisto/a@sha256:00") == of_all
    assert environments.made("demisto/a:3.0") is None


def test_one_that_is_made_anew_is_found_by_the_next_run(environments: ImageEnvironments) -> None:
    first = written(environments, "demisto/a")
    assert environments.find("demisto/a") == first
    environments.write(replace(first, version="3.13.0"))
    assert environments.find("demisto/a") == replace(first, version="3.13.0")


@pytest.mark.parametrize("image", ["", "..", "../a", "a\0b", "demisto/" + "x" * 5000, "Upper", "demisto/b"])
def test_what_was_not_made_or_is_no_name_is_not_found(environments: ImageEnvironments, image: str) -> None:
    written(environments, "demisto/a")
    assert environments.find(image) is None
    with pytest.raises(NotFoundError, match="there are: demisto/a"):
        environments.remove(image)


@pytest.mark.parametrize("body", ["", "{", "[]", '{"image": "demisto/a"}', '{"image": 1, "folder": 2}'])
def test_a_record_that_cannot_be_read_is_none(environments: ImageEnvironments, body: str) -> None:
    written(environments, "demisto/a")
    environments.record_of("demisto/a").write_text(body, encoding="utf-8")
    assert environments.find("demisto/a") is None
    assert list(environments.all()) == []


def test_a_record_names_no_folder_outside(environments: ImageEnvironments) -> None:
    made = written(environments, "demisto/a")
    record = environments.record_of("demisto/a")
    record.write_text(record.read_text(encoding="utf-8").replace(made.folder.name, "../../etc"), encoding="utf-8")
    found = environments.find("demisto/a")
    assert found is not None
    assert found.folder == environments.folder / "etc"


def test_what_is_removed_is_gone_with_its_folder(environments: ImageEnvironments) -> None:
    made = written(environments, "demisto/a")
    environments.remove("demisto/a")
    assert environments.find("demisto/a") is None
    assert not made.folder.exists()


def test_a_fault_names_what_is_gone(environments: ImageEnvironments) -> None:
    made = written(environments, "demisto/a")
    made.python.unlink()
    assert made.fault == "its interpreter /usr/bin/python3.12 is gone"
    (made.folder / "bin").rmdir()
    made.folder.rmdir()
    assert made.fault == f"its folder {made.folder} is gone"


def test_our_own_modules_are_those_that_can_be_imported() -> None:
    own = OwnModules()
    assert {name for name in ("json", "requests", "ldap9", "__main__", "") if name in own} == {
        "json",
        "requests",
        "__main__",
    }
