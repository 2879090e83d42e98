from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.model.seal import NOTHING_BEFORE, Checkpoint, LoggedRow, Seal, canonical_flat
from warroom.services.proof.canonical import canonical

ROW = LoggedRow(sequence=7, at=1, incident=None, kind="entry", actor="ana", body='[1,{"payload":{}}]')
SEAL = Seal(number=1, first=1, last=2, at=3, previous=NOTHING_BEFORE, root="00", leaves=b"", key="aa")
CHECKPOINT = Checkpoint(through=9, at=1, actor="ana", reason="why", number=1, seal="00", key="aa")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(
    row=st.builds(
        LoggedRow,
        sequence=st.integers(1, 2**53),
        at=st.integers(0, 2**53),
        incident=st.none() | st.integers(1, 2**31),
        kind=TEXTS,
        actor=TEXTS,
        body=TEXTS,
    )
)
def test_a_row_is_written_as_canonical_json(row: LoggedRow) -> None:
    fields = ("actor", "at", "body", "incident", "kind", "sequence")
    assert row.text() == canonical({name: getattr(row, name) for name in fields})


@given(text=TEXTS, number=st.integers(-(2**53) + 1, 2**53 - 1))
def test_texts_and_whole_numbers_are_canonical_json(text: str, number: int) -> None:
    assert canonical_flat({"b": text, "a": number, "c": None}) == canonical({"b": text, "a": number, "c": None})


OTHERWISE: dict[Any, dict[str, Any]] = {
    ROW: {"sequence": 8, "at": 2, "incident": 7, "kind": "x", "actor": "b", "body": "[]"},
    SEAL: {"number": 2, "first": 2, "last": 3, "at": 4, "previous": "11", "root": "11", "key": "bb"},
    CHECKPOINT: {"through": 8, "at": 2, "actor": "b", "reason": "x", "number": 2, "seal": "11", "key": "bb"},
}


@pytest.mark.parametrize(
    ("value", "changed"), [(value, {name: other}) for value, of in OTHERWISE.items() for name, other in of.items()]
)
def test_whatever_is_said_is_signed(value: Any, changed: dict[str, Any]) -> None:
    assert replace(value, **changed).text() != value.text()


def test_the_hash_of_a_seal_is_of_what_is_signed() -> None:
    assert SEAL.hash == replace(SEAL, signature="other", leaves=b"other").hash != replace(SEAL, root="11").hash
