from collections.abc import Callable

import pytest

from warroom.content.read_value import read_arguments, read_comparisons, read_value
from warroom.content.source import Node
from warroom.content.value import Comparison, Complex, KeyValue, Operand, Simple, TransformerCall, Value
from warroom.model.errors import ContentError

Read = Callable[[str], Node]


@pytest.mark.parametrize(("written", "value"), [("yes", "yes"), ("3", 3), ("true", True), ("${a.b}", "${a.b}")])
def test_a_simple_value_keeps_its_type(node: Read, written: str, value: object) -> None:
    assert read_value(node(f"simple: {written}")) == Simple(value=value)


def test_an_empty_value_is_not_passed(node: Read) -> None:
    root = node("a: {}\nb: null\nc: {simple: ''}\nd: {complex: null}\ne: {complex: {}}")
    assert read_arguments(root) == {"c": Simple(value="")}


def test_pairs_are_an_object_without_those_that_have_no_value(node: Read) -> None:
    text = """
    keyvalue:
    - {key: Accept, value: {simple: text/xml}}
    - {key: X-Host, value: {complex: {root: Host}}}
    - {key: Empty, value: {}}
    - {key: Accept, value: {simple: text/html}}
    """
    pairs: dict[str, Value] = {"Accept": Simple(value="text/html"), "X-Host": Complex(root="Host")}
    assert read_value(node(text)) == KeyValue(pairs=pairs)
    assert read_value(node("keyvalue: []")) is None


COMPLEX = """
complex:
  root: File
  filters:
  - - operator: isEqualString
      left:
        value: {simple: File.Extension}
        iscontext: true
      right:
        value: {simple: dmp}
      ignorecase: true
    - operator: isNotEmpty
      left:
        value: {simple: File.Info}
        iscontext: true
      right:
        value: {}
  - []
  accessor: Name
  transformers:
  - operator: uniq
  - operator: join
    args:
      separator:
        value: {simple: ','}
      unused:
        value: {}
"""


def test_a_complex_value_is_read_whole(node: Read) -> None:
    value = read_value(node(COMPLEX))
    extension = Comparison(
        operator="isEqualString",
        left=Operand(value=Simple(value="File.Extension"), is_context=True),
        right=Operand(value=Simple(value="dmp")),
        ignore_case=True,
    )
    info = Comparison(operator="isNotEmpty", left=Operand(value=Simple(value="File.Info"), is_context=True))
    assert value == Complex(
        root="File",
        accessor="Name",
        filters=((extension, info),),
        transformers=(
            TransformerCall(operator="uniq"),
            TransformerCall(operator="join", args={"separator": Operand(value=Simple(value=","))}),
        ),
    )


@pytest.mark.parametrize(
    ("root", "accessor", "expected"),
    [("${File}", "Name}", ("File", "Name")), ("File", "(val.x=={})", ("File", "(val.x=={})"))],
)
def test_braces_that_content_leaves_behind_are_dropped(
    node: Read, root: str, accessor: str, expected: tuple[str, str]
) -> None:
    value = read_value(node(f"complex: {{root: '{root}', accessor: '{accessor}'}}"))
    assert isinstance(value, Complex)
    assert (value.root, value.accessor) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n  b: bare", "item.yml:2: `b` must be `simple: …` or `complex: …`; put `simple:` before the value."),
        ("a:\n  b:\n    simpel: x", "item.yml:2: A value must be `simple` or `complex`, not `simpel`."),
        ("a:\n  b:\n    keyvalue:\n    - value: {simple: x}", "item.yml:4: A pair needs a value for `key`; add it."),
        ("a:\n  b:\n    keyvalue: x", "item.yml:3: `keyvalue` must be a list, not `x`."),
        ("a:\n  b:\n    complex: {accessor: x}", "item.yml:3: A complex value needs a value for `root`; add it."),
    ],
)
def test_other_shapes_are_refused(node: Read, text: str, message: str) -> None:
    with pytest.raises(ContentError) as caught:
        read_arguments(node(text).get("a"))
    assert str(caught.value) == message


def test_a_comparison_needs_an_operator_and_a_left_side(node: Read) -> None:
    with pytest.raises(ContentError, match=r"item\.yml:2: A comparison needs a `left` side"):
        read_comparisons(node("a:\n- - operator: isExists").get("a"))
    with pytest.raises(ContentError, match="A comparison needs a value for `operator`"):
        read_comparisons(node("a:\n- - left: {value: {simple: x}}").get("a"))


@pytest.mark.parametrize("spelling", ["iscontext", "isContext"])
def test_mappers_spell_the_flag_for_paths_otherwise(node: Read, spelling: str) -> None:
    groups = read_comparisons(node(f"- - operator: isExists\n    left: {{value: {{simple: a.b}}, {spelling}: true}}"))
    assert groups == ((Comparison(operator="isExists", left=Operand(value=Simple(value="a.b"), is_context=True)),),)
