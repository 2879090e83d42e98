from pathlib import Path

import pytest

from tests.services.world import an_instance, lab
from warroom.content.catalogue import Catalogue
from warroom.content.pack import Pack
from warroom.model.errors import InvalidInputError
from warroom.services.plans.scopes import modules_of, private_scope, refuse_private, scope_of
from warroom.testing.samples import an_incident

CONTEXT = {"A": 1, "subplaybook-p1-5": {"A": 2}, "subplaybook-p1-6": "spoilt"}


def test_a_task_sees_the_incidents_context_or_its_private_one() -> None:
    assert scope_of(CONTEXT, an_incident()).get("A") == 1
    assert scope_of(CONTEXT, an_incident(), scope="subplaybook-p1-5").get("A") == 2
    assert scope_of(CONTEXT, an_incident(), scope="subplaybook-p1-7").get("A") is None
    assert scope_of(CONTEXT, an_incident(), scope="subplaybook-p1-6").get("A") is None


def test_inputs_incident_modules_and_the_playbooks_id_are_visible() -> None:
    scope = scope_of(
        CONTEXT,
        an_incident(custom_fields={"host": "FIN-1"}),
        scope="subplaybook-p1-5",
        inputs={"name": "x"},
        modules={"lab-1": {"brand": "Lab", "state": "active"}},
    )
    assert scope.get("inputs.name") == "x"
    assert scope.get("incident.host") == "FIN-1"
    assert scope.get("currentPlaybookID") == "p1-5"
    assert scope.get("modules(val.brand == 'Lab').name") == "lab-1"


def test_every_run_of_a_sub_playbook_has_a_context_of_its_own() -> None:
    keys = ["5", "5/2", "5#1/2", "5#12", "52"]
    assert len({private_scope(plan, key) for plan in ("p1", "p2") for key in keys}) == 2 * len(keys)


def test_instances_are_listed_as_modules() -> None:
    pack = Pack(id="p", name="p", version="1", path=Path("p"), integrations={"Lab": lab()})
    instances = [an_instance("lab-1"), an_instance("old", integration="Gone", enabled=False)]
    assert modules_of(Catalogue([pack]), instances) == {
        "lab-1": {"brand": "Lab", "category": "", "state": "active", "defaultIgnored": "false"},
        "old": {"brand": "Gone", "category": "", "state": "disabled", "defaultIgnored": "false"},
    }


@pytest.mark.parametrize("path", ["subplaybook-p1-5", "subplaybook-p1-5.A", "subplaybook-p1-5(val.a == obj.a)"])
def test_only_a_sub_playbook_itself_writes_to_its_own_context(path: str) -> None:
    with pytest.raises(InvalidInputError, match="is in the private context of a sub-playbook"):
        refuse_private("", path)
    refuse_private("subplaybook-p1-5", path)  # there it is a key like any other


def test_other_keys_are_everybodys() -> None:
    for path in ("A", "A.subplaybook-p1-5", "A(val.a == obj.a)", "subplaybook"):
        refuse_private("", path)
