from tests.web.desk import Desk


async def test_the_server_says_that_it_lives_without_a_session(desk: Desk) -> None:
    assert (await desk.nobody.get("/healthz")).json() == {"status": "ok"}


async def test_the_figures_count_the_queue(desk: Desk) -> None:
    await desk.incident()
    text = (await desk.reader.get("/metrics")).text
    assert 'warroom_incidents{status="pending"} 1.0' in text
    assert "warroom_tasks_waiting_for_people 0.0" in text
    assert "process_cpu_seconds_total" in text
