from pathlib import Path

import pytest

from tests.our_packs import our_packs
from warroom.content.catalogue import Catalogue
from warroom.content.load import load_pack
from warroom.context.operators import OPERATORS
from warroom.context.transformers import TRANSFORMERS
from warroom.services.execution.builtins import BUILTINS
from warroom.services.linting import LANGUAGE, check_playbooks

ROOT = Path(__file__).parents[2]
OURS = our_packs()
PLAYBOOKS = {one.id: one for pack in OURS for one in (*pack.playbooks.values(), *pack.test_playbooks.values())}


@pytest.mark.parametrize("name", sorted(PLAYBOOKS))
def test_our_playbooks_hold_no_mistake(name: str) -> None:
    assert [str(finding) for finding in check_playbooks([PLAYBOOKS[name]], Catalogue(OURS))] == []


def test_the_sample_is_told_of_what_it_lacks() -> None:
    sample = load_pack(ROOT / "tests/content/packs/Sample")
    findings = check_playbooks(sample.playbooks.values(), Catalogue([*OURS, sample]))
    assert "unknown-playbook" in [finding.rule for finding in findings]


def test_every_operator_and_transformer_of_the_runtime_is_known() -> None:
    assert [name for name in OPERATORS if LANGUAGE.operator(name)] == []
    assert [name for name in TRANSFORMERS if LANGUAGE.transformer(name)] == []
    assert LANGUAGE.operator("string.isEqual") == ""
    assert "isEqaul is not known" in LANGUAGE.operator("isEqaul")
    assert "jion is not known" in LANGUAGE.transformer("jion")


def test_transformers_say_what_they_take() -> None:
    assert LANGUAGE.parameters("general.append") == LANGUAGE.parameters("append") == {"item": False}
    assert LANGUAGE.parameters("jion") is None


def test_references_and_javascript_are_read_as_the_runtime_reads_them() -> None:
    assert LANGUAGE.references("a ${File.Name} b ${inputs.My Host}") == ("File.Name", "inputs.My Host")
    assert LANGUAGE.references("${jndi:ldap:") == ()
    assert LANGUAGE.javascript("File(val.Size > 5).Name") == ()
    assert LANGUAGE.javascript("File(val.Name.match(/x/)).Name") == ("val.Name.match(/x/)",)
    assert LANGUAGE.javascript('a."b') == ()


def test_the_built_in_commands_are_the_runtimes_own() -> None:
    assert LANGUAGE.builtins == set(BUILTINS)
    assert "severity" in LANGUAGE.system_fields
