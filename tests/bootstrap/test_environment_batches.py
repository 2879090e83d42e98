"""Which environments are made for several images, and that equal ones are made once."""

import sys
from pathlib import Path

import pytest

from tests.bootstrap.test_environments import install, record_environment
from tests.host.wheels import make_wheel
from warroom.bootstrap.content import environments_of, look_at_packs
from warroom.bootstrap.environment_batches import Batches, batches_of, make_batch
from warroom.bootstrap.environments import needs_of
from warroom.host.images import Image, ImageTable, Sources
from warroom.model.errors import UnavailableError

TABLE = ImageTable(
    base=("tinybase",),
    images={
        "tests/one": Image(packages=("tinylib==1.0", "tinymore")),
        "tests/two": Image(packages=("tinymore", "tinylib==1.0")),
        "tests/three": Image(packages=("tinylib==2.0",)),
        "tests/old": Image(packages=("tinylib",), python="<3.11"),
        "tests/gone": Image(packages=("tinygone",)),
    },
    modules={},
)


def found(home: Path, *images: str) -> Batches:
    for image in images:
        install(home, image.partition("/")[2], "tinylib", f"{image}:1.0")
    environments = environments_of(home)
    return batches_of(needs_of(look_at_packs(home), environments, TABLE), environments, TABLE, Sources())


def sources(home: Path) -> Sources:
    make_wheel(home / "wheels", "tinybase", "")
    make_wheel(home / "wheels", "tinymore", "")
    make_wheel(home / "wheels", "tinylib", "SIZE = 1", version="1.0")
    return Sources(wheels=home / "wheels")


def test_images_with_equal_packages_are_one_batch(tmp_path: Path) -> None:
    batches = found(tmp_path, "tests/one", "tests/three", "tests/two")
    assert [batch.images for batch in batches.batches] == [("tests/one", "tests/two"), ("tests/three",)]
    assert batches.batches[0].packages == ("tinybase", "tinylib==1.0", "tinymore")
    assert batches.batches[0].interpreter.path == sys.executable


def test_an_image_without_a_python_that_fits_is_refused_by_name_and_the_others_are_not(tmp_path: Path) -> None:
    batches = found(tmp_path, "tests/old", "tests/three")
    assert [batch.images for batch in batches.batches] == [("tests/three",)]
    assert "No Python here fits the image tests/old" in batches.refused["tests/old"]


def test_an_image_that_the_table_does_not_have_gets_the_packages_of_its_modules(tmp_path: Path) -> None:
    [batch] = found(tmp_path, "tests/unknown").batches
    assert (batch.packages, batch.wanted[0].asked) == (("tinybase", "tinylib"), ("tinylib",))


def test_what_has_its_modules_already_is_not_made(tmp_path: Path) -> None:
    record_environment(tmp_path, "tests/one", "tinylib")
    assert found(tmp_path, "tests/one") == Batches(batches=(), refused={})


@pytest.mark.slow
def test_one_environment_serves_all_images_of_its_batch_until_the_last_is_removed(tmp_path: Path) -> None:
    [batch] = found(tmp_path, "tests/one", "tests/two").batches
    environments = environments_of(tmp_path)

    made = make_batch(environments, batch, sources(tmp_path))

    assert [each.image for each in environments.all()] == ["tests/one", "tests/two"]
    assert environments.folders() == {made.folder}
    assert found(tmp_path).batches == ()
    environments.remove("tests/one")
    assert made.python.exists()
    environments.remove("tests/two")
    assert not made.folder.exists()


@pytest.mark.slow
def test_a_batch_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    [batch] = found(tmp_path, "tests/gone").batches
    environments = environments_of(tmp_path)
    with pytest.raises(UnavailableError, match="The environment of tests/gone was not made"):
        make_batch(environments, batch, sources(tmp_path))
    assert list(environments.all()) == []
