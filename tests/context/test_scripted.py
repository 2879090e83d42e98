import pytest

from warroom.context.cast import MISSING
from warroom.context.scripted import ScriptNeededError, ScriptRun, Scripts, Use, for_each
from warroom.model.json import Json

TAGS = {"Reverse": frozenset({"transformer", "string"}), "IsBig": frozenset({"filter"}), "Plain": frozenset[str]()}


def scripts() -> Scripts:
    return Scripts(TAGS.get)


@pytest.mark.parametrize(
    ("name", "use", "is_there"),
    [
        ("Reverse", Use.TRANSFORMER, True),
        ("Reverse", Use.OPERATOR, False),
        ("IsBig", Use.OPERATOR, True),
        ("IsBig", Use.TRANSFORMER, False),
        ("Plain", Use.TRANSFORMER, False),
        ("Gone", Use.OPERATOR, False),
    ],
)
def test_a_script_is_used_as_what_its_tags_say(name: str, use: Use, *, is_there: bool) -> None:
    assert (scripts().find(name, use) is not None) is is_there


def test_a_run_is_needed_once_and_answered_from_then_on() -> None:
    known = scripts()
    args: dict[str, Json] = {"value": "ab", "times": MISSING}
    with pytest.raises(ScriptNeededError, match="Reverse") as needed:
        known.answer("Reverse", Use.TRANSFORMER, args)
    [run] = needed.value.runs
    assert run.args == {"value": "ab", "times": None}
    known.answers[run] = None
    assert known.answer("Reverse", Use.TRANSFORMER, dict(reversed(args.items()))) is None
    with pytest.raises(ScriptNeededError):
        known.answer("Reverse", Use.TRANSFORMER, {**args, "value": "ba"})


def test_what_all_items_need_is_named_at_once() -> None:
    known = scripts()
    answered = ScriptRun("Reverse", Use.TRANSFORMER, '{"value": 2}', {"value": 2})
    known.answers[answered] = "two"
    with pytest.raises(ScriptNeededError) as needed:
        for_each([1, 2, 3, 1], lambda item: known.answer("Reverse", Use.TRANSFORMER, {"value": item}))
    assert [run.args["value"] for run in needed.value.runs] == [1, 3]


def test_items_that_need_nothing_are_evaluated() -> None:
    assert for_each([1, 2], lambda item: item + 1) == [2, 3]
