"""The virtual environments of docker images in a data folder: which were made, and what they have."""

import json
import sys
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree

from warroom.content.integration import image_name
from warroom.host.images import IMAGE
from warroom.model.border import parsed
from warroom.model.errors import NotFoundError
from warroom.model.json import JsonObject

RECORD = ".json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageEnvironment:
    """A virtual environment: of this image, or of this one tag where `image` has one."""

    image: str
    folder: Path
    interpreter: str  # that it was made with
    version: str  # of that Python
    packages: tuple[str, ...]  # as pip got them
    asked: tuple[str, ...]  # those of them that a person asked for
    modules: frozenset[str]  # that code can import, without what is below them

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def fault(self) -> str:
        """Say why it cannot be used; nothing when it can."""
        if self.python.exists():
            return ""
        if self.folder.is_dir():
            return f"its interpreter {self.interpreter} is gone"
        return f"its folder {self.folder} is gone"


class ImageEnvironments:
    """Finds the environment of an image. One that is made while a server runs is found by the next run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[Path, tuple[tuple[int, int], ImageEnvironment | None]] = {}

    def find(self, docker_image: str) -> ImageEnvironment | None:
        """Return the environment that was made for this very tag, else the one that was made for the image."""
        images = (docker_image.partition("@")[0], image_name(docker_image))
        return next((found for image in images if (found := self.made(image))), None)

    def modules_of(self, docker_image: str) -> frozenset[str] | None:
        """Return what code of an image can import in its environment; None without one."""
        found = self.find(docker_image)
        return found.modules if found else None

    def made(self, image: str) -> ImageEnvironment | None:
        """Return the environment that was made under exactly this name."""
        return self._record(self.record_of(image)) if IMAGE.fullmatch(image) else None

    def all(self) -> Iterator[ImageEnvironment]:
        """Yield all that were made, by image."""
        for path in sorted(self.folder.glob(f"*{RECORD}")):
            if found := self._record(path):
                yield found

    def remove(self, image: str) -> None:
        """Remove an environment; raises NotFoundError when none was made under this name."""
        found = self.made(image)
        if found is None:
            names = ", ".join(each.image for each in self.all()) or "none"
            raise NotFoundError(f"No environment was made for {image}; there are: {names}.")
        self.record_of(image).unlink()
        if found.folder not in self.folders():
            rmtree(found.folder, ignore_errors=True)

    def folders(self) -> set[Path]:
        """Return the folders in use; images with equal packages may share one."""
        return {each.folder for each in self.all()}

    def record_of(self, image: str) -> Path:
        return self.folder / f"{image.replace('/', '+')}{RECORD}"

    def write(self, environment: ImageEnvironment) -> None:
        """Make this the environment of its image, at once or not at all."""
        record = self.record_of(environment.image)
        draft = record.with_suffix(".draft")
        body = {
            "image": environment.image,
            "folder": environment.folder.name,
            "interpreter": environment.interpreter,
            "version": environment.version,
            "packages": environment.packages,
            "asked": environment.asked,
            "modules": sorted(environment.modules),
        }
        draft.write_text(json.dumps(body), encoding="utf-8")
        draft.replace(record)

    def _record(self, path: Path) -> ImageEnvironment | None:
        try:
            stat = path.stat()
        except OSError:
            return None
        state = (stat.st_mtime_ns, stat.st_ino)
        if path not in self._read or self._read[path][0] != state:
            self._read[path] = state, self._environment(path)
        return self._read[path][1]

    def _environment(self, path: Path) -> ImageEnvironment | None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            read: JsonObject = parsed(path.read_text(encoding="utf-8"))
            return ImageEnvironment(
                image=str(read["image"]),
                folder=self.folder / Path(read["folder"]).name,
                interpreter=str(read["interpreter"]),
                version=str(read["version"]),
                packages=tuple(read["packages"]),
                asked=tuple(read["asked"]),
                modules=frozenset(read["modules"]),
            )
        return None


class OwnModules(Container[str]):
    """What code can import in warroom's own environment."""

    def __contains__(self, module: object) -> bool:
        name = str(module)
        with suppress(ValueError, ImportError):  # what has been loaded without a specification is there, too
            return name in sys.stdlib_module_names or find_spec(name) is not None
        return name in sys.modules
