import json
from dataclasses import replace
from typing import Any

import pytest

from warroom.model.errors import ConflictError
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.model.user import Role
from warroom.services.ports.fetches import LastRun
from warroom.store.kinds import ENTRY, INSTANCE, KINDS, LAST_RUN, PLAN, SEALED, SNAPSHOT, Kind, Sealed
from warroom.testing.samples import a_plan, an_entry

PLAN_COLUMNS = {"id": "p1", "incident": "1", "created": a_plan().created}


def test_a_body_is_its_version_and_the_fields_that_are_no_columns() -> None:
    version, body = PLAN.versioned(a_plan(rights=Role.RESPONDER))
    assert version == PLAN.version == len(PLAN.upgrades)
    fields = ["command", "ended", "error", "frame", "kind", "rights", "sealed", "started_by", "wake_at"]
    assert sorted(body) == fields


def test_a_value_comes_back_from_its_body_and_its_columns() -> None:
    plan = a_plan(error="It failed.")
    assert PLAN.read(PLAN.versioned(plan), PLAN_COLUMNS) == plan


def test_each_upgrade_above_the_stored_version_is_applied_in_order() -> None:
    def first(body: JsonObject) -> JsonObject:
        return {"value": {"seen": ["first"], **body}}

    def second(body: JsonObject) -> JsonObject:
        return {"value": {**body["value"], "seen": [*body["value"]["seen"], "second"]}}

    kind: Kind[LastRun] = replace(LAST_RUN, upgrades=(first, second))
    columns = {"instance": "i1"}
    assert kind.read({"n": 1}, columns).value == {"n": 1, "seen": ["first", "second"]}
    assert kind.read([1, {"value": {"n": 1, "seen": []}}], columns).value == {"n": 1, "seen": ["second"]}
    assert kind.read([2, {"value": {"n": 1}}], columns).value == {"n": 1}
    assert kind.versioned(LastRun(instance=InstanceId("i1"), value={})) == [2, {"value": {}}]


@pytest.mark.parametrize("data", [{}, {"0": 1}, {"value": {}}, {"context": [2, {}]}])
def test_nobodys_data_is_taken_for_a_version(data: JsonObject) -> None:
    columns = {"incident": "1", "sequence": 4}
    old = SNAPSHOT.read(data, columns)
    assert old.context == data
    assert SNAPSHOT.read(SNAPSHOT.versioned(old), columns) == old


@pytest.mark.parametrize("value", [[7, {}], {"a": 1}, None, "text"])
def test_anything_can_be_encrypted_for_a_while(value: Json) -> None:
    assert SEALED.read(SEALED.versioned(Sealed(value=value)), {}).value == value


def test_a_body_of_a_newer_program_is_refused_by_name() -> None:
    newer = [PLAN.version + 1, {"frame": {}}]
    with pytest.raises(ConflictError, match=r"The work plan p1 was saved by a newer version of warroom \(its body has"):
        PLAN.read(newer, PLAN_COLUMNS)
    with pytest.raises(ConflictError, match=r"The encrypted value was saved by a newer version"):
        SEALED.read([99, {}], {})


def test_what_the_upgrades_forgot_does_not_pass_unseen() -> None:
    entry = an_entry()
    version, body = ENTRY.versioned(entry)
    columns = {"id": entry.id, "incident": IncidentId("1")}
    with pytest.raises(TypeError, match="colour"):
        ENTRY.read([version, {**body, "colour": "red"}], columns)


def test_secrets_are_in_no_body() -> None:
    instance = IntegrationInstance(id=InstanceId("i1"), name="one", integration="V", secrets={"key": "tell nobody"})
    assert "tell nobody" not in json.dumps(INSTANCE.versioned(instance))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_had_an_upgrade_since_bodies_say_their_version(kind: Kind[Any]) -> None:
    assert kind.version >= 1


def test_no_two_kinds_share_a_name() -> None:
    names = [kind.name for kind in KINDS]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("kept", [[{"a": 1}, {"b": 2}], [1, 2], [{}], [], [{}, {}, {}], [True, {}]])
def test_a_list_that_a_pack_kept_as_its_data_comes_back_as_it_was(kept: list[Json]) -> None:
    """Packs with several kinds of incidents keep one run of each; older rows have such a list bare."""
    run = LastRun(instance=InstanceId("i1"), value=kept)  # type: ignore[arg-type]  # what a pack gives is not checked
    assert LAST_RUN.read(LAST_RUN.versioned(run), {"instance": "i1"}) == run
    assert LAST_RUN.read(kept, {"instance": "i1"}) == run
