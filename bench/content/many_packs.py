"""Writes packs as many and as large as those of the public content repository, by copying ours under other names."""

import json
from collections.abc import Iterator
from pathlib import Path

OURS = Path(__file__).resolve().parents[2] / "Packs"
INTEGRATION = OURS / "VisionOneResponse" / "Integrations" / "VisionOneResponse" / "VisionOneResponse.yml"
PLAYBOOK = OURS / "VisionOneResponse" / "Playbooks"
SCRIPT = """commonfields: {{id: {name}, version: -1}}
name: {name}
comment: Does what script {name} does.
type: python
subtype: python3
args:
- {{name: value, required: true, description: What it takes.}}
- {{name: limit, defaultValue: '50', description: How many.}}
outputs:
- {{contextPath: {name}.Result, type: String, description: What it gives.}}
script: ''
"""
COMMAND = """  - name: {name}
    description: Asks for what {name} says.
    execution: false
    arguments:
{arguments}    outputs:
{outputs}"""
ARGUMENT = "    - {{name: argument_{number}, required: false, description: One of the things that a command takes.}}\n"
OUTPUT = "    - {{contextPath: {name}.Field{number}, type: String, description: One of the things that it gives.}}\n"


def write_packs(folder: Path, count: int) -> None:
    """Write packs with an integration of a dozen commands, a script, two playbooks, fields, type and mapper each."""
    for number in range(count):
        pack = folder / f"Pack{number:04}"
        for name, text in _files(f"Made{number:04}"):
            path = pack / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def _files(name: str) -> Iterator[tuple[str, str]]:
    yield "pack_metadata.json", json.dumps({"name": name, "currentVersion": "1.2.3", "support": "community"})
    yield "README.md", f"# {name}\n"
    yield "ReleaseNotes/1_2_3.md", "Nothing.\n"
    yield f"Integrations/{name}/{name}.yml", _integration(name)
    yield (
        f"Integrations/{name}/{name}.py",
        "def main():\n    pass\n" + "# a line of code, as long as such lines are\n" * 600,
    )
    yield f"Integrations/{name}/{name}_description.md", "How to set it up.\n"
    yield f"Integrations/{name}/README.md", "What it does.\n"
    yield f"Scripts/{name}Script/{name}Script.yml", SCRIPT.format(name=f"{name}Script")
    yield (
        f"Scripts/{name}Script/{name}Script.py",
        "def main():\n    pass\n" + "# a line of code, as long as such\n" * 100,
    )
    for number, file in enumerate(sorted(PLAYBOOK.glob("*.yml"))[:2]):
        text = file.read_text(encoding="utf-8")
        title = f"{name} - Playbook {number}"
        yield f"Playbooks/playbook-{name}_{number}.yml", _renamed(text, title)
    for number in range(2):
        field = {"id": f"incident_{name.lower()}{number}", "name": f"{name} Field {number}", "type": "shortText"}
        yield (
            f"IncidentFields/incidentfield-{name}_{number}.json",
            json.dumps({**field, "cliName": f"{name.lower()}{number}"}),
        )
    kind = {"id": name, "name": name, "playbookId": f"{name} - Playbook 0"}
    yield f"IncidentTypes/incidenttype-{name}.json", json.dumps(kind)
    mapper = {"id": f"{name}-mapper", "name": f"{name} mapper", "type": "mapping-incoming", "mapping": {}}
    yield f"Classifiers/classifier-mapper-incoming-{name}.json", json.dumps(mapper)


def _integration(name: str) -> str:
    commands = "".join(
        COMMAND.format(
            name=f"{name.lower()}-command-{number}",
            arguments="".join(ARGUMENT.format(number=each) for each in range(6)),
            outputs="".join(OUTPUT.format(name=name, number=each) for each in range(8)),
        )
        for number in range(12)
    )
    return (
        f"commonfields: {{id: {name}, version: -1}}\nname: {name}\ndisplay: {name}\ncategory: Utilities\n"
        "description: Speaks to a product.\nconfiguration:\n- {name: url, display: Server, type: 0, required: true}\n"
        f"script:\n  type: python\n  subtype: python3\n  dockerimage: demisto/python3\n  script: ''\n"
        f"  commands:\n{commands}"
    )


def _renamed(text: str, title: str) -> str:
    """Change a playbook's id and name; they stand at the left edge."""
    lines = text.splitlines(keepends=True)
    names = {"id": f"id: {title}\n", "name": f"name: {title}\n"}
    return "".join(names.get(line.partition(":")[0], line) for line in lines)
