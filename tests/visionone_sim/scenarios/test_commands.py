from typer.testing import CliRunner

from visionone_sim.scenarios.commands import scenario_commands
from visionone_sim.shipped import scenario_names


def test_every_scenario_says_what_happens() -> None:
    lines = CliRunner().invoke(scenario_commands, ["list"]).output.splitlines()
    assert [line.split(": ")[0] for line in lines] == scenario_names()
    assert all(line.endswith(".") for line in lines)


def test_good_scenarios_are_counted_and_bad_ones_named() -> None:
    assert CliRunner().invoke(scenario_commands, ["lint", "empty", "phishing"]).output == "2 of 2 can be played.\n"
    bad = CliRunner().invoke(scenario_commands, ["lint", "nothing"])
    assert (bad.exit_code, "no scenario 'nothing'" in bad.output) == (1, True)
