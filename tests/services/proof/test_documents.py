import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.services.proof import layout
from warroom.services.proof.canonical import canonical
from warroom.services.proof.documents import Case, listed, signed
from warroom.services.proof.merkle import leaf_hash, root, verify_inclusion
from warroom.testing.clock import START
from warroom.testing.samples import an_incident
from warroom.testing.signing import MemorySigner

SIGNER = MemorySigner()
PROGRAM = b"# the check"


def case(items: int = 3, shown: tuple[int, ...] | None = None, custody: int = 2) -> Case:
    return Case(
        incident=an_incident(7, name="\u202eevil\nPayload-Oxum: 0.0", mirrors="WB-1"),
        records=[{"entry": f"{number}@7"} for number in range(items)],
        shown=tuple(range(items)) if shown is None else shown,
        custody=[{"change": "saved", "n": 2**60 + number} for number in range(custody)],
        made=START,
        by="ana",
    )


def written(held: Case) -> dict[str, bytes]:
    return signed(held, {"ab": 3, "cd": 4}, PROGRAM, SIGNER)


def test_a_whole_case_has_no_proofs_and_a_part_of_one_has() -> None:
    assert layout.INCLUSION not in written(case())
    assert layout.INCLUSION in written(case(shown=(1,)))


@given(st.integers(1, 30), st.data())
def test_each_shown_record_is_proven_to_be_under_the_root_of_all(items: int, data: st.DataObject) -> None:
    shown = tuple(sorted(data.draw(st.sets(st.integers(0, items - 1), min_size=1))))
    held = case(items, shown)
    texts = written(held)
    assert held.root == root(held.leaves)
    records = json.loads(texts[layout.MANIFEST])["items"]
    assert [record["entry"] for record in records] == [f"{place}@7" for place in shown]
    if held.is_whole:
        return
    for record, proof in zip(records, json.loads(texts[layout.INCLUSION])["proofs"], strict=True):
        path = [bytes.fromhex(each) for each in proof["path"]]
        assert verify_inclusion(leaf_hash(canonical(record)), proof["index"], items, path, held.root)


@pytest.mark.parametrize("lines", [0, 1, 5])
def test_each_line_of_custody_names_the_one_before_and_the_checkpoint_the_last(lines: int) -> None:
    texts = written(case(custody=lines))
    previous = layout.NO_LINE
    found = texts[layout.CUSTODY].splitlines()
    for line in found:
        assert json.loads(line)["previous"] == previous
        previous = hashlib.sha256(line).hexdigest()
    says = json.loads(texts[layout.CHECKPOINT])["signed"][1]["says"]
    assert (says["lines"], says["head"], len(found)) == (lines, previous, lines)


def test_the_statement_is_one_of_in_toto_over_every_file() -> None:
    texts = written(case())
    envelope = json.loads(texts[layout.STATEMENT])
    statement = json.loads(base64.b64decode(envelope["payload"]))
    assert (statement["_type"], envelope["payloadType"]) == (layout.STATEMENT_TYPE, layout.PAYLOAD_TYPE)
    names = {subject["name"] for subject in statement["subject"]}
    assert names == {*texts, "data/ab", "data/cd"} - {layout.STATEMENT}


def test_what_is_for_people_and_archives_holds_no_text_from_outside() -> None:
    texts = written(case())
    assert texts[layout.BAG_INFO].decode().splitlines() == [
        "Bag-Software-Agent: warroom",
        "Bagging-Date: 2026-01-05",
        "External-Identifier: incident 7",
        "Payload-Oxum: 7.2",
    ]
    assert b"evil" not in texts[layout.README]
    assert layout.fingerprint(SIGNER.public_key()).encode() in texts[layout.README]


def test_the_list_of_the_other_files_has_the_stamp_and_not_itself() -> None:
    texts = listed({"a": b"1"}, b"stamp")
    assert list(texts) == ["a", layout.TIMESTAMP, layout.TAGS]
    assert texts[layout.TAGS] == layout.digest_lines(
        {name: hashlib.sha256(text).hexdigest() for name, text in (("a", b"1"), (layout.TIMESTAMP, b"stamp"))}
    )
    assert layout.TIMESTAMP not in listed({"a": b"1"}, b"")
