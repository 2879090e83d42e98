import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.context.dt import Deep, Filter, Index, Name, Range, Transform, closing, parse
from warroom.model.errors import InvalidInputError

NAMES = st.sampled_from(["File", "a", "Provide the below", "Email/from", "What's up", "x-y_z", "12", "#2", "a:b", "é"])
SEGMENTS = st.one_of(
    NAMES.map(lambda name: f".{name}"),
    NAMES.map(lambda name: f"..{name}"),
    st.integers(-9, 99).map(lambda index: f"[{index}]"),
    st.integers(-9, 99).map(lambda index: f".[{index}]"),
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda ends: f"[{ends[0]}:{ends[1]}]"),
    st.sampled_from(["[]", "[ 1 ]", "[:3]", "[2:]", "(val.x == 'a)b')", "(val)", "(val.a && (val.b || !val.c))"]),
)
ENDINGS = st.sampled_from(["", "", "", "=val.A || val.B", ".=val.x", ".", "(val > 0 && val < 3", "[0"])
PATHS = st.builds(lambda name, rest, end: name + "".join(rest) + end, NAMES, st.lists(SEGMENTS, max_size=6), ENDINGS)


@given(PATHS)
def test_a_path_prints_back_to_its_text(text: str) -> None:
    assert str(parse(text)) == text


@given(st.text(alphabet="aB1 .[]():='\"-#/\\", max_size=30))
def test_any_text_prints_back_or_is_refused_with_a_sentence(text: str) -> None:
    try:
        path = parse(text)
    except InvalidInputError as error:
        assert "is not a path" in str(error)  # noqa: PT017  # either outcome is fine
    else:
        assert str(path) == text


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("File.Name", [Name, Name]),
        ("File.[0].Name", [Name, Index, Name]),
        ("File[0:2]", [Name, Range]),
        ("File[]", [Name, Range]),
        ("incident..value", [Name, Deep]),
        ("File(val.Size > 5).Name", [Name, Filter, Name]),
        ("Account=val.A || val.B", [Name, Transform]),
        (".=val.File", [Transform]),
    ],
)
def test_each_part_has_its_segment(text: str, kinds: list[type]) -> None:
    assert [type(segment) for segment in parse(text).segments] == kinds


def test_names_may_hold_spaces_and_marks() -> None:
    assert parse("Provide the below.Answers.0").keys == ("Provide the below", "Answers", "0")
    assert parse("incident.labels.Email/from").keys == ("incident", "labels", "Email/from")


def test_only_plain_paths_have_keys() -> None:
    assert parse("File[0]").keys is None


def test_the_root_is_the_first_name() -> None:
    assert parse("inputs.Endpoint").root == "inputs"
    assert parse(".=val.inputs").root == ""


def test_a_filter_may_hold_brackets_and_quotes() -> None:
    path = parse("""File(val.Name == "a)b" && val.Tags[0] == 'it''s').Name""")
    assert [type(segment) for segment in path.segments] == [Name, Filter, Name]


def test_a_filter_that_never_closes_ends_with_the_text() -> None:
    (_, found) = parse("Distance(val > 0 && val < 3").segments
    assert isinstance(found, Filter)
    assert found.expression.evaluate(2) is True


@pytest.mark.parametrize("text", ["File[x]", "File[1,2]", 'a{"b"}', "a\nb"])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="is not a path"):
        parse(text)


def test_an_apostrophe_in_a_name_is_no_quote() -> None:
    assert closing("{What's up.Answers} it's", 0) == len("{What's up.Answers}") - 1


def test_a_bracket_in_quotes_closes_nothing() -> None:
    assert closing('(val == \')\' || val == "\\")")', 0) == len('(val == \')\' || val == "\\")")') - 1
