from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from warroom.content.source import Node
from warroom.content.yaml_source import read_yaml

collect_ignore = ["packs"]

SAMPLE = Path(__file__).parent / "packs" / "Sample"


@pytest.fixture
def sample() -> Path:
    return SAMPLE


@pytest.fixture
def node() -> Callable[[str], Node]:
    """Read indented YAML to its root."""

    def read(text: str) -> Node:
        return read_yaml(dedent(text).lstrip("\n"), Path("item.yml")).root()

    return read


@pytest.fixture
def zipped(tmp_path: Path) -> Callable[..., Path]:
    """Make a zip of names and contents."""

    def make(contents: dict[str, str | bytes], name: str = "Pack.zip") -> Path:
        path = tmp_path / name
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            for member, data in contents.items():
                archive.writestr(member, data)
        return path

    return make
