"""Prepares arguments before a call: defaults, empties, what is required, and one call for each item of an array."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from warroom.content.integration import Argument
from warroom.content.likeness import close_names
from warroom.context.semantics import STANDARD, Semantics
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

MAY_BE_EMPTY = (str, list, dict)

NO_NAMES: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The arguments of one call. `turn` tells the calls of an array apart; "" where there was no array.

    It is made of the call's values, not of its position: the array can be longer when the task runs again.
    """

    args: dict[str, Json]
    turn: str = ""


def prepare(name: str, declared: Sequence[Argument], given: Mapping[str, Json]) -> list[Prepared]:
    """Turn given values into the arguments of one call, or of several.

    A list given to an argument that takes one value makes one call for each item; several such lists are walked side
    by side, a shorter one giving nothing after its end, and a single value goes to every call. Names are checked
    before, by `check_names`: undeclared ones are passed on.
    """
    known = {argument.name: argument for argument in declared}
    values = {key: value for key, value in given.items() if not _absent(value)}
    walked = {key: value for key, value in values.items() if isinstance(value, list) and _takes_one(known.get(key))}
    calls = [filled(name, declared, call) for call in _one_call_each(values, walked)]
    turns = _turns(calls) if walked else [""]
    return [Prepared(args=call, turn=turn) for call, turn in zip(calls, turns, strict=True)]


def refuse_unknown(
    name: str, declared: Sequence[Argument], given: Iterable[str], also: Collection[str] = NO_NAMES
) -> None:
    """Raise InvalidInputError when an argument is given that is neither declared nor `also` taken."""
    known = {argument.name for argument in declared}
    if unknown := undeclared(declared, given, also):
        close = close_names(unknown[0], [*sorted(known), *also], most=1, cutoff=0.6)
        meant = f" Did you mean {close[0]!r}?" if close else ""
        offered = ", ".join(sorted(known)) or "none"
        fields = ", and fields of the incident" if also else ""
        raise InvalidInputError(f"{name} has no argument {unknown[0]!r}. It takes: {offered}{fields}.{meant}")


def check_names(
    name: str,
    declared: Sequence[Argument],
    given: Iterable[str],
    also: Collection[str] = NO_NAMES,
    *,
    strict: bool,
    semantics: Semantics = STANDARD,
) -> list[str]:
    """Refuse undeclared arguments, or return them where they are passed on."""
    if strict or semantics.undeclared_arguments == "refused":
        refuse_unknown(name, declared, given, also)
    return undeclared(declared, given, also)


def undeclared(declared: Sequence[Argument], given: Iterable[str], also: Collection[str] = NO_NAMES) -> list[str]:
    """List the given arguments that no target declares."""
    known = {argument.name for argument in declared}
    return sorted(name for name in set(given) - known if name not in also)


def refuse_missing(name: str, declared: Sequence[Argument], given: Mapping[str, Json]) -> None:
    """Raise InvalidInputError when a required argument has neither a value nor a default."""
    for argument in declared:
        if argument.required and _absent(given.get(argument.name)) and _absent(argument.default_value):
            raise InvalidInputError(
                f"{name} needs the argument {argument.name!r}, which is missing or empty. Write {argument.name}=value."
            )


def _takes_one(argument: Argument | None) -> bool:
    return argument is not None and not argument.is_array


def _one_call_each(values: Mapping[str, Json], walked: Mapping[str, list[Json]]) -> list[dict[str, Json]]:
    shared = {key: value for key, value in values.items() if key not in walked}
    turns = [
        {key: items[turn] for key, items in walked.items() if turn < len(items) and not _absent(items[turn])}
        for turn in range(max((len(items) for items in walked.values()), default=0))
    ]
    return [shared | items for items in turns if items] or [shared]


def filled(name: str, declared: Sequence[Argument], call: Mapping[str, Json]) -> dict[str, Json]:
    """Return the arguments of one call with the defaults of those that it lacks; refuses a required one without any."""
    refuse_missing(name, declared, call)
    defaults = {item.name: item.default_value for item in declared if not _absent(item.default_value)}
    return {**call, **{key: value for key, value in defaults.items() if key not in call}}


def _turns(calls: Sequence[Mapping[str, Json]]) -> list[str]:
    """Name each call by its arguments; of calls that are alike, the later ones are counted."""
    seen: Counter[str] = Counter()
    turns = []
    for call in calls:
        about = digest(call)
        turns.append(f"{about}.{seen[about]}" if seen[about] else about)
        seen[about] += 1
    return turns


def digest(value: Json) -> str:
    """Return a short digest of a value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:10]


def _absent(value: Json) -> bool:
    return value is None or (isinstance(value, MAY_BE_EMPTY) and not value)
