import pytest

from tests.content.lint.playbooks import LANGUAGE, found, rules
from warroom.content.lint import Language, Severity


def _references(text: str) -> tuple[str, ...]:
    return tuple(part.partition("}")[0] for part in text.split("${")[1:])


SPOKEN = Language(
    builtins=LANGUAGE.builtins,
    system_fields=LANGUAGE.system_fields,
    operator=lambda name: "" if name == "isEqualString" else f"The operator {name} is not known.",
    transformer=lambda name: "" if name == "join" else f"The transformer {name} is not known.",
    parameters=lambda name: {"separator": True} if name == "join" else None,
    references=_references,
)
PRINT = """
'1':
  type: regular
  task: {{name: Say, scriptName: Print}}
  scriptarguments:
    value: {value}
"""
INPUTS = """
inputs:
- key: Text
  value: {simple: a}
- key: My Host
  value: {}
"""


def said(value: str, more: str = INPUTS) -> list[str]:
    """What is wrong with an argument, apart from inputs that nothing reads."""
    return [rule for rule, _ in rules(PRINT.format(value=value), more, SPOKEN) if rule != "unused-input"]


@pytest.mark.parametrize(
    "value",
    [
        "{simple: 'plain inputs.Nothing'}",
        "{simple: '${inputs.Text}: ${inputs.My Host.name}'}",
        "{complex: {root: inputs.Text}}",
        "{complex: {root: inputs, accessor: Text}}",
        "{complex: {root: File, transformers: [{operator: join, args: {separator: {value: {simple: a}}}}]}}",
        "{simple: 7}",
        "{simple: '${File(val.match(/x/))}'}",
        "{complex: {root: File, accessor: 'Name=val.match(/x/)'}}",
    ],
)
def test_a_value_that_the_runtime_understands_is_fine(value: str) -> None:
    assert said(value) == []


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("{simple: 'x ${inputs.Txet} y'}", "undeclared-input"),
        ("{complex: {root: inputs.Txet}}", "undeclared-input"),
        ("{complex: {root: inputs, accessor: Txet.a}}", "undeclared-input"),
        ("{complex: {root: File, transformers: [{operator: jion}]}}", "unknown-transformer"),
        ("{complex: {root: File, transformers: [{operator: join}]}}", "missing-argument"),
    ],
)
def test_a_value_that_it_does_not_is_found(value: str, rule: str) -> None:
    assert said(value) == [rule]


def test_an_argument_that_a_transformer_does_not_have_is_found() -> None:
    args = "{separator: {value: {simple: a}}, with: {value: {simple: b}}}"
    assert said(f"{{complex: {{root: File, transformers: [{{operator: join, args: {args}}}]}}}}") == [
        "unknown-argument"
    ]


def test_values_inside_of_filters_and_transformers_are_looked_at() -> None:
    left = "{value: {simple: inputs.Txet}, iscontext: true}"
    filters = f"[[{{operator: isEqualString, left: {left}, right: {{value: {{simple: '${{inputs.Txte}}'}}}}}}]]"
    assert said(f"{{complex: {{root: File, filters: {filters}}}}}") == ["undeclared-input", "undeclared-input"]
    args = "{separator: {value: {complex: {root: inputs.Txet}}}}"
    assert said(f"{{complex: {{root: File, transformers: [{{operator: join, args: {args}}}]}}}}") == [
        "undeclared-input"
    ]


def test_the_operators_of_conditions_and_loops_are_known() -> None:
    tasks = """
    '1':
      type: condition
      task: {name: Which?}
      conditions:
      - label: yes
        condition:
        - - operator: isEqaul
            left: {value: {simple: File}, iscontext: true}
      nexttasks: {yes: ['2']}
    '2':
      type: playbook
      task: {name: Again, playbookName: Contain}
      scriptarguments: {Endpoint: {simple: a}}
      loop:
        builtincondition:
        - - operator: isEqaul
            left: {value: {simple: File}, iscontext: true}
    """
    assert rules(tasks, language=SPOKEN) == [("unknown-operator", 15), ("unknown-operator", 24)]


def test_the_line_and_the_argument_are_said() -> None:
    [finding] = found(PRINT.format(value="{simple: '${inputs.Txet}'}"), INPUTS.replace("My Host", "Text2"), SPOKEN)[:1]
    assert str(finding) == (
        "playbook-p.yml:14: error: Task 1 (Say), argument `value` reads the input `Txet`, which is not declared; "
        "there are `Text`, `Text2`. [undeclared-input]"
    )


def test_an_input_that_nothing_reads_is_a_warning_in_its_line() -> None:
    findings = found(PRINT.format(value="{simple: '${inputs.Text}'}"), INPUTS, SPOKEN)
    assert [(each.rule.value, each.severity, each.at.line if each.at else 0) for each in findings] == [
        ("unused-input", Severity.WARNING, 19)
    ]
    assert "`My Host`" in findings[0].message


def test_whoever_reads_all_inputs_reads_each() -> None:
    assert rules(PRINT.format(value="{simple: '${inputs}'}"), INPUTS, SPOKEN) == []


def test_a_default_that_reads_another_input_is_looked_at() -> None:
    more = "inputs:\n- key: Text\n  value: {simple: '${inputs.Gone}'}\n"
    findings = found(PRINT.format(value="{simple: '${inputs.Text}'}"), more, SPOKEN)
    assert [finding.message for finding in findings] == [
        "The input `Text` reads the input `Gone`, which is not declared; there are `Text`."
    ]


def test_the_values_of_pairs_are_looked_at() -> None:
    pairs = "{keyvalue: [{key: A, value: {complex: {root: inputs, accessor: Gone}}}, {key: B, value: {simple: x}}]}"
    assert said(pairs) == ["undeclared-input"]


AT = "at: {value: {simple: '1'}}"
CUT = "{{complex: {{root: File, transformers: [{{operator: Cut, args: {{{}}}}}]}}}}"
IN_RANGE = (
    "{{complex: {{root: File, filters: [[{{operator: {}, left: {{value: {{simple: File.A}}, iscontext: true}}}}]]}}}}"
)


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        (CUT.format(AT), []),
        (CUT.format(f"{AT}, note: {{value: {{simple: b}}}}"), []),
        (CUT.format(""), ["missing-argument"]),
        (CUT.format(f"{AT}, form: {{value: {{simple: b}}}}"), ["unknown-argument"]),
        ("{complex: {root: File, transformers: [{operator: InRange}]}}", ["unknown-transformer"]),
        (IN_RANGE.format("InRange"), []),
        (IN_RANGE.format("number.InRange"), []),
        (IN_RANGE.format("Louder"), ["cannot-run"]),
        ("{complex: {root: File, transformers: [{operator: Lower}]}}", ["cannot-run"]),
        (IN_RANGE.format("Cut"), ["unknown-operator"]),
        (IN_RANGE.format("Print"), ["unknown-operator"]),
    ],
)
def test_a_script_is_a_transformer_or_an_operator_by_its_tag(value: str, rules: list[str]) -> None:
    assert said(value) == rules
