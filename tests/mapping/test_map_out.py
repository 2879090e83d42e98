"""An incident in the other system's words."""

from dataclasses import replace

import pytest

from warroom.content.incident_type import FieldMap, Mapper
from warroom.content.value import Complex, Simple, TransformerCall, Value
from warroom.mapping.map_out import Outgoing, map_out
from warroom.model.json import Json
from warroom.testing.samples import an_incident

INCIDENT = replace(an_incident(), type="Alert", owner="ana", custom_fields={"stage": "Open", "empty": ""})


def mapped(**values: Value) -> Outgoing:
    return map_out(Mapper(id="M", name="M", by_type={"Alert": FieldMap(values=values)}), INCIDENT)


def test_system_and_custom_fields_go_out_by_the_other_systems_names() -> None:
    found = mapped(state=Complex(root="Stage".lower()), who=Simple(value="owner"), number=Complex(root="status"))
    assert found.values == {"state": "Open", "who": "ana", "number": 0}
    assert found.sources == {"state": "stage", "who": "owner", "number": "status"}


def test_what_is_empty_or_not_there_does_not_go_out() -> None:
    found = mapped(a=Complex(root="empty"), b=Complex(root="nowhere"))
    assert found.values == {}
    assert found.made_of(["a", "b", "c"]) == {"empty", "nowhere"}


def test_the_section_of_the_type_overrides_the_one_for_all() -> None:
    of_all = FieldMap(values={"a": Simple(value="name"), "b": Simple(value="name")})
    of_type = FieldMap(values={"a": Simple(value="owner")})
    mapper = Mapper(id="M", name="M", all_types=of_all, by_type={"Alert": of_type, "Other": FieldMap()})
    assert map_out(mapper, INCIDENT).values == {"a": "ana", "b": "Incident 1"}


def test_what_cannot_be_mapped_is_said_and_costs_nothing_else() -> None:
    broken = Complex(root="stage", transformers=(TransformerCall(operator="thereIsNoSuch"),))
    found = mapped(a=broken, b=Simple(value="owner"))
    assert found.values == {"b": "ana"}
    assert found.notes[0].startswith("The field `a` was not mapped")


def test_without_a_mapper_nothing_goes_out() -> None:
    assert map_out(None, INCIDENT) == Outgoing()


@pytest.mark.parametrize(
    ("now", "before", "delta"),
    [
        ({"a": 1}, {"a": 1}, {}),
        ({"a": 2, "b": 1}, {"a": 1}, {"a": 2, "b": 1}),
        ({}, {"a": 1}, {"a": ""}),
        ({}, {"a": ""}, {}),
    ],
)
def test_a_delta_is_what_differs_from_before(
    now: dict[str, Json], before: dict[str, Json], delta: dict[str, Json]
) -> None:
    assert Outgoing(values=now).delta(before) == delta
