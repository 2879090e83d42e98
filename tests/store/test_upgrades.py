"""Bodies of before bodies said their version."""

import pytest

from warroom.model.plan import PlanKind
from warroom.store import upgrades
from warroom.store.kinds import INCIDENT, INSTANCE, PLAN
from warroom.store.upgrades import unchanged


def test_an_incidents_lists_become_objects() -> None:
    to_1, *_ = upgrades.INCIDENT
    body = {"name": "Dump", "labels": [["Brand", "V"]], "mirror": ["one", "WB-1", "Both", ["a"]]}
    assert to_1(body) == {
        "name": "Dump",
        "labels": [{"type": "Brand", "value": "V"}],
        "mirror": {"instance": "one", "id": "WB-1", "direction": "Both", "tags": ["a"]},
    }
    assert body["labels"] == [["Brand", "V"]], "Who gave it may still need it."


def test_an_incident_of_before_mirroring_has_no_tags_and_one_without_a_source_no_mirror() -> None:
    to_1, *_ = upgrades.INCIDENT
    assert to_1({"labels": [], "mirror": ["one", "WB-1", "In"]})["mirror"]["tags"] == ()
    assert to_1({"labels": [], "mirror": None})["mirror"] is None


@pytest.mark.parametrize(
    ("chain", "field"),
    [
        (upgrades.SNAPSHOT, "context"),
        (upgrades.SECRETS, "secrets"),
        (upgrades.SEALED, "value"),
        (upgrades.LAST_RUN, "value"),
        (upgrades.INTEGRATION_CONTEXT, "value"),
        (upgrades.EVENT, "payload"),
    ],
)
def test_bare_data_becomes_a_fields_value(chain: upgrades.Upgrades, field: str) -> None:
    data = {"value": 1, "context": 2}
    assert chain[0](data) == {field: data}


@pytest.mark.parametrize(
    ("chain", "old", "new"),
    [
        (upgrades.PLAN, "finished", "ended"),
        (upgrades.TASK, "finished", "ended"),
        (upgrades.INTENT, "done", "ended"),
        (upgrades.MIRROR_RUN, "begun", "started"),
    ],
)
def test_moments_of_a_start_and_an_end_are_called_alike(chain: upgrades.Upgrades, old: str, new: str) -> None:
    body = {"a": 1, old: "2026-01-05T09:00:00+00:00"}
    assert chain[-1](body) == {"a": 1, new: "2026-01-05T09:00:00+00:00"}
    assert chain[-1]({"a": 1}) == {"a": 1}


def test_what_did_not_change_stays() -> None:
    body = {"a": 1}
    assert unchanged(body) is body


def test_fields_that_came_later_have_their_defaults() -> None:
    frame = {"playbook": "P", "name": "P", "content": "c0ffee"}
    before_users = {"frame": frame, "wake_at": None, "finished": None, "error": ""}
    columns = {"id": "p1", "incident": "1", "created": "2026-01-05T09:00:00+00:00"}
    plan = PLAN.read(before_users, columns)
    assert (plan.started_by, plan.rights.label, plan.sealed) == ("", "admin", "")
    assert (INCIDENT.version, INSTANCE.version) == (3, 2)


@pytest.mark.parametrize(("name", "kind"), [("Collect", PlanKind.PLAYBOOK), ("!isolate", PlanKind.COMMAND)])
def test_a_plan_of_before_there_were_kinds_is_told_by_its_name(name: str, kind: PlanKind) -> None:
    body = {"frame": {"playbook": name, "name": name, "content": "c0ffee"}}
    plan = PLAN.read(body, {"id": "p1", "incident": "1", "created": "2026-01-05T09:00:00+00:00"})
    assert (plan.kind, plan.command) == (kind, None)


def test_a_typed_command_that_revision_8_wrote_into_its_plan_is_read() -> None:
    to_1, *_ = upgrades.PLAN
    body = {"kind": "command", "command": {"name": "isolate", "args": {}}, "frame": {"name": "!isolate"}}
    assert to_1(body) == body
