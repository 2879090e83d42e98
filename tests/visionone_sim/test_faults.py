import pytest

from visionone_sim.faults import Fault, FaultTable


def hits(fault: Fault, times: int) -> list[bool]:
    table = FaultTable()
    table.add(fault)
    return [table.hit("GET", "/v3.0/x", b"") is not None for _ in range(times)]


def test_a_fault_hits_once_unless_told_otherwise() -> None:
    assert hits(Fault(status=500), 3) == [True, False, False]
    assert hits(Fault(status=500, skip=1, count=2), 5) == [False, True, True, False, False]
    assert hits(Fault(status=500, count=None), 3) == [True, True, True]


@pytest.mark.parametrize(
    ("fault", "fits"),
    [
        (Fault(path="/v3.0/response/.*"), True),
        (Fault(path="/v3.0/response"), False),
        (Fault(method="POST"), True),
        (Fault(method="GET"), False),
        (Fault(body_contains="lsass"), True),
        (Fault(body_contains="sam"), False),
    ],
)
def test_a_fault_fits_by_method_whole_path_and_body(fault: Fault, fits: bool) -> None:
    assert fault.fits("POST", "/v3.0/response/endpoints/collectFile", b'[{"filePath": "lsass.DMP"}]') == fits


def test_the_first_fault_whose_turn_it_is_wins() -> None:
    table = FaultTable()
    table.add(Fault(status=429))
    table.add(Fault(status=500))
    assert [found.status for _ in range(3) if (found := table.hit("GET", "/", b""))] == [429, 500]


def test_a_fault_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="no regular expression"):
        Fault(path="(")
    with pytest.raises(ValueError, match="needs drop or a status"):
        Fault(when="after")
