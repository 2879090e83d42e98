import re
from collections import Counter
from pathlib import Path

from visionone_sim.operations import done
from visionone_sim.sources import ELSEWHERE, SOURCES, Source, documented

CONFORMANCE = Path(__file__).parents[2] / "docs/reference/conformance.md"
API = Path(__file__).parents[2] / "docs/reference/visionone-api.md"


def test_every_operation_says_what_its_answer_was_made_from() -> None:
    assert set(SOURCES) == set(done()), "Give each operation its row in visionone_sim/sources.py, under its source."


def test_an_operation_has_one_source() -> None:
    assert [name for name, times in Counter(documented()).items() if times > 1] == []
    text = Path(__file__).parents[2].joinpath("src/visionone_sim/sources.py").read_text(encoding="utf-8")
    rows = Counter(re.findall(r'^        "([A-Z]+ /[^"]+)",$', text, re.MULTILINE))
    assert set(rows) == set(SOURCES)
    assert [name for name, times in rows.items() if times > 1] == []


def test_what_a_client_reads_is_what_the_client_was_tried_with() -> None:
    tried = re.findall(r"^\| `([^`]+)` \|", CONFORMANCE.read_text(encoding="utf-8"), re.MULTILINE)
    known = {name for name, source in SOURCES.items() if source is Source.CLIENT}
    assert known == set(tried), "Have tests/conformance try it and run make conformance; until then it is no CLIENT."


def test_what_the_vendors_list_does_not_have_says_who_has_it() -> None:
    assert set(ELSEWHERE) == set(SOURCES) - set(documented())


def test_the_reference_counts_the_vendors_list_as_it_is() -> None:
    counts = re.findall(r"\b(\d+)(?:\*\*)? operations", API.read_text(encoding="utf-8"))
    assert str(len(documented())) in counts
