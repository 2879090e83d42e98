from pathlib import Path

from tests.services.world import an_instance
from warroom.services.intake.fetched import records_of, untaken, what_of
from warroom.services.ports.runner import Ran
from warroom.testing.clock import ManualClock


async def test_records_that_are_nothing_are_left_out(tmp_path: Path) -> None:
    ran = Ran(incidents=[{"name": "a"}, None], scratch=tmp_path)
    assert (await records_of(ran)).values == [{"name": "a"}]
    assert (await records_of(Ran(scratch=tmp_path))).values == []


async def test_a_record_in_a_file_stands_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "b").write_text('{"name": "b"}', encoding="ascii")
    ran = Ran(incidents=[{"name": "a"}, None, {"name": "c"}], spilled={1: "../b/../b"}, scratch=tmp_path)
    assert [item["name"] for item in (await records_of(ran)).values] == ["a", "b", "c"]


def test_the_same_record_gets_the_same_id_and_another_one_another() -> None:
    clock = ManualClock()
    first, again, other = (untaken(an_instance(), {"name": name}, "why", clock).aside.id for name in "aab")
    assert first == again != other
    assert len(first) == 12


def test_what_a_record_seems_to_be_is_said_by_its_id_and_name_or_its_beginning() -> None:
    assert what_of({"name": "Dump", "dbotMirrorId": "WB-1"}) == "WB-1 Dump"
    assert what_of({"name": "\0"}) == "�"
    assert what_of([1, 2]) == "[1,2]"
    assert len(what_of("x" * 1000)) == 200
