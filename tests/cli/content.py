"""A pack for the data folder: a playbook that asks a person, a script that makes a file, code that fails."""

import json
from pathlib import Path

ASK = """
id: Ask
version: -1
name: Ask
starttaskid: '0'
tasks:
  '0': {id: '0', taskid: s, type: start, task: {id: s, name: ''}, nexttasks: {'#none#': ['1']}}
  '1': {id: '1', taskid: a, type: condition, task: {id: a, name: Isolate it?}, nexttasks: {'yes': ['2'], 'no': ['3']}}
  '2': {id: '2', taskid: b, type: regular, task: {id: b, name: Say so, script: Print, iscommand: false},
        scriptarguments: {value: {simple: It will be isolated.}}}
  '3': {id: '3', taskid: c, type: title, task: {id: c, name: Done}}
"""
SAVE = """
name: SaveText
comment: Saves a text as a file.
commonfields: {id: SaveText, version: -1}
type: python
subtype: python3
script: '-'
args:
- {name: text, required: true, description: What the file holds.}
- {name: file_name, description: Its name.}
- {name: format, auto: PREDEFINED, predefined: [plain, rich], description: How it looks.}
- {name: endpoint, isArray: true, description: Where it was seen.}
- {name: passphrase, secret: true, description: Locks it.}
"""
SAVE_CODE = """
import demistomock as demisto
from CommonServerPython import *

arguments = demisto.args()
return_results(fileResult(arguments.get("file_name", "text.txt"), arguments["text"]))
"""
READ = """
name: ReadText
comment: Shows what a file holds.
commonfields: {id: ReadText, version: -1}
type: python
subtype: python3
script: '-'
args:
- {name: entry_id, required: true, description: The entry that holds it.}
"""
READ_CODE = """
import demistomock as demisto
from CommonServerPython import *

with open(demisto.getFilePath(demisto.args()["entry_id"])["path"]) as file:
    return_results(file.read())
"""
STUMBLE = """
name: Stumble
comment: Looks for a stone, and falls over it.
commonfields: {id: Stumble, version: -1}
type: python
subtype: python3
script: '-'
args:
- {name: stone, description: What lies there.}
"""
STUMBLE_CODE = """
def main():
    print("\\x1b[31mlooking\\x1b[0m")
    demisto.debug("there lies", demisto.args().get("stone"), {"password": "hunter2"})
    raise ValueError("<b>stumbled</b>")

main()
"""
STUMBLER = """
name: Stumbler
commonfields: {id: Stumbler, version: -1}
configuration: []
script: {type: python, subtype: python3, script: '-', commands: []}
"""
STUMBLER_CODE = """

def test():
    demisto.debug("a stone lay there")
    raise ValueError("no ground")

test()
"""


def install_pack(home: Path) -> None:
    """Put the pack where a user would."""
    pack = home / "packs" / "Desk"
    _put(pack / "Scripts", "Stumble", STUMBLE, STUMBLE_CODE)
    _put(pack / "Integrations", "Stumbler", STUMBLER, STUMBLER_CODE)
    _put(pack / "Scripts", "SaveText", SAVE, SAVE_CODE)
    _put(pack / "Scripts", "ReadText", READ, READ_CODE)
    (pack / "Playbooks").mkdir()
    (pack / "pack_metadata.json").write_text(json.dumps({"name": "Desk", "currentVersion": "1.0.0"}), encoding="utf-8")
    (pack / "Playbooks" / "playbook-Ask.yml").write_text(ASK, encoding="utf-8")


def _put(folder: Path, name: str, description: str, code: str) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / f"{name}.yml").write_text(description, encoding="utf-8")
    (folder / name / f"{name}.py").write_text(code, encoding="utf-8")
