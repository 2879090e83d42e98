from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.content.integration import Argument
from warroom.content.read_task import CONTROLS
from warroom.content.value import Simple
from warroom.model.errors import InvalidInputError
from warroom.model.plan import TypedCommand
from warroom.services.commands.command_line import as_playbook, parse, place_bare

HOST = Argument(name="host", default=True)


@pytest.mark.parametrize(
    ("typed", "args"),
    [
        ("!isolate endpoint=FIN-LT-042", {"endpoint": "FIN-LT-042"}),
        ('isolate endpoint="FIN LT 042" note=now', {"endpoint": "FIN LT 042", "note": "now"}),
        ("!isolate endpoint='say \"now\"'", {"endpoint": 'say "now"'}),
        ('!isolate endpoint=`it\'s "here"`', {"endpoint": 'it\'s "here"'}),
        ("!isolate note=it's", {"note": "it's"}),
        ("!isolate endpoint= note=x", {"endpoint": "", "note": "x"}),
        ('!isolate endpoint=""', {"endpoint": ""}),
        ("!http url=https://a.example/x?b=c&d=e", {"url": "https://a.example/x?b=c&d=e"}),
        ("!isolate\tendpoint=Büro-Ü\n note=日本", {"endpoint": "Büro-Ü", "note": "日本"}),
        ('!set value="two\nlines"', {"value": "two\nlines"}),
        ("!set retry-count=3 using-brand=Lab", {"retry-count": "3", "using-brand": "Lab"}),
        ("!set context=${File.Name}", {"context": "${File.Name}"}),
    ],
)
def test_arguments_are_read_as_they_are_typed(typed: str, args: Mapping[str, str]) -> None:
    line = parse(typed)
    assert (dict(line.args), line.bare) == (args, ())


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (r"path=C:\Windows\Temp\lsass.dmp", r"C:\Windows\Temp\lsass.dmp"),
        (r'path="C:\Program Files\x.dmp"', r"C:\Program Files\x.dmp"),
        (r"path='C:\dir\'", "C:\\dir\\"),
        (r'path="C:\dir\\"', "C:\\dir\\"),
        (r'path="\\server\share"', r"\\server\share"),
        (r'path="[{\"a\": \"b\"}]"', '[{"a": "b"}]'),
        (r'path="a\\\"b"', r"a\"b"),
    ],
)
def test_a_backslash_is_itself_unless_it_stands_before_a_double_quote(typed: str, value: str) -> None:
    assert parse(f"!collect {typed}").args == {"path": value}


def test_what_stands_in_quotes_is_a_value_even_when_it_looks_like_an_argument() -> None:
    line = parse('!Print "user = admin" `a=b`')
    assert (line.args, line.bare) == ({}, ("user = admin", "a=b"))


@pytest.mark.parametrize("typed", ["", "  ", "!", " ! "])
def test_nothing_typed_is_answered_with_how_to_type(typed: str) -> None:
    with pytest.raises(InvalidInputError, match=r"Type `!name argument=value`\."):
        parse(typed)


@pytest.mark.parametrize("typed", ['!isolate endpoint="FIN', "!isolate endpoint='FIN", '!isolate endpoint="C:\\dir\\"'])
def test_a_quote_that_is_not_closed_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInputError, match="is not closed"):
        parse(typed)


def test_an_argument_given_twice_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="The argument 'endpoint' is given twice"):
        parse("!isolate endpoint=a endpoint=b")


def test_a_bare_value_goes_to_the_default_argument() -> None:
    assert place_bare(parse("!isolate FIN-LT-042 note=x"), [HOST]) == {"host": "FIN-LT-042", "note": "x"}


@pytest.mark.parametrize("typed", ["!isolate a b", "!isolate a host=b"])
def test_a_bare_value_without_a_place_is_refused_with_the_arguments(typed: str) -> None:
    with pytest.raises(InvalidInputError, match=r"isolate does not know what 'a' is.*its arguments are: host"):
        place_bare(parse(typed), [HOST])


def test_a_command_without_a_default_argument_takes_no_bare_value() -> None:
    with pytest.raises(InvalidInputError, match="its arguments are: none"):
        place_bare(parse("!isolate a"), [])


@given(st.text(min_size=1).filter(lambda text: "`" not in text))
def test_any_text_in_backticks_arrives_unchanged(text: str) -> None:
    assert parse(f"!set value=`{text}`").args == {"value": text}


@given(st.text())
def test_any_text_can_be_written_in_double_quotes(text: str) -> None:
    """A backslash is doubled where it would meet a quote, a quote gets one."""
    quoted, slashes = "", 0
    for character in [*text, ""]:
        if character in {'"', ""}:
            quoted += "\\" * slashes + ("\\" if character else "")
        slashes = slashes + 1 if character == "\\" else 0
        quoted += character
    assert parse(f'!set value="{quoted}"').args == {"value": text}


@given(st.text())
def test_whatever_is_typed_is_read_or_refused_in_a_sentence(typed: str) -> None:
    try:
        parse(typed)
    except InvalidInputError as error:
        assert str(error).endswith(".")  # noqa: PT017  # the sentence is what is tested


@given(st.dictionaries(st.sampled_from(["a", "b", "using", "retry-count"]), st.text()))
def test_a_typed_command_is_a_playbook_of_one_task_that_has_each_value_as_it_was_typed(args: dict[str, str]) -> None:
    book = as_playbook(TypedCommand(name="isolate", args=args))
    task = book.tasks["1"]
    assert (book.name, task.name, task.script, task.brand, task.is_command) == (
        "!isolate",
        "!isolate",
        "isolate",
        "",
        True,
    )
    assert {**task.arguments, **task.controls} == {name: Simple(value=value) for name, value in args.items()}
    assert set(task.controls) == set(args) & CONTROLS


def test_pictures_of_two_commands_are_not_mixed_up() -> None:
    isolate, restore = (as_playbook(TypedCommand(name=name)) for name in ("isolate", "restore"))
    assert isolate.sha256 != restore.sha256


@pytest.mark.parametrize(
    ("text", "args", "bare"),
    [
        ('!x fields={"a": "two words"} n=1', {"fields": '{"a": "two words"}', "n": "1"}, ()),
        ('!x fields=[{"a": "b c"}, {"d": 1}]', {"fields": '[{"a": "b c"}, {"d": 1}]'}, ()),
        ('!x {"a": "b c"} n=1', {"n": "1"}, ('{"a": "b c"}',)),
        (r'!x path={"a": "C:\\Temp\\x y"}', {"path": r'{"a": "C:\\Temp\\x y"}'}, ()),
        ('!x a={"b": "c=d e"}', {"a": '{"b": "c=d e"}'}, ()),
    ],
)
def test_json_is_one_value_with_all_its_spaces(text: str, args: dict[str, str], bare: tuple[str, ...]) -> None:
    line = parse(text)
    assert (line.args, line.bare) == (args, bare)


@pytest.mark.parametrize("text", ["!x a=[b c", '!x a={"b": c', "!x a=[1]2 c", "!x a={b c}", "!x a=[Disk 1] c"])
def test_what_only_begins_like_json_is_read_as_ever(text: str) -> None:
    assert parse(text).args["a"] == text.partition("a=")[2].split()[0]
    assert parse(text).bare[-1] in {"c", "c}"}
