"""One test for each open question, named after it: what our guess does, and what the other answer would do."""

from dataclasses import fields, replace

import pytest

from tests.content.rules import a_rule
from tests.services.execution.built_in import a_call, a_server
from tests.services.sources import Intake, Source, an_alert, fetching_of
from tests.services.world import REQUIRED, World, lab, playbook
from warroom.content.incident_type import IncidentType
from warroom.content.playbook import Task, TaskKind
from warroom.content.value import Comparison, Complex, Operand, Simple
from warroom.context.cast import MISSING
from warroom.context.interpolate import interpolate
from warroom.context.merge import merge
from warroom.context.operators import compare
from warroom.context.path import get
from warroom.context.scope import Scope
from warroom.context.semantics import STANDARD, Semantics
from warroom.context.transformers import transform
from warroom.context.value import resolve
from warroom.mapping.preprocess import Existing, Reading
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId
from warroom.model.json import JsonObject
from warroom.model.plan import PlanState
from warroom.services.commands.arguments import check_names
from warroom.services.commands.references import lost_part, of_code, of_playbook
from warroom.services.commands.targets import Resolved
from warroom.services.drive.extraction import with_extraction
from warroom.services.execution.builtin_for_code import run_builtin
from warroom.services.execution.call import Controls
from warroom.services.execution.list_commands import create_list
from warroom.services.execution.results import normalise
from warroom.services.intake.rule_scripts import says
from warroom.services.plans.lists import Lists, lists_named_in
from warroom.testing.clock import START, ManualClock
from warroom.testing.samples import an_actor, an_incident
from warroom.testing.store import MemoryStore


def test_every_question_has_its_test() -> None:
    asked = {field.name for field in fields(Semantics)}
    assert {name.removeprefix("test_") for name in globals() if name.startswith("test_")} >= asked


def test_the_standard_answers_are_the_defaults() -> None:
    assert Semantics() == STANDARD


def test_unwrap_single_on_plain_path() -> None:
    data = {"A": [{"B": 1}]}
    assert get(data, "A.B") == 1
    assert get(data, "A.B", Semantics(unwrap_single_on_plain_path=False)) == [1]


def test_unwrap_single_after_filter() -> None:
    data = {"A": [{"B": 1}, {"B": 2}]}
    assert get(data, "A(val.B == 1).B") == 1
    assert get(data, "A(val.B == 1).B", Semantics(unwrap_single_after_filter=False)) == [1]


def test_error_in_filter_keeps_item() -> None:
    data = {"A": [{"B": 1}]}
    assert get(data, "A(val.x.y)") is None
    assert get(data, "A(val.x.y).B", Semantics(error_in_filter_keeps_item=True)) == 1


def test_negative_index_counts_from_end() -> None:
    assert get({"A": [1, 2]}, "A[-1]") == 2
    assert transform("atIndex", [1, 2], {"index": -1}) == 2
    other = Semantics(negative_index_counts_from_end=False)
    assert get({"A": [1, 2]}, "A[-1]", other) is None
    assert transform("atIndex", [1, 2], {"index": -1}, semantics=other) is None


def test_code_resolves() -> None:
    mine = Resolved(name="read")
    args: JsonObject = {"what": "${inputs.a}-${A}-${currentPlaybookID}"}
    scope = Scope(context={"A": 1}, inputs={"a": 2}, extra={"currentPlaybookID": "p"})
    assert of_code(mine, args, scope) == {"what": "2-${A}-p"}
    assert of_code(mine, args, replace(scope, semantics=Semantics(code_resolves=("A",)))) == {
        "what": "${inputs.a}-1-${currentPlaybookID}"
    }


def test_quotes_stay_in_json() -> None:
    text, context = '[{"endpoint": "${A}"}]', {"A": 'x"}, {"endpoint": "y'}
    assert interpolate(text, Scope(context=context)) == r'[{"endpoint": "x\"}, {\"endpoint\": \"y"}]'
    other = Scope(context=context, semantics=Semantics(quotes_stay_in_json=False))
    assert interpolate(text, other) == '[{"endpoint": "x"}, {"endpoint": "y"}]'


async def test_json_lists_are_parsed() -> None:
    store = MemoryStore()
    await store.save_list("hosts", '{"a": ["x"]}', "ana", START)
    assert await lists_named_in(store, "${lists.hosts.a}") == {"hosts": {"a": ["x"]}}
    as_text = Semantics(json_lists_are_parsed=False)
    assert await lists_named_in(store, "${lists.hosts}", semantics=as_text) == {"hosts": '{"a": ["x"]}'}


