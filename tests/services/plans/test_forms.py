import pytest

from warroom.context.scope import Scope
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject
from warroom.services.plans.forms import MOST_TOLD, asked, checked, fields_of, told

FORM: JsonObject = {
    "title": "Approval",
    "description": "About ${incident.name}.",
    "questions": [
        {"id": "0", "labelarg": {"simple": "Isolate ${incident.name}?"}, "required": True, "type": "singleSelect",
         "optionsarg": [{"simple": "Yes"}, {"simple": "No"}]},
        {"id": "1", "label": "Why?", "type": "longText", "fieldassociated": "details"},
        {"id": "2", "label": "For how many hours?", "type": "number"},
        {"id": "3", "label": "Hosts", "type": "multiSelect", "optionsarg": [{"complex": {"root": "Hosts"}}]},
        {"id": "4", "label": "Until", "type": "date"},
    ],
}  # fmt: skip


def form() -> JsonObject:
    return asked(FORM, Scope(context={"Hosts": ["a", "b"]}, incident={"name": "WIN-7"}))


def test_labels_and_options_may_come_from_the_context() -> None:
    questions = form()["questions"]
    assert form()["description"] == "About WIN-7."
    assert questions[0]["label"] == "Isolate WIN-7?"
    assert questions[0]["options"] == ["Yes", "No"]
    assert questions[3]["options"] == ["a", "b"]


def test_answers_keep_the_kind_of_their_question() -> None:
    given = {"0": "Yes", "1": "seen", "2": "4", "3": ["a"], "4": "2026-11-24"}
    assert checked(form(), given) == {"0": "Yes", "1": "seen", "2": 4, "3": ["a"], "4": "2026-11-24"}


def test_what_is_not_required_may_stay_empty() -> None:
    assert checked(form(), {"0": "No", "1": ""}) == {"0": "No"}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "'Isolate WIN-7?' needs an answer."),
        ({"0": "Maybe"}, "takes one of Yes, No, not 'Maybe'"),
        ({"0": "Yes", "2": "many"}, "takes a number, not 'many'"),
        ({"0": "Yes", "2": "nan"}, "takes a number, not 'nan'"),
        ({"0": "Yes", "3": ["a", "z"]}, "takes one of a, b, not 'z'"),
        ({"0": "Yes", "4": "soon"}, "takes a date such as 2026-11-24, not 'soon'"),
        ({"0": "Yes", "1": 7}, "takes text, not 7"),
        ({"0": "Yes", "9": "x"}, "The form has no question '9'."),
    ],
)
def test_a_wrong_answer_is_refused_in_one_sentence(given: dict[str, Json], sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence.replace("?", r"\?")):
        checked(form(), given)


def test_questions_name_the_incident_fields_that_they_set() -> None:
    assert fields_of(form(), {"0": "Yes", "1": "seen"}) == {"details": "seen"}


def test_what_was_answered_is_told_by_the_labels_of_the_questions() -> None:
    answers: dict[str, Json] = {"0": "Yes", "1": "It\nspreads.", "2": 4, "3": ["a", "b"]}
    said = told(form(), answers)
    assert said == "Isolate WIN-7? Yes. Why? It spreads. For how many hours? 4. Hosts: a, b."
    assert told(None, {}) == ""
    assert len(told(form(), {"1": "x" * 5000})) < MOST_TOLD + 20
