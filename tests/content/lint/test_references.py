import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from warroom.content.catalogue import Catalogue
from warroom.content.lint import check_references
from warroom.content.load import load_pack

SAMPLE = Path(__file__).parents[1] / "packs" / "Sample"


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., list[tuple[str, str]]]:
    """Change keys of one JSON item of the sample, and give the rules that are broken and where."""

    def changed(file: str, **changes: object) -> list[tuple[str, str]]:
        pack = copytree(SAMPLE, tmp_path / "Sample")
        path = pack / file
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")
        loaded = load_pack(pack)
        found = check_references(loaded, Catalogue([loaded]))
        return [(finding.rule.value, finding.at.path.name if finding.at else "") for finding in found]

    return changed


TYPE = "IncidentTypes/incidenttype-Echo_Alert.json"
CLASSIFIER = "Classifiers/classifier-Echo.json"
MAPPER = "Classifiers/classifier-mapper-incoming-Echo.json"
OUTGOING = "Classifiers/classifier-mapper-outgoing-Echo.json"
LAYOUT = "Layouts/layoutscontainer-Echo.json"


def items(**item: str) -> dict[str, object]:
    return {"tabs": [{"sections": [{"items": [item]}]}]}


def fills(field: str) -> dict[str, object]:
    return {"Echo Alert": {"internalMapping": {field: {"simple": "a"}}}}


@pytest.mark.parametrize(
    ("file", "changes", "rule"),
    [
        (TYPE, {"playbookId": "Gone"}, "unknown-playbook"),
        (TYPE, {"layout": "Gone"}, "unknown-layout"),
        (CLASSIFIER, {"defaultIncidentType": "Gone"}, "unknown-type"),
        (CLASSIFIER, {"keyTypeMap": {"loud": "Gone"}}, "unknown-type"),
        (MAPPER, {"mapping": {"Gone": {"internalMapping": {}}}}, "unknown-type"),
        (MAPPER, {"mapping": fills("Echo Vloume")}, "unknown-field"),
        (OUTGOING, {"mapping": {"Gone": {"internalMapping": {}}}}, "unknown-type"),
        (LAYOUT, {"detailsV2": items(fieldId="incident_gone")}, "unknown-field"),
        (LAYOUT, {"detailsV2": items(scriptId="Gone")}, "unknown-script"),
        (LAYOUT, {"detailsV2": {"tabs": [{"queryType": "script", "query": "Gone"}]}}, "unknown-script"),
    ],
)
def test_a_name_that_nothing_has_is_an_error(
    check: Callable[..., list[tuple[str, str]]], file: str, changes: dict[str, object], rule: str
) -> None:
    assert check(file, **changes) == [(rule, Path(file).name)]


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        (TYPE, {}),
        (TYPE, {"playbookId": "playbook0"}),
        (TYPE, {"playbookId": "", "layout": ""}),
        (MAPPER, {"mapping": fills("Echo Volume")}),
        (MAPPER, {"mapping": fills("closeReason")}),
        (OUTGOING, {"mapping": fills("theirName")}),
        (LAYOUT, {"detailsV2": items(fieldId="incident_echovolume")}),
        (LAYOUT, {"detailsV2": items(fieldId="severity")}),
        (LAYOUT, {"detailsV2": items(scriptId="Shout")}),
    ],
)
def test_what_is_there_or_is_the_servers_own_is_no_error(
    check: Callable[..., list[tuple[str, str]]], file: str, changes: dict[str, object]
) -> None:
    assert check(file, **changes) == []
