"""Whatever stands in the documents of an export, checking it ends with a verdict."""

import base64
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.proof.exports import relisted
from warroom.model.json import Json
from warroom.services.proof.layout import CHECKPOINT, INCLUSION, MANIFEST, STATEMENT
from warroom.services.proof.verify import verify

ODD_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.slow
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@pytest.mark.parametrize("name", [MANIFEST, CHECKPOINT, STATEMENT, INCLUSION])
def test_whatever_stands_in_a_document_the_check_ends_with_a_verdict(
    originals: Path, tmp_path: Path, name: str, data: st.DataObject
) -> None:
    export = tmp_path / "one"
    shutil.copytree(originals / "one", export, dirs_exist_ok=True)
    value = json.loads((export / name).read_bytes())
    if name == STATEMENT and data.draw(st.booleans()):
        payload = json.loads(base64.b64decode(value["payload"]))
        _put_in(payload, data)
        value["payload"] = base64.b64encode(json.dumps(payload).encode()).decode()
    else:
        value = _put_in(value, data)
    (export / name).write_text(json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False), "utf-8")
    relisted(export)
    verdict = verify(export)
    is_as_before = (export / name).read_bytes() == (originals / "one" / name).read_bytes()
    assert verdict.is_intact == is_as_before


def _put_in(value: Json, data: st.DataObject) -> Json:
    """Put something odd in some place of a value."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(value)))
        value[key] = _put_in(value[key], data)
        return value
    if isinstance(value, list) and value and data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(value) - 1))
        value[place] = _put_in(value[place], data)
        return value
    return data.draw(ODD_JSON)
