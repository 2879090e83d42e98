"""Decides which type of incident an alert becomes."""

from warroom.content.incident_type import Classifier
from warroom.context.cast import MISSING, written
from warroom.context.scope import Scope
from warroom.context.scripted import Scripts
from warroom.context.value import find
from warroom.model.json import JsonObject


def classify(classifier: Classifier, record: JsonObject, scripts: Scripts | None = None) -> str:
    """The name of the type, or nothing when the classifier does not know; a transformer may raise InvalidInputError."""
    if classifier.transformer is None:
        return classifier.default_type
    found = find(classifier.transformer, Scope(context=record, scripts=scripts), is_context=True)
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if found is None or found is MISSING:
        return classifier.default_type
    return classifier.types.get(written(found), classifier.default_type)
