from types import ModuleType
from typing import Any

import pytest

from tests.packs.base.demisto_object import Demisto


def _poll(csp: ModuleType, looks: list[Any], **options: Any) -> Any:
    def look(_args: dict[str, Any], _client: str) -> Any:
        return looks.pop(0)

    return csp.polling_function("get-it", interval=20, timeout=300, **options)(look)


def test_an_unfinished_look_schedules_the_next(csp: ModuleType) -> None:
    look = _poll(csp, [csp.PollResult(response=None, continue_to_poll=True, args_for_next_run={"id": 7})])
    entry = look({"polling": "true"}, "client").to_context()
    assert entry["HumanReadable"] == "Fetching Results:"
    assert (entry["PollingCommand"], entry["NextRun"], entry["Timeout"]) == ("get-it", "20", "300")
    assert entry["PollingArgs"] == {"id": 7, "hide_polling_output": True}


def test_later_rounds_are_silent_and_keep_their_pace(csp: ModuleType) -> None:
    look = _poll(csp, [csp.PollResult(response=None, continue_to_poll=lambda: True)])
    args = {"polling": True, "hide_polling_output": True, "interval_in_seconds": "45", "timeout_in_seconds": 900}
    entry = look(args, "client").to_context()
    assert (entry["HumanReadable"], entry["NextRun"], entry["Timeout"]) == (None, "45", "900")


def test_a_partial_result_is_shown_while_waiting(csp: ModuleType) -> None:
    part = csp.CommandResults(readable_output="2 of 3")
    look = _poll(csp, [csp.PollResult(response=None, continue_to_poll=True, partial_result=part)])
    assert look({"polling": True}, "client").to_context()["HumanReadable"] == "2 of 3"


def test_a_finished_look_gives_its_answer(csp: ModuleType) -> None:
    look = _poll(csp, [csp.PollResult(response="done", continue_to_poll=False)])
    assert look({"polling": "true"}, "client") == "done"


def test_polling_may_need_no_argument(csp: ModuleType) -> None:
    waiting = csp.PollResult(response="now", continue_to_poll=True)
    assert _poll(csp, [waiting])({}, "client") == "now"
    assert _poll(csp, [waiting], requires_polling_arg=False)({}, "client").scheduled_command is not None


def test_a_later_round_is_known_by_its_parent(csp: ModuleType, demisto: Demisto) -> None:
    assert not csp.is_scheduled_command_retry()
    demisto.callingContext["context"]["ParentEntry"] = {"polling": True, "timesRan": 2}
    assert csp.is_scheduled_command_retry()
    assert csp.get_schedule_metadata(demisto.callingContext["context"])["times_ran"] == 2


def test_a_failing_function_is_called_again(csp: ModuleType) -> None:
    calls: list[int] = []

    def unsteady() -> str:
        calls.append(1)
        if len(calls) < 3:
            raise KeyError("not yet")
        return "now"

    assert csp.retry(times=3, delay=0, exceptions=KeyError)(unsteady)() == "now"
    assert len(calls) == 3


def test_the_last_failure_is_raised(csp: ModuleType) -> None:
    def broken() -> None:
        raise KeyError("never")

    with pytest.raises(KeyError, match="never"):
        csp.retry(times=2, delay=0, exceptions=KeyError)(broken)()
