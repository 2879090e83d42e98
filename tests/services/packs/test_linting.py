from pathlib import Path

import pytest

from tests.content.lint.playbooks import found
from tests.our_packs import our_packs
from warroom.content.catalogue import Catalogue
from warroom.content.lint import Rule, Severity
from warroom.content.load import load_pack
from warroom.context.operators import OPERATORS
from warroom.context.transformers import TRANSFORMERS
from warroom.services.execution.builtins import BUILTINS
from warroom.services.packs.linting import LANGUAGE, check_playbooks

ROOT = Path(__file__).parents[3]
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


def test_references_are_read_as_the_runtime_reads_them() -> None:
    assert LANGUAGE.references("a ${File.Name} b ${inputs.My Host}") == ("File.Name", "inputs.My Host")
    assert LANGUAGE.references("${jndi:ldap:") == ()


def test_the_built_in_commands_are_the_runtimes_own() -> None:
    assert LANGUAGE.builtins == set(BUILTINS)
    assert "severity" in LANGUAGE.system_fields


PATTERNS = """
'1':
  type: condition
  task: {{name: Is it a dump?}}
  conditions:
  - label: 'yes'
    condition:
    - - operator: match
        left: {{iscontext: true, value: {{simple: File.Name}}}}
        right: {{value: {{simple: '{pattern}'}}}}
  - label: 'no'
    condition: []
'2':
  type: regular
  task: {{name: Say, scriptName: Print}}
  scriptarguments:
    value:
      complex:
        root: File
        transformers:
        - operator: string.replaceMatch
          args: {{regex: {{value: {{simple: '{pattern}'}}}}, replaceWith: {{value: {{simple: '{pattern}'}}}}}}
"""


@pytest.mark.parametrize(
    ("pattern", "tasks"),
    [("lsass(?!x)", ["1", "2"]), (r"(a)\1", ["1", "2"]), ("(?i)lsass", []), ("${File.Name}(?!x)", [])],
)
def test_a_pattern_that_xsoar_would_refuse_is_said_of_each_task(pattern: str, tasks: list[str]) -> None:
    said = [one for one in found(PATTERNS.format(pattern=pattern), "", LANGUAGE) if one.rule == Rule.FOREIGN_PATTERN]
    assert [one.task for one in said] == tasks
    assert all("XSOAR (RE2) refuses it" in one.message and one.severity == Severity.ERROR for one in said)
