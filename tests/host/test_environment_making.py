"""Making environments of images, with pip, from a folder of wheels: no test asks a network."""

import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import NamedTuple

import pytest
from packaging.specifiers import SpecifierSet

from tests.host.lab import Lab
from tests.host.wheels import make_wheel
from warroom.host.environment_making import FLOOR, Interpreter, _words, interpreter_for, make, wanted
from warroom.host.image_environments import ImageEnvironment, ImageEnvironments
from warroom.host.images import Image, ImageTable, Sources
from warroom.host.runner import WarmRunner
from warroom.host.settings import HostSettings
from warroom.model.errors import ConflictError, HostError, InvalidInputError, NotFoundError, UnavailableError

OURS = Interpreter(path=sys.executable, version=".".join(map(str, sys.version_info[:3])))
TINY = "import tinylib, sys; demisto.results([tinylib.SIZE, sys.prefix])"
GONE = Path("/nowhere/gone")
ONE, TWO = "tests/one:1.2", "tests/two:1.0"
TABLE = ImageTable(
    base=("tinybase",),
    images={
        "tests/one": Image(packages=("tinylib==1.0",)),
        "tests/two": Image(packages=("tinylib>=2",)),
        "tests/old": Image(packages=("tinylib",), python="<3.11"),
        "tests/wrong": Image(packages=("not a package",)),
        "tests/odd": Image(packages=("tinylib",), python="three"),
    },
    modules={},
)


class Made(NamedTuple):
    """Two environments, of which each has a tinylib of its own, and where they came from."""

    environments: ImageEnvironments
    one: ImageEnvironment
    two: ImageEnvironment
    sources: Sources


@pytest.fixture
def nothing(tmp_path: Path) -> ImageEnvironments:
    return ImageEnvironments(tmp_path / "environments")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    make_wheel(folder / "wheels", "tinybase", "")
    for version in ("1.0", "2.0", "3.0"):
        make_wheel(folder / "wheels", "tinylib", f"SIZE = {version}", version=version)
    constraints = folder / "constraints.txt"
    constraints.write_text("tinylib<3\n", encoding="utf-8")
    sources = Sources(wheels=folder / "wheels", constraints=constraints)
    environments = ImageEnvironments(folder / "environments")
    one, two = (
        make(environments, wanted(TABLE, environments, image), OURS, sources) for image in ("tests/one", "tests/two")
    )
    return Made(environments, one, two, sources)


@pytest.fixture
async def lab(made: Made, tmp_path: Path) -> Lab:
    return Lab(WarmRunner(tmp_path / "work", HostSettings(grace_seconds=0.3), made.environments))


@pytest.mark.slow
async def test_code_that_lacks_a_module_runs_once_the_environment_of_its_image_is_made(
    made: Made, make_lab: Callable[..., Lab], lab: Lab
) -> None:
    before = await make_lab().ran(TINY, docker_image=ONE)
    assert "No module named 'tinylib'" in before.error
    assert "`warroom pack environments make tests/one`" in before.error

    [[size, prefix]] = await lab.results(TINY, docker_image=ONE)

    assert (size, prefix) == (1.0, str(made.one.folder))
    await lab.runner.close()


@pytest.mark.slow
async def test_two_environments_and_our_own_serve_side_by_side(made: Made, lab: Lab) -> None:
    prefix = "import sys; demisto.results(sys.prefix)"
    for _ in range(2):  # cold, then warm
        assert await lab.results(TINY, docker_image=ONE, worker="scripts") == [[1.0, str(made.one.folder)]]
        assert await lab.results(TINY, docker_image=TWO, worker="scripts") == [[2.0, str(made.two.folder)]]
        assert await lab.results(prefix, docker_image="tests/three:1", worker="scripts") == [sys.prefix]
        assert await lab.results(prefix, worker="scripts") == [sys.prefix]
    await lab.runner.close()


@pytest.mark.slow
async def test_what_an_environment_lacks_is_said_with_the_command_that_adds_it(lab: Lab) -> None:
    ran = await lab.ran("import tiny_more", docker_image=ONE)
    assert "The environment that was made for tests/one lacks it" in ran.error
    assert "`warroom pack environments make tests/one --package tiny-more`" in ran.error
    await lab.runner.close()


@pytest.mark.slow
async def test_an_environment_whose_interpreter_is_gone_says_so(made: Made, tmp_path: Path) -> None:
    environments = ImageEnvironments(tmp_path / "environments")
    environments.folder.mkdir()
    folder = environments.folder / "gone"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(tmp_path / "python3.99")
    environments.write(replace(made.one, folder=folder, interpreter="/opt/python3.99"))
    lab = Lab(WarmRunner(tmp_path / "work", HostSettings(), environments))
    with pytest.raises(
        HostError, match=r"of the image tests/one is broken, its interpreter /opt/python3.99 is gone\. Create it again"
    ):
        await lab.ran(TINY, docker_image=ONE)
    assert await lab.results("demisto.results(1)") == [1]
    await lab.runner.close()


@pytest.mark.slow
def test_what_an_environment_has_is_known_without_starting_it(made: Made) -> None:
    assert {"tinybase", "tinylib", "json"} <= made.one.modules
    assert "requests" not in made.one.modules
    assert (made.one.version, made.one.packages) == (OURS.version, ("tinybase", "tinylib==1.0"))
    assert sorted(each.image for each in made.environments.all()) == ["tests/one", "tests/two"]


