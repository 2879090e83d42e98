"""What stands before a command: the global options, and the way to the data folder."""

import asyncio
import tomllib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from warroom.bootstrap import Settings
from warroom.cli.door import Door, open_door
from warroom.model.errors import InvalidInputError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Globals:
    """The global options."""

    home: Path | None

    def settings(self, **more: object) -> Settings:
        """Read the settings; one that is wrong is named in one sentence."""
        given = {**({"home": self.home} if self.home else {}), **more}
        try:
            return Settings(**given)  # type: ignore[arg-type]  # pydantic checks them
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise InvalidInputError(f"The setting {where} is wrong: {first['msg']}. Correct it.") from error
        except SettingsError as error:
            raise InvalidInputError(f"A WARROOM_ variable holds no JSON: {error}. Correct it.") from error
        except tomllib.TOMLDecodeError as error:
            raise InvalidInputError(f"The settings in warroom.toml cannot be read: {error}. Correct them.") from error


def through_door(context: typer.Context, work: Callable[[Door], Awaitable[T]]) -> T:
    """Do something with the data folder, through its server when there is one."""

    async def opened() -> T:
        async with open_door(context.obj.settings()) as door:
            return await work(door)

    return asyncio.run(opened())


def pairs(items: list[str], option: str) -> dict[str, str]:
    """Read `key=value` options.

    >>> pairs(["url=http://127.0.0.1:8080"], "--param")
    {'url': 'http://127.0.0.1:8080'}
    """
    read: dict[str, str] = {}
    for item in items:
        key, mark, value = item.partition("=")
        if not mark or not key:
            raise InvalidInputError(f"{option} takes key=value, not {item!r}.")
        read[key] = value
    return read
