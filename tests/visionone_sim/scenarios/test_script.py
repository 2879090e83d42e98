from pathlib import Path

import pytest

from visionone_sim.scenarios.script import ScriptError, read_script
from visionone_sim.shipped import scenario_names

MODEL = """
summary: Mine.
models:
  - key: mine
    name: Mine
    severity: high
    description: It happened.
    rule: Mine
    techniques: [T1003]
    event_type: TELEMETRY_FILE
    entities: [host]
    program: '{program}'
    traces: []
timeline: [{{detect: mine}}]
"""


def written(folder: Path, text: str) -> str:
    file = folder / "mine.yaml"
    file.write_text(text)
    return str(file)


def test_the_issue_s_attacks_come_along() -> None:
    attacks = {
        "credential-dumping", "ransomware", "phishing", "c2-beacon", "compromised-account", "insider-copy", "noise",
    }  # fmt: skip
    assert attacks <= set(scenario_names())


def test_a_scenario_of_one_s_own_is_one_file(tmp_path: Path) -> None:
    script = read_script(written(tmp_path, MODEL.format(program="C:/{user}/{pid}.exe")))
    assert script.model("mine").techniques == ("T1003",)
    assert script.model("beacon").key == "beacon"


def test_a_scenario_may_continue_another(tmp_path: Path) -> None:
    script = read_script(written(tmp_path, "summary: More.\nlike: credential-dumping\ntimeline: [{detect: beacon}]\n"))
    assert (len(script.timeline), script.settings["alert_page_size"]) == (13, 5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[", "is not YAML"),
        ("- a", "whole file"),
        ("timeline: []", "summary"),
        ("summary: x\ncolour: red", "colour"),
        ("summary: x\ntimeline: [{detect: a, at: soon}]", "timeline.0.at"),
        ("summary: x\ntimeline: [{detect: nothing}]", "no model 'nothing'"),
        ("summary: x\nlike: nothing", "no scenario 'nothing'"),
        (MODEL.format(program="{planet}"), "{planet} is not drawn"),
        (MODEL.format(program="{user"), "cannot be filled in"),
        (
            MODEL.format(program="x").replace("key: mine", "key: beacon").replace("detect: mine", "detect: beacon"),
            "along",
        ),
        (MODEL.format(program="x").replace("severity: high", "severity: huge"), "severity"),
    ],
)
def test_a_wrong_file_says_where_and_why(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ScriptError, match=reason):
        read_script(written(tmp_path, text))
