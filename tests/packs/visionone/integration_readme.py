"""Writes what the integration's README and help say about its yml and code.

Run as `python -m tests.packs.visionone.integration_readme`.
"""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import yaml

from tests.packs.visionone.live_pack import INTEGRATION, live_demisto, load_integration

YML, README = INTEGRATION / "VisionOneResponse.yml", INTEGRATION / "README.md"
HELP = INTEGRATION / "VisionOneResponse_description.md"
SETTINGS, COMMANDS, END = "<!-- settings -->\n", "<!-- commands -->\n", "<!-- end -->\n"
NEEDS_START, NEEDS_END = "| To | The role needs |\n", "\n**Beside Trend Micro's own pack.**"


def render(readme: str, integration: dict[str, Any], needs: Mapping[str, list[str]]) -> str:
    """Return the README with the parts between the marks written anew."""
    settings = between(readme, SETTINGS, "\n" + "\n".join(settings_table(integration["configuration"])) + "\n\n")
    sections = "\n".join(section(command, needs[command["name"]]) for command in integration["script"]["commands"])
    return between(settings, COMMANDS, "\n" + sections + "\n")


def render_help(text: str, needs: Mapping[str, list[str]]) -> str:
    """Return the help with its table of permissions written anew: one row for each set of them."""
    rows: dict[str, list[str]] = {}
    for command, names in needs.items():
        rows.setdefault(", and ".join(names), []).append(f"`{command}`")
    rows["Workbench: View"].insert(0, "fetch alerts")
    lines = ["| --- | --- |", *(f"| {', '.join(commands)} | {names} |" for names, commands in rows.items())]
    before, _, rest = text.partition(NEEDS_START)
    return before + NEEDS_START + "\n".join(lines) + "\n" + NEEDS_END + rest.partition(NEEDS_END)[2]


def permissions(integration: ModuleType) -> dict[str, list[str]]:
    """Return which permissions each command needs, as the code says; a command that names none is refused."""
    needs = {name: [need.name for need in command.needs] for name, command in integration.COMMANDS.items()}
    for name, names in needs.items():
        if not names or "" in names:
            raise ValueError(f"{name} names no permission: give it in COMMANDS what the role of its API key needs.")
    return needs


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


def section(command: dict[str, Any], needs: list[str]) -> str:
    shown = [argument for argument in command["arguments"] if not argument.get("hidden")]
    lines = [
        f"### {command['name']}",
        "",
        "***",
        command["description"],
        "",
        f"The role of the API key needs {' and '.join(f'**{need}**' for need in needs)}.",
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
    with live_demisto():
        needs = permissions(load_integration())
    README.write_text(render(README.read_text(), yaml.safe_load(YML.read_text()), needs))
    HELP.write_text(render_help(HELP.read_text(), needs))


if __name__ == "__main__":
    main()
