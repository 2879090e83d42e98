"""What the README says of commands and settings is what the yml declares."""

import yaml

from tests.packs.visionone.integration_readme import README, YML, render


def test_the_tables_are_current() -> None:
    readme = README.read_text()

    current = render(readme, yaml.safe_load(YML.read_text()))

    assert readme == current, "run `python -m tests.packs.visionone.integration_readme`"


def test_a_new_argument_would_be_noticed() -> None:
    integration = yaml.safe_load(YML.read_text())
    integration["script"]["commands"][0]["arguments"].append({"name": "more", "description": "More."})

    assert "| more | More. | Optional |" in render(README.read_text(), integration)
