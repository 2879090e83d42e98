"""The table of what docker images bring."""

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from warroom.content.integration import image_name
from warroom.host.images import IMAGE, Image, ImageTable, our_images

TABLE = ImageTable(
    base=("requests",),
    images={"demisto/a": Image(packages=("old",)), "demisto/a:2.0": Image(packages=("new",))},
    modules={"bs4": "beautifulsoup4", "google.cloud.kms": "google-cloud-kms"},
)


@pytest.mark.parametrize(
    ("image", "packages"),
    [
        ("demisto/a:2.0", ("new",)),
        ("demisto/a:1.0", ("old",)),
        ("demisto/a", ("old",)),
        ("demisto/a@sha256:00", ("old",)),
    ],
)
def test_the_row_of_a_tag_comes_before_that_of_its_image(image: str, packages: tuple[str, ...]) -> None:
    row = TABLE.find(image)
    assert row is not None
    assert row.packages == packages


def test_an_image_without_a_row_has_none() -> None:
    assert TABLE.find("demisto/b:1.0") is None
    assert TABLE.find("") is None


def test_a_users_row_replaces_ours_and_leaves_the_others() -> None:
    table = TABLE.with_rows({"demisto/a": Image(packages=("mine",)), "mine/b": Image(packages=("b",), python="<3.13")})
    found = {image: table.find(image) for image in ("demisto/a", "demisto/a:2.0", "mine/b:7")}
    assert {image: row and row.packages for image, row in found.items()} == {
        "demisto/a": ("mine",),
        "demisto/a:2.0": ("new",),
        "mine/b:7": ("b",),
    }


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("bs4", "beautifulsoup4"),
        ("bs4.element", "beautifulsoup4"),
        ("google.cloud.kms", "google-cloud-kms"),
        ("a_b", "a-b"),
    ],
)
def test_the_package_of_a_module_is_named_or_guessed(module: str, package: str) -> None:
    assert TABLE.distribution(module) == package


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("demisto/pytmv1:0.9.1.117354", "demisto/pytmv1"),
        ("localhost:5000/mine", "localhost:5000/mine"),
        ("localhost:5000/mine:3", "localhost:5000/mine"),
        ("demisto/x@sha256:0f", "demisto/x"),
        ("", ""),
    ],
)
def test_a_name_has_no_tag(image: str, name: str) -> None:
    assert image_name(image) == name


@pytest.mark.parametrize("image", sorted(our_images().images))
def test_each_of_our_rows_can_be_read_by_pip(image: str) -> None:
    row = our_images().images[image]
    assert IMAGE.fullmatch(image)
    assert row.packages
    assert len({Requirement(package).name for package in row.packages}) == len(row.packages)
    assert SpecifierSet(row.python) is not None


def test_what_every_environment_gets_is_what_our_library_imports() -> None:
    names = {Requirement(package).name for package in our_images().base}
    assert {"requests", "dateparser", "pyyaml", "pyzipper"} <= names


def test_the_official_integrations_image_needs_an_older_python_than_ours_may_be() -> None:
    row = our_images().find("demisto/pytmv1:0.11.0")
    assert row is not None
    assert "3.14.0" not in SpecifierSet(row.python)
    assert "3.13.0" in SpecifierSet(row.python)
