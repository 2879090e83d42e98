from warroom.doors.table import OPERATIONS


def test_operations_are_found_by_their_names_in_order() -> None:
    assert list(OPERATIONS) == sorted(OPERATIONS)
    assert all(name == one.name for name, one in OPERATIONS.items())
    assert "incident.close" in OPERATIONS
