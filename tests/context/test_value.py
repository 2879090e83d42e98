import pytest

from warroom.content.value import Comparison, Complex, Operand, Simple, TransformerCall
from warroom.context.cast import MISSING
from warroom.context.scope import Scope
from warroom.context.value import find, find_operand, resolve
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

SCOPE = Scope(
    context={
        "File": [
            {"Name": "lsass.dmp", "Extension": "dmp", "Size": 48},
            {"Name": "notes.txt", "Extension": "txt", "Size": 1},
            {"Name": "lsass.dmp", "Extension": "dmp"},
        ],
        "Wanted": "dmp",
        "Host": {"Name": "WIN-7"},
        "Null": None,
    },
    inputs={"Extension": "txt"},
)


def path(text: str) -> Operand:
    return Operand(value=Simple(value=text), is_context=True)


def literal(value: Json) -> Operand:
    return Operand(value=Simple(value=value))


def is_equal(left: str, right: Operand) -> Comparison:
    return Comparison(operator="isEqualString", left=path(left), right=right)


def call(operator: str, **args: Operand) -> TransformerCall:
    return TransformerCall(operator=operator, args=args)


@pytest.mark.parametrize("value", ["text", 5, True, None, "", {"a": [1]}])
def test_a_literal_is_itself(value: Json) -> None:
    assert resolve(Simple(value=value), SCOPE) == value


def test_simple_text_may_hold_references() -> None:
    assert resolve(Simple(value="${Host.Name}.dmp"), SCOPE) == "WIN-7.dmp"
    assert resolve(Simple(value="${Host}"), SCOPE) == {"Name": "WIN-7"}


def test_a_reference_that_leads_nowhere_counts_as_not_passed() -> None:
    assert resolve(Simple(value="${Nothing}"), SCOPE) is None
    assert find(Simple(value="${Nothing}"), SCOPE) is MISSING
    assert find(Simple(value="${Null}"), SCOPE) is None


def test_simple_text_in_context_is_a_path_with_or_without_dollar() -> None:
    assert resolve(Simple(value="Host.Name"), SCOPE, is_context=True) == "WIN-7"
    assert resolve(Simple(value="${Host.Name}"), SCOPE, is_context=True) == "WIN-7"
    assert find_operand(path("Host.Name"), SCOPE) == "WIN-7"


def test_root_and_accessor() -> None:
    assert resolve(Complex(root="Host", accessor="Name"), SCOPE) == "WIN-7"
    assert resolve(Complex(root="${File}", accessor="Size}"), SCOPE) == [48, 1]
    assert resolve(Complex(root="Nothing", accessor="Name"), SCOPE) is None


def test_filters_keep_the_items_of_the_root() -> None:
    value = Complex(root="File", accessor="Size", filters=((is_equal("File.Extension", literal("txt")),),))
    assert resolve(value, SCOPE) == 1


def test_inner_filters_are_alternatives_and_outer_ones_must_all_hold() -> None:
    dmp, txt = is_equal("File.Extension", literal("dmp")), is_equal("File.Extension", literal("txt"))
    sized = Comparison(operator="isExists", left=path("File.Size"))
    assert resolve(Complex(root="File", accessor="Name", filters=((dmp, txt), (sized,))), SCOPE) == [
        "lsass.dmp",
        "notes.txt",
    ]


def test_the_right_side_of_a_filter_is_read_from_the_context() -> None:
    by_context = Complex(root="File", accessor="Name", filters=((is_equal("File.Extension", path("Wanted")),),))
    assert resolve(by_context, SCOPE) == ["lsass.dmp", "lsass.dmp"]
    by_input = Complex(root="File", accessor="Name", filters=((is_equal("File.Extension", path("inputs.Extension")),),))
    assert resolve(by_input, SCOPE) == "notes.txt"


def test_the_left_side_of_a_filter_may_itself_be_complex() -> None:
    left = Operand(value=Complex(root="File", accessor="Name", transformers=(call("toUpperCase"),)))
    comparison = Comparison(operator="isEqualString", left=left, right=literal("NOTES.TXT"))
    assert resolve(Complex(root="File", accessor="Size", filters=((comparison,),)), SCOPE) == 1


def test_a_root_that_is_no_list_is_filtered_as_one_item() -> None:
    same = Complex(root="Host", filters=((is_equal("Host.Name", literal("WIN-7")),),))
    other = Complex(root="Host", filters=((is_equal("Host.Name", literal("WIN-8")),),))
    assert resolve(same, SCOPE) == {"Name": "WIN-7"}
    assert find(other, SCOPE) is MISSING


def test_filters_on_nothing_leave_nothing() -> None:
    value = Complex(root="Nothing", filters=((is_equal("Nothing.Name", literal("")),),))
    assert find(value, SCOPE) is MISSING


def test_transformers_run_in_order() -> None:
    value = Complex(
        root="File",
        accessor="Name",
        transformers=(call("uniq"), call("toUpperCase"), call("join", separator=literal(" + "))),
    )
    assert resolve(value, SCOPE) == "LSASS.DMP + NOTES.TXT"


def test_arguments_of_transformers_may_come_from_the_context() -> None:
    value = Complex(root="Host", accessor="Name", transformers=(call("concat", suffix=literal(".${Wanted}")),))
    assert resolve(value, SCOPE) == "WIN-7.dmp"
    value = Complex(root="Host", accessor="Name", transformers=(call("append", item=path("File.Name")),))
    assert resolve(value, SCOPE) == ["WIN-7", "lsass.dmp", "notes.txt", "lsass.dmp"]


def test_an_argument_that_leads_nowhere_is_not_passed() -> None:
    value = Complex(root="Host", accessor="Name", transformers=(call("split", delimiter=path("Nothing")),))
    assert resolve(value, SCOPE) == ["WIN-7"]


def test_nothing_stays_nothing_through_most_transformers_but_can_be_counted() -> None:
    assert resolve(Complex(root="Nothing", transformers=(call("toUpperCase"),)), SCOPE) is None
    assert resolve(Complex(root="Nothing", transformers=(call("count"),)), SCOPE) == 0


def test_a_cast_that_fails_names_transformer_and_value() -> None:
    value = Complex(root="Host", transformers=(call("toUpperCase"),))
    with pytest.raises(InvalidInputError, match=r"toUpperCase cannot change \{\"Name\":\"WIN-7\"\}"):
        resolve(value, SCOPE)