def test_undeclared_arguments() -> None:
    assert check_names("read", [], ["old"], strict=False) == ["old"]
    with pytest.raises(InvalidInputError, match="read has no argument 'old'"):
        check_names("read", [], ["old"], strict=False, semantics=Semantics(undeclared_arguments="refused"))


def test_missing_in_prose_is_blank() -> None:
    acts = Resolved(name="isolate", is_action=True)
    written = {"description": Simple(value="Isolated. ${Approval.reason}")}
    assert of_playbook(acts, written, Scope(context={})) == {"description": "Isolated. "}
    with pytest.raises(InvalidInputError, match=r"refers to \$\{Approval\.reason\}"):
        of_playbook(acts, written, Scope(context={}, semantics=Semantics(missing_in_prose_is_blank=False)))


def test_missing_in_input_is_blank() -> None:
    scope = Scope(context={}, inputs={})
    assert lost_part(Simple(value="host-${Gone}"), scope) == "${Gone}"
    assert (
        lost_part(Simple(value="host-${Gone}"), replace(scope, semantics=Semantics(missing_in_input_is_blank=True)))
        == ""
    )


async def test_empty_required_input() -> None:
    nothing = "'1': {id: '1', taskid: a, type: title, task: {id: a, name: x}}"
    child = playbook(nothing, "Child", inputs={"host": REQUIRED})
    caller = playbook("'1': {id: '1', taskid: a, type: playbook, task: {id: a, name: x, playbookName: Child}}")
    for semantics, ended in (
        (STANDARD, PlanState.FAILED),
        (Semantics(empty_required_input="passed"), PlanState.COMPLETED),
    ):
        world = World(lab(), {}, playbooks={"Child": child}, semantics=semantics)
        assert (await world.play(caller)).state is ended


async def test_create_list_replaces() -> None:
    lists, args = Lists(MemoryStore(), ManualClock()), {"listName": "pending", "listData": "b"}
    await lists.create("pending", "a", an_actor())
    with pytest.raises(ConflictError, match="There is a list 'pending' already"):
        await create_list(lists, args, an_actor(), Semantics(create_list_replaces=False))
    await create_list(lists, args, an_actor())
    assert await lists.get("pending", an_actor()) == "b"


async def test_builtin_errors_are_entries() -> None:
    call, server = a_call("getList", listName="gone"), a_server(MemoryStore())
    [entry] = (await run_builtin(server, "getList", call)).raw
    assert entry["Contents"].startswith("There is no list 'gone'.")
    with pytest.raises(NotFoundError, match="There is no list 'gone'"):
        await run_builtin(server, "getList", call, Semantics(builtin_errors_are_entries=False))


def test_list_in_text() -> None:
    context = {"A": ["x", 1]}
    assert interpolate("<${A}>", Scope(context=context)) == "<x,1>"
    assert interpolate("<${A}>", Scope(context=context, semantics=Semantics(list_in_text="json"))) == '<["x",1]>'


def test_unreadable_reference_stays() -> None:
    text = "a ${B[x]} c"
    assert interpolate(text, Scope(context={})) == text
    blanked = Scope(context={}, semantics=Semantics(unreadable_reference_stays=False))
    assert interpolate(text, blanked) == "a  c"


def test_filter_right_sees_item() -> None:
    left, right = (Operand(value=Simple(value=path), is_context=True) for path in ("A.B", "A.C"))
    value = Complex(root="A", accessor="B", filters=((Comparison(operator="isEqualString", left=left, right=right),),))
    context = {"A": [{"B": 1, "C": 1}, {"B": 3, "C": 2}, {"B": 4, "C": 4}]}
    seeing = Scope(context=context, semantics=Semantics(filter_right_sees_item=True))
    assert resolve(value, seeing) == [1, 4]
    one = {"A": [{"B": 2, "C": 1}], "D": 2}
    assert resolve(value, Scope(context=one)) is None


def test_null_equals_empty_text() -> None:
    assert compare("isEqualString", None, "")
    other = Semantics(null_equals_empty_text=False)
    assert not compare("isEqualString", None, "", semantics=other)
    assert compare("isEqualString", None, None, semantics=other)


