import json

import pytest

from warroom.web.answers import Answer, Problem


@pytest.mark.parametrize("value", ["\ud800", "a\0b", "é", [1, {"b": None}]])
def test_every_value_comes_back_as_it_was(value: object) -> None:
    assert json.loads(bytes(Answer(value).body)) == value


def test_numbers_that_json_does_not_have_become_null() -> None:
    assert json.loads(bytes(Answer({"a": [float("inf"), 1.5]}).body)) == {"a": [None, 1.5]}


def test_a_problem_says_that_it_is_one() -> None:
    assert Problem({}, status_code=404).headers["content-type"] == "application/problem+json"
