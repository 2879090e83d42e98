from pathlib import Path

from tests.services.world import playbook
from warroom.content.catalogue import Catalogue
from warroom.content.pack import Pack
from warroom.doors.answer import json_of
from warroom.doors.installed import pack_of, packs_of, playbooks_of
from warroom.doors.local import local_actor
from warroom.testing.samples import an_actor

LAB = Pack(id="lab", name="Lab", version="1.0.0", path=Path("/packs/lab"))
NOTHING = "'1': {id: '1', taskid: a, type: title, task: {id: a, name: x}}"


def test_a_pack_lists_what_it_holds() -> None:
    shaped = json_of(pack_of(LAB))
    assert (shaped["id"], shaped["name"], shaped["version"], shaped["scripts"]) == ("lab", "Lab", "1.0.0", [])


def test_where_a_pack_lies_is_told_on_its_machine_alone() -> None:
    assert [[pack.path for pack in packs_of([LAB], who)] for who in (local_actor("ana"), an_actor())] == [
        ["/packs/lab"],
        [""],
    ]


def test_playbooks_are_listed_by_name_with_what_they_take_and_give() -> None:
    books = {name: playbook(NOTHING, name, inputs={"host": None}, outputs=["A.B"]) for name in ("Zeta", "Alpha")}
    pack = Pack(id="lab", name="Lab", version="1.0.0", path=Path("lab"), playbooks=books)
    first, second = json_of(playbooks_of(Catalogue([pack])))
    assert (first["name"], second["name"]) == ("Alpha", "Zeta")
    assert first["inputs"] == [{"key": "host", "required": False, "description": ""}]
    assert first["outputs"] == ["A.B"]
