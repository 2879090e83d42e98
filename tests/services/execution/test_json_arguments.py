import pytest

from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject
from warroom.services.execution.json_arguments import json_object


@pytest.mark.parametrize(
    ("value", "found"),
    [(None, {}), ("", {}), ({"a": 1}, {"a": 1}), ('{"a": [1]}', {"a": [1]}), ("{}", {})],
)
def test_an_object_is_read_and_nothing_is_an_empty_one(value: Json, found: JsonObject) -> None:
    assert json_object("fields", value) == found


@pytest.mark.parametrize(
    ("value", "told"), [("[1]", "not a JSON object"), ("{a", "is not JSON"), (7, "is not JSON"), ("null", "not a JSON")]
)
def test_what_is_no_object_is_named(value: Json, told: str) -> None:
    with pytest.raises(InvalidInputError, match=f"^fields .*{told}"):
        json_object("fields", value)
