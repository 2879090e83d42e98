"""Whatever the values hold comes back, and is written as it always was."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warroom.model.codec import OMITTED_WHEN_NONE, from_json, picked, reader, to_json, writer
from warroom.model.context import ContextPatch
from warroom.model.entry import Entry, EntryFormat, EntryType, StoredFile
from warroom.model.event import Event
from warroom.model.incident import Incident, Label, Mirror, Severity, Status
from warroom.model.instance import IntegrationInstance
from warroom.model.mirror import MirrorRecord, MirrorRun
from warroom.model.plan import Answer, Intent, PlanRecord, TaskRecord, TaskState, Wait, WaitKind
from warroom.model.user import ApiKey, Role, Session, User
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, an_entry, an_incident

KINDS: list[type] = [
    Incident,
    Entry,
    ContextPatch,
    PlanRecord,
    TaskRecord,
    Intent,
    Answer,
    IntegrationInstance,
    MirrorRecord,
    MirrorRun,
    User,
    Session,
    ApiKey,
    Event,
]
TOKYO = datetime(2026, 1, 5, 18, 0, 0, 250, tzinfo=timezone(timedelta(hours=9)))

_TEXT = st.text(alphabet=st.characters(exclude_categories=[]), max_size=8)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_TEXT, inner, max_size=2),
    max_leaves=3,
)
_PLAIN: dict[object, st.SearchStrategy[Any]] = {
    str: _TEXT,
    int: st.integers(),
    bool: st.booleans(),
    Any: _JSON,
    NoneType: st.none(),
    datetime: st.datetimes(timezones=st.just(UTC)),
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type with every field filled."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, NewType):
        return any_of(kind.__supertype__)
    if isinstance(kind, type) and is_dataclass(kind):
        return st.builds(kind, **{field.name: any_of(field.type) for field in fields(kind)})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    return _any_of_many(get_origin(kind), get_args(kind))


def _any_of_many(origin: Any, arguments: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin in {Union, UnionType}:
        return st.one_of(*map(any_of, arguments))
    if origin is tuple:
        return st.lists(any_of(arguments[0]), max_size=2).map(tuple)
    assert origin in {dict, Mapping}
    return st.dictionaries(any_of(arguments[0]), any_of(arguments[1]), max_size=2)


def through_text(value: object) -> Any:
    return json.loads(json.dumps(to_json(value)))


@pytest.mark.parametrize("kind", KINDS)
@settings(suppress_health_check=[HealthCheck.differing_executors], max_examples=20)
@given(data=st.data())
def test_any_value_comes_back_through_text(kind: type, data: st.DataObject) -> None:
    value = data.draw(any_of(kind))
    back: object = from_json(kind, through_text(value))
    assert (type(back), back) == (kind, value)


def test_an_incident_is_written_field_by_field() -> None:
    mirror = Mirror(instance="one", id="WB-1", direction="Both", tags=("a",))
    incident = an_incident(
        7, severity=Severity.INFORMATIONAL, mirror=mirror, labels=(Label(type="Brand", value="V"),), closed=TOKYO
    )
    assert to_json(replace(incident, mirror=mirror)) == {
        "id": "7",
        "name": "Incident 7",
        "type": "Unclassified",
        "severity": 0.5,
        "status": 0,
        "owner": "",
        "occurred": "2026-01-05T09:00:00+00:00",
        "created": "2026-01-05T09:00:00+00:00",
        "modified": "2026-01-05T09:00:00+00:00",
        "closed": "2026-01-05T18:00:00.000250+09:00",
        "details": "",
        "raw_json": "",
        "labels": [{"type": "Brand", "value": "V"}],
        "custom_fields": {},
        "playbook": "",
        "source_brand": "",
        "source_instance": "",
        "source_id": "",
        "mirror": {"instance": "one", "id": "WB-1", "direction": "Both", "tags": ["a"]},
        "linked": [],
        "close_reason": "",
        "close_notes": "",
    }


def test_members_of_enums_are_written_by_value_and_read_as_members() -> None:
    entry = an_entry(type=EntryType.ERROR, format=EntryFormat.MARKDOWN)
    written = to_json(entry)
    assert (type(written["type"]), type(written["format"])) == (int, str)
    back = from_json(Entry, written)
    assert (back.type, back.format) == (EntryType.ERROR, EntryFormat.MARKDOWN)
    assert back.is_error
    waiting = a_task(state=TaskState.WAITING, wait=Wait(kind=WaitKind.PERSON, since=START))
    again = from_json(TaskRecord, through_text(waiting))
    assert again.state is TaskState.WAITING
    assert again.wait is not None
    assert again.wait.kind is WaitKind.PERSON
    assert from_json(Incident, through_text(an_incident(severity=Severity.LOW))).severity is Severity.LOW


def test_a_value_that_is_no_member_is_refused() -> None:
    with pytest.raises(ValueError, match="99"):
        from_json(Status, 99)


def test_json_data_is_handed_on_and_not_looked_into() -> None:
    inside = [object()]
    assert to_json(an_entry(contents=inside))["contents"] is inside
    assert to_json(an_incident(custom_fields={"a": inside}))["custom_fields"]["a"] is inside
    assert to_json(an_entry(contents=(1, {2})))["contents"] == (1, {2}), "The JSON encoder says what is no JSON."


def test_what_is_not_of_the_type_is_no_less_kept() -> None:
    odd = an_incident(details=None, owner=7)
    back = from_json(Incident, through_text(odd))
    assert to_json(back)["details"] is None
    assert to_json(back)["owner"] == 7


def test_not_a_number_stays_what_it_is() -> None:
    back = from_json(Entry, through_text(an_entry(contents={"score": float("nan")})))
    assert back.contents["score"] != back.contents["score"]


def test_what_is_missing_has_its_default_and_what_is_unknown_is_refused() -> None:
    assert from_json(Label, {"type": "a", "value": "b"}) == Label(type="a", value="b")
    file = from_json(StoredFile, {"name": "a", "size": 1, "md5": "", "sha1": "", "sha256": ""})
    assert (file.sha512, file.info) == ("", "")
    with pytest.raises(TypeError, match="size"):
        from_json(StoredFile, {"name": "a", "md5": "", "sha1": "", "sha256": ""})
    with pytest.raises(TypeError, match="colour"):
        from_json(Label, {"type": "a", "value": "b", "colour": "red"})


def test_values_that_were_made_already_may_stand_among_the_json() -> None:
    written = {**to_json(a_plan()), "created": TOKYO, "wake_at": TOKYO, "rights": Role.READER}
    plan = from_json(PlanRecord, written)
    assert (plan.created, plan.wake_at, plan.rights) == (TOKYO, TOKYO, Role.READER)


def test_a_writer_leaves_out_what_it_is_told_to() -> None:
    written = writer(User, without=["password_hash", "created"])(
        User(name="ana", role=Role.ADMIN, password_hash="secret", created=START)
    )
    assert written == {
        "name": "ana",
        "display_name": "",
        "role": 4,
        "disabled": False,
        "failures": 0,
        "locked_until": None,
        "mail": "",
        "failing_since": None,
        "failing_from": [],
    }


def test_a_reader_takes_the_fields_that_were_left_out_apart() -> None:
    entry = an_entry(2, 5, modified=TOKYO, tags=("a",))
    written = writer(Entry, without=["id", "incident"])(entry)
    assert reader(Entry)(written, {"id": entry.id, "incident": entry.incident}) == entry
    assert written["modified"] == "2026-01-05T18:00:00.000250+09:00", "What it is given stays."


def test_picked_fields_stand_in_the_order_that_was_asked_for() -> None:
    entry = an_entry(2, 5, modified=TOKYO, tags=("a", "b"))
    shape = picked(entry, "tags", "modified", "is_error", "id", "type")
    assert list(shape) == ["tags", "modified", "is_error", "id", "type"]
    assert shape == {
        "tags": ["a", "b"],
        "modified": "2026-01-05T18:00:00.000250+09:00",
        "is_error": False,
        "id": "2@5",
        "type": 1,
    }


def test_the_next_type_needs_no_function() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Shift:
        people: tuple[Label, ...]
        severities: tuple[Severity, ...]
        begins: datetime | None = None

    shift = Shift(people=(Label(type="a", value="b"),), severities=(Severity.LOW,), begins=TOKYO)
    assert from_json(Shift, through_text(shift)) == shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    always: int | None = None
    sometimes: Label | None = field(default=None, metadata=OMITTED_WHEN_NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Part):
    part: Part | None = None


def test_a_field_may_be_left_out_where_there_is_nothing_to_say() -> None:
    label = Label(type="a", value="b")
    assert to_json(Whole(part=Part(sometimes=label))) == {
        "always": None,
        "part": {"always": None, "sometimes": {"type": "a", "value": "b"}},
    }
    assert from_json(Part, to_json(Part())) == Part()
