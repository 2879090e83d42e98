import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.context.cast import MISSING
from warroom.context.interpolate import as_typed, bare, in_content, interpolate, references, to_the_letter
from warroom.context.scope import Scope
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

SCOPE = Scope(
    context={
        "File": {"Name": "a.exe", "Size": 5},
        "Hosts": ["WIN-7", "WIN-8"],
        "Files": [{"Name": "a}b"}, {"Name": "c"}],
        "What's up": {"Answers": {"0": "fine"}},
        "Yes": True,
    }
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${File.Size}", 5),
        ("${ File.Size }", 5),
        ("${File}", {"Name": "a.exe", "Size": 5}),
        ("${Hosts}", ["WIN-7", "WIN-8"]),
        ("${Nothing}", MISSING),
        ("${What's up.Answers.0}", "fine"),
        ("${Files(val.Name == 'a}b').Name}", "a}b"),
    ],
)
def test_a_reference_alone_keeps_its_type(text: str, value: Json) -> None:
    assert interpolate(text, SCOPE) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("file ${File.Name}!", "file a.exe!"),
        ("${File.Name} has ${File.Size} bytes", "a.exe has 5 bytes"),
        ("[${Nothing}]", "[]"),
        ("is it? ${Yes}", "is it? true"),
        ("on ${Hosts}", "on WIN-7,WIN-8"),
        ("raw ${File}", 'raw {"Name":"a.exe","Size":5}'),
        ("all ${Files}", 'all [{"Name":"a}b"},{"Name":"c"}]'),
        (" ${File.Size}", " 5"),
        ("$5 {x} $${File.Size}", "$5 {x} $5"),
    ],
)
def test_a_reference_inside_text_becomes_text(text: str, value: str) -> None:
    assert interpolate(text, SCOPE) == value


@pytest.mark.parametrize(
    "text",
    ["${", "${File.Name", 'x = "${jndi:ldap:', "${}", '${"a": 1}', "${File[x]} and more", "a ${File{x}} b"],
)
def test_what_is_no_readable_reference_stays(text: str) -> None:
    assert interpolate(text, SCOPE) == text


def test_a_reference_that_needs_javascript_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="needs JavaScript"):
        interpolate("name: ${Files(val.Name.match(/a/)).Name}", SCOPE)


def test_filled_in_text_is_not_read_again() -> None:
    scope = Scope(context={"a": "${b}", "b": "secret"})
    assert interpolate("<${a}>", scope) == "<${b}>"


@given(st.text(alphabet="${}ab.'\"([", max_size=25))
def test_the_pieces_put_together_are_the_text(text: str) -> None:
    assert "".join(part if isinstance(part, str) else part[0] for part in references(text)) == text


@pytest.mark.parametrize(
    ("written", "path"),
    [("${File.Name}", "File.Name"), ("File.Name", "File.Name"), ("Name}", "Name"), (" ${ File } ", "File"), ("", "")],
)
def test_a_path_is_freed_of_its_dollar_and_brackets(written: str, path: str) -> None:
    assert bare(written) == path


def test_brackets_that_belong_to_a_path_stay() -> None:
    assert bare("File(val.x == '{}')") == "File(val.x == '{}')"


@given(st.text(alphabet="${}ab.'\"([\\ ", max_size=25))
def test_what_is_written_to_the_letter_comes_out_to_the_letter(text: str) -> None:
    scope = Scope(context={"a": 1, "b": {"a": "x"}, "a b": 2})
    for counts in (in_content, as_typed):
        assert interpolate(to_the_letter(text), scope, counts) == text


@given(st.text(), st.text())
def test_a_value_stays_one_text_of_the_json_that_it_is_filled_into(left: str, right: str) -> None:
    scope = Scope(context={"A": {"b": left}, "C": right, "N": 5, "L": ["x"]})
    text = '{"say \\"${C}\\"": ["${A.b}", "<${A.b}|${C}>"], "n": ${N}, "l": "${L}", "o": 1}'
    filled = interpolate(text, scope)
    assert json.loads(filled) == {f'say "{right}"': [left, f"<{left}|{right}>"], "n": 5, "l": "x", "o": 1}


def test_what_is_no_reference_stays_as_it_is_in_json_too() -> None:
    text = '{"q": "${\\"a\\"} ${jndi:x} ${Q}"}'
    assert interpolate(text, Scope(context={"Q": '"'})) == text.replace("${Q}", '\\"')


@pytest.mark.parametrize("text", ["[not json ${Q}", "{${Q}", '"${Q}"', 'say [1] "${Q}"', "[x] ${Q}"])
def test_other_text_is_filled_as_it_is(text: str) -> None:
    scope = Scope(context={"Q": 'a"b\\'})
    assert interpolate(text, scope) == text.replace("${Q}", 'a"b\\')
