from pathlib import Path

from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import IncidentField
from warroom.content.pack import Pack
from warroom.content.playbook import Playbook
from warroom.model.ids import PlanId, TaskKey
from warroom.model.plan import Answer, Frame, PlanRecord
from warroom.services.drive.answering import with_form
from warroom.services.drive.performed import Done, Performed
from warroom.services.drive.play import FrameRun, Play
from warroom.testing.clock import START
from warroom.testing.samples import an_incident

HOST = IncidentField(id="host", name="Host", cli_name="host")
CATALOGUE = Catalogue([Pack(id="p", name="p", version="1", path=Path("p"), incident_fields={"host": HOST})])
FORM = {
    "title": "Approval",
    "questions": [
        {"id": "0", "label": "Which host?", "field": "host"},
        {"id": "1", "label": "Why?", "field": "nosuchfield"},
    ],
}


def test_answers_stand_under_the_forms_title_in_the_frames_own_part_of_the_context() -> None:
    frame = Frame(playbook="b", name="B", content="", scope="subplaybook-5")
    play = Play(PlanRecord(id=PlanId("p"), incident=an_incident().id, frame=frame, created=START))
    play.frames["5/"] = FrameRun("5/", frame, Playbook(id="b", name="B", start="0", tasks={}))
    key = TaskKey("5/2")
    answer = Answer(plan=PlanId("p"), key=key, choice="", form={"0": "FIN-1", "1": "odd"}, actor="ana", at=START)
    done = with_form(Performed(key=key, ending=Done()), play, FORM, answer, CATALOGUE)
    (patch,) = done.patches
    assert patch.scope == "subplaybook-5"
    assert patch.value == {"Approval": {"Answers": {"0": "FIN-1", "1": "odd", "name": "ana"}}}
    assert done.fields == {"host": "FIN-1"}
