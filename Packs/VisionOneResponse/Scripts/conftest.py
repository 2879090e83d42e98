"""What the tests beside the scripts of this pack read: each its own script's code, yml and README."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml


@dataclass(frozen=True)
class Item:
    """A script as its folder says it."""

    folder: Path

    @property
    def code(self) -> str:
        return (self.folder / f"{self.folder.name}.py").read_text()

    @property
    def readme(self) -> str:
        return (self.folder / "README.md").read_text()

    @property
    def declared(self) -> dict[str, Any]:
        return yaml.safe_load((self.folder / f"{self.folder.name}.yml").read_text())

    @property
    def arguments_read(self) -> set[str]:
        """The arguments that the code asks for."""
        return set(re.findall(r'args(?:\.get\(|\[)"(\w+)"', self.code))

    @property
    def readme_rows(self) -> list[str]:
        """The rows that the README is to have: of every argument and every output."""
        return [
            *(f"| {argument['name']} | {argument['description']} |" for argument in self.declared["args"]),
            *(
                f"| {output['contextPath']} | {output['description']} | {output['type']} |"
                for output in self.declared.get("outputs", [])
            ),
        ]


@pytest.fixture
def item(request: pytest.FixtureRequest) -> Item:
    """The script whose code is beside the test."""
    return Item(request.path.parent)
