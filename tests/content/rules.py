"""Pre-process rules as their files have them, for the tests of what reads and applies them."""

import json
from pathlib import Path

from warroom.content.json_source import read_json
from warroom.content.preprocess_rule import PreProcessRule
from warroom.content.read_preprocess_rule import read_preprocess_rule
from warroom.model.json import Json, JsonObject

FILE = Path("preprocessrule-Rule.json")


def is_(field: str, value: Json, operator: str = "isEqualString", **more: Json) -> JsonObject:
    """Make a comparison of a field with a value."""
    return {
        "left": {"isContext": True, "value": {"simple": field}},
        "operator": operator,
        "right": {"isContext": False, "value": {"simple": value}},
        **more,
    }


def same(field: str, operator: str = "isEqualString", of: str = "", **more: Json) -> JsonObject:
    """Make a comparison of an existing incident's field with the incoming incident's."""
    right = {"isContext": True, "value": {"simple": f"${{{of or field}}}"}}
    return {**is_(field, "", operator, **more), "right": right}


def a_rule(name: str = "Rule", **fields: Json) -> PreProcessRule:
    """Read a rule that is on and for every incident, but for what the fields say."""
    return read_preprocess_rule(read_json(json.dumps({"id": name, "enabled": True, **fields}, indent=1), FILE))