@pytest.mark.slow
def test_what_cannot_be_made_leaves_what_was_there(made: Made) -> None:
    before = sorted(made.environments.folder.iterdir())
    needs = wanted(TABLE, made.environments, "tests/one", ["tinynot==7"])
    with pytest.raises(UnavailableError, match=r"The environment of tests/one was not made\. .*tinynot==7"):
        make(made.environments, needs, OURS, made.sources)
    assert sorted(made.environments.folder.iterdir()) == before
    assert made.environments.find("tests/one") == made.one


@pytest.mark.slow
def test_a_package_that_excludes_this_python_is_refused_with_the_reason(made: Made) -> None:
    assert made.sources.wheels
    make_wheel(made.sources.wheels, "tinyfuture", "", python=">=3.99")
    needs = wanted(TABLE, made.environments, "tests/future", ["tinyfuture"])
    with pytest.raises(UnavailableError, match=r"'tinyfuture' requires a different Python: .*>=3\.99"):
        make(made.environments, needs, OURS, made.sources)
    assert made.environments.find("tests/future") is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            (
                "ERROR: Ignored versions that require a different python version: 2.0 Requires-Python <3.9\n"
                "ERROR: Could not find a version\nERROR: No matching distribution found for x\n"
            ),
            (
                "Ignored versions that require a different python version: 2.0 Requires-Python <3.9. "
                "No matching distribution found for x."
            ),
        ),
        (
            "WARNING: slow\nERROR: No matching distribution found for x\n[notice] a newer pip",
            "No matching distribution found for x.",
        ),
        ("Error: ensurepip is not available.\n", "Error: ensurepip is not available."),
        ("", "It ended with 7."),
    ],
)
def test_the_last_words_of_pip_are_said_and_that_a_version_is_for_another_python(said: str, words: str) -> None:
    assert _words(CompletedProcess([], 7, stdout="", stderr=said)) == words


@pytest.mark.slow
def test_what_was_asked_for_stays_until_the_environment_is_removed(nothing: ImageEnvironments, made: Made) -> None:
    nothing.folder.mkdir()
    nothing.write(replace(made.one, asked=("extra==1",)))
    needs = wanted(TABLE, nothing, "tests/one", ["tinylib==2.0", "Extra==2"])
    assert needs.packages == ("tinybase", "tinylib==2.0", "Extra==2")
    assert needs.asked == ("Extra==2", "tinylib==2.0")


@pytest.mark.parametrize(
    ("image", "more", "said"),
    [
        ("Tests one", (), "'Tests one' is no name of a docker image"),
        ("../x", (), "is no name of a docker image"),
        ("tests/one", ["--index-url=x"], "'--index-url=x', asked for the image tests/one, is no package"),
        ("tests/wrong", (), "'not a package', asked for the image tests/wrong, is no package"),
        ("tests/odd", (), "'three', the `python` of the image tests/odd, names no versions of Python"),
    ],
)
def test_what_pip_would_not_read_is_refused(nothing: ImageEnvironments, image: str, more: list[str], said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        wanted(TABLE, nothing, image, more)


def test_an_image_that_nothing_is_known_of_needs_its_packages_named(nothing: ImageEnvironments) -> None:
    with pytest.raises(
        NotFoundError, match=r"Nothing says what the image tests/new:1 brings\. .*\[images.\"tests/new\"\]"
    ):
        wanted(TABLE, nothing, "tests/new:1")
    assert wanted(TABLE, nothing, "tests/new:1", ["tinylib"]).packages == ("tinybase", "tinylib")


def test_a_python_that_fits_is_found_ours_first(nothing: ImageEnvironments) -> None:
    found = interpreter_for(wanted(TABLE, nothing, "tests/one"), Sources())
    assert found == OURS


def test_where_no_python_fits_the_image_is_refused_by_name(nothing: ImageEnvironments) -> None:
    needs = wanted(TABLE, nothing, "tests/old")
    with pytest.raises(NotFoundError, match=r"No Python here fits the image tests/old: it needs one that is .*<3\.11"):
        interpreter_for(needs, Sources())
    with pytest.raises(
        InvalidInputError, match=rf"is Python {OURS.version}, but the image tests/old needs one that is"
    ):
        interpreter_for(needs, Sources(python=sys.executable))


@pytest.mark.parametrize("python", ["/nowhere/python3", "true", "/etc/passwd"])
def test_what_is_no_python_is_refused(nothing: ImageEnvironments, python: str) -> None:
    with pytest.raises(NotFoundError, match=f"{python} is no Python that can be started"):
        interpreter_for(wanted(TABLE, nothing, "tests/one"), Sources(python=python))


def test_the_oldest_python_is_that_of_the_workers_code() -> None:
    assert "3.10.13" not in FLOOR
    assert "3.11.0" in FLOOR
    assert isinstance(FLOOR, SpecifierSet)


@pytest.mark.parametrize("sources", [Sources(constraints=GONE), Sources(wheels=GONE)])
def test_a_path_that_does_not_exist_is_named(nothing: ImageEnvironments, sources: Sources) -> None:
    with pytest.raises(NotFoundError, match=r"gone does not exist, so the environment of tests/one was not made"):
        make(nothing, wanted(TABLE, nothing, "tests/one"), OURS, sources)


@pytest.fixture
def held(nothing: ImageEnvironments) -> Iterator[None]:
    """Hold the folder as another process does that makes an environment."""
    nothing.folder.mkdir()
    descriptor = os.open(nothing.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield
    os.close(descriptor)


def test_two_at_once_are_refused(nothing: ImageEnvironments, held: None) -> None:
    with pytest.raises(ConflictError, match="Another process makes an environment"):
        make(nothing, wanted(TABLE, nothing, "tests/one"), OURS, Sources())
