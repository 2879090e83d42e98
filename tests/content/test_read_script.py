from pathlib import Path

from warroom.content.integration import Argument, CommandOutput
from warroom.content.read_script import read_script
from warroom.content.yaml_source import read_yaml
from warroom.model.errors import Location


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
