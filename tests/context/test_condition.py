import pytest

from warroom.content.value import Case, Comparison, Operand, Simple
from warroom.context.condition import choose, holds
from warroom.context.scope import Scope
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

SCOPE = Scope(
    context={
        "Technique": ["T1003.001", "T1059"],
        "Task": {"status": "running"},
        "File": [{"Extension": "dmp", "Size": 1}, {"Extension": "txt", "Size": 48}],
        "Done": False,
    }
)


def compared(path: str, operator: str, right: Json = None, *, ignore_case: bool = False) -> Comparison:
    return Comparison(
        operator=operator,
        left=Operand(value=Simple(value=path), is_context=True),
        right=None if right is None else Operand(value=Simple(value=right)),
        ignore_case=ignore_case,
    )


RUNNING = compared("Task.status", "isEqualString", "running")
ENDED = compared("Task.status", "inList", "succeeded, failed")
DUMP = compared("Technique", "startWith", "T1003")
MAIL = compared("Technique", "startWith", "T1566")


def test_the_outer_groups_must_all_hold_and_one_of_each_inner_group() -> None:
    assert holds(((RUNNING,), (DUMP,)), SCOPE)
    assert holds(((ENDED, RUNNING), (MAIL, DUMP)), SCOPE)
    assert not holds(((RUNNING,), (MAIL,)), SCOPE)
    assert not holds(((ENDED, MAIL),), SCOPE)


def test_the_first_label_that_holds_is_chosen() -> None:
    cases = [
        Case(label="ended", condition=((ENDED,),)),
        Case(label="yes", condition=((RUNNING,),)),
        Case(label="later", condition=((DUMP,),)),
    ]
    assert choose(cases, SCOPE) == "yes"


def test_the_default_is_due_when_no_label_holds() -> None:
    assert choose([Case(label="ended", condition=((ENDED,),))], SCOPE) is None
    assert choose([], SCOPE) is None


def test_a_list_passes_when_some_item_does() -> None:
    assert holds(((compared("Technique", "isEqualString", "T1059"),),), SCOPE)
    assert not holds(((compared("Technique", "isEqualString", "T1"),),), SCOPE)


def test_a_condition_does_not_go_through_the_items_of_a_root() -> None:
    both = ((compared("File.Extension", "isEqualString", "dmp"),), (compared("File.Size", "greaterThan", 40),))
    assert holds(both, SCOPE)


def test_case_is_ignored_where_asked() -> None:
    assert not holds(((compared("Task.status", "isEqualString", "RUNNING"),),), SCOPE)
    assert holds(((compared("Task.status", "isEqualString", "RUNNING", ignore_case=True),),), SCOPE)


def test_a_missing_key_is_not_defined_and_a_false_one_is() -> None:
    assert holds(((compared("Done", "isExists"),),), SCOPE)
    assert holds(((compared("Nothing", "isNotExists"),),), SCOPE)
    assert holds(((compared("Done", "isEmpty"),),), SCOPE)


def test_a_condition_without_comparisons_holds() -> None:
    assert holds((), SCOPE)


def test_a_cast_that_fails_names_operator_and_value() -> None:
    with pytest.raises(
        InvalidInputError, match='The operator greaterThan cannot compare "running" with 5: "running" is not a number'
    ):
        holds(((compared("Task.status", "greaterThan", 5),),), SCOPE)
