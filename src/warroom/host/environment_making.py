"""Makes the virtual environment of a docker image: alone this asks a package index, and only when a person wants it."""

import fcntl
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree, which

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from warroom.content.integration import image_name
from warroom.host.image_environments import ImageEnvironment, ImageEnvironments
from warroom.host.images import IMAGE, ImageTable, Sources
from warroom.model.border import parsed
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError
from warroom.model.sentence import ended

FLOOR = SpecifierSet(">=3.11")  # of the code that runs in a worker
NAMES = ("python3.14", "python3.13", "python3.12", "python3.11", "python3")
VERSION = "import sys; print('.'.join(map(str, sys.version_info[:3])))"
MODULES = """
import importlib.metadata, json, sys
print(json.dumps(sorted({*sys.stdlib_module_names, *importlib.metadata.packages_distributions()})))
"""
OTHER_PYTHON = "different python version"  # in pip's words
PROBE_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    path: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the environment of an image needs. `asked` are packages that a person asked for, besides the table's."""

    image: str
    packages: tuple[str, ...]
    asked: tuple[str, ...] = ()
    python: SpecifierSet = FLOOR


def wanted(table: ImageTable, environments: ImageEnvironments, image: str, more: Iterable[str] = ()) -> Wanted:
    """Return what an image needs: of the table, of what was asked for at earlier times, and of what is asked for now.

    A later requirement replaces an earlier one for the same package. Raises NotFoundError when nothing says what
    the image brings, InvalidInputError for what pip would not read.
    """
    if not IMAGE.fullmatch(image):
        raise InvalidInputError(f"{image!r} is no name of a docker image; write one such as demisto/bs4-py3.")
    made = environments.made(image)
    asked = _last_of_each((*(made.asked if made else ()), *more), image)
    row = table.find(image)
    if row is None and not asked:
        raise NotFoundError(
            f"Nothing says what the image {image} brings. Name its packages with --package, "
            f'or add a row [images."{image_name(image)}"] to warroom.toml.'
        )
    packages = _last_of_each((*table.base, *(row.packages if row else ()), *asked), image)
    return Wanted(
        image=image, packages=packages, asked=asked, python=FLOOR & _specifier(row.python if row else "", image)
    )


def _last_of_each(packages: Iterable[str], image: str) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for package in packages:
        try:
            found[canonicalize_name(Requirement(package).name)] = package
        except InvalidRequirement as error:
            raise InvalidInputError(
                f"{package!r}, asked for the image {image}, is no package: write a name and perhaps a version, "
                "such as pytmv1==0.11.0."
            ) from error
    return tuple(found.values())


def _specifier(python: str, image: str) -> SpecifierSet:
    try:
        return SpecifierSet(python)
    except InvalidSpecifier as error:
        raise InvalidInputError(
            f"{python!r}, the `python` of the image {image}, names no versions of Python; write them such as <3.14."
        ) from error


def interpreter_for(needs: Wanted, sources: Sources) -> Interpreter:
    """Return the Python to make an environment with: the named one, else ours, else the newest that fits.

    Raises NotFoundError when there is none, InvalidInputError when the named one does not fit.
    """
    fits = needs.python
    named = [sources.python] if sources.python else [sys.executable, *NAMES]
    paths = dict.fromkeys(path for name in named if (path := which(name)))
    found = [Interpreter(path=path, version=version) for path in paths if (version := _version(path))]
    fitting = next((one for one in found if fits.contains(one.version, prereleases=True)), None)
    if fitting:
        return fitting
    if sources.python and found:
        raise InvalidInputError(
            f"{sources.python} is Python {found[0].version}, but the image {needs.image} needs one that is {fits}. "
            "Name another with --python."
        )
    if sources.python:
        raise NotFoundError(f"{sources.python} is no Python that can be started. Name another with --python.")
    there = ", ".join(dict.fromkeys(one.version for one in found)) or "none"
    raise NotFoundError(
        f"No Python here fits the image {needs.image}: it needs one that is {fits}, and there are: {there}. "
        "Install one that fits, or name it with --python."
    )


def make(
    environments: ImageEnvironments, needs: Wanted, interpreter: Interpreter, sources: Sources
) -> ImageEnvironment:
    """Make an environment. An earlier one stays until it is whole, and its folder until the next is made."""
    image = needs.image
    for path in (sources.constraints, sources.wheels):
        if path and not path.exists():
            raise NotFoundError(f"{path} does not exist, so the environment of {image} was not made. Correct the path.")
    with _alone(environments.folder):
        before = environments.made(image)
        prefix = f"{environments.record_of(image).stem}-"
        folder = environments.folder / f"{prefix}{secrets.token_hex(4)}"
        try:
            made = _made(folder, needs, interpreter, sources)
        except BaseException:
            rmtree(folder, ignore_errors=True)
            raise
        environments.write(made)
        for old in environments.folder.glob(f"{prefix}{'[0-9a-f]' * 8}"):
            if old not in {*environments.folders(), before.folder if before else folder}:
                rmtree(old, ignore_errors=True)
    return made


def _made(folder: Path, needs: Wanted, interpreter: Interpreter, sources: Sources) -> ImageEnvironment:
    image = needs.image
    _step(image, [interpreter.path, "-I", "-m", "venv", str(folder)], "Python's venv with ensurepip is needed")
    python = str(folder / "bin" / "python")
    options = ["--constraint", str(sources.constraints.absolute())] if sources.constraints else []
    if sources.wheels:
        options += ["--no-index", "--find-links", str(sources.wheels.absolute())]
    pip = [python, "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"]
    advice = "Look at the packages, at the constraints and wheels, and at what pip can reach"
    _step(image, [*pip, *options, "--", *needs.packages], advice)
    modules = parsed(_step(image, [python, "-I", "-c", MODULES], "Try another --python"))
    return ImageEnvironment(
        image=image,
        folder=folder,
        interpreter=os.path.realpath(interpreter.path),
        version=interpreter.version,
        packages=needs.packages,
        asked=needs.asked,
        modules=frozenset(modules),
    )


def _step(image: str, command: Sequence[str], advice: str) -> str:
    """Run a program; raises UnavailableError with its own last words when it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603  # no shell; the packages are checked
    except OSError as error:
        raise UnavailableError(
            f"The environment of {image} was not made: {command[0]} cannot be started ({error.strerror}). {advice}."
        ) from error
    if done.returncode:
        raise UnavailableError(f"The environment of {image} was not made. {_words(done)} {advice}.")
    return done.stdout


def _words(done: "subprocess.CompletedProcess[str]") -> str:
    """Return what a program complains of: its last line that begins with ERROR, else its last.

    That versions were passed over because of this Python is said too, since pip says so earlier.
    """
    lines = [line.strip() for line in f"{done.stdout}\n{done.stderr}".splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    passed_over = [line for line in errors[:-1] if OTHER_PYTHON in line]
    last = (errors or lines or [f"It ended with {done.returncode}"])[-1]
    return " ".join(map(ended, (*passed_over, last)))


def _version(python: str) -> str:
    """Return a Python's version; nothing when it is none."""
    try:
        done = subprocess.run(  # noqa: S603  # no shell
            [python, "-I", "-c", VERSION], capture_output=True, text=True, check=False, timeout=PROBE_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if done.returncode else done.stdout.strip()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder of environments; raises ConflictError when another process makes one there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise ConflictError(f"Another process makes an environment in {folder}; wait until it has ended.") from None
    finally:
        os.close(descriptor)
