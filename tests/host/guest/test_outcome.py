import json
from typing import Any

from warroom.host.guest.bounded_log import BoundedLog
from warroom.host.guest.outcome import Outcome


def ended(outcome: Outcome) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(outcome.line(3, {"log": ["a"], "keep": True, "resident": 1}))
    return message


def test_the_line_holds_everything() -> None:
    outcome = Outcome(BoundedLog(10), 1000)
    outcome.add_result('{"Type":1}')
    outcome.set("last_run", {"at": 1})
    assert ended(outcome) == {
        "op": "done",
        "id": 3,
        "log": ["a"],
        "keep": True,
        "resident": 1,
        "results": [{"Type": 1}],
        "last_run": {"at": 1},
    }


def test_a_value_counts_as_it_was_when_it_was_set() -> None:
    outcome = Outcome(BoundedLog(10), 1000)
    value = {"at": 1}
    outcome.set("last_run", value)
    value["at"] = 2
    assert ended(outcome)["last_run"] == {"at": 1}


def test_too_much_is_an_error_without_the_results() -> None:
    outcome = Outcome(BoundedLog(10), 1 << 20)
    for _ in range(5):
        outcome.add_result("1" * (1 << 19))
    end = ended(outcome)
    assert end["results"] == []
    assert end["error"].startswith("ResultTooLargeError: the results are 2.5 MiB, over the limit of 1.0 MiB")
    assert end["keep"] is True


def test_what_is_kept_besides_results_counts_too() -> None:
    outcome = Outcome(BoundedLog(10), 100)
    outcome.set("integration_context", "x" * 200)
    assert outcome.too_large()
