"""A pack for the data folder: a playbook that asks a person, a script that makes a file, one with a secret."""

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


def install_pack(home: Path) -> None:
    """Put the pack where a user would."""
    pack = home / "packs" / "Desk"
    scripts = pack / "Scripts" / "SaveText"
    scripts.mkdir(parents=True)
    (pack / "Playbooks").mkdir()
    (pack / "pack_metadata.json").write_text(json.dumps({"name": "Desk", "currentVersion": "1.0.0"}), encoding="utf-8")
    (pack / "Playbooks" / "playbook-Ask.yml").write_text(ASK, encoding="utf-8")
    (scripts / "SaveText.yml").write_text(SAVE, encoding="utf-8")
    (scripts / "SaveText.py").write_text(SAVE_CODE, encoding="utf-8")
