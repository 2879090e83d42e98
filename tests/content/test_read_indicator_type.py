import json
from pathlib import Path

import pytest

from warroom.content.catalogue import Catalogue
from warroom.content.json_source import read_json
from warroom.content.load import load_pack
from warroom.content.read_indicator_type import read_indicator_type
from warroom.model.errors import ContentError
from warroom.model.json import Json

FILE = Path("reputation-badge.json")


def read(**fields: Json) -> object:
    return read_indicator_type(read_json(json.dumps(fields), FILE))


def test_a_type() -> None:
    found = read_indicator_type(
        read_json(
            json.dumps(
                {
                    "id": "badgeRep",
                    "details": "Badge",
                    "regex": "B-[0-9]+",
                    "formatScript": "FormatBadge",
                    "reputationCommand": "badge",
                    "reputationScriptName": "BadgeReputation",
                    "enhancementScriptNames": ["BadgeReputation", "BadgeOwner"],
                    "expiration": 60,
                }
            ),
            FILE,
        )
    )
    assert (found.id, found.name, found.regex, found.formatter) == ("badgeRep", "Badge", "B-[0-9]+", "FormatBadge")
    assert (found.command, found.scripts) == ("badge", ("BadgeReputation", "BadgeOwner"))
    assert (found.expires_after, found.disabled) == (60, False)


def test_a_type_that_says_little_has_defaults() -> None:
    found = read_indicator_type(read_json('{"id": "Mutex", "regex": null, "enhancementScriptNames": null}', FILE))
    assert (found.name, found.regex, found.scripts, found.expires_after) == ("Mutex", "", (), None)


def test_a_type_without_a_name_is_refused() -> None:
    with pytest.raises(ContentError, match="An indicator type needs a value"):
        read(regex="x")


def test_types_and_fields_of_a_pack_are_read_and_an_old_export_is_left_out(tmp_path: Path) -> None:
    files: dict[str, dict[str, Json]] = {
        "IndicatorTypes/reputation-badge.json": {"id": "badgeRep", "details": "Badge"},
        "IndicatorTypes/reputations.json": {"id": "old", "reputations": [{}]},
        "IndicatorFields/indicatorfield-owner.json": {
            "id": "indicator_owner", "name": "Badge Owner", "cliName": "badgeowner", "type": "multiSelect",
        },
        "pack_metadata.json": {"name": "Badges", "currentVersion": "1.0.0"},
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps(data))
    pack = load_pack(tmp_path)
    assert [one.pack for one in pack.indicator_types.values()] == [pack.id]
    assert pack.skipped == {"IndicatorTypes/reputations.json": "it is an old export of several types"}
    catalogue = Catalogue([pack])
    assert list(catalogue.indicator_types) == ["badgeRep"]
    for name in ("Badge Owner", "badgeowner", "indicator_owner"):
        field = catalogue.find_indicator_field(name)
        assert field is not None
        assert field.type == "multiSelect"
    assert catalogue.find_field("badgeowner") is None
