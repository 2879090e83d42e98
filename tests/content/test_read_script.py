from pathlib import Path

import pytest

from warroom.content.integration import ON_ENDPOINT, Argument, CommandOutput, Runs
from warroom.content.read_script import USERS_OWN, read_script
from warroom.content.yaml_source import read_yaml
from warroom.model.errors import ContentError, Location


def test_a_script_is_read_whole(sample: Path) -> None:
    path = sample / "Scripts" / "Shout" / "Shout.yml"
    script = read_script(read_yaml(path.read_text(), path), ("pass", Location(path.with_suffix(".py"))))
    assert (script.id, script.name, script.comment) == ("Shout", "Shout", "Makes text loud.")
    assert script.arguments == (Argument(name="value", required=True, is_array=True, description="The text."),)
    assert script.outputs == (CommandOutput(context_path="Shout.Text", description="The loud text."),)
    assert (script.tags, script.timeout, script.code.text) == (("transformer",), 300, "pass")


def test_a_script_of_the_unified_form_has_its_code_with_it() -> None:
    script = read_script(read_yaml("name: Old\ntype: javascript\nscript: return 1;\n", Path("s.yml")))
    assert (script.id, script.code.language, script.code.text) == ("Old", "javascript", "return 1;")


@pytest.mark.parametrize(
    ("text", "subtype", "runs"),
    [
        ("type: javascript\nscripttarget: 1", ON_ENDPOINT, Runs.NO),
        ("type: javascript\nscripttarget: 0", "python3", Runs.YES),
        ("type: javascript", "python3", Runs.YES),
        ("type: python\nscripttarget: 1", "python3", Runs.YES),
        ("type: powershell", "python3", Runs.NO),
    ],
)
def test_a_script_for_an_agent_on_an_endpoint_cannot_run_here(text: str, subtype: str, runs: Runs) -> None:
    code = read_script(read_yaml(f"name: D2Drop\nscript: return 1;\n{text}\n", Path("s.yml"))).code
    assert (code.subtype, code.runs) == (subtype, runs)


@pytest.mark.parametrize("name", sorted(USERS_OWN))
def test_scripts_for_a_customers_own_code_are_shipped_empty(name: str) -> None:
    script = read_script(read_yaml(f"commonfields: {{id: {name}}}\nname: {name}\nscript: ''\n", Path("s.yml")))
    assert (script.id, script.code.text) == (name, "")


def test_what_all_python_scripts_share_runs_although_its_file_says_python_2() -> None:
    text = "script: pass\ntype: python\nsubtype: python2\n"
    shared, other = (
        read_script(read_yaml(f"name: {name}\n{text}", Path("s.yml"))).code.runs
        for name in ("CommonServerPython", "Other")
    )
    assert (shared, other) == (Runs.YES, Runs.PERHAPS)


def test_another_script_without_code_is_refused() -> None:
    with pytest.raises(ContentError, match="There is no code"):
        read_script(read_yaml("name: CommonServerPython\nscript: ''\n", Path("s.yml")))
