"""Requests of any operation, made from the type of its request: a new operation is asked as all others are."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from itertools import cycle
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from tests.hostile import HALVES, RIGHT_TO_LEFT, TEXTS, tree
from warroom.doors.operation import Operation
from warroom.doors.table import OPERATIONS
from warroom.model.indicator import indicator_id
from warroom.model.json import Json

INCIDENT, ENTRY, PLAN, TASK, INSTANCE = "1", "1@1", "p1", "1", "hostile"
KNOWN: Mapping[str, Json] = {  # what fields of these names are about, in the folder of the hostile corpus
    "id": INCIDENT,
    "incident": INCIDENT,
    "entry": ENTRY,
    "plan": PLAN,
    "task": TASK,
    "indicator": indicator_id("Domain", HALVES),
    "playbook": "Ask",
    "pack": "WarroomBase",
}
SMALL = b64encode(b"commonfields: {id: Tiny, version: -1}\nname: Tiny\ntype: python\nscript: ''\n").decode()
# Where a request that is made of the fields alone would be refused before it comes to anything.
OF_ITS_OWN: Mapping[str, Mapping[str, Json]] = {
    "audit.verify": {"head": "", "keys": [HALVES]},
    "audit.trim": {"before": "2020-01-01T00:00:00Z"},
    "evidence.export_case": {"items": [ENTRY, HALVES]},
    "fetch.drop": {"id": HALVES},
    "fetch.replay": {"id": "a\0b"},
    "fetch.reset": {"name": INSTANCE},
    "indicator.delete": {"indicator": HALVES},
    "instance.add": {"integration": "Small", "params": {"url": HALVES}, "secrets": {"apikey": HALVES}},
    "instance.allow": {"name": INSTANCE},
    "instance.change": {"name": INSTANCE, "params": {"url": HALVES}, "secrets": {"apikey": HALVES}},
    "instance.fetch": {"name": INSTANCE},
    "instance.mirror": {"name": INSTANCE},
    "instance.test": {"name": INSTANCE},
    "key.create": {"role": "reader"},
    "pack.install": {"name": "Small.yml", "content": SMALL, "path": ""},
    "playbook.run": {"name": "Ask"},
    "run": {"text": f"!Print value='{HALVES}\0'"},
    "start": {"text": f"!Print value='{HALVES}\0'"},
    "user.change": {"password": RIGHT_TO_LEFT},
    "user.create": {"role": "reader", "password": RIGHT_TO_LEFT},
    "user.mail": {"mail": "a@b\r\n"},
}
# Everybody may ask these about himself; about others they are for an admin, as services say.
ONES_OWN = {"session.list", "session.end", "user.change"}


def least(operation: Operation) -> dict[str, Json]:
    """Return a request with what it must have."""
    due = {name: one for name, one in operation.request.model_fields.items() if one.is_required()}
    return _filled(operation, due, [HALVES, *TEXTS.values()])


def whole(operation: Operation) -> dict[str, Json]:
    """Return a request with everything that it can have."""
    return _filled(operation, operation.request.model_fields, [HALVES])


def one_by_one(operation: Operation) -> Iterator[dict[str, Json]]:
    """Yield requests with one field more than they must have, with several texts."""
    for name, one in operation.request.model_fields.items():
        if not one.is_required():
            for text in (HALVES, "a\0b"):
                yield {**_filled(operation, {name: one}, [text]), **least(operation)}


def _filled(operation: Operation, fields: Mapping[str, FieldInfo], values: Iterable[str]) -> dict[str, Json]:
    texts = cycle(values)
    own = OF_ITS_OWN.get(operation.name, {})
    return {name: own.get(name, KNOWN.get(name, _value(one.annotation, texts))) for name, one in fields.items()}


def _value(kind: Any, texts: Iterator[str]) -> Json:
    """Return a hostile value of a type; another than those here needs its own line."""
    if get_origin(kind) is Annotated or get_origin(kind) in {Union, UnionType}:
        return _value(next(each for each in get_args(kind) if each is not NoneType), texts)
    plain = get_origin(kind) or kind
    if issubclass(plain, Enum):
        return next(iter(plain)).value
    values: Mapping[type, Callable[[], Json]] = {
        bool: lambda: True,
        dict: tree,
        float: lambda: 1.0,
        int: lambda: 1,
        list: lambda: [HALVES, *TEXTS.values()],
        str: lambda: next(texts),
    }
    assert plain in values, f"{kind} is a type of a field for which there is no hostile value yet."
    return values[plain]()


def names(*, reads: bool) -> list[str]:
    return [name for name, one in OPERATIONS.items() if one.is_read is reads]
