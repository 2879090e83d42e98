from collections.abc import Callable
from dataclasses import replace

import pytest

from warroom.content.value import Comparison, Complex, KeyValue, Operand, Simple, TransformerCall
from warroom.context.cast import MISSING
from warroom.context.scope import Scope
from warroom.context.scripted import ScriptNeededError, Scripts
from warroom.context.value import find, find_operand, passes, resolve
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


def test_pairs_are_an_object_of_what_their_values_lead_to() -> None:
    host, wanted = Complex(root="Host", accessor="Name"), Simple(value="<${Wanted}>")
    pairs = KeyValue(pairs={"X-Host": host, "Accept": wanted, "Gone": Simple(value="${Nothing}")})
    assert resolve(pairs, SCOPE) == {"X-Host": "WIN-7", "Accept": "<dmp>"}
    assert find(KeyValue(pairs={"Gone": Simple(value="${Nothing}")}), SCOPE) is MISSING


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


TAGS = {
    "Reverse": frozenset({"transformer"}),
    "Last": frozenset({"transformer", "entirelist"}),
    "Split": frozenset({"transformer"}),
    "IsDump": frozenset({"filter", "string"}),
    "AnyDump": frozenset({"filter", "entirelist"}),
    "toUpperCase": frozenset({"transformer"}),  # built-in transformers are taken first
}


def answered(value: Complex, **functions: Callable[[dict[str, Json]], Json]) -> tuple[Json, list[dict[str, Json]]]:
    """Evaluate, running functions in the place of scripts; also returns their arguments, in order."""
    scripts, asked = Scripts(TAGS.get), list[dict[str, Json]]()
    while True:
        try:
            return resolve(value, replace(SCOPE, scripts=scripts)), asked
        except ScriptNeededError as needed:
            for run in needed.runs:
                asked.append(run.args)
                scripts.answers[run] = functions[run.script](run.args)


def test_a_script_changes_each_item_and_lists_are_flattened() -> None:
    value = Complex(root="File", accessor="Extension", transformers=(call("Split", by=path("Wanted")), call("uniq")))
    found, asked = answered(value, Split=lambda args: [args["value"][0], args["by"]])
    assert found == ["d", "dmp", "t"]
    assert asked == [{"value": "dmp", "by": "dmp"}, {"value": "txt", "by": "dmp"}]  # the same run is made once


def test_a_script_may_take_the_list_as_it_is_and_may_be_given_nothing() -> None:
    last = (call("Last"),)
    found, asked = answered(
        Complex(root="File", accessor="Name", transformers=last), Last=lambda args: args["value"][-1]
    )
    assert found == "lsass.dmp"
    assert asked == [{"value": ["lsass.dmp", "notes.txt", "lsass.dmp"]}]
    found, asked = answered(Complex(root="Nothing", transformers=last), Last=lambda args: args["value"] or "none")
    assert (found, asked) == ("none", [{"value": None}])


def test_a_script_gets_a_number_as_text_and_numbers_of_a_list_as_they_are() -> None:
    _, asked = answered(Complex(root="File", accessor="Size", transformers=(call("Reverse"),)), Reverse=str)
    assert asked == [{"value": "48"}, {"value": "1"}]
    _, asked = answered(Complex(root="File", accessor="Size", transformers=(call("Last"),)), Last=str)
    assert asked == [{"value": [48, 1]}]


def test_a_script_and_built_in_transformers_follow_one_another() -> None:
    value = Complex(
        root="Wanted", transformers=(call("toUpperCase"), call("string.Reverse"), call("concat", suffix=literal("!")))
    )
    assert answered(value, Reverse=lambda args: args["value"][::-1]) == ("PMD!", [{"value": "DMP"}])


@pytest.mark.parametrize("says", [True, "True", "Yes "])
def test_a_script_decides_which_items_pass(says: Json) -> None:
    is_dump = Comparison(operator="IsDump", left=path("File.Name"), right=literal(".dmp"))
    value = Complex(root="File", filters=((is_dump,),), accessor="Size")
    found, asked = answered(value, IsDump=lambda args: says if args["left"].endswith(args["right"]) else False)
    assert found == 48
    assert asked == [{"left": "lsass.dmp", "right": ".dmp"}, {"left": "notes.txt", "right": ".dmp"}]


@pytest.mark.parametrize(("operator", "runs"), [("IsDump", 2), ("AnyDump", 1), ("string.IsDump", 2)])
def test_one_item_that_passes_is_enough_unless_the_script_takes_the_list(operator: str, runs: int) -> None:
    condition = ((Comparison(operator=operator, left=path("File.Name"), right=literal("dmp")),),)
    scripts = Scripts(TAGS.get)
    scope = replace(SCOPE, scripts=scripts)
    with pytest.raises(ScriptNeededError) as needed:
        passes(condition, scope, scope)
    assert len(needed.value.runs) == runs
    scripts.answers.update({run: "dmp" in str(run.args["left"]) for run in needed.value.runs})
    assert passes(condition, scope, scope)


def test_what_a_script_says_must_be_true_or_false() -> None:
    is_dump = Comparison(operator="IsDump", left=path("Wanted"), right=literal(".dmp"))
    with pytest.raises(InvalidInputError, match="neither true nor false"):
        answered(Complex(root="Wanted", filters=((is_dump,),)), IsDump=lambda _: "perhaps")


@pytest.mark.parametrize("name", ["Reverse", "IsDump"])
def test_without_scripts_their_names_are_not_known(name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"The transformer {name} is not known"):
        resolve(Complex(root="Wanted", transformers=(call(name),)), SCOPE)
