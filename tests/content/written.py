"""Packs that a test writes."""

from pathlib import Path

SCRIPT = """
commonfields: {{id: {name}, version: -1}}
name: {name}
script: "demisto.results('mine')"
type: python
subtype: python3
comment: Says mine.
args: []
"""


def a_pack(folder: Path, name: str, script: str) -> Path:
    (folder / "Scripts" / script).mkdir(parents=True)
    (folder / "pack_metadata.json").write_text(f'{{"name": "{name}", "currentVersion": "1.0.0"}}')
    (folder / "Scripts" / script / f"{script}.yml").write_text(SCRIPT.format(name=script))
    return folder
