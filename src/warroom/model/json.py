"""The type of JSON values as Python reads them."""

from typing import Any, TypeAlias

Json: TypeAlias = Any  # str | int | float | bool | None | list[Json] | dict[str, Json]; narrowed where it is used
JsonObject: TypeAlias = dict[str, Any]
