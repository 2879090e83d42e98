"""What the calls of pytmv1 share: the client, what the control room tells, and how a result is read."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytmv1  # type: ignore[import-not-found]
import requests
from pytmv1.model import response as responses  # type: ignore[import-not-found]


@dataclass
class World:
    """The client, what the control room tells about the tenant, and what earlier steps made."""

    client: Any
    url: str
    made: dict[str, Any] = field(default_factory=dict)

    def state(self, part: str) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.url}/_twin/state", params={"part": part}, timeout=20).json()
        items: list[dict[str, Any]] = answer[part]
        return items

    def advance(self, seconds: float) -> None:
        requests.post(f"{self.url}/_twin/clock", json={"advance": seconds}, timeout=20).raise_for_status()

    @property
    def host(self) -> dict[str, Any]:
        return next(each for each in self.state("endpoints") if each["osName"] == "Windows" and each["connected"])

    @property
    def dump(self) -> dict[str, Any]:
        return next(each for each in self.state("files") if each["path"].endswith("lsass.DMP"))

    @property
    def alert(self) -> dict[str, Any]:
        return self.state("alerts")[0]

    @property
    def message(self) -> dict[str, Any]:
        return next(each for each in self.state("messages") if each["state"] == "delivered")

    @property
    def person(self) -> str:
        return str(next(each for each in self.state("accounts") if each["iam"] == "AAD")["accountName"])

    def task(self, answer: Any, class_name: str) -> Any:
        """Wait until a started task has ended, and read it as pytmv1's class for it."""
        items = good(answer).items
        assert [item.status for item in items] == [202], items
        self.advance(10)
        found = good(self.client.task.get_result_class(items[0].task_id, getattr(responses, class_name), poll=False))
        assert found.status == "succeeded", found
        return found


def good(result: Any) -> Any:
    """Return the response of a call that worked."""
    assert result.result_code == pytmv1.ResultCode.SUCCESS, getattr(result, "error", None) or result.errors
    return result.response


def consumed(call: Callable[..., Any], *arguments: Any, **options: Any) -> list[Any]:
    """Return what a consuming call hands over, page by page."""
    seen: list[Any] = []
    answer = good(call(seen.append, *arguments, **options))
    assert answer.total_consumed == len(seen)
    return seen


STEPS: dict[str, Callable[[World], None]] = {}


def step(operation: str) -> Callable[[Callable[[World], None]], Callable[[World], None]]:
    def keep(function: Callable[[World], None]) -> Callable[[World], None]:
        STEPS[operation] = function
        return function

    return keep


def hours_ago(world: World, hours: float) -> str:
    now = requests.get(f"{world.url}/_twin/clock", timeout=20).json()["now"].partition(".")[0]
    moment = time.mktime(time.strptime(now, "%Y-%m-%dT%H:%M:%S")) - hours * 3600
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.localtime(moment))
