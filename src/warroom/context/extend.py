"""`extend-context`: outputs that a task takes from a command's raw answer, in its own words."""

from warroom.context.cast import MISSING
from warroom.context.dt import closing
from warroom.context.path import find
from warroom.context.scripted import Scripts
from warroom.context.semantics import STANDARD, Semantics
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject


def extend_context(
    instruction: str, contents: Json, semantics: Semantics = STANDARD, scripts: Scripts | None = None
) -> JsonObject:
    """The outputs of `key=path::key2=path2`, ready to be merged; paths that lead nowhere are left out.

    >>> extend_context("Status=status::Ids(val==obj)=items.id::All=", {"status": "ok", "items": [{"id": 7}, {"id": 8}]})
    {'Status': 'ok', 'Ids(val==obj)': [7, 8], 'All': {'status': 'ok', 'items': [{'id': 7}, {'id': 8}]}}
    """
    outputs: JsonObject = {}
    for part in instruction.split("::"):
        if not part.strip():
            continue
        key, path = _key_and_path(part.strip())
        found = find(contents, path, semantics, scripts)
        if found is not MISSING:
            outputs[key] = found
    return outputs


def _key_and_path(part: str) -> tuple[str, str]:
    """Split at the first `=` after the key; the key's condition may contain others."""
    bracket = part.find("(")
    start = closing(part, bracket) if 0 <= bracket < part.find("=") else 0
    at = part.find("=", start)
    if at < 1:
        raise InvalidInputError(f"extend-context cannot read `{part}`: write `key=path`, several joined by `::`.")
    return part[:at].strip(), part[at + 1 :].strip()
