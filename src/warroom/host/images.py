"""What docker images bring, as far as content imports it: our table, and the rows that a user adds."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from warroom.content.integration import image_name

TABLE = Path(__file__).parent / "images.toml"
IMAGE = re.compile(r"[a-z0-9][\w.:/-]{0,200}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A row: pip's requirements, and the versions of Python that they can be installed with."""

    packages: tuple[str, ...]
    python: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageTable:
    """Rows by image, with a tag or without; `base` is installed into every environment."""

    base: tuple[str, ...]
    images: Mapping[str, Image]
    modules: Mapping[str, str]  # the distribution of a module

    def with_rows(self, rows: Mapping[str, Image]) -> "ImageTable":
        """Return the table with these rows added, which replace those of the same image."""
        return replace(self, images={**self.images, **rows})

    def find(self, docker_image: str) -> Image | None:
        """Return the row of this very tag, else that of the image."""
        return self.images.get(docker_image) or self.images.get(image_name(docker_image))

    def distribution(self, module: str) -> str:
        """Return the package that a module is probably in.

        >>> our_images().distribution("bs4"), our_images().distribution("google.cloud.storage.blob")
        ('beautifulsoup4', 'google-cloud-storage')
        """
        parts = module.split(".")
        names = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
        return next((self.modules[name] for name in names if name in self.modules), parts[0].replace("_", "-"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the parts come from. With a folder of wheels, packages come from it alone, without a network."""

    python: str = ""  # a path or a name; empty: one that fits is looked for
    constraints: Path | None = None
    wheels: Path | None = None


@cache
def our_images() -> ImageTable:
    """Read the table that belongs to warroom."""
    read = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    images = {
        name: Image(packages=tuple(row["packages"]), python=row.get("python", ""))
        for name, row in read["images"].items()
    }
    return ImageTable(base=tuple(read["base"]), images=images, modules=read["modules"])
