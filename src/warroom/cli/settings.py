"""The settings as a command reads them."""

from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import SettingsError

from warroom.bootstrap.settings import Settings
from warroom.cli.home import read_settings_file
from warroom.model.errors import InvalidInputError


def read_settings(home: Path, **more: object) -> Settings:
    """Read the settings of a data folder; one that is wrong is named in one sentence."""
    read_settings_file()  # so that one that cannot be read is reported
    try:
        return Settings(home=home, **more)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidInputError(f"The setting {where} is wrong: {first['msg']}. Correct it.") from error
    except SettingsError as error:
        raise InvalidInputError(f"A WARROOM_ variable holds no JSON: {error}. Correct it.") from error
