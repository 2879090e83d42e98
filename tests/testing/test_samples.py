from warroom.model.plan import TaskState
from warroom.testing.samples import a_plan, a_task, an_entry, an_incident, some_changes


def test_named_fields_replace_the_ready_made_ones() -> None:
    assert an_incident(2, name="LSASS was dumped").name == "LSASS was dumped"
    assert an_entry(1, 2, actor="ada").actor == "ada"
    assert a_task(state=TaskState.ERROR).state is TaskState.ERROR
    assert a_plan(epoch=3).epoch == 3
    assert some_changes(actor="ada").actor == "ada"


def test_ids_fit_together() -> None:
    assert an_entry(4, 17).id == "4@17"
    assert an_entry(4, 17).incident == an_incident(17).id == a_plan(incident=17).incident
