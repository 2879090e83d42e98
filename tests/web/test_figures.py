from datetime import timedelta

from tests.web.asides import DROPPED, put_aside
from tests.web.clients import Clients
from warroom.model.ids import TaskKey
from warroom.model.plan import Intent
from warroom.testing.samples import a_plan, some_changes

ISOLATE = "trendmicro-visionone-isolate-endpoint"


async def test_the_figures_count_the_queue(clients: Clients) -> None:
    await clients.incident()
    answer = await clients.reader.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")  # of Prometheus' format
    text = answer.text
    assert 'warroom_incidents{status="pending"} 1.0' in text
    assert "warroom_tasks_waiting_for_people 0.0" in text
    assert "process_cpu_seconds_total" in text
    assert "warroom_connections_open 0.0" in text  # this test comes by no socket
    assert "warroom_requests_open 1.0" in text


async def test_an_instance_that_fails_to_fetch_is_counted(clients: Clients) -> None:
    await put_aside(clients.app, failures=3)
    text = (await clients.reader.get("/metrics")).text
    assert 'warroom_fetch_failures{instance="lab"} 3.0' in text
    assert 'warroom_fetch_last_brought_seconds{instance="lab"} ' in text
    assert 'warroom_fetch_concerns{kind="failing"} 1.0' in text
    assert "warroom_records_set_aside 1.0" in text


async def test_what_rules_dropped_is_counted_by_rule(clients: Clients) -> None:
    await put_aside(clients.app, aside=DROPPED)
    text = (await clients.reader.get("/metrics")).text
    assert 'warroom_records_dropped{instance="lab",rule="Quiet"} 1.0' in text
    assert "warroom_records_set_aside 0.0" in text


async def test_wrong_passwords_are_counted(clients: Clients) -> None:
    assert "warroom_sign_ins_wrong 0.0" in (await clients.reader.get("/metrics")).text
    for name in ("reader", "root", "reader"):
        await clients.nobody.post("/login", data={"name": name, "password": "wrong"})
    assert "warroom_sign_ins_wrong 3.0" in (await clients.reader.get("/metrics")).text


async def test_what_stands_for_long_is_counted_and_shown(clients: Clients) -> None:
    app = clients.app
    incident = await clients.incident()
    started = app.clock.now() - timedelta(days=8)
    plan = a_plan("stands", int(incident))
    intent = Intent(
        plan=plan.id, key=TaskKey("1"), attempt=1, command=ISOLATE, actor="ana", started=started, ended=started,
        target={"endpoint": "FIN-7"},
    )  # fmt: skip
    await app.store.commit(some_changes(plans=[plan], intents=[intent]))
    assert f'warroom_standing{{command="{ISOLATE}"}} 1.0' in (await clients.reader.get("/metrics")).text
    page = (await clients.reader.get("/audit")).text
    assert "1 action in force for a long time" in page
    assert f"{ISOLATE} on fin-7 stands since" in page
