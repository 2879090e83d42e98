import asyncio
import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from warroom.model.entry import EntryFormat, EntryType
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json
from warroom.services.execution.large import LARGE, MOST_OUTPUTS, aside, refuse_large, spill
from warroom.testing.samples import an_entry

ROWS = [{"host": f"FIN-{number}", "note": "x" * 100} for number in range(20_000)]
LONG = "line\n" * LARGE


@pytest.mark.parametrize(
    ("fields", "name", "whole"),
    [
        ({"contents": ROWS, "format": EntryFormat.JSON}, "list-hosts 4.json", ROWS),
        ({"contents": ROWS, "human_readable": "# 20,000 hosts"}, "list-hosts 4.json", ROWS),
        ({"contents": LONG}, "list-hosts 4.txt", LONG),
        ({"contents": [1], "human_readable": LONG}, "list-hosts 4.md", LONG),
        ({"contents": "few", "context": {"Rows": ROWS}}, "list-hosts 4.json", {"Rows": ROWS}),
    ],
)
def test_what_is_too_large_for_a_line_becomes_a_file_with_a_sentence(
    fields: dict[str, Any], name: str, whole: Json, tmp_path: Path
) -> None:
    spilled = spill(an_entry(4, command="list-hosts", **fields), tmp_path)
    assert spilled is not None
    text = spilled.path.read_text(encoding="utf-8")
    assert (json.loads(text) if name.endswith("json") else text) == whole
    assert (spilled.name, spilled.entry.type) == (name, EntryType.INFO_FILE)
    assert f"It is whole in the file {name}." in spilled.entry.contents
    assert len(str(spilled.entry)) < LARGE
    assert (spilled.entry.human_readable or "").startswith("# 20,000") is ("# 20,000 hosts" in fields.values())


def test_an_error_stays_one(tmp_path: Path) -> None:
    spilled = spill(an_entry(contents=LONG, type=EntryType.ERROR), tmp_path)
    assert spilled is not None
    assert spilled.entry.is_error


def test_what_fits_stays_as_it_is(tmp_path: Path) -> None:
    entry = an_entry(contents=ROWS[:100], human_readable="few", context={"Rows": ROWS[:100]})
    assert spill(entry, tmp_path) is None
    assert spill(replace(entry, contents=None, context={}), tmp_path) is None


def test_outputs_that_would_make_the_context_unusable_are_refused_with_their_size() -> None:
    refuse_large({"Rows": ROWS})
    with pytest.raises(InvalidInputError, match=r"They are 32\.0 MiB; the context takes 32 MiB"):
        refuse_large({"Text": "x" * MOST_OUTPUTS})


@pytest.mark.parametrize(("size", "others_get_a_turn"), [(LARGE, False), (LARGE + 1, True)])
async def test_only_much_is_looked_through_in_a_thread(size: int, *, others_get_a_turn: bool) -> None:
    turn = threading.Event()
    asyncio.get_running_loop().call_soon(turn.set)
    assert await aside(size, turn.wait, timeout=60 if others_get_a_turn else 0) is others_get_a_turn
