"""Writes the tables of the integration's README from its yml: `python -m tests.packs.visionone.integration_readme`."""

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[3] / "Packs" / "VisionOneResponse" / "Integrations" / "VisionOneResponse"
YML, README = FOLDER / "VisionOneResponse.yml", FOLDER / "README.md"
SETTINGS, COMMANDS, END = "<!-- settings -->\n", "<!-- commands -->\n", "<!-- end -->\n"


def render(readme: str, integration: dict[str, Any]) -> str:
    """Return the README with the parts between the marks written anew."""
    settings = between(readme, SETTINGS, "\n" + "\n".join(settings_table(integration["configuration"])) + "\n\n")
    sections = "\n".join(section(command) for command in integration["script"]["commands"])
    return between(settings, COMMANDS, "\n" + sections + "\n")


def between(text: str, mark: str, inner: str) -> str:
    before, _, rest = text.partition(mark)
    return before + mark + inner + END + rest.partition(END)[2]


def settings_table(settings: list[dict[str, Any]]) -> list[str]:
    rows = [
        f"| {setting.get('display') or setting.get('displaypassword')} | {cell(setting.get('additionalinfo', ''))} | "
        f"{bool(setting.get('required'))} |"
        for setting in settings
    ]
    return ["| **Parameter** | **Description** | **Required** |", "| --- | --- | --- |", *rows]


def section(command: dict[str, Any]) -> str:
    shown = [argument for argument in command["arguments"] if not argument.get("hidden")]
    lines = [
        f"### {command['name']}",
        "",
        "***",
        command["description"],
        "",
        "#### Base Command",
        "",
        f"`{command['name']}`",
        "",
        "#### Input",
        "",
        "| **Argument Name** | **Description** | **Required** |",
        "| --- | --- | --- |",
        *(f"| {argument['name']} | {explained(argument)} | {required(argument)} |" for argument in shown),
        "",
        "#### Context Output",
        "",
        "| **Path** | **Type** | **Description** |",
        "| --- | --- | --- |",
        *(
            f"| {out['contextPath']} | {out.get('type', 'Unknown')} | {cell(out['description'])} |"
            for out in command["outputs"]
        ),
        "",
    ]
    return "\n".join(lines)


def required(argument: dict[str, Any]) -> str:
    return "Required" if argument.get("required") else "Optional"


def explained(argument: dict[str, Any]) -> str:
    choices = ", ".join(argument.get("predefined") or ())
    possible = f" Possible values are: {choices}." if choices else ""
    default = f" Default is {argument['defaultValue']}." if argument.get("defaultValue") else ""
    return cell(argument["description"]) + possible + default


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()


def main() -> None:
    integration = yaml.safe_load(YML.read_text())
    README.write_text(render(README.read_text(), integration))


if __name__ == "__main__":
    main()
