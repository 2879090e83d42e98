from warroom.content.time_unit import UNITS


def test_units_are_listed_from_the_shortest_to_the_longest() -> None:
    assert list(UNITS.values()) == sorted(UNITS.values())
    assert [name for name in UNITS if name.endswith("s")] == []
