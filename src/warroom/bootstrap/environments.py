"""The environments of docker images in a data folder: what is needed, what is there, and the command that makes one."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from warroom.bootstrap.settings import Settings
from warroom.content.catalogue import Catalogue
from warroom.content.integration import Integration, Script, image_name
from warroom.content.pack import Pack
from warroom.host.image_environments import ImageEnvironment, ImageEnvironments, OwnModules
from warroom.host.images import Image, ImageTable, Sources, our_images
from warroom.services.packs.modules import Lacking, lacking_modules

MAKE = "warroom pack environments make"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageNeed:
    """An image whose items lack modules, or that has an environment. `packages` are those to ask for by name."""

    image: str
    items: tuple[Lacking, ...]
    environment: ImageEnvironment | None
    packages: tuple[str, ...] = ()

    @property
    def modules(self) -> list[str]:
        return sorted({module for item in self.items for module in item.modules})

    @property
    def is_open(self) -> bool:
        """Whether making its environment gives items what they lack."""
        is_faulty = self.environment is not None and bool(self.environment.fault)
        return is_faulty or bool(self.image and self.items)

    @property
    def command(self) -> str:
        """Return the command that makes what is missing; nothing where none does."""
        words = (MAKE, self.image, *(f"--package {package}" for package in self.packages))
        return " ".join(words) if self.is_open else ""


def images_of(settings: Settings) -> ImageTable:
    """Return our table with the operator's rows."""
    rows = {name: Image(packages=row.packages, python=row.python) for name, row in settings.images.items()}
    return our_images().with_rows(rows)


def sources_of(
    settings: Settings, python: str = "", constraints: Path | None = None, wheels: Path | None = None
) -> Sources:
    """Return what was named for one environment, else what the settings say."""
    return Sources(
        python=python,
        constraints=constraints or settings.environment_constraints,
        wheels=wheels or settings.environment_wheels,
    )


def needs_of(packs: Sequence[Pack], environments: ImageEnvironments, table: ImageTable) -> list[ImageNeed]:
    """Return what the installed packs lack, by image, and the environments that are there."""
    catalogue = Catalogue(packs, environments.modules_of)
    items: list[Integration | Script] = [*catalogue.integrations.values(), *catalogue.scripts.values()]
    return needs_of_items(items, catalogue, environments, table)


def needs_of_items(
    items: Iterable[Integration | Script], catalogue: Catalogue, environments: ImageEnvironments, table: ImageTable
) -> list[ImageNeed]:
    """Return what some items lack, by image, and the environments that are there."""
    own = OwnModules()

    def modules_of(docker_image: str) -> Container[str]:
        found = environments.find(docker_image)
        return found.modules if found else own

    by_image: dict[str, list[Lacking]] = {each.image: [] for each in environments.all()}
    for lacking in lacking_modules(items, catalogue.module_sources(), modules_of):
        made = environments.find(lacking.docker_image)
        by_image.setdefault(made.image if made else image_name(lacking.docker_image), []).append(lacking)
    return [_need(image, items, environments.made(image), table) for image, items in sorted(by_image.items())]


def _need(image: str, items: Sequence[Lacking], environment: ImageEnvironment | None, table: ImageTable) -> ImageNeed:
    need = ImageNeed(image=image, items=tuple(items), environment=environment)
    if (environment and environment.fault) or (environment is None and table.find(image)):
        return need
    return replace(need, packages=tuple(dict.fromkeys(map(table.distribution, need.modules))))
