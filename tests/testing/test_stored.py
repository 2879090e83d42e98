from datetime import UTC, datetime

import pytest

from warroom.model.errors import InvalidInputError
from warroom.services.ports.store import Changes
from warroom.testing.samples import an_incident
from warroom.testing.stored import as_json, as_json_object, as_stored


def test_what_is_kept_is_nobody_elses_object() -> None:
    mine = {"hosts": ["a"]}
    kept = as_json_object(mine)
    mine["hosts"].append("b")
    assert kept == {"hosts": ["a"]}


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="is not JSON"):
        as_json({1, 2})


def test_a_commit_keeps_no_hold_of_what_it_was_made_of() -> None:
    fields = {"hosts": ["a"]}
    changes = Changes(
        actor="ana", at=datetime(2026, 11, 24, tzinfo=UTC), incidents=[an_incident(1, custom_fields=fields)]
    )
    [kept] = as_stored(changes).incidents
    fields["hosts"].append("b")
    assert kept.custom_fields == {"hosts": ["a"]}
