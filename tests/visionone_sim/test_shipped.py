from visionone_sim.scenarios.catalog import SCENARIOS
from visionone_sim.shipped import fault_table_names, scenario_names


def test_what_comes_along_is_named_in_order() -> None:
    assert scenario_names() == sorted(SCENARIOS)
    assert "credential-dumping" in scenario_names()
    assert fault_table_names() == ["mockup"]
