from tests.web.clients import Clients


async def asked(clients: Clients) -> tuple[str, str]:
    """Run the playbook that asks; gives the incident and the plan."""
    incident = await clients.incident()
    answer = await clients.done(
        await clients.responder.post(f"/api/v1/incidents/{incident}/playbooks", json={"name": "Ask"})
    )
    return incident, answer.json()["plan"]


async def test_the_picture_comes_with_states_and_the_task_to_look_at(clients: Clients) -> None:
    incident, plan = await asked(clients)
    page = (await clients.reader.get(f"/fragments/incidents/{incident}/plan")).text
    assert f'data-plan="{plan}"' in page
    assert 'data-active="1"' in page
    assert 'data-state="needs-person"' in page
    assert '<li data-key="1">' in page


async def test_an_incident_without_a_plan_says_so(clients: Clients) -> None:
    incident = await clients.incident()
    assert (
        '<div class="plan-data" data-plan=""></div>'
        in (await clients.reader.get(f"/fragments/incidents/{incident}/plan")).text
    )


async def test_typed_commands_are_plans_that_one_has_to_choose(clients: Clients) -> None:
    incident, plan = await asked(clients)
    typed = await clients.done(
        await clients.analyst.post(f"/api/v1/incidents/{incident}/commands", json={"text": "!Print value=x"})
    )
    address = f"/fragments/incidents/{incident}/plan"
    assert f'data-plan="{plan}"' in (await clients.reader.get(address)).text
    chosen = (await clients.reader.get(f"{address}?plan={typed.json()['plan']}")).text
    assert f'data-plan="{typed.json()["plan"]}"' in chosen
    assert "Typed commands" in chosen


async def test_a_waiting_task_says_why_since_when_what_next_and_who(clients: Clients) -> None:
    _, plan = await asked(clients)
    panel = (await clients.responder.get(f"/fragments/plans/{plan}/tasks/1")).text
    for part in (
        "Why it waits",
        "Since",
        "What next",
        "Who can unblock it",
        "Anyone with the role responder or above.",
    ):
        assert part in panel
    assert 'value="yes"' in panel


async def test_a_task_that_is_done_shows_inputs_timing_and_entries(clients: Clients) -> None:
    _, plan = await asked(clients)
    await clients.done(await clients.responder.post(f"/api/v1/plans/{plan}/tasks/1/answer", json={"choice": "yes"}))
    panel = (await clients.reader.get(f"/fragments/plans/{plan}/tasks/2")).text
    for part in ("completed", "Timing", "Inputs", "It will be isolated.", "Entries", "<code>Print</code>"):
        assert part in panel


async def test_a_task_that_the_plan_has_not_come_to_is_shown_as_the_playbook_has_it(clients: Clients) -> None:
    _, plan = await asked(clients)
    panel = (await clients.reader.get(f"/fragments/plans/{plan}/tasks/2")).text
    assert "The plan has not reached this task." in panel
    assert "Say so" in panel


async def test_a_task_that_no_playbook_has_gives_an_empty_panel(clients: Clients) -> None:
    _, plan = await asked(clients)
    for key in ("99", "1/2/3"):
        answer = await clients.reader.get(f"/fragments/plans/{plan}/tasks/{key}")
        assert answer.status_code == 200
        assert "The plan has not reached this task." in answer.text
