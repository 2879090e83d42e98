"""The table of transformers, and the one place that applies them: to items or lists, with arguments cast."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, TypeAlias

from warroom.content.category import without_category
from warroom.context import cast
from warroom.context.cast import MISSING, shown
from warroom.context.semantics import STANDARD, Semantics
from warroom.context.transformers.not_built import NOT_BUILT
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

Applies: TypeAlias = Literal["item", "list"]
Function: TypeAlias = Callable[..., Json]

CASTS: dict[object, Callable[[Json], Json]] = {
    str: cast.text,
    int: cast.whole,
    int | None: cast.whole,
    float: cast.number,
    bool: cast.boolean,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """An argument under XSOAR's name; `name` is Python's, `default` is what an argument that is not passed means."""

    name: str
    cast: Callable[[Json], Json] | None = None
    default: Json = None
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transformer:
    name: str
    function: Function
    category: str
    scope: Applies = "item"
    takes_null: bool = False
    takes_semantics: bool = False
    parameters: Mapping[str, Parameter] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        return (self.function.__doc__ or "").partition("\n")[0]


TRANSFORMERS: dict[str, Transformer] = {}


def transformer(
    name: str, *, category: str, scope: Applies = "item", takes_null: bool = False
) -> Callable[[Function], Function]:
    """Register a function under XSOAR's name. Its keyword arguments are XSOAR's, in snake case, `_` behind a keyword.

    What a parameter is annotated with decides the cast of its argument; `semantics` is filled in, and is no argument.
    """

    def register(function: Function) -> Function:
        keywords = [p for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY]
        TRANSFORMERS[name] = Transformer(
            name=name,
            function=function,
            category=category,
            scope=scope,
            takes_null=takes_null,
            takes_semantics=any(keyword.name == "semantics" for keyword in keywords),
            parameters={_camel(k.name): _parameter(k) for k in keywords if k.name != "semantics"},
        )
        return function

    return register


def _camel(name: str) -> str:
    """`replace_with` as XSOAR writes it: `replaceWith`; `from_` is `from`."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(part.capitalize() for part in rest)


def _parameter(keyword: inspect.Parameter) -> Parameter:
    is_required = keyword.default is keyword.empty
    default = None if is_required else keyword.default
    return Parameter(name=keyword.name, cast=CASTS.get(keyword.annotation), default=default, is_required=is_required)


def look_up(written: str) -> Transformer:
    """The transformer for a name as content writes it: "join", "general.join"."""
    found = _find(written)
    if found is None and without_category(written) in NOT_BUILT:
        raise InvalidInputError(
            f"The transformer {written} is XSOAR's own, and it is not built here yet. "
            "Use another one, or install a script with the tag `transformer` and this name."
        )
    if found is None:
        raise InvalidInputError(
            f"The transformer {written} is not known: it is not built in, and no installed script with the tag "
            "`transformer` has this name. Install its pack, or use a built-in transformer."
        )
    return found


def is_transformer(written: str) -> bool:
    """Whether a transformer is built in."""
    return _find(written) is not None


def _find(written: str) -> Transformer | None:
    return TRANSFORMERS.get(without_category(written))


def transform(name: str, value: Json, args: Mapping[str, Json], *, semantics: Semantics = STANDARD) -> Json:
    """Apply a transformer; arguments that are None or MISSING count as not passed.

    >>> transform("splitAndTrim", "10.0.0.1 , 10.0.0.2", {})
    ['10.0.0.1', '10.0.0.2']
    >>> transform("concat", ["a", "b"], {"suffix": ".exe"})
    ['a.exe', 'b.exe']
    """
    found = look_up(name)
    value = None if value is MISSING else value
    if value is None and not found.takes_null:
        return None
    try:
        keywords = _keywords(found, args)
        if found.takes_semantics:
            keywords["semantics"] = semantics
        return _applied(found, partial(found.function, **keywords), value)
    except InvalidInputError as error:
        raise InvalidInputError(f"The transformer {name} cannot change {shown(value)}: {error}") from error


def _keywords(found: Transformer, args: Mapping[str, Json]) -> dict[str, Json]:
    keywords = {parameter.name: parameter.default for parameter in found.parameters.values()}
    passed = {name: value for name, value in args.items() if value is not None and value is not MISSING}
    for name, value in passed.items():
        parameter = found.parameters.get(name)
        if parameter is None:
            known = ", ".join(found.parameters) or "none"
            raise InvalidInputError(f"it has no argument `{name}`; it takes {known}.")
        if value == "" and parameter.cast not in (None, cast.text):
            continue  # an empty field of XSOAR's form
        keywords[parameter.name] = value if parameter.cast is None else parameter.cast(value)
    for name, parameter in found.parameters.items():
        if parameter.is_required and name not in passed:
            raise InvalidInputError(f"the argument `{name}` is missing.")
    return keywords


def _applied(found: Transformer, function: Callable[[Json], Json], value: Json) -> Json:
    if found.scope == "list" or not isinstance(value, list):
        result = function(value)
        return None if result is MISSING else result
    results: list[Json] = []
    for item in value:
        result = None if item is None else function(item)
        if result is not MISSING:
            results.extend(result if isinstance(result, list) else [result])
    return results
