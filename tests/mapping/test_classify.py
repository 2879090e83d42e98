import pytest

from warroom.content.incident_type import Classifier
from warroom.content.value import Complex, Simple, TransformerCall, Value
from warroom.mapping.classify import classify
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json


def classifier(transformer: Value | None) -> Classifier:
    types = {"SAE": "Workbench", "1": "One", "true": "Yes", "": "Empty"}
    return Classifier(id="C", name="C", transformer=transformer, types=types, default_type="Other")


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        ("SAE", "Workbench"),
        ("sae", "Other"),
        ("SAE ", "Other"),
        (1, "One"),
        (True, "Yes"),
        (["SAE"], "Workbench"),
        (["SAE", "TI"], "Other"),
        ({"a": 1}, "Other"),
        (None, "Other"),
    ],
)
def test_the_value_is_looked_up_exactly(provider: Json, expected: str) -> None:
    assert classify(classifier(Simple(value="alertProvider")), {"alertProvider": provider}) == expected


def test_a_missing_value_gives_the_default() -> None:
    assert classify(classifier(Simple(value="gone")), {}) == "Other"


def test_transformers_apply_before_the_look_up() -> None:
    value = Complex(root="rules", accessor="kind", transformers=(TransformerCall(operator="uniq"),))
    assert classify(classifier(value), {"rules": [{"kind": "SAE"}, {"kind": "SAE"}]}) == "Workbench"


def test_without_a_transformer_everything_is_of_the_default_type() -> None:
    assert classify(classifier(None), {"alertProvider": "SAE"}) == "Other"


def test_an_unknown_transformer_is_an_error() -> None:
    value = Complex(root="alertProvider", transformers=(TransformerCall(operator="noSuchThing"),))
    with pytest.raises(InvalidInputError):
        classify(classifier(value), {"alertProvider": "SAE"})
