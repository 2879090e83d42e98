"""Converts frozen values to JSON and back; the one place that does.

Text, numbers and JSON data are taken as they are, so that nothing that a source sent is changed: half of a surrogate
pair, an integer of any size, what a pack put where text was due. Whether it can become text, the JSON encoder says.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum, StrEnum
from operator import attrgetter
from types import MappingProxyType, NoneType, UnionType
from typing import Any, NewType, TypeAlias, TypeVar, Union, cast, get_args, get_origin

from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn, override

from warroom.model.json import Json, JsonObject

OMITTED_WHEN_NONE: Mapping[str, bool] = MappingProxyType({"omitted when none": True})  # metadata of a field

_T = TypeVar("_T")
_Read: TypeAlias = Callable[[Any, Any], Any]  # cattrs also passes the type
_PLAIN = frozenset({str, int, float, bool, Any})


def to_json(value: object) -> Json:
    """Convert a value to JSON: a time to ISO 8601, an enum's member to its value, a frozen value to an object.

    >>> from warroom.model.incident import Label
    >>> to_json((Label(type="Brand", value="Vision One"),))
    [{'type': 'Brand', 'value': 'Vision One'}]
    """
    return _CONVERTER.unstructure(value)


def from_json(kind: type[_T], value: Json) -> _T:
    """Make a value from `to_json`'s result: a missing field gets its default, an unknown one is a TypeError.

    >>> from warroom.model.incident import Label
    >>> from_json(Label, {"type": "Brand", "value": "Vision One"})
    Label(type='Brand', value='Vision One')
    """
    return _CONVERTER.structure(value, kind)


def picked(value: object, *names: str) -> JsonObject:
    """Return some fields and properties of a value as JSON, in this order.

    >>> from warroom.model.incident import Label
    >>> picked(Label(type="Brand", value="Vision One"), "value")
    {'value': 'Vision One'}
    """
    return {name: _CONVERTER.unstructure(getattr(value, name)) for name in names}


def writer(kind: type[_T], without: Collection[str] = ()) -> Callable[[_T], JsonObject]:
    """Make a function that returns the fields of a value as JSON, without some of them.

    >>> from warroom.model.incident import Label
    >>> writer(Label, without=["type"])(Label(type="Brand", value="Vision One"))
    {'value': 'Vision One'}
    """
    omitted: dict[str, Any] = {name: override(omit=True) for name in without}
    return make_dict_unstructure_fn(kind, _CONVERTER, **omitted)


def reader(kind: type[_T]) -> Callable[[JsonObject, Mapping[str, Any]], _T]:
    """Make a function that makes a value from its writer's result and the fields that were left out there.

    >>> from warroom.model.incident import Label
    >>> reader(Label)({"value": "Vision One"}, {"type": "Brand"})
    Label(type='Brand', value='Vision One')
    """
    of_fields = [(field.name, _reader_of(field.type), field.type) for field in fields(cast("Any", kind))]
    # Fields that are the same in JSON are not walked, which saves half the time.
    changing = [(name, read, type_) for name, read, type_ in of_fields if read is not _same]

    def made(body: JsonObject, left_out: Mapping[str, Any]) -> _T:
        values = {**body, **left_out}
        for name, read, type_ in changing:
            if name in values:
                values[name] = read(values[name], type_)
        return kind(**values)

    return made


def _converter() -> Converter:
    made = Converter()
    made.register_structure_hook(datetime, _moment)
    made.register_structure_hook_func(_is_data, _same)
    made.register_structure_hook_factory(_is_new_type, lambda kind: _reader_of(kind.__supertype__))
    made.register_structure_hook_factory(_is_optional, _reader_or_none)
    made.register_structure_hook_factory(_is_tuple, _reader_of_items)
    made.register_structure_hook_factory(is_dataclass, _reader_of_fields)
    made.register_unstructure_hook(Any, _itself)
    made.register_unstructure_hook_factory(_omits, lambda kind: make_dict_unstructure_fn(kind, made, **_omitting(kind)))
    made.register_unstructure_hook(datetime, datetime.isoformat)
    made.register_unstructure_hook_func(_is_enum, attrgetter("value"))
    made.register_unstructure_hook(StrEnum, attrgetter("value"))  # else they count as text, which they are too
    made.register_unstructure_hook_func(_is_data, _data)
    made.register_unstructure_hook_func(_is_tuple, _listed)
    return made


# -- which types are covered ----------------------------------------------------------------------------------------


def _is_enum(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _is_new_type(kind: object) -> bool:
    return isinstance(kind, NewType)


def _is_optional(kind: object) -> bool:
    return get_origin(kind) in {Union, UnionType} and NoneType in get_args(kind)


def _is_data(kind: object) -> bool:
    """Whether a type is plain JSON data, whose content is not converted."""
    return (get_origin(kind) or kind) in {dict, Mapping}


def _is_tuple(kind: object) -> bool:
    return (get_origin(kind) or kind) is tuple


def _omits(kind: object) -> bool:
    return isinstance(kind, type) and is_dataclass(kind) and bool(_omitting(kind))


# -- how they are written and read ----------------------------------------------------------------------------------


def _omitting(kind: Any) -> dict[str, Any]:
    marked = (field.name for field in fields(kind) if field.metadata == OMITTED_WHEN_NONE)
    return {name: override(omit_if_default=True) for name in marked}


def _itself(value: _T) -> _T:
    return value


def _data(value: Json) -> Json:
    return dict(value) if isinstance(value, Mapping) else value  # a pack may keep a list where an object is due


def _listed(value: tuple[object, ...]) -> list[Json]:
    return [_CONVERTER.unstructure(item) for item in value]


def _same(value: _T, _kind: object) -> _T:
    return value


def _moment(value: str | datetime, _kind: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _reader_of(kind: Any) -> _Read:
    """Return a type's reader; plain values pass as they are, where cattrs would convert them by calling the type."""
    read: _Read = _same if kind in _PLAIN else _CONVERTER.get_structure_hook(kind)
    return read


def _reader_or_none(kind: Any) -> _Read:
    (inner,) = (option for option in get_args(kind) if option is not NoneType)
    read = _reader_of(inner)
    return _same if read is _same else lambda value, _: None if value is None else read(value, inner)


def _reader_of_items(kind: Any) -> _Read:
    inner, _ = get_args(kind)  # and an ellipsis
    read = _reader_of(inner)
    return lambda value, _: tuple(value) if read is _same else tuple(read(item, inner) for item in value)


def _reader_of_fields(kind: Any) -> _Read:
    read = reader(kind)
    return lambda body, _: read(body, {})


_CONVERTER = _converter()