def test_negation_on_list() -> None:
    assert compare("isNotEqualString", ["a", "b"], "a")
    assert not compare("isNotEqualString", ["a", "b"], "a", semantics=Semantics(negation_on_list="no item"))
    assert compare("isNotEqualString", ["a", "b"], "c", semantics=Semantics(negation_on_list="no item"))


def test_zero_is_empty() -> None:
    assert not compare("isEmpty", 0)
    assert compare("isEmpty", 0, semantics=Semantics(zero_is_empty=True))
    assert not compare("isEmpty", 1, semantics=Semantics(zero_is_empty=True))


def test_list_of_empties_is_empty() -> None:
    assert not compare("isEmpty", ["", None])
    assert compare("isEmpty", ["", None], semantics=Semantics(list_of_empties_is_empty=True))
    assert not compare("isEmpty", ["", "a"], semantics=Semantics(list_of_empties_is_empty=True))


def test_null_is_defined() -> None:
    assert not compare("isExists", None)
    assert compare("isExists", None, semantics=Semantics(null_is_defined=True))
    assert not compare("isExists", MISSING, semantics=Semantics(null_is_defined=True))


def test_missing_is_false() -> None:
    assert not compare("isFalse", MISSING)
    assert compare("isFalse", MISSING, semantics=Semantics(missing_is_false=True))


def test_null_is_zero() -> None:
    assert not compare("lessThan", None, 5)
    assert compare("lessThan", None, 5, semantics=Semantics(null_is_zero=True))


def test_contains_general_looks_inside_text() -> None:
    assert compare("containsGeneral", "lsass.dmp", "lsass")
    other = Semantics(contains_general_looks_inside_text=False)
    assert not compare("containsGeneral", "lsass.dmp", "lsass", semantics=other)
    assert compare("containsGeneral", "lsass", "lsass", semantics=other)


def test_contains_general_needs() -> None:
    assert compare("containsGeneral", ["a", "b"], ["b", "x"])
    assert not compare("containsGeneral", ["a", "b"], ["b", "x"], semantics=Semantics(contains_general_needs="all"))
    assert compare("containsGeneral", ["a", "b"], ["b", "a"], semantics=Semantics(contains_general_needs="all"))


def test_in_splits_text() -> None:
    assert compare("in", "a", "a,b")
    assert not compare("in", "a", "a,b", semantics=Semantics(in_splits_text=False))


def test_in_list_trims() -> None:
    assert compare("inList", "b", "a, b")
    assert not compare("inList", "b", "a, b", semantics=Semantics(in_list_trims=False))


def test_uniq_unwraps_single() -> None:
    assert transform("uniq", ["a", "a"], {}) == "a"
    assert transform("uniq", ["a", "a"], {}, semantics=Semantics(uniq_unwraps_single=False)) == ["a"]


def test_concat_of_null_is_text() -> None:
    assert transform("concat", None, {"prefix": "a"}) is None
    assert transform("concat", None, {"prefix": "a"}, semantics=Semantics(concat_of_null_is_text=True)) == "a"


def test_join_reads_escapes() -> None:
    assert transform("join", ["a", "b"], {"separator": "\\n"}) == "a\nb"
    assert transform("join", ["a", "b"], {"separator": "\\n"}, semantics=Semantics(join_reads_escapes=False)) == "a\\nb"


def test_stringify_each_item() -> None:
    assert transform("Stringify", [{"a": 1}, 2], {}) == ['{"a":1}', "2"]
    assert transform("Stringify", [{"a": 1}, 2], {}, semantics=Semantics(stringify_each_item=False)) == '[{"a":1},2]'


def test_slice_includes_end() -> None:
    args = {"from": 0, "to": 1}
    assert transform("slice", ["a", "b", "c"], args) == ["a"]
    assert transform("slice", ["a", "b", "c"], args, semantics=Semantics(slice_includes_end=True)) == ["a", "b"]


def test_missing_marker_keeps_text() -> None:
    other = Semantics(missing_marker_keeps_text=False)
    for name, argument in (("substringFrom", "from"), ("substringTo", "to")):
        assert transform(name, "abc", {argument: "@"}) == "abc"
        assert transform(name, "abc", {argument: "@"}, semantics=other) == ""


def test_cut_includes_marker() -> None:
    assert transform("substringFrom", "a@b", {"from": "@"}) == "b"
    assert transform("substringFrom", "a@b", {"from": "@"}, semantics=Semantics(cut_includes_marker=True)) == "@b"


