"""Prepares arguments before a call: defaults, empties, what is required, and one call for each item of an array."""

from collections.abc import Mapping, Sequence

from warroom.content.integration import Argument
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

ABSENT: tuple[Json, ...] = (None, "", [], {})


def prepare(
    name: str, declared: Sequence[Argument], given: Mapping[str, Json], *, strict: bool = True
) -> list[dict[str, Json]]:
    """Turn what was given into the arguments of one call, or of several.

    A list given to an argument that takes one value makes one call for each item; several such lists are walked side
    by side, a shorter one giving nothing after its end, and a single value goes to every call. With `strict`, unknown
    names are refused: a typed command should not lose a misspelled argument in silence.
    """
    known = {argument.name: argument for argument in declared}
    if strict and (unknown := sorted(set(given) - set(known))):
        offered = ", ".join(sorted(known)) or "none"
        raise InvalidInputError(f"{name} has no argument {unknown[0]!r}. It takes: {offered}.")
    values = {key: value for key, value in given.items() if not _absent(value)}
    for argument in declared:
        if argument.name not in values and not _absent(argument.default_value):
            values[argument.name] = argument.default_value
    missing = [argument.name for argument in declared if argument.required and argument.name not in values]
    if missing:
        raise InvalidInputError(
            f"{name} needs the argument {missing[0]!r}, which is missing or empty. Give it a value."
        )
    return _one_call_each(values, known)


def _one_call_each(values: dict[str, Json], known: Mapping[str, Argument]) -> list[dict[str, Json]]:
    lists = {
        key: value
        for key, value in values.items()
        if isinstance(value, list) and key in known and not known[key].is_array
    }
    if not lists:
        return [values]
    count = max(len(items) for items in lists.values())
    calls = []
    for turn in range(count):
        call = {key: value for key, value in values.items() if key not in lists}
        call |= {key: items[turn] for key, items in lists.items() if turn < len(items) and not _absent(items[turn])}
        calls.append(call)
    return calls


def _absent(value: Json) -> bool:
    return any(value == empty and type(value) is type(empty) for empty in ABSENT)
