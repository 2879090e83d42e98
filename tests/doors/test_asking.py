"""What every operation is asked in these tests is what it can be asked."""

import pytest

from tests.doors.asking import OF_ITS_OWN, least, one_by_one, whole
from warroom.doors.perform import read
from warroom.doors.table import OPERATIONS
from warroom.model.border import clean


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_field_of_every_request_is_filled(name: str) -> None:
    operation = OPERATIONS[name]
    assert set(whole(operation)) == set(operation.request.model_fields)
    assert set().union(least(operation), *one_by_one(operation)) == set(operation.request.model_fields)


def test_what_has_requests_of_its_own_is_in_the_table_and_has_these_fields() -> None:
    wrong = [name for name, own in OF_ITS_OWN.items() if not set(own) <= set(OPERATIONS[name].request.model_fields)]
    assert wrong == []


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_a_request_with_everything_is_read(name: str) -> None:
    asked = whole(OPERATIONS[name])
    as_typed = OPERATIONS[name].request.as_typed
    values = {key: value if key in as_typed else clean(value) for key, value in asked.items()}
    assert read(OPERATIONS[name], values).model_fields_set == set(asked)
