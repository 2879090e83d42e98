"""Finds the data folder that a command is about."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from warroom.model.errors import InvalidInputError
from warroom.model.json import JsonObject

SETTINGS_FILE = "warroom.toml"
VARIABLE = "warroom_home"  # spelled in any case, as every setting


@dataclass(frozen=True, slots=True)
class Globals:
    """The global options."""

    home: Path | None

    @property
    def folder(self) -> Path:
        """The data folder that is meant."""
        return find_home(self.home)


def find_home(given: Path | None) -> Path:
    """Say which data folder is meant: what was given, else the environment's, the settings file's, the usual one."""
    if given is not None:
        return given
    for name, value in os.environ.items():
        if name.lower() == VARIABLE:
            return Path(value)
    written = read_settings_file().get("home")
    if written is None:
        return Path.home() / ".local" / "share" / "warroom"
    if not isinstance(written, str):
        raise InvalidInputError(f"The setting home is wrong: {written!r} is no path. Correct it.")
    return Path(written)


def read_settings_file() -> JsonObject:
    """Read `warroom.toml` of the current folder, if there is one."""
    file = Path(SETTINGS_FILE)
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"The settings in {SETTINGS_FILE} cannot be read: {error}. Correct them.") from error
