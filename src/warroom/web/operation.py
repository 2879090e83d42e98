"""What an operation of a local door is: JSON in, one call of a use case, JSON out."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.app import App

Operation: TypeAlias = Callable[[App, JsonObject, Actor], Awaitable[Json]]