def test_dict_into_dict() -> None:
    context: JsonObject = {"A": {"x": 1, "y": {"a": 1}}}
    outputs = {"A": {"y": {"b": 2}}}
    assert merge(context, outputs) == {"A": [{"x": 1, "y": {"a": 1}}, {"y": {"b": 2}}]}
    assert merge(context, outputs, Semantics(dict_into_dict="merge")) == {"A": {"x": 1, "y": {"a": 1, "b": 2}}}


def test_keyed_merge_is_deep() -> None:
    context: JsonObject = {"A": {"id": 1, "y": {"a": 1}}}
    outputs = {"A(val.id == obj.id)": {"id": 1, "y": {"b": 2}}}
    assert merge(context, outputs) == {"A": {"id": 1, "y": {"b": 2}}}
    assert merge(context, outputs, Semantics(keyed_merge_is_deep=True)) == {"A": {"id": 1, "y": {"a": 1, "b": 2}}}


def test_keyed_merge_updates() -> None:
    context: JsonObject = {"A": [{"id": 1}, {"id": 1}]}
    outputs = {"A(val.id == obj.id)": {"id": 1, "s": 2}}
    assert merge(context, outputs) == {"A": [{"id": 1, "s": 2}, {"id": 1, "s": 2}]}
    assert merge(context, outputs, Semantics(keyed_merge_updates="first")) == {"A": [{"id": 1, "s": 2}, {"id": 1}]}


@pytest.mark.parametrize("context", [{}, {"A": [{"id": 0}]}])
def test_new_items_match_each_other(context: JsonObject) -> None:
    outputs = {"A(val.id == obj.id)": [{"id": 1, "s": 1}, {"id": 1, "s": 2}]}
    kept = context.get("A", [])
    assert merge(context, outputs) == {"A": [*kept, {"id": 1, "s": 2}]}
    each = merge(context, outputs, Semantics(new_items_match_each_other=False))
    assert each == {"A": [*kept, {"id": 1, "s": 1}, {"id": 1, "s": 2}]}


def test_null_output_is_written() -> None:
    assert merge({"A": 1}, {"B": None}) == {"A": 1}
    assert merge({"A": 1}, {"B": None}, Semantics(null_output_is_written=True)) == {"A": 1, "B": None}


def test_auto_extract() -> None:
    task = Task(id="1", kind=TaskKind.REGULAR, name="t")
    assert with_extraction(Controls(), task).auto_extract == "none"
    assert with_extraction(Controls(), task, Semantics(auto_extract="inline")).auto_extract == "inline"


def test_min_poll() -> None:
    raw = [{"Type": 1, "PollingCommand": "status", "NextRun": "0.1"}]
    assert [entry.schedule and entry.schedule.seconds for entry in normalise(raw)] == [STANDARD.min_poll]
    assert Semantics(min_poll=10.0).min_poll == 10


def test_silent_rule_script_keeps() -> None:
    assert says([{"Contents": "Compared with 7 incidents."}])
    assert not says([], Semantics(silent_rule_script_keeps=False))


async def test_rule_that_closes_starts_playbook() -> None:
    kind = IncidentType(id="Dump", name="Dump", playbook="Collect", autorun=True)
    for starts in (False, True):
        book = playbook("'1': {id: '1', taskid: a, type: title, task: {id: a, name: x}}", "Collect")
        intake = Intake(Source([an_alert(1)]), playbooks=[book], types=[kind], rules=[a_rule(action="close")])
        semantics = Semantics(rule_that_closes_starts_playbook=starts)
        judging = replace(intake.pages.preprocessing, semantics=semantics)
        intake.fetching = fetching_of(replace(intake.pages, preprocessing=judging), intake.world)
        await intake.begin()
        assert bool((await intake.fetch()).plans) is starts


def test_rule_without_existing_filters_takes_any() -> None:
    rule = a_rule(action="link")
    for semantics, found in ((STANDARD, "1"), (Semantics(rule_without_existing_filters_takes_any=False), None)):
        there = Existing(rule=rule, reading=Reading(find_field=lambda _: None, semantics=semantics), now=START)
        there.add(an_incident())
        incident = there.find(replace(an_incident(), id=IncidentId("2")))
        assert (incident and incident.id) == found
