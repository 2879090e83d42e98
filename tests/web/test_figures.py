from tests.web.asides import put_aside
from tests.web.desk import Desk


async def test_the_figures_count_the_queue(desk: Desk) -> None:
    await desk.incident()
    text = (await desk.reader.get("/metrics")).text
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
