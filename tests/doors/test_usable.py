from pathlib import Path

from tests.our_packs import our_packs
from warroom.content.catalogue import Catalogue
from warroom.content.load import load_packs
from warroom.doors.answer import json_of
from warroom.doors.usable import looked_into

TREE = Path(__file__).parents[1] / "public_content" / "tree" / "Packs"


def test_a_pack_is_told_with_its_kinds_and_what_is_in_the_way() -> None:
    [pack] = load_packs([TREE / "Lanterns"])
    told = json_of(looked_into(pack, Catalogue([*our_packs(), pack]), "/packs/Lanterns"))
    assert (told["id"], told["version"], told["path"]) == ("Lanterns", "1.2.0", "/packs/Lanterns")
    assert told["kinds"][0] == {"kind": "integrations", "items": 1, "cannot_run": 0}
    [problem] = told["problems"]
    assert problem == {
        "kind": "script",
        "item": "DimLantern",
        "why": "is written in PowerShell, which cannot run here",
        "advice": "use another script, or write it in Python",
        "is_certain": True,
    }
