from datetime import timedelta

from tests.web.asides import put_aside
from tests.web.desk import Desk
from warroom.model.ids import TaskKey
from warroom.model.plan import Intent
from warroom.testing.samples import a_plan, some_changes

ISOLATE = "trendmicro-visionone-isolate-endpoint"


async def test_the_figures_count_the_queue(desk: Desk) -> None:
    await desk.incident()
    answer = await desk.reader.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")  # of Prometheus' format
    text = answer.text
    assert 'warroom_incidents{status="pending"} 1.0' in text
    assert "warroom_tasks_waiting_for_people 0.0" in text
    assert "process_cpu_seconds_total" in text


async def test_an_instance_that_fails_to_fetch_is_counted(desk: Desk) -> None:
    await put_aside(desk.app, failures=3)
    text = (await desk.reader.get("/metrics")).text
    assert 'warroom_fetch_failures{instance="lab"} 3.0' in text
    assert 'warroom_fetch_last_brought_seconds{instance="lab"} ' in text
    assert 'warroom_fetch_concerns{kind="failing"} 1.0' in text
    assert "warroom_records_set_aside 1.0" in text


async def test_wrong_passwords_are_counted(desk: Desk) -> None:
    assert "warroom_sign_ins_wrong 0.0" in (await desk.reader.get("/metrics")).text
    for name in ("reader", "root", "reader"):
        await desk.nobody.post("/login", data={"name": name, "password": "wrong"})
    assert "warroom_sign_ins_wrong 3.0" in (await desk.reader.get("/metrics")).text


async def test_what_stands_for_long_is_counted_and_shown(desk: Desk) -> None:
    app = desk.app
    incident = await desk.incident()
    began = app.clock.now() - timedelta(days=8)
    plan = a_plan("stands", int(incident))
    intent = Intent(
        plan=plan.id, key=TaskKey("1"), attempt=1, command=ISOLATE, actor="ana", began=began, done=began,
        target={"endpoint": "FIN-7"},
    )  # fmt: skip
    await app.store.commit(some_changes(plans=[plan], intents=[intent]))
    assert f'warroom_standing{{command="{ISOLATE}"}} 1.0' in (await desk.reader.get("/metrics")).text
    page = (await desk.reader.get("/audit")).text
    assert "1 action stood for long" in page
    assert f"{ISOLATE} on fin-7 stands since" in page
