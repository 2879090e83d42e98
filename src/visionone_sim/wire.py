"""The types of what travels: JSON as the API reads and writes it."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, Union

Json: TypeAlias = Union[bool, int, float, str, Sequence["Json"], Mapping[str, "Json"], None]  # noqa: UP007  # text cannot be joined by |
JsonObject: TypeAlias = Mapping[str, Json]
