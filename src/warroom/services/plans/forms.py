"""Forms of data collection tasks: the questions as a person sees them, and the answers checked against them."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime

from warroom.content.value import Complex, Simple, Value
from warroom.context.scope import Source
from warroom.context.value import resolve
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject

MOST_TOLD = 200  # characters of an answer
EMPTY: tuple[Json, ...] = (None, "", [])


def asked(form: JsonObject, scope: Source) -> JsonObject:
    """Resolve a form of the YAML: labels and options can be context references."""
    return {
        "title": str(form.get("title") or "Form"),
        "description": str(resolve(Simple(value=form.get("description") or ""), scope) or ""),
        "questions": [_question(item, scope) for item in form.get("questions") or () if isinstance(item, dict)],
    }


def checked(form: JsonObject, given: Mapping[str, Json]) -> dict[str, Json]:
    """Check answers by question id; each refusal names the question and says what it takes."""
    questions = {str(question["id"]): question for question in form["questions"]}
    unknown = sorted(set(given) - set(questions))
    if unknown:
        raise InvalidInputError(f"The form has no question {unknown[0]!r}. It asks: {', '.join(questions)}.")
    answers: dict[str, Json] = {}
    for question_id, question in questions.items():
        value = given.get(question_id)
        if value in EMPTY:
            if question["required"]:
                raise InvalidInputError(f"'{question['label']}' needs an answer. Give one for {question_id!r}.")
            continue
        answers[question_id] = KINDS.get(question["type"], _text)(question, value)
    return answers


def told(form: JsonObject | None, answers: Mapping[str, Json]) -> str:
    """Say in a line what was answered, by the questions' labels.

    >>> told({"questions": [{"id": "0", "label": "Allow it?"}, {"id": "1", "label": "Why"}]}, {"0": "Yes", "1": "so"})
    'Allow it? Yes. Why: so.'
    """
    questions = [one for one in (form["questions"] if form else ()) if one["id"] in answers]
    return " ".join(f"{_asked(str(one['label']))} {_short(answers[one['id']])}." for one in questions)


def _asked(label: str) -> str:
    return label if label.endswith("?") else f"{label.rstrip(':. ')}:"


def _short(value: Json) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = " ".join(text.split()).rstrip(".")
    return text if len(text) <= MOST_TOLD else f"{text[:MOST_TOLD]}…"


def fields_of(form: JsonObject, answers: Mapping[str, Json]) -> dict[str, Json]:
    """Name the incident fields that the form's questions set."""
    return {
        question["field"]: answers[question["id"]]
        for question in form["questions"]
        if question["field"] and question["id"] in answers
    }


def _question(item: JsonObject, scope: Source) -> JsonObject:
    label = item.get("label") or _resolved(item.get("labelarg"), scope) or item.get("id")
    options = [_resolved(option, scope) for option in item.get("optionsarg") or ()]
    options += [option[-1] if isinstance(option, list) and option else option for option in item.get("options") or ()]
    flat = [entry for option in options for entry in (option if isinstance(option, list) else [option])]
    return {
        "id": str(item.get("id")),
        "label": str(label),
        "type": str(item.get("type") or "shortText"),
        "required": bool(item.get("required")),
        "options": [str(option) for option in flat if option not in EMPTY],
        "placeholder": str(item.get("placeholder") or ""),
        "help": str(item.get("tooltip") or ""),
        "field": str(item.get("fieldassociated") or ""),
    }


def _resolved(value: Json, scope: Source) -> Json:
    if not isinstance(value, dict):
        return value
    if isinstance(complex_value := value.get("complex"), dict):
        wanted: Value = Complex(root=str(complex_value.get("root")), accessor=str(complex_value.get("accessor") or ""))
    else:
        wanted = Simple(value=value.get("simple"))
    return resolve(wanted, scope)


def _text(question: JsonObject, value: Json) -> Json:
    if not isinstance(value, str):
        raise InvalidInputError(f"{question['label']!r} takes text, not {value!r}.")
    return value


def _number(question: JsonObject, value: Json) -> Json:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise InvalidInputError(f"{question['label']!r} takes a number, not {value!r}.")
    return int(number) if number.is_integer() else number


def _one(question: JsonObject, value: Json) -> Json:
    if question["options"] and value not in question["options"]:
        offered = ", ".join(question["options"])
        raise InvalidInputError(f"{question['label']!r} takes one of {offered}, not {value!r}.")
    return value


def _several(question: JsonObject, value: Json) -> Json:
    return [_one(question, item) for item in (value if isinstance(value, list) else [value])]


def _date(question: JsonObject, value: Json) -> Json:
    try:
        datetime.fromisoformat(str(value))
    except ValueError as error:
        raise InvalidInputError(f"{question['label']!r} takes a date such as 2026-11-24, not {value!r}.") from error
    return value


KINDS: Mapping[str, Callable[[JsonObject, Json], Json]] = {
    "shortText": _text,
    "longText": _text,
    "number": _number,
    "singleSelect": _one,
    "multiSelect": _several,
    "date": _date,
}
