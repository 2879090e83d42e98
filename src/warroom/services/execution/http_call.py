"""JavaScript's `http`: XSOAR's request and answer, in the words of the port that asks."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject
from warroom.services.ports.outgoing import HttpAnswer, HttpRequest


def read_request(args: JsonObject) -> HttpRequest:
    """Read what code asks for; what cannot be read is refused in a sentence."""
    asked = args.get("request") or {}
    if not isinstance(asked, Mapping):
        raise InvalidInputError("The second argument of http is an object such as {Method: 'POST', Body: '…'}.")
    body = asked.get("Body")
    return HttpRequest(
        url=str(args.get("url") or "").strip(),
        method=str(asked.get("Method") or "GET").upper(),
        headers={**_headers(asked.get("Headers") or {}), **_cookies(asked.get("Cookies") or [])},
        body="" if body is None else str(body),
        user=str(asked.get("Username") or ""),
        password=str(asked.get("Password") or ""),
        verify=not _is_yes(args.get("insecure")),
        proxy=_is_yes(args.get("proxy")),
    )


def with_file(request: HttpRequest, args: JsonObject, scratch: Path, investigation: str) -> tuple[HttpRequest, str]:
    """Let the answer go into a file where the code asks for that; returns the file's id, or nothing."""
    if not _is_yes((args.get("request") or {}).get("SaveToFile")):
        return request, ""
    file_id = str(uuid.uuid4())
    return replace(request, into=scratch / f"{investigation}_{file_id}"), file_id


def read_form(args: JsonObject) -> HttpRequest:
    """Read what code asks for with a form of several parts; the boundary between them is the sender's to choose."""
    fields = args.get("fields") or {}
    if not isinstance(fields, Mapping):
        raise InvalidInputError("The fourth argument of httpMultipart is an object with the form's fields.")
    request = read_request({**args, "request": {"Method": "POST", **(args.get("request") or {})}})
    headers = {name: values for name, values in request.headers.items() if name.lower() != "content-type"}
    texts = {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    return replace(request, headers=headers, body="", fields=texts)


def answer_of(answer: HttpAnswer, file_id: str) -> JsonObject:
    shown: JsonObject = {
        "StatusCode": answer.status,
        "Status": f"{answer.status} {answer.reason}".strip(),
        "Headers": {name: list(values) for name, values in answer.headers.items()},
        "Body": answer.body,
        "Cookies": [_cookie(line) for line in answer.headers.get("Set-Cookie", ())],
    }
    return {**shown, "Path": file_id} if file_id else shown


def _headers(given: Json) -> dict[str, list[str]]:
    if not isinstance(given, Mapping):
        raise InvalidInputError("Headers of http is an object such as {Accept: ['application/json']}.")
    return {str(name): [str(value) for value in _listed(values)] for name, values in given.items()}


def _listed(values: Json) -> list[Json]:
    return values if isinstance(values, list) else [values]


def _cookies(given: Json) -> dict[str, list[str]]:
    pairs = [one for one in _listed(given) if isinstance(one, Mapping) and one.get("Name")]
    return {"Cookie": ["; ".join(f"{one['Name']}={one.get('Value') or ''}" for one in pairs)]} if pairs else {}


def _cookie(line: str) -> JsonObject:
    name, _, value = line.partition(";")[0].partition("=")
    return {"Name": name.strip(), "Value": value.strip()}


def _is_yes(value: Json) -> bool:
    return value is True or str(value).lower() in {"true", "yes", "1"}
