"""Reads what the API answered to many."""

from typing import Any

import httpx


def task_ids(response: httpx.Response) -> list[str]:
    """Return the ids of the tasks that were started, in the order of the demands."""
    assert response.status_code == 207, response.text
    return [answer["headers"][0]["value"].rsplit("/", 1)[1] for answer in response.json() if answer["status"] == 202]


def statuses(response: httpx.Response) -> list[int]:
    assert response.status_code == 207, response.text
    return [answer["status"] for answer in response.json()]


def codes(response: httpx.Response) -> list[str | None]:
    """Return the error codes of a 207, None where all is well."""
    return [answer.get("body", {}).get("error", {}).get("code") for answer in response.json()]


def all_items(client: httpx.Client, url: str, **arguments: Any) -> list[list[dict[str, Any]]]:
    """Walk through a list, page by page; the headers go along each time."""
    pages = []
    answer = client.get(url, **arguments).json()
    pages.append(answer["items"])
    while "nextLink" in answer:
        answer = client.get(answer["nextLink"], headers=arguments.get("headers")).json()
        pages.append(answer["items"])
    return pages
