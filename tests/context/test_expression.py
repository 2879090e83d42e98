import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.context.cast import MISSING
from warroom.context.expression import compile_expression
from warroom.context.javascript import EvaluationError
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json


def run(source: str, val: Json = None, obj: Json = None) -> Json:
    return compile_expression(source).evaluate(val, obj)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 < 2 == true", True),
        ("true || false && false", True),
        ("!(1 == 2)", True),
        ("!!''", False),
        ("-2 < -'1'", True),
        ("1 == '1'", True),
        ("1 === '1'", False),
        ("1 !== '1'", True),
        ("null == undefined", True),
        ("'b' > 'a'", True),
        ("2 <= 2", True),
        ("'it\\'s'", "it's"),
        ('"tab\\t\\u0041"', "tab\tA"),
        ("1.5", 1.5),
    ],
)
def test_operators_have_javascripts_precedence_and_meaning(source: str, value: Json) -> None:
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "val", "value"),
    [
        ("val.a.b", {"a": {"b": 1}}, 1),
        ("val['a b']", {"a b": 2}, 2),
        ("val[0].x", [{"x": 3}], 3),
        ("val.missing", {}, MISSING),
        ("val", "text", "text"),
        ("val.A || val.B", {"B": "second"}, "second"),
        ("val.A && val.A.x", {}, MISSING),
    ],
)
def test_val_is_the_item(source: str, val: Json, value: Json) -> None:
    assert run(source, val) == value


def test_obj_is_the_new_item() -> None:
    assert run("val.id && val.id == obj.id", {"id": 4}, {"id": 4}) is True
    assert run("val.id && val.id == obj.id", {"id": 4}, {"id": 5}) is False


def test_a_member_of_nothing_is_an_error_of_the_evaluation() -> None:
    with pytest.raises(EvaluationError):
        run("val.a.b", {})


@pytest.mark.parametrize(
    "source",
    [
        "",
        "val.x = 'a'",
        "val.Name.match(/x/)",
        "val.filter(function(x) { return x; })",
        "val.items.map(x => x.id)",
        "invContext.File",
        "{a: 1}",
        "val.x ==",
        "val..x",
        "val ? 1",
        "val ? 1 : 2",
        "val + 1",
        "val.Name.toLowerCase()",
        "[1, 2]",
        "val.toString == 'x'",
        "1 2",
        "f(val)",
        "val; function f() {}",
        "(" * 500 + "val" + ")" * 500,
        "!" * 400 + "val",
        " || ".join(["val"] * 5000),
    ],
)
def test_what_needs_quickjs_is_refused_by_name_without_it(source: str) -> None:
    expression = compile_expression(source)
    assert expression.run is None
    with pytest.raises(InvalidInputError, match="needs JavaScript, and this path is read where none"):
        expression.evaluate({})


def test_a_long_chain_of_alternatives_can_be_evaluated() -> None:
    assert run(" || ".join(["val.x"] * 100 + ["'last'"]), {}) == "last"


def test_an_expression_may_end_before_its_brackets_do() -> None:
    assert run("(val > 0 && val < 3", 2) is True


@given(st.text(max_size=60))
def test_compiling_never_raises(source: str) -> None:
    assert compile_expression(source).source == source
