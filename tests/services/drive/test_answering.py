from pathlib import Path

from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import IncidentField
from warroom.content.pack import Pack
from warroom.content.playbook import Playbook
from warroom.model.ids import PlanId, TaskKey
from warroom.model.json import Json, JsonObject
from warroom.model.plan import Answer, Frame, PlanRecord
from warroom.services.drive.answering import with_form
from warroom.services.drive.performed import Done, Failed, Performed
from warroom.services.drive.play import FrameRun, Play
from warroom.testing.clock import START
from warroom.testing.samples import an_incident

HOST = IncidentField(id="host", name="Host", cli_name="host")
DAYS = IncidentField(id="days", name="Days", cli_name="days", type="number")
CATALOGUE = Catalogue(
    [Pack(id="p", name="p", version="1", path=Path("p"), incident_fields={"host": HOST, "days": DAYS})]
)
FORM: JsonObject = {
    "title": "Approval",
    "questions": [
        {"id": "0", "label": "Which host?", "field": "host"},
        {"id": "1", "label": "Why?", "field": "nosuchfield"},
    ],
}


KEY = TaskKey("5/2")


def answered(form: JsonObject, answers: dict[str, Json]) -> Performed:
    frame = Frame(playbook="b", name="B", content="", scope="subplaybook-5")
    play = Play(PlanRecord(id=PlanId("p"), incident=an_incident().id, frame=frame, created=START))
    play.frames["5/"] = FrameRun("5/", frame, Playbook(id="b", name="B", start="0", tasks={}))
    answer = Answer(plan=PlanId("p"), key=KEY, choice="", form=answers, actor="ana", at=START)
    return with_form(Performed(key=KEY, ending=Done()), play, form, answer, CATALOGUE)


def test_answers_become_what_their_fields_hold_or_end_the_task() -> None:
    form: JsonObject = {"title": "Block", "questions": [{"id": "0", "label": "For how long?", "field": "days"}]}
    assert answered(form, {"0": "30"}).fields == {"days": 30}
    refused = answered(form, {"0": "for ever"})
    assert (refused.ending, refused.fields) == (Failed('Days takes a number, not "for ever".'), {})
    assert refused.outcome.patches[0].value == {"Block": {"Answers": {"0": "for ever", "name": "ana"}}}


def test_answers_stand_under_the_forms_title_in_the_frames_own_part_of_the_context() -> None:
    done = answered(FORM, {"0": "FIN-1", "1": "odd"})
    (patch,) = done.outcome.patches
    assert patch.scope == "subplaybook-5"
    assert patch.value == {"Approval": {"Answers": {"0": "FIN-1", "1": "odd", "name": "ana"}}}
    assert done.fields == {"host": "FIN-1"}
