"""How far an export is, while it is made."""

from contextlib import suppress

from warroom.model.ids import IncidentId
from warroom.services.evidence.meters import Meters, Stage
from warroom.testing.clock import START

CASE = IncidentId("7")


def test_files_and_bytes_are_counted_stage_by_stage() -> None:
    with Meters().started(CASE, "ana", START) as meter:
        assert (meter.now.stage, meter.now.of_files) == (Stage.CHECKING, 0)
        meter.start(Stage.WRITING, [5, 2])
        assert [(meter.now.files, meter.now.bytes) for _ in meter.counted([b"abc", b"de"])] == [(0, 3), (0, 5)]
        assert list(meter.counted([b"xy"])) == [b"xy"]
        now = meter.now
        assert (now.files, now.of_files, now.bytes, now.of_bytes) == (2, 2, 7, 7)
        meter.start(Stage.FINISHING, ())
        assert (meter.now.stage, meter.now.files, meter.now.of_bytes) == (Stage.FINISHING, 0, 0)


def test_a_file_that_could_not_be_read_to_its_end_counts_as_a_whole() -> None:
    with Meters().started(CASE, "ana", START) as meter:
        meter.start(Stage.CHECKING, [100, 10])
        meter.piece(b"torn")
        meter.file()
        meter.piece(b"ten bytes!")
        meter.file()
        assert (meter.now.bytes, meter.now.of_bytes) == (110, 110)


def test_an_export_is_among_the_others_until_it_ends_however_it_ends() -> None:
    meters = Meters()
    with meters.started(CASE, "ana", START):
        with suppress(OSError), meters.started(IncidentId("8"), "bob", START):
            assert [(one.incident, one.by) for one in meters.now()] == [("7", "ana"), ("8", "bob")]
            raise OSError("full")
        assert [one.by for one in meters.now()] == ["ana"]
    assert meters.now() == []
