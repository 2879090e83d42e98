import pytest

from warroom.context.extend import extend_context
from warroom.context.scripted import ScriptNeededError, Scripts
from warroom.model.errors import InvalidInputError
from warroom.model.json import JsonObject

CONTENTS = {"status": "ok", "items": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}], "empty": None}


@pytest.mark.parametrize(
    ("instruction", "outputs"),
    [
        ("Status=status", {"Status": "ok"}),
        ("A.Status=status::Ids=items.id", {"A.Status": "ok", "Ids": [1, 2]}),
        (" Status = status :: ", {"Status": "ok"}),
        ("All=", {"All": CONTENTS}),
        ("Item(val.id == obj.id)=items", {"Item(val.id == obj.id)": CONTENTS["items"]}),
        ("Second=items(val.id == 2).name", {"Second": "b"}),
        ("Count=.=val.items.length", {"Count": 2}),
        ("Name=items=val.name", {"Name": ["a", "b"]}),
        ("Nothing=missing", {}),
        ("Null=empty", {"Null": None}),
        ("", {}),
    ],
)
def test_outputs_are_taken_from_the_raw_answer(instruction: str, outputs: JsonObject) -> None:
    assert extend_context(instruction, CONTENTS) == outputs


@pytest.mark.parametrize("instruction", ["Status", "=status", "A(val == obj)"])
def test_what_is_no_assignment_is_named(instruction: str) -> None:
    with pytest.raises(InvalidInputError, match="extend-context cannot read"):
        extend_context(instruction, CONTENTS)


def test_an_object_made_by_javascript_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="needs JavaScript"):
        extend_context("Key=.={a: val.status}", CONTENTS)


def test_javascript_in_a_path_is_asked_for() -> None:
    scripts = Scripts(lambda _: None)
    with pytest.raises(ScriptNeededError, match=r"val\.trim"):
        extend_context("Key=status=val.trim()", CONTENTS, scripts=scripts)
