import pytest

from visionone_sim.faults import Asked, Fault, FaultTable

COLLECT = Asked(
    method="POST",
    path="/v3.0/response/endpoints/collectFile",
    body=b'[{"filePath": "lsass.DMP"}, {"endpointName": "FIN-1"}]',
    query={"top": "50"},
    headers={"if-match": "old"},
)


def hits(fault: Fault, requests: int) -> list[bool]:
    table = FaultTable()
    table.add(fault)
    return [table.hit(COLLECT) is not None for _ in range(requests)]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(status=500), [True, False, False, False]),
        (Fault(status=500, count=2), [True, True, False, False]),
        (Fault(status=500, skip=1, count=2), [False, True, True, False]),
        (Fault(status=500, count=None), [True, True, True, True]),
        (Fault(status=500, count=None, every=2), [False, True, False, True]),
        (Fault(status=500, count=None, probability=0), [False, False, False, False]),
    ],
)
def test_a_fault_hits_as_often_as_it_is_told(fault: Fault, expected: list[bool]) -> None:
    assert hits(fault, 4) == expected


def test_a_probability_draws_the_same_requests_again() -> None:
    first, second = (hits(Fault(status=500, count=None, probability=0.5, seed=3), 200) for _ in range(2))
    assert first == second
    assert 60 < sum(first) < 140


@pytest.mark.parametrize(
    ("fault", "fits"),
    [
        (Fault(path="/v3.0/response/.*"), True),
        (Fault(path="/v3.0/response"), False),
        (Fault(method="POST"), True),
        (Fault(method="GET"), False),
        (Fault(body_contains="lsass"), True),
        (Fault(body_contains="sam"), False),
        (Fault(field="endpointName", value="FIN-.*"), True),
        (Fault(field="endpointName", value="FIN"), False),
        (Fault(field="top", value="50"), True),
        (Fault(field="if-match", value="old"), True),
        (Fault(field="accountName", value=".*"), False),
    ],
)
def test_a_fault_fits_by_method_whole_path_body_and_field(fault: Fault, fits: bool) -> None:
    assert fault.fits(COLLECT) == fits


@pytest.mark.parametrize("body", [b"", b"not json", b"[1, 2]", b"{", b"[" * 100_000])
def test_a_body_that_cannot_be_read_has_no_fields(body: bytes) -> None:
    assert Asked(method="POST", path="/", body=body).values("filePath") == []


def test_the_first_fault_whose_turn_it_is_wins() -> None:
    table = FaultTable()
    table.add(Fault(status=429))
    table.add(Fault(status=500))
    assert [found.status for _ in range(3) if (found := table.hit(COLLECT))] == [429, 500]
    table.clear()
    assert len(table) == 0


def test_an_item_fault_hits_elements_and_never_the_whole_request() -> None:
    table = FaultTable()
    table.add(Fault(item=True, field="endpointName", value="FIN-1", status=403, count=None))
    assert table.hit(COLLECT) is None
    found = [table.hit_item("POST", COLLECT.path, item) for item in ({"filePath": "x"}, {"endpointName": "FIN-1"})]
    assert [fault.status if fault else None for fault in found] == [None, 403]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"path": "("}, "regular expression"),
        ({"field": "a", "value": "("}, "regular expression"),
        ({"when": "after"}, "drop or a status"),
        ({"item": True, "status": 400}, "needs a field"),
        ({"field": "a"}, "value"),
        ({"every": 0}, "1st"),
        ({"probability": 2}, "probability"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(wrong: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Fault(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("padding", [-1, 1 << 40])
def test_a_record_is_padded_within_bounds(padding: int) -> None:
    with pytest.raises(ValueError, match="A record is padded by 0 to 268435456 bytes"):
        Fault(pad_bytes=padding)
