import ctypes
import hmac
import ipaddress
import json
import re
import socket
import ssl
import zlib
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from fnmatch import fnmatchcase
from functools import partial
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit
from urllib.parse import urljoin as resolved
from zipfile import BadZipFile, ZipFile, ZipInfo

import demistomock as demisto
import requests
import urllib3
from CommonServerPython import *
from ObservablesApiModule import *

""" PERMISSIONS """


class Permission(NamedTuple):
    """What the role of an API key must have for some requests, and the read that tells whether it has."""

    name: str
    reads: tuple[str, ...] = ()  # method and path; {} stands for an ID
    changes: tuple[str, ...] = ()
    probe: tuple[str, dict, dict] | None = None  # path, parameters, headers


def acting(name: str, *paths: str) -> Permission:
    """Return a permission to act; whether a key has it cannot be seen without acting."""
    return Permission(name=name, changes=tuple(f"POST {path}" for path in paths))


VIEW_ALERTS = Permission(
    name="Workbench: View",
    reads=(
        "GET workbench/alerts",
        "GET workbench/alerts/{}",
        "GET workbench/alerts/{}/notes",
        "GET workbench/alerts/{}/notes/{}",
    ),
    probe=("workbench/alerts", {"orderBy": "createdDateTime desc"}, {}),
)
CHANGE_ALERTS = Permission(
    name="Workbench: Modify alert details",
    changes=(
        "PATCH workbench/alerts/{}",
        "POST workbench/alerts/{}/notes",
        "PATCH workbench/alerts/{}/notes/{}",
        "POST workbench/alerts/{}/notes/delete",
    ),
)
VIEW_ENDPOINTS = Permission(
    name="Endpoint Inventory: View",
    reads=("GET eiqs/endpoints", "GET endpointSecurity/endpoints"),
    probe=("eiqs/endpoints", {"top": 50}, {"TMV1-Query": "osName eq 'Windows'"}),
)
VIEW_TASKS = Permission(
    name="Response Management: View, and Download task result",
    reads=(
        "GET response/tasks",
        "GET response/tasks/{}",
        "GET response/customScripts",
        "GET response/customScripts/{}",
    ),
    probe=("response/tasks", {"top": 50}, {}),
)
VIEW_LISTS = Permission(
    name="Suspicious Object Management: View",
    reads=("GET threatintel/suspiciousObjects", "GET threatintel/suspiciousObjectExceptions"),
    probe=("threatintel/suspiciousObjects", {"top": 50}, {}),
)
VIEW_SANDBOX = Permission(
    name="Sandbox Analysis: View",
    reads=(
        "GET sandbox/tasks",
        "GET sandbox/tasks/{}",
        "GET sandbox/analysisResults",
        "GET sandbox/analysisResults/{}",
        "GET sandbox/analysisResults/{}/report",
        "GET sandbox/analysisResults/{}/investigationPackage",
        "GET sandbox/analysisResults/{}/suspiciousObjects",
    ),
    probe=("sandbox/tasks", {"top": 50}, {}),
)
VIEW_ACTIVITY = Permission(
    name="Search: View",
    reads=("GET search/endpointActivities", "GET search/emailActivities"),
    probe=("search/endpointActivities", {"mode": "countOnly"}, {"TMV1-Query": "*"}),
)
VIEW_TECHNIQUES = Permission(
    name="Observed Attack Techniques: View",
    reads=("GET oat/detections",),
    probe=("oat/detections", {"top": 50}, {}),
)
VIEW_PEOPLE = Permission(
    name="User Accounts: View",
    reads=("GET iam/accounts", "GET iam/accounts/{}"),
    probe=("iam/accounts", {"top": 50}, {}),
)
ISOLATE_ENDPOINTS = acting(
    "Response Management: Isolate endpoint", "response/endpoints/isolate", "response/endpoints/restore"
)
COLLECT_FILES = acting("Response Management: Collect file", "response/endpoints/collectFile")
END_PROCESSES = acting("Response Management: Terminate process", "response/endpoints/terminateProcess")
SCAN_ENDPOINTS = acting("Response Management: Scan for malware", "response/endpoints/startMalwareScan")
RUN_SCRIPTS = acting("Response Management: Run custom script", "response/endpoints/runScript")
MANAGE_SCRIPTS = Permission(
    name="Response Management: Manage custom scripts",
    changes=(
        "POST response/customScripts",
        "POST response/customScripts/{}/update",
        "DELETE response/customScripts/{}",
    ),
)
MOVE_MESSAGES = acting(
    "Response Management: Quarantine/Restore messages", "response/emails/quarantine", "response/emails/restore"
)
DELETE_MESSAGES = acting("Response Management: Delete messages", "response/emails/delete")
BLOCK_OBJECTS = acting(
    "Response Management: Add to/Remove from block list",
    "response/suspiciousObjects",
    "response/suspiciousObjects/delete",
)
SWITCH_ACCOUNTS = acting(
    "Response Management: Disable/Enable user account",
    "response/domainAccounts/disable",
    "response/domainAccounts/enable",
)
SIGN_OUT_ACCOUNTS = acting("Response Management: Force sign out", "response/domainAccounts/signOut")
RESET_PASSWORDS = acting("Response Management: Force password reset", "response/domainAccounts/resetPassword")
MANAGE_LISTS = acting(
    "Suspicious Object Management: Manage lists",
    "threatintel/suspiciousObjects",
    "threatintel/suspiciousObjects/delete",
    "threatintel/suspiciousObjectExceptions",
    "threatintel/suspiciousObjectExceptions/delete",
)
SUBMIT_SAMPLES = acting("Sandbox Analysis: Submit object", "sandbox/files/analyze", "sandbox/urls/analyze")

PERMISSIONS = (
    VIEW_ALERTS, CHANGE_ALERTS, VIEW_ENDPOINTS, VIEW_TASKS, VIEW_LISTS, VIEW_SANDBOX, VIEW_ACTIVITY, VIEW_TECHNIQUES,
    VIEW_PEOPLE, SCAN_ENDPOINTS, RUN_SCRIPTS, MANAGE_SCRIPTS,
    ISOLATE_ENDPOINTS, COLLECT_FILES, END_PROCESSES, MOVE_MESSAGES, DELETE_MESSAGES, BLOCK_OBJECTS,
    SWITCH_ACCOUNTS, SIGN_OUT_ACCOUNTS, RESET_PASSWORDS, MANAGE_LISTS, SUBMIT_SAMPLES,
)  # fmt: skip
# Every key may make it.
ANYBODY = Permission(name="", reads=("GET healthcheck/connectivity",))


class KnownRequest(NamedTuple):
    """A request that this integration makes: its form, what it needs, and whether it changes something."""

    form: re.Pattern
    permission: Permission
    changes: bool


def known_requests(permission: Permission) -> Iterator[KnownRequest]:
    for rows, changes in ((permission.reads, False), (permission.changes, True)):
        for row in rows:
            form = re.escape(row).replace(re.escape("{}"), r"[\w.~%-]+")
            yield KnownRequest(form=re.compile(form, re.ASCII), permission=permission, changes=changes)


REQUESTS = tuple(one for permission in (ANYBODY, *PERMISSIONS) for one in known_requests(permission))


def known_request(method: str, path: str) -> KnownRequest | None:
    """Find what is known of a request; nothing is of one whose path has `..`, an empty part or an encoded separator."""
    if any(part in {"", ".", ".."} or re.search(r"[/\\\x00-\x1f]", part) for part in map(unquote, path.split("/"))):
        return None
    return next((one for one in REQUESTS if one.form.fullmatch(f"{method} {path}")), None)


""" IDS """

PART_MAX = 256


class IdForm(NamedTuple):
    """What an ID of Vision One looks like, and one of them."""

    what: str
    form: re.Pattern
    example: str


# What Vision One draws and counts; of an alert, a script or a submission it documents no more than examples.
NUMBER, NAME = re.compile(r"[0-9]{1,20}"), re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
ALERT_ID = IdForm(what="a workbench alert", form=NAME, example="WB-14-20310203-00007")
NOTE_ID = IdForm(what="a note", form=NUMBER, example="3")
TASK_ID = IdForm(what="a response task", form=NUMBER, example="00000012")
SCRIPT_ID = IdForm(what="a custom script", form=NAME, example="44c99cb0-8c5f-4182-af55-62135dbe32f1")
SUBMISSION_ID = IdForm(what="a sandbox submission", form=NAME, example="8559a7ce-2b85-451b-8742-4b943ad76a22")


def is_part(value: Any) -> bool:
    """Say whether a value can be one part of a path: no way to another place, in no spelling."""
    text = str(value)
    return text not in {"", ".", ".."} and len(text) <= PART_MAX and not re.search(r"[/\\%\x00-\x20\x7f]", text)


def path_of(form: str, *ids: Any) -> str:
    """Return a path with IDs in the places of {}, each quoted; the one place that puts values into paths.

    >>> path_of("workbench/alerts/{}/notes", "WB-1?x=2#3")
    'workbench/alerts/WB-1%3Fx%3D2%233/notes'
    """
    for one in ids:
        if not is_part(one):
            raise DemistoException(f"{shortened(one)} cannot be an ID of Vision One, so it was not asked for.")
    return form.format(*(quote(str(one), safe="") for one in ids))


def checked_id(value: Any, argument: str, kind: IdForm) -> str:
    text = str(value or "").strip()
    if not kind.form.fullmatch(text):
        raise DemistoException(f"{argument} is {shortened(value)}; give the ID of {kind.what}, such as {kind.example}.")
    return text


def read_id(args: dict[str, Any], argument: str, kind: IdForm) -> str:
    return checked_id(args.get(argument), argument, kind)


def shortened(value: Any) -> str:
    """Return a value as an error shows it: on one line, and not all of a long one."""
    text = str(value or "")
    return repr(text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…")


SHOWN_MAX = 100


""" CLIENT """

API = "/v3.0"
BRAND = "VisionOneResponse"
TASKS, TASK = "response/tasks", "response/tasks/{}"
ALERTS, ALERT = "workbench/alerts", "workbench/alerts/{}"
NOTES, NOTE = "workbench/alerts/{}/notes", "workbench/alerts/{}/notes/{}"
SUBMISSION = "sandbox/tasks/{}"
ANALYSES, ANALYSIS = "sandbox/analysisResults", "sandbox/analysisResults/{}"
SCRIPTS, SCRIPT = "response/customScripts", "response/customScripts/{}"
RETRY_STATUSES = (429, 500, 502, 503, 504)
RETRIES = 3
BACKOFF = 0.5
TARGETS_PER_CALL = 10  # no limit is documented; this many has always been accepted
DESCRIPTION_MAX = 256
CHUNK = MEBIBYTE = 1024 * 1024
SAMPLE_MAX = 60 * MEBIBYTE  # what the sandbox takes
WHOLE_CHUNKS = 16  # of a page that is read as one; a larger one is taken apart
RECORD_READ = 64 * MEBIBYTE  # of one record of such a page
PAGE_REST = MEBIBYTE  # of what a page says besides its records
RECORDS_DEPTH = 2  # where the records lie in a page: in an object, in a list
SIGN, TEXT_SIGN = re.compile(rb'["\[\]{},]'), re.compile(rb'["\\]')
ITEMS_KEY, KEY_SPAN = re.compile(rb'"items"\s*:\s*$'), 64
LONGEST_INT = 4000  # digits that Python reads as a number
PAGES = 10_000  # of one list
EMPTY_PAGES = 100  # that follow each other
REDIRECTS_MAX = 5
LOST_STATUSES = (408, 500, 502, 503, 504)  # somebody on the way answered; whether Vision One acted is not told
# Where it can be seen whether a write was done whose answer got lost; the first that fits a path counts.
PLACES_TO_LOOK = (
    ("workbench/", "the alert (!trendmicro-visionone-get-alert-details, !trendmicro-visionone-list-notes)"),
    ("response/customScripts", "the list of custom scripts (!trendmicro-visionone-get-custom-script-list)"),
    ("response/suspiciousObjects", "Vision One's list of response tasks and !trendmicro-visionone-get-block-list"),
    ("response/", "Vision One's list of response tasks (Response Management)"),
    ("threatintel/suspiciousObjectExceptions", "the exception list (!trendmicro-visionone-get-exception-list)"),
    ("threatintel/", "the suspicious object list (!trendmicro-visionone-get-suspicious-list)"),
    ("sandbox/", "Vision One's list of sandbox submissions"),
    ("", "Vision One"),
)
# What fails before a request is sent: nobody can have done what it asks.
NOT_SENT = (
    requests.exceptions.ConnectTimeout,
    requests.exceptions.ProxyError,
    urllib3.exceptions.NewConnectionError,
    ssl.SSLCertVerificationError,
    ValueError,
)


class NotAskedError(DemistoException):
    """A request was refused here, so Vision One has not seen it."""


class EndlessError(DemistoException):
    """A list's pages lead back to one that was read, or come to no end; it may be whole all the same."""

    def __init__(self, message: str, is_whole: bool) -> None:
        super().__init__(message)
        self.is_whole = is_whole


class LostAnswerError(DemistoException):
    """A write was sent and no answer tells whether it was done."""

    def __init__(self, path: str, error: Exception) -> None:
        place = next(place for start, place in PLACES_TO_LOOK if path.startswith(start))
        what = f"Vision One may or may not have done it, as no answer says so. Look at {place} before you try again."
        super().__init__(
            f"{what} ({str(error).partition(chr(10))[0]})",
            error,
            error.res if status_of(error) in LOST_STATUSES else None,
        )


def utc_now() -> datetime:
    return datetime.now(UTC)


class Client(BaseClient):
    """Vision One's API: each method is one request, or one list that is read page by page."""

    def __init__(
        self, url: str, api_key: str, *, verify: bool = True, proxy: bool = False, clock: Callable = utc_now
    ) -> None:
        base = url.strip().rstrip("/").removesuffix(API) + API
        headers = {"Authorization": f"Bearer {api_key}"}
        super().__init__(base, verify=verify, proxy=proxy, headers=headers)
        # A session keeps the retries that one request asked for, and a write must never inherit them: an answer
        # that got lost may have been a yes.
        self._writer = BaseClient(base, verify=verify, proxy=proxy, headers=headers)
        # Links lead to other hosts, which must not see the key.
        self._stranger = BaseClient(base, verify=verify, proxy=proxy)
        self.now = clock
        self._tenant_time: datetime | None = None
        self.reliability = DBotScoreReliability.B
        self.read_only = False
        self.retries = RETRIES
        self.collect_days = COLLECT_DAYS
        self.needs: tuple[Permission, ...] = PERMISSIONS  # what the command that runs may ask for

    def get(self, path: str, params: dict | str | None = None, headers: dict | None = None) -> dict:
        """Read one thing; a busy or failing server is asked again, as late as it wishes."""
        return read_json(self._get(path, params, headers))

    def records(
        self, path: str, params: dict | None = None, headers: dict | None = None, *, doubting: bool = False
    ) -> Iterator[Any]:
        """Read a list record by record; no more than one page is held. One that never ends is an EndlessError.

        One that has given as many records as it says is not missed, unless `doubting`.
        """
        query: dict | str | None = params
        asked: set[tuple] = set()
        before, empty, count = "", 0, 0
        while True:
            asked.add(question(query))
            with self._get(path, query, headers, stream=True) as response:
                self._note_time(response)
                page = Page(path, response)
                yield from page.records()
            is_same = page.count > 0 and page.digest == before
            count += 0 if is_same else page.count
            if not page.link or page.is_last(count):
                return
            # Only the link's query counts: behind a gateway its host is not the host that we may speak to, and the
            # next page of a list lies nowhere else.
            query, before = urlsplit(page.link).query, page.digest
            empty = 0 if page.count else empty + 1
            is_asked = question(query) in asked and not page.is_under_way
            if not (is_same or is_asked or empty > EMPTY_PAGES or len(asked) >= PAGES):
                continue
            is_whole = page.total is not None and count >= page.total
            if is_whole and not doubting:
                return
            raise EndlessError(
                f"Vision One's list {path} leads in a circle or to no end; {len(asked)} pages of it were read.",
                is_whole,
            )

    def latest(self, now: datetime) -> datetime:
        """Return the tenant's time by its last answer, or what it can be at most by this machine's clock."""
        return self._tenant_time or now + CLOCKS_DIFFER

    def ask_time(self) -> None:
        """Look what time it is at the tenant."""
        self._note_time(self._get("healthcheck/connectivity"))

    def _note_time(self, response: Any) -> None:
        with suppress(TypeError, ValueError, OverflowError):
            said = parsedate_to_datetime(response.headers.get("Date") or "")
            self._tenant_time = said if said.tzinfo else said.replace(tzinfo=UTC)

    def save(self, path: str, file: Path) -> int:
        """Write what a path answers into a file, piece by piece; return its size."""
        with self._get(path, stream=True) as response:
            return write_body(response, file)

    def alert(self, workbench_id: str) -> tuple[dict, str]:
        """Return a workbench alert and its ETag."""
        answer = self._get(path_of(ALERT, workbench_id))
        return read_json(answer), answer.headers.get("ETag", "")

    def change_alert(self, workbench_id: str, changes: dict, etag: str) -> None:
        headers = {"If-Match": etag} if etag else {}
        self._write("PATCH", path_of(ALERT, workbench_id), headers, json_data=changes)

    def add_note(self, workbench_id: str, content: str) -> str:
        """Write a note and return its id."""
        answer = self._write("POST", path_of(NOTES, workbench_id), json_data={"content": content})
        return answer.headers.get("Location", "").rsplit("/", 1)[-1]

    def task(self, task_id: str) -> dict:
        return self.get(path_of(TASK, task_id))

    def post_each(self, path: str, targets: list[dict], *, repeatable: bool = False) -> list[dict]:
        """Post a list of targets; return one answer for each of them, in order."""
        send = self._repeat if repeatable else partial(self._write, "POST")
        answers = read_written(path, send(path, json_data=targets))
        if not isinstance(answers, list) or len(answers) != len(targets):
            said = f"Vision One did not answer for each of the {len(targets)} targets"
            raise LostAnswerError(path, DemistoException(said))
        return answers

    def scan_endpoint(self, path: str, target: dict) -> dict:
        """Begin a scan; return its answer in the form that all other actions have."""
        try:
            answer = self._write("POST", path, json_data={"endpoints": [target]})
        except DemistoException as error:
            if status_of(error) != 400:
                raise
            return {"status": 400, "body": {"error": error_body(error.res)}}
        headers = [{"name": name, "value": value} for name, value in answer.headers.items()]
        return {"status": answer.status_code, "headers": headers}

    def note(self, workbench_id: str, note_id: str) -> tuple[dict, str]:
        """Return a note and its ETag."""
        answer = self._get(path_of(NOTE, workbench_id, note_id))
        return read_json(answer), answer.headers.get("ETag", "")

    def change_note(self, workbench_id: str, note_id: str, content: str, etag: str) -> None:
        headers = {"If-Match": etag} if etag else {}
        self._write("PATCH", path_of(NOTE, workbench_id, note_id), headers, json_data={"content": content})

    def delete_notes(self, workbench_id: str, note_ids: list[str]) -> None:
        path = path_of(f"{NOTES}/delete", workbench_id)
        self._write("POST", path, json_data=[{"id": one} for one in note_ids])

    def script_text(self, script_id: str) -> str:
        return self._get(path_of(SCRIPT, script_id)).text

    def write_script(self, path: str, script: dict[str, str]) -> str:
        """Upload a custom script; return its id when it is a new one."""
        form = {key: script[key] for key in ("fileType", "description") if script.get(key)}
        files = {"file": (script["fileName"], script["text"].encode(), "text/plain")}
        answer = self._write("POST", path, data=form, files=files)
        return answer.headers.get("Location", "").rsplit("/", 1)[-1]

    def delete_script(self, script_id: str) -> None:
        self._write("DELETE", path_of(SCRIPT, script_id))

    def submit_file(self, file: Path, name: str, form: dict[str, str]) -> tuple[dict, str]:
        """Submit a file to the sandbox; return its submission, and how many are left today."""
        path = "sandbox/files/analyze"
        with file.open("rb") as stream:
            files = {"file": (name, stream)}
            answer = self._write("POST", path, data=form, files=files, timeout=300)
        return read_written(path, answer), answer.headers.get("TMV1-Submission-Remaining-Count", "")

    def save_link(self, link: str, file: Path) -> int:
        """Write what a pre-signed link leads to into a file, piece by piece; return its size."""
        return self._fetch(link, file, allow_redirects=True)

    def save_sample(self, url: str, file: Path) -> int:
        """Write what an address that somebody gave leads to into a file, as far as it may be asked."""
        for _ in range(REDIRECTS_MAX):
            require_public(url)
            seen = self._fetch(url, file, allow_redirects=False, most=SAMPLE_MAX)
            if isinstance(seen, int):
                return seen
            url = resolved(url, seen)
        raise DemistoException(f"{without_query(url)} redirects more than {REDIRECTS_MAX} times; check the address.")

    def _fetch(self, url: str, file: Path, *, allow_redirects: bool, most: int | None = None) -> Any:
        """Write what an address of another host answers into a file; return its size, or where it sends us."""
        try:
            with self._stranger._http_request(  # noqa: SLF001  # its public name, as XSOAR's content uses it
                "GET",
                full_url=url,
                resp_type="response",
                error_handler=raise_link_error,
                stream=True,
                allow_redirects=allow_redirects,
                headers={"Accept-Encoding": "identity"},
            ) as response:
                if response.is_redirect:
                    return response.headers["Location"]
                return write_body(response, file, most)
        except DemistoException as error:
            # What failed is told without the signature that makes a link work.
            query = urlsplit(url).query
            raise DemistoException(str(error).replace(query, "..") if query else str(error)) from None

    def _http_request(self, method: str, url_suffix: str, **options: Any) -> Any:
        """Make a request, if it is one that the command needs and this instance may make."""
        self._require_allowed(method, url_suffix)
        if options.get("retries"):
            return super()._http_request(method, url_suffix, **options)
        return self._writer._http_request(method, url_suffix, **options)  # noqa: SLF001  # its public name

    def _require_allowed(self, method: str, path: str) -> None:
        """Refuse what is not known to be allowed: the request counts, not the command that makes it."""
        known = known_request(method, path)
        if self.read_only and (known is None or known.changes):
            raise NotAskedError(f"this instance is read-only, so {method} {path} was not sent to Vision One.")
        if known is None or known.permission not in (ANYBODY, *self.needs):
            raise NotAskedError(f"{method} {path} is no request that this command makes, so it was not made.")

    def _get(
        self, path: str, params: dict | str | None = None, headers: dict | None = None, *, stream: bool = False
    ) -> Any:
        return self._http_request(
            "GET",
            path,
            params=params,
            headers={**self._headers, **(headers or {})},
            resp_type="response",
            retries=self.retries,
            status_list_to_retry=RETRY_STATUSES,
            backoff_factor=BACKOFF,
            error_handler=raise_api_error,
            stream=stream,
        )

    def _repeat(self, path: str, **body: Any) -> Any:
        """Post what may be posted twice; a busy or failing server is asked again."""
        with answered(path):
            return self._http_request(
                "POST",
                path,
                resp_type="response",
                retries=RETRIES,
                status_list_to_retry=RETRY_STATUSES,
                backoff_factor=BACKOFF,
                error_handler=raise_api_error,
                **body,
            )

    def _write(self, method: str, path: str, headers: dict | None = None, **body: Any) -> Any:
        with answered(path):
            return self._http_request(
                method,
                path,
                headers={**self._headers, **(headers or {})},
                resp_type="response",
                error_handler=raise_api_error,
                **body,
            )


class Page:
    """One page of a list as it arrives: its records first, and then where it leads.

    A small one is read as a whole. One that is large, or not to be read as JSON, is taken apart record by record, so
    that a record that nobody can take costs no other one.
    """

    def __init__(self, path: str, response: Any) -> None:
        self.link = ""
        self.count = 0
        self.total: int | None = None  # of the whole list, where it says so
        self.is_under_way = False  # a search that goes on says how far it has come
        self._path, self._response = path, response
        self._digest = sha256()

    def is_last(self, count: int) -> bool:
        """Say whether it has no records and none are missing, wherever it leads."""
        return not self.count and count == self.total

    @property
    def digest(self) -> str:
        """Tell pages with the same records, when all have been given."""
        return self._digest.hexdigest()

    def records(self) -> Iterator[Any]:
        chunks = body_of(self._response)
        start = b"".join(islice(chunks, WHOLE_CHUNKS))
        rest = next(chunks, b"")
        whole = None if rest else self._whole(start)
        if whole is None:
            yield from self._one_by_one(chain([start, rest], chunks))
            return
        items = whole.get("items") or []
        if not isinstance(items, list):
            raise DemistoException(f"Vision One's list {self._path} has no records but {shortened(items)}.")
        self.count = len(items)
        self._digest.update(dumped(items).encode() or start)
        self._end(whole)
        yield from items

    def _whole(self, text: bytes) -> dict | None:
        try:
            page = json.loads(text.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            return None
        return page if isinstance(page, dict) else None

    def _one_by_one(self, chunks: Iterable[bytes]) -> Iterator[Any]:
        parts = PageParts()
        for chunk in chunks:
            for text, size in parts.feed(chunk):
                self.count += 1
                self._digest.update(text)
                yield record_of(text, size)
        try:
            page = json.loads(bytes(parts.rest).decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise not_json(self._response) from error
        if not isinstance(page, dict):
            raise not_json(self._response)
        self._end(page)

    def _end(self, page: dict) -> None:
        link, progress, total = page.get("nextLink"), page.get("progressRate"), page.get("totalCount")
        self.total = total if isinstance(total, int) else None
        self.link = link if isinstance(link, str) else ""
        self.is_under_way = isinstance(progress, int) and progress < 100


class PageParts:
    """Takes a page apart that is too large or too odd to be read as one; `rest` is all but its records."""

    def __init__(self) -> None:
        self.rest = bytearray()
        self._record = bytearray()
        self._size = 0
        self._depth = 0
        self._in_text = self._escaped = False
        self._in_records = False

    def feed(self, chunk: bytes) -> Iterator[tuple[bytes, int]]:
        """Return the records that end in a piece, each with its size; of one that is too large only the beginning."""
        done = place = 0
        while place < len(chunk):
            if self._escaped:
                self._escaped, place = False, place + 1
                continue
            found = (TEXT_SIGN if self._in_text else SIGN).search(chunk, place)
            if not found:
                break
            sign, at, place = found[0], found.start(), found.end()
            if self._in_text:
                self._in_text, self._escaped = sign != b'"', sign == b"\\"
            elif sign == b'"':
                self._in_text = True
            elif sign in b"[{":
                self._depth += 1
                if self._depth == RECORDS_DEPTH and sign == b"[" and self._is_next(chunk[done:at]):
                    self._keep(chunk[done:place])
                    done, self._in_records = place, True
            elif self._in_records and self._depth == RECORDS_DEPTH and sign in b",]":
                self._keep(chunk[done:at])
                done = at if sign == b"]" else place
                yield from self._ended()
                self._in_records = sign != b"]"
                self._depth -= sign == b"]"
            elif sign in b"]}":
                self._depth -= 1
        self._keep(chunk[done:])

    def _is_next(self, before: bytes) -> bool:
        """Say whether the list that begins is that of the records."""
        return ITEMS_KEY.search(bytes(self.rest[-KEY_SPAN:]) + before) is not None

    def _keep(self, text: bytes) -> None:
        if not self._in_records:
            self.rest += text[: max(0, PAGE_REST - len(self.rest))]
            return
        self._size += len(text)
        self._record += text[: max(0, RECORD_READ - len(self._record))]

    def _ended(self) -> Iterator[tuple[bytes, int]]:
        if self._record.strip():
            yield bytes(self._record), self._size
        self._record, self._size = bytearray(), 0


class Unparsed(str):
    """The text of a record that is no JSON that can be read, or the beginning of one that is too large."""

    __slots__ = ()


def record_of(text: bytes, size: int) -> Any:
    """Read one record; what cannot be read stays a text."""
    written = text.decode("utf-8-sig", "replace").strip()
    if size > len(text):
        return Unparsed(f"{written[:RECORD_CUT]}… ({size} bytes)")
    try:
        return json.loads(written, parse_int=lambda digits: int(digits) if len(digits) < LONGEST_INT else digits)
    except (ValueError, RecursionError):
        return Unparsed(written)


def question(query: dict | str | None) -> tuple:
    """Return what a request asks, in any order."""
    pairs = parse_qsl(query, keep_blank_values=True) if isinstance(query, str) else (query or {}).items()
    return tuple(sorted((key, str(value)) for key, value in pairs if value is not None))


def body_of(response: Any) -> Iterator[bytes]:
    try:
        yield from response.iter_content(CHUNK)
    except requests.exceptions.RequestException as error:
        raise DemistoException("Vision One's answer broke off; try again.", res=response) from error


def not_json(response: Any) -> DemistoException:
    return DemistoException(
        "Vision One's answer is not JSON; check that the instance's URL is the API's, not the console's.", res=response
    )


@contextmanager
def answered(path: str) -> Iterator[None]:
    """Say of a write that fails when it may have been done all the same."""
    try:
        yield
    except NotAskedError:
        raise
    except (DemistoException, requests.exceptions.RequestException) as error:
        status = status_of(error)
        if status in LOST_STATUSES or not (status or any(isinstance(one, NOT_SENT) for one in causes(error))):
            raise LostAnswerError(path, error) from error
        raise


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Return an error and what it was made of, also what libraries keep among their arguments."""
    waiting, seen = [error], set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            kept = (getattr(one, "exception", None), getattr(one, "reason", None))
            waiting += [one.__cause__, one.__context__, *kept, *one.args]


def read_written(path: str, response: Any) -> Any:
    """Read the answer to a write; where it cannot be read, the write was done or not."""
    try:
        return read_json(response)
    except DemistoException as error:
        raise LostAnswerError(path, error) from error


def failed_items(error: DemistoException, count: int) -> list[dict]:
    """Return an answer for each target of a request that failed as a whole."""
    item = {"status": status_of(error), "body": {"error": {"message": str(error)}}}
    return [{**item, "unknown": isinstance(error, LostAnswerError)}] * count


def read_json(response: Any) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise not_json(response) from error


def write_body(response: Any, file: Path, most: int | None = None) -> int:
    """Write an answer's body into a file; one that breaks off is an error."""
    size = 0
    try:
        with file.open("wb") as stream:
            for chunk in response.iter_content(CHUNK):
                size += stream.write(chunk)
                if most and size > most:
                    raise DemistoException(f"The file is larger than {most // MEBIBYTE} MiB, which is the limit.")
    except requests.exceptions.RequestException as error:
        raise DemistoException(f"The download broke off after {size} bytes; try again.") from error
    promised = response.headers.get("Content-Length", "")
    if promised.isdigit() and size != int(promised) and not response.headers.get("Content-Encoding"):
        raise DemistoException(f"The download has {size} bytes instead of {promised}; try again.")
    return size


def raise_api_error(response: Any) -> None:
    """Turn an answer that is no success into one sentence with Vision One's own code and message."""
    reason = error_text(error_body(response)) or response.reason or "no reason given"
    raise DemistoException(f"Vision One answered {response.status_code} {reason}{advice(response)}", res=response)


def raise_link_error(response: Any) -> None:
    host = urlsplit(response.url).hostname
    raise DemistoException(f"{host} answered {response.status_code} {response.reason}.", res=response)


def error_body(response: Any) -> dict:
    try:
        body = response.json()
    except ValueError:
        return {}
    body = body if isinstance(body, dict) else {}
    return body["error"] if isinstance(body.get("error"), dict) else body


def error_text(error: dict) -> str:
    """Return "Code: message" of an error of Vision One, or what there is of it."""
    return ": ".join(str(error[key]) for key in ("code", "message") if error.get(key))


def advice(response: Any) -> str:
    match response.status_code:
        case 401:
            return " Check the API key of this instance and its expiry."
        case 403:
            path = urlsplit(response.url).path.partition(f"{API}/")[2]
            needed = known_request(response.request.method, path)
            name = needed.permission.name if needed else ""
            return f" The API key's role needs the permission {name!r}." if name else ""
        case _:
            return ""


def require_public(url: str) -> None:
    """Refuse an address of this machine or its link, which only the server's administrator can allow."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise DemistoException(f"{without_query(url)!r} is no address of a file; give one that begins with https://.")
    context = getattr(demisto, "callingContext", None) or {}
    allowed = (context.get("context") or {}).get("HttpAllowedOrigins") or ()
    if origin_of(parts) in [origin_of(urlsplit(origin)) for origin in allowed]:
        return
    places = []
    with suppress(OSError):  # behind a proxy a name may have no address here
        places = socket.getaddrinfo(*origin_of(parts)[1:], type=socket.SOCK_STREAM)
    for place in places:
        address = ipaddress.ip_address(place[4][0])
        if special_of(address) in {"loopback", "link-local", "unspecified"}:
            raise DemistoException(f"{parts.netloc} leads to {address}, an address of this machine or its link.")


def origin_of(parts: SplitResult) -> tuple[str, str, int]:
    """Return scheme, host and port."""
    return parts.scheme, parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)


def without_query(url: str) -> str:
    return re.split(r"[?#]", url, maxsplit=1)[0]


""" COMMANDS: TARGETS """

# Our words for what a target is, Vision One's, and the column that shows it.
WORDS = {
    "endpoint": ("endpointName", "Endpoint"),
    "agent_guid": ("agentGuid", "Agent GUID"),
    "file_path": ("filePath", "File"),
    "file_sha1": ("fileSha1", "SHA-1"),
    "file_name": ("fileName", "Program"),
    "process_id": ("processId", "Process"),
    "parameter": ("parameter", "Parameter"),
    "message_id": ("messageId", "Message ID"),
    "mailbox": ("mailBox", "Mailbox"),
    "unique_id": ("uniqueId", "Unique ID"),
    "account_name": ("accountName", "Account"),
    "object_type": ("", "Type"),
    "object_value": ("", "Object"),
    "scan_action": ("scanAction", "When seen"),
    "risk_level": ("riskLevel", "Risk"),
    "expiry_days": ("daysToExpiration", "Days"),
}
OUR_WORDS = {wire: ours for ours, (wire, _) in WORDS.items() if wire} | {"filename": "file_name"}
OBJECT_TYPES = {
    "domain": "domain",
    "ip": "ip",
    "url": "url",
    "file_sha1": "fileSha1",
    "file_sha256": "fileSha256",
    "sender_mail_address": "senderMailAddress",
}
# Trend Micro's V2 integration named some arguments and values otherwise; its names are understood too.
OLDER_TYPES = {"sha1": "file_sha1", "mailbox": "sender_mail_address"}
NUMBERS = ("process_id", "expiry_days")


class Target(NamedTuple):
    """What a command acts on, in the words of its arguments."""

    known: tuple[tuple[str, Any], ...]
    description: str = ""
    fault: str = ""  # why nothing can be done about it, independent of the others

    def wire(self) -> dict:
        """Return the target in Vision One's words; the agent's GUID is the surer name."""
        given = dict(self.known)
        if given.get("agent_guid"):
            given.pop("endpoint", None)
        kind, value = given.pop("object_type", ""), given.pop("object_value", "")
        return {**({OBJECT_TYPES[kind]: value} if kind else {}), **{WORDS[key][0]: one for key, one in given.items()}}

    def has(self, *keys: str) -> bool:
        return any(key in keys for key, _ in self.known)

    def row(self) -> dict:
        return {WORDS[key][1]: value for key, value in self.known}

    @property
    def label(self) -> str:
        return " ".join(
            str(value) for key, value in self.known if key not in {"scan_action", "risk_level", "expiry_days"}
        )


def target(description: Any = "", /, **known: Any) -> Target:
    """Make a target of what is known of it."""
    kept = tuple((key, value) for key, value in known.items() if value not in (None, ""))
    return Target(known=kept, description=str(description or ""))


class Kind(NamedTuple):
    """A kind of target: how arguments name it, and what one that cannot be acted on lacks."""

    json_argument: str
    arguments: tuple[str, ...]
    read: Callable[[dict[str, Any]], list[Target]]
    lacks: Callable[[Target], str]


def read_targets(args: dict[str, Any], kind: Kind) -> list[Target]:
    """Read what is meant, from the JSON argument and the flat ones; each target once."""
    targets = read_json_targets(args.get(kind.json_argument), kind.json_argument)
    if not targets or any(args.get(name) for name in kind.arguments):
        targets += kind.read(args)
    if targets and all(one.fault for one in targets):
        raise DemistoException(targets[0].fault)
    for one in targets:
        if missing := "" if one.fault else kind.lacks(one):
            place = f" ({one.label})" if one.label else ""
            raise DemistoException(f"A target{place} {missing}.")
    reason = str(args.get("description") or "")
    return list(dict.fromkeys(one._replace(description=one.description or reason) for one in targets))


def read_json_targets(value: Any, argument: str) -> list[Target]:
    """Read a JSON list of objects, in any of the ways in which a list reaches a command."""
    items = parsed(value, argument) if isinstance(value, str) else value
    items = [items] if isinstance(items, dict) else items or []
    targets = []
    for item in items:
        given = parsed(item, argument) if isinstance(item, str) else item
        if not isinstance(given, dict):
            raise DemistoException(f'{argument} holds {item!r}; give objects such as {{"endpoint": "FIN-LT-042"}}.')
        named = {OUR_WORDS.get(key, key): one for key, one in given.items()}
        known = {
            key: whole(one, key) if key in NUMBERS else str(one) for key, one in named.items() if one not in (None, "")
        }
        described = target(known.pop("description", ""), **{key: known[key] for key in WORDS if key in known})
        targets.append(described if known.get("object_type") else typed_object(described))
    return targets


def read_endpoints(args: dict[str, Any]) -> list[Target]:
    names = words(args.get("endpoint"))
    found = [target(agent_guid=name) if GUID.fullmatch(name) else target(endpoint=name) for name in names]
    return found + [target(agent_guid=guid) for guid in words(args.get("agent_guid"))]


def read_files(args: dict[str, Any]) -> list[Target]:
    endpoints, paths = read_endpoints(args), read_paths(args.get("file_path"))
    if endpoints and not paths:
        raise DemistoException("No file is named; give file_path, such as C:\\Temp\\lsass.DMP.")
    pairs = paired(endpoints, paths, "endpoints", "paths")
    return [target(**dict(endpoint.known), file_path=path) for endpoint, path in pairs]


def read_processes(args: dict[str, Any]) -> list[Target]:
    endpoints, hashes = read_endpoints(args), words(args.get("file_sha1")) or [""]
    process_id = whole(args["process_id"], "process_id") if args.get("process_id") else None
    if process_id is not None and len(endpoints) * len(hashes) > 1:
        raise DemistoException(
            "process_id is the ID of one process on one endpoint; name one endpoint, or leave it out."
        )
    more = {"file_name": args.get("file_name") or args.get("filename"), "process_id": process_id}
    return [target(**dict(endpoint.known), file_sha1=one, **more) for endpoint in endpoints for one in hashes]


def read_runs(args: dict[str, Any]) -> list[Target]:
    more = {"file_name": args.get("filename"), "parameter": args.get("parameter")}
    return [target(**dict(endpoint.known), **more) for endpoint in read_endpoints(args)]


def read_messages(args: dict[str, Any]) -> list[Target]:
    messages, mailboxes = listed_values(args.get("message_id")), words(args.get("mailbox")) or [""]
    pairs = paired(messages, mailboxes, "messages", "mailboxes") if messages else []
    found = [target(message_id=message, mailbox=mailbox) for message, mailbox in pairs]
    return found + [target(unique_id=unique_id) for unique_id in words(args.get("unique_id"))]


def read_accounts(args: dict[str, Any]) -> list[Target]:
    return [target(account_name=name) for name in words(args.get("account_name"))]


def read_objects(args: dict[str, Any]) -> list[Target]:
    given = str(args.get("object_type") or args.get("value_type") or args.get("type") or "")
    older = args.get("target_value") or args.get("value")  # one object, even with commas in it
    values = listed_values(args.get("object_value")) or [str(older).strip()] * bool(older)
    found = [target(object_type=OLDER_TYPES.get(given, given), object_value=one) for one in values]
    return found if given else [typed_object(one) for one in found]


OBSERVABLE_TYPES = {
    IPV4: "ip",
    IPV6: "ip",
    DOMAIN: "domain",
    URL: "url",
    SHA1: "file_sha1",
    SHA256: "file_sha256",
    MAIL_ADDRESS: "sender_mail_address",
}


def typed_object(one: Target) -> Target:
    """Tell from its form what an object is, if the target is one; one of which that cannot be told is at fault."""
    known = dict(one.known)
    if not known.get("object_value"):
        return one
    try:
        found = observable_of(known["object_value"])
    except UnreadableObservableError as error:
        return one._replace(fault=f"{str(error).removesuffix('.')}; give object_type.")
    if found.type not in OBSERVABLE_TYPES:
        return one._replace(fault=f"{found.value} is a {found.type}, which no list of Vision One takes.")
    kind = OBSERVABLE_TYPES[found.type]
    return target(one.description, **{"object_type": kind, **known, "object_value": found.value})


def endpoint_lacks(one: Target) -> str:
    return "" if one.has("endpoint", "agent_guid") else "names no endpoint; give it endpoint or agent_guid"


def file_lacks(one: Target) -> str:
    return endpoint_lacks(one) or ("" if one.has("file_path") else "has no path; give it file_path")


def process_lacks(one: Target) -> str:
    named = one.has("file_sha1") or (one.has("process_id") and one.has("file_name"))
    process_id = dict(one.known).get("process_id")
    if process_id is not None and process_id < 0:
        return f"has the process_id {process_id}; give it the number of a process"
    return endpoint_lacks(one) or ("" if named else "names no process; give it file_sha1, or file name and process_id")


def run_lacks(one: Target) -> str:
    return endpoint_lacks(one) or ("" if one.has("file_name") else "names no script; give it filename")


def message_lacks(one: Target) -> str:
    if one.has("message_id") == one.has("unique_id"):
        return "needs a message_id or a unique_id, and not both"
    return ""


def account_lacks(one: Target) -> str:
    return "" if one.has("account_name") else "names no account; give it account_name"


def object_lacks(one: Target) -> str:
    known = dict(one.known)
    if not known.get("object_value"):
        return "names no object; give it object_value"
    if known.get("object_type") not in OBJECT_TYPES:
        return f"has the object_type {known.get('object_type')!r}; use one of {', '.join(OBJECT_TYPES)}"
    return ""


ENDPOINTS = Kind(
    json_argument="endpoint_identifiers",
    arguments=("endpoint", "agent_guid"),
    read=read_endpoints,
    lacks=endpoint_lacks,
)
FILES = Kind(
    json_argument="collect_files", arguments=("endpoint", "agent_guid", "file_path"), read=read_files, lacks=file_lacks
)
PROCESSES = Kind(
    json_argument="process_identifiers",
    arguments=("endpoint", "agent_guid", "file_sha1", "file_name", "process_id"),
    read=read_processes,
    lacks=process_lacks,
)
RUNS = Kind(
    json_argument="block_objects",
    arguments=("endpoint", "agent_guid", "filename", "parameter"),
    read=read_runs,
    lacks=run_lacks,
)
MESSAGES = Kind(
    json_argument="email_identifiers",
    arguments=("message_id", "mailbox", "unique_id"),
    read=read_messages,
    lacks=message_lacks,
)
ACCOUNTS = Kind(
    json_argument="account_identifiers", arguments=("account_name",), read=read_accounts, lacks=account_lacks
)
OBJECTS = Kind(json_argument="block_objects", arguments=("object_value",), read=read_objects, lacks=object_lacks)


""" COMMANDS: RESPONSE ACTIONS """


class ResponseAction(NamedTuple):
    path: str
    word: str  # what Vision One's task list calls it
    title: str
    outputs: str
    kind: Kind
    needs: Permission
    alone: bool = False  # takes one target per request, in a form of its own


ISOLATE = ResponseAction(
    path="response/endpoints/isolate",
    word="isolate",
    title="Isolate endpoint",
    outputs="VisionOne.Endpoint_Connection",
    kind=ENDPOINTS,
    needs=ISOLATE_ENDPOINTS,
)
RESTORE = ResponseAction(
    path="response/endpoints/restore",
    word="restoreIsolate",
    title="Restore endpoint connection",
    outputs="VisionOne.Endpoint_Connection",
    kind=ENDPOINTS,
    needs=ISOLATE_ENDPOINTS,
)
COLLECT = ResponseAction(
    path="response/endpoints/collectFile",
    word="collectFile",
    title="Collect forensic file",
    outputs="VisionOne.Collect_Forensic_File",
    kind=FILES,
    needs=COLLECT_FILES,
)
TERMINATE = ResponseAction(
    path="response/endpoints/terminateProcess",
    word="terminateProcess",
    title="Terminate process",
    outputs="VisionOne.Terminate_Process",
    kind=PROCESSES,
    needs=END_PROCESSES,
)
SCAN = ResponseAction(
    path="response/endpoints/startMalwareScan",
    word="malwareScanForMultiple",
    title="Scan for malware",
    outputs="VisionOne.Malware_Scan",
    kind=ENDPOINTS,
    needs=SCAN_ENDPOINTS,
    alone=True,
)
RUN_SCRIPT = ResponseAction(
    path="response/endpoints/runScript",
    word="runCustomScript",
    title="Run custom script",
    outputs="VisionOne.Run_Custom_Script",
    kind=RUNS,
    needs=RUN_SCRIPTS,
)
QUARANTINE_EMAIL = ResponseAction(
    path="response/emails/quarantine",
    word="quarantineMessage",
    title="Quarantine email message",
    outputs="VisionOne.Email",
    kind=MESSAGES,
    needs=MOVE_MESSAGES,
)
DELETE_EMAIL = ResponseAction(
    path="response/emails/delete",
    word="deleteMessage",
    title="Delete email message",
    outputs="VisionOne.Email",
    kind=MESSAGES,
    needs=DELETE_MESSAGES,
)
RESTORE_EMAIL = ResponseAction(
    path="response/emails/restore",
    word="restoreMessage",
    title="Restore email message",
    outputs="VisionOne.Email",
    kind=MESSAGES,
    needs=MOVE_MESSAGES,
)
BLOCK = ResponseAction(
    path="response/suspiciousObjects",
    word="block",
    title="Add to block list",
    outputs="VisionOne.BlockList",
    kind=OBJECTS,
    needs=BLOCK_OBJECTS,
)
UNBLOCK = ResponseAction(
    path="response/suspiciousObjects/delete",
    word="restoreBlock",
    title="Remove from block list",
    outputs="VisionOne.BlockList",
    kind=OBJECTS,
    needs=BLOCK_OBJECTS,
)
ENABLE_ACCOUNT = ResponseAction(
    path="response/domainAccounts/enable",
    word="enableAccount",
    title="Enable user account",
    outputs="VisionOne.User_Account",
    kind=ACCOUNTS,
    needs=SWITCH_ACCOUNTS,
)
DISABLE_ACCOUNT = ResponseAction(
    path="response/domainAccounts/disable",
    word="disableAccount",
    title="Disable user account",
    outputs="VisionOne.User_Account",
    kind=ACCOUNTS,
    needs=SWITCH_ACCOUNTS,
)
SIGN_OUT = ResponseAction(
    path="response/domainAccounts/signOut",
    word="forceSignOut",
    title="Force sign-out",
    outputs="VisionOne.Force_Sign_Out",
    kind=ACCOUNTS,
    needs=SIGN_OUT_ACCOUNTS,
)
RESET_PASSWORD = ResponseAction(
    path="response/domainAccounts/resetPassword",
    word="resetPassword",
    title="Force password reset",
    outputs="VisionOne.Force_Password_Reset",
    kind=ACCOUNTS,
    needs=RESET_PASSWORDS,
)


UNKNOWN = "unknown"  # the result where an answer was lost


class Answer(NamedTuple):
    """What became of one target; accepted with a task to follow, done at once, refused, or nobody knows."""

    target: Target
    status: int
    result: str
    task_id: str = ""
    message: str = ""
    refused: bool = False

    def outputs(self) -> dict:
        return {"status": self.status, "task_id": self.task_id, **dict(self.target.known)}

    def row(self) -> dict:
        return {**self.target.row(), "Result": self.result, "Task": self.task_id, "Message": self.message}


def respond_command(client: Client, args: dict[str, Any], *, action: ResponseAction) -> list:
    """Begin a response action on each target, and wait for its end if that is wanted."""
    answers = start_action(client, action, args)
    accepted = [answer.outputs() for answer in answers if answer.task_id]
    shown = CommandResults(
        outputs_prefix=action.outputs,
        outputs_key_field="task_id",
        outputs=accepted,
        readable_output=answers_table(action.title, answers),
        raw_response=[answer.row() for answer in answers],
    )
    if accepted and argToBoolean(args.get("wait") or False):
        # What was refused is told at the end: an error entry now would end the wait for the others.
        shown.scheduled_command = wait_for(accepted, refused_sentence(action.title, answers))
        return [shown]
    return [shown, *refusals(action.title, answers)]


def wait_for(accepted: list[dict], refused: str) -> ScheduledCommand:
    """Return the first look at tasks that a person who typed a command waits for."""
    task_ids = ",".join(one["task_id"] for one in accepted)
    args = {"task_id": task_ids, "polling": "true", "interval_in_seconds": LOOK_SOON, "refused": refused}
    return again(CHECK_STATUS, args, args)


def start_action(client: Client, action: ResponseAction, args: dict[str, Any]) -> list[Answer]:
    """Begin an action on each target, unless an earlier call with the same key has done so."""
    targets = [one if one.fault else by_agent(client, one) for one in read_targets(args, action.kind)]
    if not targets:
        raise DemistoException(nothing_named(action.kind))
    key, able = key_of(args), [one for one in targets if not one.fault]
    answers = {one: at_fault(one) for one in targets if one.fault}
    answers |= adopt_begun(client, action, able, key, look_from(client, args)) if key else {}
    for batch in batches([one for one in able if one not in answers], 1 if action.alone else TARGETS_PER_CALL):
        bodies = [action_body(one, key) for one in batch]
        try:
            if action.alone:
                items = [client.scan_endpoint(action.path, bodies[0])]
            else:
                items = client.post_each(action.path, bodies)
        except DemistoException as error:
            if not any(answer.task_id for answer in answers.values()):
                raise
            # What was accepted before must not be hidden by what came after.
            items = failed_items(error, len(batch))
        answers |= {one: read_answer(one, item) for one, item in zip(batch, items, strict=True)}
    return [answers[one] for one in targets]


def by_agent(client: Client, one: Target) -> Target:
    """Return a target with its agent's GUID when its endpoint is named by an address, which one endpoint must have."""
    known = dict(one.known)
    name = str(known.get("endpoint") or "")
    field = name_field(name)
    if known.get("agent_guid") or field not in {"ip", "macAddress"}:
        return one
    query = {"TMV1-Query": f"{field} eq {quoted(name)}"}
    found = list(islice(client.records("eiqs/endpoints", {"top": 50}, query), 2))
    if len(found) != 1:
        many = "More than one endpoint has" if found else "No endpoint has"
        raise DemistoException(f"{many} the address {name}; give the endpoint's name or its agent_guid.")
    return target(one.description, **known, agent_guid=found[0]["agentGuid"])


def action_body(one: Target, key: str) -> dict:
    text = marked(one.description, mark_of(one, key), longest=DESCRIPTION_MAX)
    return {**one.wire(), **({"description": text} if text else {})}


def adopt_begun(
    client: Client, action: ResponseAction, targets: list[Target], key: str, since: str
) -> dict[Target, Answer]:
    """Find the tasks that an earlier call with this key began, one for each target."""
    marks = {mark_of(one, key): one for one in targets}
    params = {"filter": f"action eq '{action.word}'", "startDateTime": since, "top": 200}
    found: dict[Target, Answer] = {}
    for task in client.records(TASKS, params):
        text = str(task.get("description") or "")
        one = next((one for mark, one in marks.items() if mark in text), None)
        if one:
            found[one] = Answer(target=one, status=202, result="already begun", task_id=str(task["id"]))
    return found


def read_answer(one: Target, item: dict) -> Answer:
    """Read Vision One's answer for one target."""
    status = int(item.get("status") or 0)
    body = item.get("body") or {}
    message = error_text(body.get("error") or {})
    headers = {header["name"].lower(): header["value"] for header in item.get("headers") or ()}
    task_id = urlsplit(headers.get("operation-location", "")).path.rstrip("/").rsplit("/", 1)[-1]
    if status and status < 300:
        return Answer(target=one, status=status, result="accepted", task_id=task_id)
    if task_id:  # "Task duplication.": the same is under way already, and this is its task
        return Answer(target=one, status=status, result="already under way", task_id=task_id, message=message)
    message = message or f"status {status}, no reason given"
    result = UNKNOWN if item.get("unknown") else "refused"
    return Answer(target=one, status=status, result=result, message=message, refused=True)


def at_fault(one: Target) -> Answer:
    return Answer(target=one, status=0, result="refused", message=one.fault, refused=True)


def answers_table(title: str, answers: list[Answer]) -> str:
    """Show every target in one table."""
    columns = [*(column for _, column in WORDS.values()), "Result", "Task", "Message"]
    return tableToMarkdown(title, [answer.row() for answer in answers], headers=columns, removeNull=True)


def refusals(title: str, answers: list[Answer]) -> list[dict]:
    """Return an error entry for what was refused, if anything was."""
    text = refused_sentence(title, answers)
    return [error_entry(text)] if text else []


def refused_sentence(title: str, answers: list[Answer]) -> str:
    lines = [(f"{one.target.label}: {one.message}", one.result == UNKNOWN) for one in answers if one.refused]
    return told_of(title, lines, len(answers))


def told_of(title: str, lines: list[tuple[str, bool]], count: int) -> str:
    """Say what was refused, and of what nobody knows whether it was done, which is the second part of a line."""
    sentences = []
    for said, is_unknown in (("was refused", False), ("may or may not have been done", True)):
        some = [line for line, unknown in lines if unknown is is_unknown]
        sentences += [f"{title} {said} for {len(some)} of {count}: {'; '.join(some)}"] if some else []
    return "\n".join(sentences)


def nothing_named(kind: Kind) -> str:
    return f"Nothing is named to act on; give {', '.join(kind.arguments)} or {kind.json_argument}."


""" COMMANDS: OBJECT LISTS """


class ListEdit(NamedTuple):
    path: str
    title: str
    outputs: str
    adds: bool


EXCEPTIONS = "threatintel/suspiciousObjectExceptions"
SUSPICIOUS = "threatintel/suspiciousObjects"
ADD_EXCEPTIONS = ListEdit(path=EXCEPTIONS, title="Add to exception list", outputs="VisionOne.Exception_List", adds=True)
DELETE_EXCEPTIONS = ListEdit(
    path=f"{EXCEPTIONS}/delete", title="Delete from exception list", outputs="VisionOne.Exception_List", adds=False
)
ADD_SUSPICIOUS = ListEdit(
    path=SUSPICIOUS, title="Add to suspicious object list", outputs="VisionOne.Suspicious_List", adds=True
)
DELETE_SUSPICIOUS = ListEdit(
    path=f"{SUSPICIOUS}/delete",
    title="Delete from suspicious object list",
    outputs="VisionOne.Suspicious_List",
    adds=False,
)
SCAN_ACTIONS = {"block": "block", "log": "log"}
RISK_LEVELS = {"high": "high", "medium": "medium", "low": "low"}
STARRED = ("url", "domain")  # an exception of these kinds may stand for many


def edit_list_command(client: Client, args: dict[str, Any], *, edit: ListEdit) -> list:
    """Put objects on a list or take them off; doing it twice is the same as doing it once."""
    read = read_targets(args, OBJECTS)
    if not read:
        raise DemistoException(nothing_named(OBJECTS))
    targets = [one for one in read if not one.fault]
    if edit is ADD_SUSPICIOUS:
        targets = [with_suspicion(one, args) for one in targets]
    answers: list[Answer] = []
    for batch in batches(targets):
        bodies = [
            {**one.wire(), **({"description": one.description} if one.description and edit.adds else {})}
            for one in batch
        ]
        try:
            items = client.post_each(edit.path, bodies, repeatable=True)
        except DemistoException as error:
            if not answers:
                raise
            items = failed_items(error, len(batch))
        answers += [read_list_answer(one, item, edit) for one, item in zip(batch, items, strict=True)]
    return list_entries(client, args, edit, answers + [at_fault(one) for one in read if one.fault])


def list_entries(client: Client, args: dict[str, Any], edit: ListEdit, answers: list[Answer]) -> list:
    done = [answer for answer in answers if not answer.refused]
    outputs: dict[str, Any] = {
        "message": f"{edit.title}: {', '.join(answer.target.label for answer in done)}",
        "multi_response": [answer.outputs() for answer in done],
    }
    table = answers_table(edit.title, answers)
    if argToBoolean(args.get("count_items") or False):
        count = sum(1 for _ in client.records(edit.path.removesuffix("/delete"), {"top": 200}))
        outputs["total_items"] = count
        table += f"\nThe list now holds {count} objects."
    shown = CommandResults(
        outputs_prefix=edit.outputs,
        outputs_key_field="message",
        outputs=outputs if done else None,
        readable_output=table,
        raw_response=[answer.row() for answer in answers],
    )
    return [shown, *refusals(edit.title, answers)]


def read_list_answer(one: Target, item: dict, edit: ListEdit) -> Answer:
    """Read Vision One's answer for one object; one that is not on the list is as gone as one that was taken off."""
    answer = read_answer(one, item)
    if not answer.refused:
        return answer._replace(result="added" if edit.adds else "deleted")
    if not edit.adds and answer.status == 404:
        return answer._replace(result="was not on the list", message="", refused=False)
    return answer


def with_suspicion(one: Target, args: dict[str, Any]) -> Target:
    """Complete what is said about a suspicious object by what the arguments say about all."""
    known = dict(one.known)
    days = known.get("expiry_days") or whole(args.get("expiry_days") or 30, "expiry_days")
    if days != -1 and days < 1:
        raise DemistoException(f"expiry_days is {days}; give a number of days from 1 on, or -1 for never.")
    added = {
        "scan_action": chosen(SCAN_ACTIONS, known.get("scan_action") or args.get("scan_action"), "scan_action"),
        "risk_level": chosen(RISK_LEVELS, known.get("risk_level") or args.get("risk_level"), "risk_level"),
        "expiry_days": days,
    }
    return target(one.description, **{**known, **added})


def get_exception_list_command(client: Client, args: dict[str, Any]) -> list:
    """Show the exception list, or what of it covers the objects that were asked for."""
    return show_list(args, listed(client, EXCEPTIONS, args), "Exception list", "VisionOne.Exception_Object")


def get_suspicious_list_command(client: Client, args: dict[str, Any]) -> list:
    """Show the suspicious object list, or which of the objects that were asked for are on it."""
    return show_list(args, listed(client, SUSPICIOUS, args), "Suspicious object list", "VisionOne.Suspicious_Object")


def get_block_list_command(client: Client, args: dict[str, Any]) -> list:
    """Show what is blocked, as the response tasks tell."""
    return show_list(args, blocked(client), "Block list", "VisionOne.Blocked_Object")


def show_list(args: dict[str, Any], objects: Iterable[dict], title: str, outputs: str) -> list:
    """Show objects of a list, as many as are wanted; of those asked for, only what covers one of them."""
    targets = read_targets(args, OBJECTS)
    wanted = [dict(one.known) for one in targets if not one.fault]
    kinds = {str(args["object_type"])} if args.get("object_type") else set()
    found: list[dict] = []
    for one in objects:
        covers = [asked["object_value"] for asked in wanted if covered(asked, one)]
        if covers or (not wanted and (not kinds or one["type"] in kinds)):
            found.append({**one, **({"covers": covers} if wanted else {})})
    limit = whole(args.get("limit") or 100, "limit")
    more = f"\n{len(found) - limit} more are on the list; give a larger limit." if len(found) > limit else ""
    columns = list(dict.fromkeys(key for one in found for key in one))
    shown = CommandResults(
        outputs_prefix=outputs,
        outputs_key_field=["type", "value"],
        outputs=found[:limit],
        readable_output=tableToMarkdown(
            title, found[:limit], headers=columns, headerTransform=string_to_table_header, removeNull=True
        )
        + more,
        raw_response=found[:limit],
    )
    return [shown, *(error_entry(one.fault) for one in targets if one.fault)]


def covered(asked: dict, one: dict) -> bool:
    """Say whether an entry of a list is about an object; the entry may have stars."""
    if asked["object_type"] != one["type"]:
        return False
    entry, value = str(one["value"]), str(asked["object_value"])
    if one["type"] != "url":
        entry, value = entry.casefold(), value.casefold()
    return entry == value or ("*" in entry and fnmatchcase(value, entry.replace("[", "[[]")))


def listed(client: Client, path: str, args: dict[str, Any]) -> Iterator[dict]:
    """Read a list, as little of it as answers the question."""
    for wanted in list_filters(path, args):
        for record in client.records(path, {"top": 200}, {"TMV1-Filter": wanted} if wanted else {}):
            yield list_object(record)


def list_filters(path: str, args: dict[str, Any]) -> Iterator[str]:
    asked: dict[str, list[str]] = {}
    for one in read_targets(args, OBJECTS):
        if one.fault:
            continue
        known = dict(one.known)
        asked.setdefault(known["object_type"], []).append(known["object_value"])
    if not asked:
        kind = args.get("object_type")
        yield f"type eq {quoted(OBJECT_TYPES[kind])}" if kind else ""
    for kind, values in asked.items():
        wire = OBJECT_TYPES[kind]
        if path == EXCEPTIONS and kind in STARRED:
            yield f"type eq {quoted(wire)}"
        else:  # a filter is at most 4000 characters long, and an address alone may have half of that
            for some in batches(values, 1 if kind == "url" else TARGETS_PER_CALL):
                yield " or ".join(f"{wire} eq {quoted(value)}" for value in some)


def list_object(record: dict) -> dict:
    """Return an object of a list in our words: type and value first."""
    types = {wire: ours for ours, wire in OBJECT_TYPES.items()}
    wire = next((key for key in types if record.get(key)), str(record.get("type") or ""))
    rest = {key: value for key, value in record.items() if key not in {wire, "type"}}
    return {"type": types.get(wire, wire), "value": record.get(wire), **snake(rest)}


def blocked(client: Client) -> list[dict]:
    """Return what is blocked: the last task on an object that succeeded decides."""
    params = {"filter": f"action eq '{BLOCK.word}' or action eq '{UNBLOCK.word}'", "top": 200}
    start = client.now() - timedelta(days=180)
    tasks = list(client.records(TASKS, {**params, "startDateTime": wire_time(start)}))
    last: dict[tuple, dict] = {}
    for task in sorted(tasks, key=lambda one: (str(one.get("lastActionDateTime")), str(one.get("id")))):
        if task.get("status") == "succeeded":
            one = list_object(
                {key: value for key, value in task.items() if key in (*OBJECT_TYPES.values(), "description")}
            )
            one |= {"task_id": str(task["id"]), "last_action_date_time": task.get("lastActionDateTime")}
            last[one["type"], str(one["value"]).casefold()] = {**one, "blocked": task["action"] == BLOCK.word}
    return [one for one in last.values() if one.pop("blocked")]


""" COMMANDS: ENDPOINTS """


def get_endpoint_info_command(client: Client, args: dict[str, Any]) -> list:
    """Say what Vision One knows about endpoints, and whether they can be reached."""
    fields = read_object(args["endpoint"], "endpoint")
    wanted = [] if fields else words(args["endpoint"])
    if not fields and not wanted:
        raise DemistoException("No endpoint is named; give endpoint.")
    if fields:
        found = endpoints_found(client, [query_of(fields, args.get("query_op") or "and")])
    else:
        found = endpoints_found(client, [query_of_names(some) for some in batches(wanted)])
    unique = argToBoolean(args.get("unique") or False)
    answering = {name: [guid for guid, one in found.items() if answers_to(one, name)] for name in wanted}
    if fields and unique:
        answering[json.dumps(fields)] = list(found)
    missing = [name for name, guids in answering.items() if not guids]
    shared = {name: guids for name, guids in answering.items() if len(guids) > 1} if unique else {}
    # An endpoint that another value names alone is meant all the same.
    clear = [guid for guid in found if [guid] in answering.values()] if unique else list(found)
    inventory, trouble = read_inventory(client, clear)
    endpoints = [{**found[guid], **inventory.get(guid, {})} for guid in clear]
    refused: list[dict] = []
    if unique and (endpoints or shared):
        refused += [{"refused": f"More than one endpoint has {name}."} for name in shared]
        refused += [{"refused": f"Vision One knows no endpoint {name}."} for name in missing]
    results: list = [endpoint_info(endpoints, refused, trouble)] if endpoints or refused else []
    results += [shared_name(name, guids, found) for name, guids in shared.items()]
    if missing:
        results.append(
            error_entry(f"Vision One knows no endpoint {', '.join(missing)}; check the spelling or use the agent GUID.")
        )
    return results or [CommandResults(readable_output="No endpoint fits.")]


def endpoints_found(client: Client, queries: list[str]) -> dict[str, dict]:
    """Return what any of the queries finds, by agent."""
    return {
        record["agentGuid"]: snake(record)
        for query in queries
        for record in client.records("eiqs/endpoints", {"top": 200}, {"TMV1-Query": query.encode()})
    }


def endpoint_info(endpoints: list[dict], refused: list[dict], trouble: str) -> CommandResults:
    """Return the endpoints that are meant, and the values that mean none."""
    table = tableToMarkdown("Endpoints", [endpoint_row(one) for one in endpoints], removeNull=True)
    return CommandResults(
        outputs_prefix="VisionOne.Endpoint_Info",
        outputs_key_field="agent_guid",
        outputs=[*endpoints, *refused],
        readable_output=(table if endpoints else "No endpoint is meant.") + trouble,
        raw_response=endpoints,
    )


def shared_name(name: str, guids: list[str], found: dict[str, dict]) -> dict[str, Any]:
    """Name the endpoints that share what was given for one."""
    each = ", ".join(f"{endpoint_row(found[guid])['Endpoint']} ({guid})" for guid in guids[:10])
    each += f" and {len(guids) - 10} more" if len(guids) > 10 else ""
    return error_entry(f"More than one endpoint has {name}: {each}; give the agent GUID of the one meant.")


def read_inventory(client: Client, guids: list[str]) -> tuple[dict[str, dict], str]:
    """Return connection and isolation by agent; a role that may not see them is no reason to fail."""
    states: dict[str, dict] = {}
    try:
        for some in batches(guids):
            query = " or ".join(f"agentGuid eq {quoted(guid)}" for guid in some)
            for record in client.records("endpointSecurity/endpoints", {"top": 100}, {"TMV1-Filter": query}):
                sensor = record.get("edrSensor") or {}
                states[str(record.get("agentGuid"))] = {
                    "connectivity": sensor.get("connectivity") or "unknown",
                    "isolation_status": record.get("isolationStatus") or "unknown",
                    "type": record.get("type") or "",
                }
    except DemistoException as error:
        return states, f"\nWhether these endpoints are connected or isolated is unknown: {error}"
    return states, ""


def query_of(fields: dict, operator: str) -> str:
    """Return the query for fields and values, as the JSON form of the argument gives them."""
    unknown = sorted(set(fields) - set(QUERY_FIELDS))
    if unknown:
        raise DemistoException(
            f"Endpoints cannot be asked for by {unknown[0]!r}; use one of {', '.join(QUERY_FIELDS)}."
        )
    if operator.lower() not in {"and", "or"}:
        raise DemistoException(f"query_op is {operator!r}; use and, or or.")
    return f" {operator.lower()} ".join(f"{name} eq {quoted(value)}" for name, value in fields.items())


QUERY_FIELDS = (
    "agentGuid", "loginAccount", "endpointName", "macAddress", "ip", "osName", "osVersion", "productCode",
    "installedProductCodes", "policyName", "protectionManager",
    "componentUpdatePolicy", "componentUpdateStatus", "componentVersion",
)  # fmt: skip


def query_of_names(names: Iterable[str]) -> str:
    return " or ".join(f"{name_field(name)} eq {quoted(name)}" for name in names)


def name_field(name: str) -> str:
    """Say what an analyst named an endpoint by: its agent's GUID, an address, or its name."""
    if GUID.fullmatch(name):
        return "agentGuid"
    if MAC.fullmatch(name):
        return "macAddress"
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return "endpointName"
    return "ip"


GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
MAC = re.compile(r"([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}")


def answers_to(endpoint: dict, name: str) -> bool:
    values = [endpoint["agent_guid"]]
    for key in ("endpoint_name", "ip", "mac_address"):
        values += argToList((endpoint.get(key) or {}).get("value"))
    return name.casefold() in {str(value).casefold() for value in values}


def endpoint_row(endpoint: dict) -> dict:
    def value(key: str) -> Any:
        return (endpoint.get(key) or {}).get("value")

    return {
        "Endpoint": value("endpoint_name"),
        "Operating system": endpoint.get("os_description") or endpoint.get("os_name"),
        "Logged on": value("login_account"),
        "IP": value("ip"),
        "MAC": value("mac_address"),
        "Product": endpoint.get("product_code"),
        "Connection": endpoint.get("connectivity"),
        "Isolated": endpoint.get("isolation_status"),
        "Agent GUID": endpoint["agent_guid"],
    }


""" COMMANDS: RESPONSE TASKS """

LOST = {"failed", "rejected", "canceled"}
ENDED = {"succeeded", *LOST}
LOOK_SOON = 10  # seconds between two looks when a person waits
LOOK_OFTEN = 30  # … when nobody said how often
FIRST_LOOKS = (3, 5, 10)  # seconds after the start: most tasks end within ten
DOWN = "down"  # what was said last when the server could not be asked
XSOAR_FLOOR = 10  # seconds: no look comes sooner there
TASK_KEYS = (
    "id", "status", "action", "created_date_time", "last_action_date_time", "description", "account",
    "agent_guid", "endpoint_name", "file_path", "file_sha1", "file_name", "tasks", "error",
)  # fmt: skip
BLOCK_ACTIONS = {BLOCK.word, UNBLOCK.word}
# What a task or a part of one is about, the most telling first.
PLACES = ("messageSubject", "messageId", "uniqueId", "accountName", "filePath", "fileName", *OBJECT_TYPES.values())
WHERE = ("endpointName", "mailBox", "iam")
WHY = {
    "failed": "failed",
    "rejected": "was rejected by an approver",
    "canceled": "was canceled",
    "queued": "is still queued; wait for it with !trendmicro-visionone-check-status",
    "running": "is still running; wait for it with !trendmicro-visionone-check-status",
    "pendingApproval": "waits for approval in Vision One, Response Management",
}
TASK_COLUMNS = ("id", "action", "about", "status", "last_action_date_time", "error")


def check_status_command(client: Client, args: dict[str, Any]) -> list:
    """Wait until response tasks have ended, and say how; a server that is down for a while ends no wait."""
    task_ids, polls = read_task_ids(args), argToBoolean(args.get("polling", True))
    later = {**args, "task_id": ",".join(task_ids), "polling": "true"}
    if args.get("seen") == DOWN:
        client.retries = 0  # the next look is the next try
    try:
        tasks = [client.task(task_id) for task_id in task_ids]
    except DemistoException as error:
        if not polls or not passes(error):
            raise
        return [look_later({**later, "seen": DOWN}, args, error)]
    state = state_of(tasks)
    if polls and not all(task["status"] in ENDED for task in tasks) and not is_left_queued(tasks, later):
        later["seen"] = state
        return [show_tasks(tasks, later=again(CHECK_STATUS, later, args), quiet=state == args.get("seen"))]
    errors = [sentence(task) for task in tasks if task["status"] in LOST]
    errors += [args["refused"]] if args.get("refused") else []
    return [show_tasks(tasks), *(error_entry(error) for error in errors)]


def passes(error: DemistoException) -> bool:
    """Say whether what is wrong may be over in a while: the server is down or busy, or nobody answers."""
    if status_of(error):
        return status_of(error) in {*RETRY_STATUSES, *LOST_STATUSES}
    asked = (requests.exceptions.RequestException, LostAnswerError)
    return any(isinstance(one, asked) for one in causes(error)) and not isinstance(error, NotAskedError)


def look_later(later: dict[str, Any], args: dict[str, Any], error: DemistoException) -> CommandResults:
    """Return the next look at tasks that cannot be looked at now; that is said once."""
    said = f"Vision One cannot be asked now, and is asked again: {str(error).partition(chr(10))[0]}"
    quiet = args.get("seen") == DOWN
    return CommandResults(readable_output="" if quiet else said, scheduled_command=again(CHECK_STATUS, later, args))


def is_left_queued(tasks: list[dict], later: dict[str, Any]) -> bool:
    """Say whether all that has not ended has been queued for long enough: its agent is not connected."""
    limit = whole(later.get("leave_queued_after") or 0, "leave_queued_after")
    if not limit or any(task["status"] not in {*ENDED, "queued"} for task in tasks):
        return False
    queued = whole(later.get("queued_for") or 0, "queued_for")
    interval = arg_to_number(later.get("interval_in_seconds")) or LOOK_OFTEN
    pause, _ = next_pause(whole(later.get("waited") or 0, "waited"), interval, least_pause())
    later["queued_for"] = str(queued + pause)
    return queued >= limit


def state_of(tasks: list[dict]) -> str:
    return " ".join(f"{task['id']}:{task['status']}" for task in tasks)


def show_tasks(tasks: list[dict], *, later: Any = None, quiet: bool = False) -> CommandResults:
    """Show how tasks stand; a look at which nothing has changed stays quiet."""
    if quiet:
        return CommandResults(scheduled_command=later, readable_output="")
    outputs = [task_outputs(task) for task in tasks]
    rows = [task_row(one) for task in tasks for one in (task, *(parts_of(task)))]
    table = tableToMarkdown(
        "Response tasks", rows, headers=list(TASK_COLUMNS), headerTransform=string_to_table_header, removeNull=True
    )
    waiting = [task["id"] for task in tasks if task["status"] == "pendingApproval"]
    if waiting:
        table += f"\nWaiting for approval in Vision One, Response Management: {', '.join(waiting)}."
    return CommandResults(
        outputs_prefix="VisionOne.Task_Status",
        outputs_key_field="id",
        outputs=outputs,
        readable_output=table,
        raw_response=outputs,
        scheduled_command=later,
    )


def parts_of(task: dict) -> list[dict]:
    """Return the parts of a task, when they tell more than the task: copies of a message, records of an account."""
    parts = [part for part in task.get("tasks") or () if isinstance(part, dict)]
    return parts if len(parts) > 1 or any(part.get("status") != task.get("status") for part in parts) else []


def task_row(task: dict) -> dict:
    about = place_of(task) or next((place_of(part) for part in task.get("tasks") or ()), "")
    return {
        **{key: snake(task).get(key) for key in TASK_COLUMNS},
        "about": about,
        "error": error_text(task.get("error") or {}),
    }


def task_outputs(task: dict) -> dict:
    """Return what is known about a task, without link and password: those belong to the download commands."""
    flat = snake(task)
    outputs = {key: flat[key] for key in TASK_KEYS if flat.get(key) not in (None, "")}
    if task.get("action") not in BLOCK_ACTIONS:
        return outputs
    blocked = next((key for key in OBJECT_TYPES if flat.get(key)), "")
    return {**outputs, "type": blocked, "value": flat[blocked]} if blocked else outputs


def sentence(task: dict) -> str:
    """Say in one sentence how a task stands, with Vision One's reason."""
    place = place_of(task) or next((place_of(part) for part in task.get("tasks") or ()), "")
    what = f"{task.get('action', 'task')} {place}".strip()
    why = WHY.get(task["status"], f"has the status {task['status']}")
    reason = error_text(task.get("error") or {}).rstrip(".")
    return f"Task {task['id']} ({what}) {why}{': ' if reason else ''}{reason}."


def place_of(task: dict) -> str:
    about = next((str(task[key]) for key in PLACES if task.get(key)), "")
    where = next((str(task[key]) for key in WHERE if task.get(key)), "")
    return " on ".join(part for part in (about, where) if part)


def download_information_command(client: Client, args: dict[str, Any]) -> list:
    """Get links to collected files; a link lives for a short time only."""
    task_ids = read_task_ids(args)
    tasks = [client.task(task_id) for task_id in task_ids]
    patience = patience_of(args)
    if patience and not all(task["status"] in ENDED for task in tasks):
        later = {**args, "task_id": ",".join(task_ids)}
        return [wait_quietly(DOWNLOAD_INFORMATION, later, patience)]
    ready = [task for task in tasks if task["status"] == "succeeded" and task.get("resourceLocation")]
    errors = [error_entry(no_file(task)) for task in tasks if task not in ready]
    return [show_downloads(ready), *errors] if ready else errors


def show_downloads(tasks: list[dict]) -> CommandResults:
    """Put link and password in context, and in the War Room only that they are there."""
    outputs = [
        {**snake(task), "file_name": base_name(task.get("filePath", "")), "archive_name": archive_name(task)}
        for task in tasks
    ]
    masked = [{**one, "password": MASKED, "resource_location": link_host(one["resource_location"])} for one in outputs]
    columns = (
        "id", "endpoint_name", "file_path", "file_size", "file_sha256",
        "resource_location", "expired_date_time", "password",
    )  # fmt: skip
    return CommandResults(
        outputs_prefix="VisionOne.Download_Information_For_Collected_Forensic_File",
        outputs_key_field="id",
        outputs=outputs,
        readable_output=table_of("Collected files", masked, columns),
        raw_response=masked,
    )


def archive_name(task: dict) -> str:
    """Return a name for the archive of a collected file that no other archive of an incident has.

    >>> task = {"id": "00000012", "endpointName": "FIN-1", "filePath": "/tmp/a b.dmp"}
    >>> archive_name({**task, "createdDateTime": "2031-02-03T04:05:06Z"})
    'FIN-1_a b.dmp_20310203T040506Z_00000012.zip'
    """
    moment = re.sub(r"[-:]|\.\d+", "", str(task.get("lastActionDateTime") or task.get("createdDateTime") or ""))
    parts = (task.get("endpointName") or "endpoint", base_name(task.get("filePath", "")), moment, task["id"])
    return "_".join(re.sub(r"[^\w.() -]", "-", str(part))[:PART_MAX] for part in parts if part) + ".zip"


def no_file(task: dict) -> str:
    """Say why a task has no file to download."""
    if task["status"] != "succeeded":
        return sentence(task)
    if task.get("action") != COLLECT.word:
        return f"Task {task['id']} is a task of the kind {task.get('action')} and holds no file."
    return f"Vision One gives no link for task {task['id']}; ask again, or collect the file again."


def link_host(link: str) -> str:
    """Return a pre-signed link as far as people may see it."""
    return f"on {urlsplit(link).hostname}"


def patience_of(args: dict[str, Any]) -> int:
    """Return for how many seconds a command may wait, 0 for a single look."""
    return (arg_to_number(args.get("poll_time_sec")) or 0) if argToBoolean(args.get("poll") or True) else 0


def wait_quietly(command: str, args: dict[str, Any], patience: int) -> CommandResults:
    return CommandResults(readable_output="", scheduled_command=again(command, args, {"timeout_in_seconds": patience}))


def again(command: str, args: dict[str, Any], timing: dict[str, Any]) -> ScheduledCommand:
    """Return the next look: soon at first, then as often as was asked for; `waited` says how far the first ones are."""
    waited = whole(args.get("waited") or 0, "waited")
    pause, waited = next_pause(waited, arg_to_number(timing.get("interval_in_seconds")) or LOOK_OFTEN, least_pause())
    return ScheduledCommand(
        command=command,
        next_run_in_seconds=pause,
        args={**args, "waited": str(waited)},
        timeout_in_seconds=max(10, arg_to_number(timing.get("timeout_in_seconds")) or 1500),
    )


def next_pause(waited: int, usual: int, floor: int) -> tuple[int, int]:
    """Return the seconds until the next look, and at which moment of the first looks it is then.

    A first look that saves less than half of the usual pause is not worth its request.

    >>> [next_pause(waited, 30, 1) for waited in (0, 3, 5, 10)]
    [(3, 3), (2, 5), (5, 10), (30, 10)]
    >>> [next_pause(waited, 30, 10) for waited in (0, 10)], next_pause(0, 12, 10)
    ([(10, 10), (30, 10)], (12, 10))
    """
    usual = max(floor, usual)
    soon = next((one for one in FIRST_LOOKS if one - waited >= floor), None)
    if soon is None or 2 * (soon - waited) > usual:
        return usual, FIRST_LOOKS[-1]
    return soon - waited, soon


def least_pause() -> int:
    """Return the seconds after which the server looks again at the soonest; XSOAR does not say it and has its floor."""
    said = ((getattr(demisto, "callingContext", None) or {}).get("context") or {}).get("MinPollSeconds")
    return max(1, int(said)) if said else XSOAR_FLOOR


""" COMMANDS: COLLECT AND DOWNLOAD """

FETCHES = 2  # a link lives for a minute only, so a slow start deserves a fresh one
COLLECTED_COLUMNS = ("endpoint_name", "file_path", "file_size", "sha256", "state", "archive_name", "reason")


def collect_and_download_file_command(client: Client, args: dict[str, Any]) -> list:
    """Collect files, and save each in the War Room as soon as it is there."""
    if argToBoolean(args.get("keep_trying") or False):
        return keep_collecting(client, args)
    looked = read_object(args.get("looked"), "looked")
    task_ids, results = [checked_id(one, "task_id", TASK_ID) for one in words(args.get("task_id"))], []
    if not task_ids:
        answers = start_action(client, COLLECT, args)
        task_ids = [answer.task_id for answer in answers if answer.task_id]
        looked = {"refused": refused_sentence(COLLECT.title, answers)}
        results.append(CommandResults(readable_output=answers_table(COLLECT.title, answers)))
    tasks = [client.task(task_id) for task_id in task_ids]
    fresh = [task for task in tasks if task["status"] == "succeeded" and task["id"] not in looked.get("saved", ())]
    files, problems = save_collected(client, fresh)
    saved = [*looked.get("saved", ()), *(task["id"] for task in fresh)]
    problems = [*looked.get("problems", ()), *problems]
    if all(task["status"] in ENDED for task in tasks):
        lost = [sentence(task) for task in tasks if task["status"] in LOST]
        errors = [line for line in (looked.get("refused"), *lost, *problems) if line]
        return [*results, *files, show_tasks(tasks), *(error_entry(line) for line in errors)]
    state = state_of(tasks)
    memory = {"refused": looked.get("refused", ""), "saved": saved, "problems": problems, "seen": state}
    # Errors are told at the end: an error entry now would end the wait for the other files.
    later = {**args, "task_id": ",".join(task_ids), "looked": json.dumps(memory)}
    waiting = show_tasks(tasks, later=again(COLLECT_AND_DOWNLOAD, later, args), quiet=state == looked.get("seen"))
    return [*results, *files, waiting]


def save_collected(client: Client, tasks: list[dict]) -> tuple[list, list[str]]:
    """Save what tasks collected; return War Room entries, and what is wrong with them."""
    saved, lost = [], []
    for task in tasks:
        try:
            saved.append(save_one(client, task))
        except DemistoException as error:
            lost.append(f"The file of task {task['id']} ({place_of(task)}) was not saved: {error}")
    entries, problems = saved_entries(saved)
    return entries, [*lost, *problems]


def saved_entries(saved: list[tuple[dict, dict]]) -> tuple[list, list[str]]:
    """Return the War Room entries of files that were saved, and what is wrong with them."""
    entries, outputs = [entry for entry, _ in saved], [found for _, found in saved]
    problems = [line for found in outputs for line in verdict(found)]
    if outputs:
        masked = [{**one, "password": MASKED} for one in outputs]
        entries.append(
            CommandResults(
                outputs_prefix="VisionOne.Collected_File",
                outputs_key_field="task_id",
                outputs=outputs,
                readable_output=table_of("Collected files", masked, COLLECTED_COLUMNS),
                raw_response=masked,
            )
        )
    return entries, problems


def save_one(client: Client, task: dict) -> tuple[dict, dict]:
    """Fetch the archive of one collected file and look into it."""
    file = Path(f"collected-{demisto.uniqueFile()}")
    try:
        task, size = fetch_archive(client, task, file)
        archive = archive_name(task)
        found = {**inside(file, task), "archive_name": archive, "archive_size": size, "archive_sha256": sha256_of(file)}
        known = {key: snake(task).get(key) for key in COLLECTED_KEYS}
        outputs = {"task_id": task["id"], "file_name": base_name(task.get("filePath", "")), **known, **found}
        return file_result_existing_file(str(file), archive), outputs
    finally:
        file.unlink(missing_ok=True)


""" COMMANDS: COLLECT UNTIL IT IS THERE """

COLLECT_DAYS = 7
DAY = 86_400
PAUSE_MAX = 3600  # seconds between two looks after a day or so
SAVE_TRIES, SAVE_SECONDS = 10, 300  # so often and so long a link that Vision One gives may fail
QUEUE_HOURS = 11  # Vision One gives up on an agent that is offline after 24 hours, formerly 12
ABSENT = re.compile(r"time.?out|off.?line|disconnect|not connect|unreachable", re.IGNORECASE)
FILE_COLUMNS = ("endpoint", "file_path", "state", "task_id", "reason")


@dataclass(slots=True, kw_only=True)
class Wanted:
    """A file that is asked for until it is there, and how that stands: open, saved or lost."""

    known: dict[str, str]
    task_id: str = ""
    attempt: int = 1
    state: str = "open"
    status: str = ""
    code: str = ""
    reason: str = ""
    tries: int = 0  # to fetch it with a link that Vision One gave

    def row(self) -> dict[str, Any]:
        known = {key: self.known.get(key, "") for key in ("endpoint", "agent_guid", "file_path")}
        keys = ("task_id", "state", "status", "code", "reason")
        return {**known, **{key: getattr(self, key) for key in keys}}

    def lose(self, reason: str, code: str = "") -> None:
        self.state, self.code, self.reason = "lost", code or self.code, reason


def keep_collecting(client: Client, args: dict[str, Any]) -> list:
    """Ask for files until each is saved, cannot be had, or the days of the instance are over."""
    client.retries = 0  # the next look is the next try
    memory = read_object(args.get("looked"), "looked") or first_memory(client, args)
    files, spent = [Wanted(**one) for one in memory["files"]], whole(memory["spent"], "looked")
    saved: list = []
    for one in files:
        if one.state == "open":
            saved += look_after(client, {**args, "idempotency_key": memory["key"]}, one, spent)
    if spent >= client.collect_days * DAY:
        for one in files:
            if one.state == "open":
                one.lose(f"It was asked for during {client.collect_days} days. {one.reason}".strip(), "TooLate")
    entries, problems = saved_entries(saved)
    memory["problems"] += problems
    if all(one.state != "open" for one in files):
        return [*entries, *final_entries(files, memory["problems"])]
    state = " ".join(f"{one.task_id}:{one.state}:{one.status}:{one.reason}" for one in files)
    quiet = state == memory.get("seen")
    interval = min(PAUSE_MAX, max(arg_to_number(args.get("interval_in_seconds")) or LOOK_OFTEN, spent // 20))
    pause, _ = next_pause(whole(args.get("waited") or 0, "waited"), interval, least_pause())
    memory |= {"files": [asdict(one) for one in files], "spent": spent + pause, "seen": state}
    timing = {"interval_in_seconds": interval, "timeout_in_seconds": (client.collect_days + 2) * DAY}
    later = again(COLLECT_AND_DOWNLOAD, {**args, "looked": json.dumps(memory)}, timing)
    shown = "" if quiet else table_of("Files that are asked for", [one.row() for one in files], FILE_COLUMNS)
    return [*entries, CommandResults(readable_output=shown, scheduled_command=later)]


def first_memory(client: Client, args: dict[str, Any]) -> dict[str, Any]:
    """Return what is asked for; of a file that a task collects already, that task is followed first."""
    begun = {}
    given = args.get("collect_files")
    given = parsed(given, "collect_files") if isinstance(given, str) else given
    for one in [given] if isinstance(given, dict) else given or ():
        item = parsed(one, "collect_files") if isinstance(one, str) else one
        begun[item.get("agent_guid") or item.get("endpoint"), item.get("file_path")] = str(item.get("task_id") or "")
    files = [
        Wanted(known={}, task_id=checked_id(one, "task_id", TASK_ID)) for one in listed_values(args.get("task_id"))
    ]
    for one in read_targets({**args, "description": ""}, FILES) if begun or args.get("file_path") else ():
        known = dict(one.known)
        task_id = begun.get((known.get("agent_guid") or known.get("endpoint"), known["file_path"]), "")
        files.append(Wanted(known=known, task_id=checked_id(task_id, "task_id", TASK_ID) if task_id else ""))
    if not files:
        raise DemistoException(nothing_named(FILES))
    text = json.dumps([wire_time(client.now()), *(one.known for one in files)])
    key = key_of(args) or f"collect-{sha256(text.encode()).hexdigest()[:16]}"
    return {"key": key, "files": [asdict(one) for one in files], "spent": 0, "problems": []}


def look_after(client: Client, args: dict[str, Any], one: Wanted, spent: int) -> list:
    """Take the next step for one file: begin its task, look at it, save what it collected."""
    try:
        if not one.task_id:
            begin(client, args, one)
        return follow(client, args, one, spent) if one.task_id else []
    except DemistoException as error:
        one.reason = str(error).partition("\n")[0]
        if not passes(error):
            one.lose(one.reason, "Refused")
        return []


def begin(client: Client, args: dict[str, Any], one: Wanted) -> None:
    """Ask an endpoint for a file; each further request has its own key."""
    call = {
        "collect_files": [one.known],
        "description": args.get("description"),
        "idempotency_key": f"{args['idempotency_key']}.{one.attempt}",
        "idempotency_since": args.get("idempotency_since"),
    }
    (answer,) = start_action(client, COLLECT, call)
    one.task_id, one.reason = answer.task_id, answer.message
    if answer.refused and answer.result != UNKNOWN:
        one.lose(f"Vision One refused to collect it: {answer.message}", "Refused")


def follow(client: Client, args: dict[str, Any], one: Wanted, spent: int) -> list:
    """Look at the task of a file; one whose agent never came online is started again."""
    task = client.task(one.task_id)
    told = {
        "endpoint": task.get("endpointName"),
        "agent_guid": task.get("agentGuid"),
        "file_path": task.get("filePath"),
    }
    one.known = {**{key: str(value) for key, value in told.items() if value}, **one.known}
    one.status, one.reason = task["status"], sentence(task)
    if one.status == "succeeded":
        return save_wanted(client, one, task, spent)
    if one.status == "failed" and was_absent(task):
        one.task_id, one.attempt = "", one.attempt + 1
        begin(client, args, one)
    elif one.status in LOST:
        one.lose(one.reason, str((task.get("error") or {}).get("code") or one.status))
    return []


def was_absent(task: dict) -> bool:
    """Say whether a task failed because its agent was not there: its reason says so, or it waited for half a day."""
    begun, ended = str(task.get("createdDateTime") or ""), str(task.get("lastActionDateTime") or "")
    with suppress(ValueError):
        if read_time(ended) - read_time(begun) >= timedelta(hours=QUEUE_HOURS):
            return True
    return bool(ABSENT.search(error_text(task.get("error") or {})))


def save_wanted(client: Client, one: Wanted, task: dict, spent: int) -> list:
    """Save a file that was collected; a link that does not work is followed by another at the next look."""
    try:
        saved = save_one(client, task)
    except DemistoException as error:
        one.tries += 1
        one.reason = f"Vision One has the file, but it could not be fetched: {error}"
        if one.tries >= SAVE_TRIES and spent >= SAVE_SECONDS:
            one.lose(one.reason, "NotFetched")
        return []
    one.state, one.reason = "saved", ""
    return [saved]


def final_entries(files: list[Wanted], problems: list[str]) -> list:
    """Say of each file that could not be had why, in context and as errors."""
    lost = [one.row() for one in files if one.state == "lost"]
    errors = [f"{one['file_path']} on {one['endpoint'] or one['agent_guid']}: {one['reason']}" for one in lost]
    shown = CommandResults(
        outputs_prefix="VisionOne.Uncollected_File",
        outputs_key_field=["agent_guid", "file_path"],
        outputs=lost,
        readable_output=table_of("Files that were asked for", [one.row() for one in files], FILE_COLUMNS),
        raw_response=lost,
    )
    return [shown, *(error_entry(line) for line in [*errors, *problems])]


COLLECTED_KEYS = (
    "status", "endpoint_name", "agent_guid", "file_path", "file_size", "file_sha1", "file_sha256", "password",
)  # fmt: skip


def fetch_archive(client: Client, task: dict, file: Path) -> tuple[dict, int]:
    """Fetch by a fresh link, and once more by a new one when that one has died."""
    for left in reversed(range(FETCHES)):
        task = client.task(task["id"])
        if not task.get("resourceLocation"):
            raise DemistoException(no_file(task))
        try:
            return task, client.save_link(task["resourceLocation"], file)
        except DemistoException:
            if not left:
                raise
    raise AssertionError


def inside(file: Path, task: dict) -> dict:
    """Compare the file in an archive with the hash that Vision One reports."""
    expected = str(task.get("fileSha256") or "").lower()
    try:
        found = hash_inside(file, str(task.get("password") or ""))
    except UnreadableError as error:
        return {"sha256": "", "match": False, "state": "unread", "reason": str(error)}
    match = found == expected
    return {"sha256": found, "match": match, "state": "match" if match else "mismatch", "reason": ""}


def sha256_of(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def verdict(found: dict) -> list[str]:
    """Say what is wrong with a file that was saved, if anything is."""
    place = f"{found['file_path']} on {found['endpoint_name']}, saved as {found['archive_name']}"
    match found["state"]:
        case "match":
            return []
        case "mismatch":
            return [f"{place}: SHA-256 {found['sha256']} does not match {found['file_sha256']} of Vision One."]
        case _:
            return [f"{place}: it could not be compared with Vision One's hash, because {found['reason']}."]


""" ARCHIVES """

FILE_SIZE_MAX = 16 * 1024 * MEBIBYTE
STORED, DEFLATED, SEALED = 0, 8, 99  # a sealed member names its own method in an extra field
SEALED_FIELD = 0x9901
HEADER, ROUNDS, PROOF, CODE = 30, 1000, 2, 10
AES_BLOCK = 16
LANES = 16384  # blocks of a piece


class UnreadableError(Exception):
    """The archive cannot be looked into; the message says why."""


def hash_inside(file: Path, password: str) -> str:
    """Return the SHA-256 of the one file in an archive; nothing is unpacked to disk."""
    digest, size = sha256(), 0
    try:
        with ZipFile(file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                raise UnreadableError(f"the archive holds {len(members)} files instead of one")
            promised = members[0].file_size
            if promised > FILE_SIZE_MAX:
                raise UnreadableError(f"the file has {promised} bytes, more than the limit")
            for piece in pieces_of(archive, members[0], file, password):
                digest.update(piece)
                size += len(piece)
                if size > promised:
                    raise UnreadableError(f"the file is longer than the {promised} bytes that the archive promises")
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise UnreadableError(f"it is not a whole zip archive ({error})") from error
    except RuntimeError as error:  # how the zip library says that a password is missing or wrong
        raise UnreadableError("the archive has another password") from error
    if size != promised:
        raise UnreadableError(f"the file has {size} bytes instead of the {promised} that the archive promises")
    return digest.hexdigest()


def pieces_of(archive: ZipFile, member: ZipInfo, file: Path, password: str) -> Iterator[bytes]:
    """Yield the content of a member; Python's own library knows all but WinZip's AES."""
    if member.compress_type == SEALED:
        strength, method = sealed_with(member)
        yield from inflated(unsealed(file, member, password, strength), method)
        return
    with archive.open(member, pwd=password.encode() or None) as stream:
        while piece := stream.read(CHUNK):
            yield piece


def sealed_with(member: ZipInfo) -> tuple[int, int]:
    """Return the strength of a member's AES, 1 to 3, and by which method it was compressed before."""
    rest = member.extra
    while len(rest) >= 4:
        kind, end = little(rest[:2]), 4 + little(rest[2:4])
        field, rest = rest[4:end], rest[end:]
        if kind == SEALED_FIELD and len(field) == 7 and field[4] in {1, 2, 3}:
            return field[4], little(field[5:])
    raise BadZipFile("it does not say how it is encrypted")


def unsealed(file: Path, member: ZipInfo, password: str, strength: int) -> Iterator[bytes]:
    """Yield what AES hides, piece by piece; that it was changed or cut off shows at the end, as an error."""
    key_size, salt_size = 8 + 8 * strength, 4 + 4 * strength
    with file.open("rb") as stream:
        stream.seek(start_of_content(stream, member))
        salt, proof = stream.read(salt_size), stream.read(PROOF)
        keys = stretched(password.encode(), salt, 2 * key_size + PROOF)
        if keys[2 * key_size :] != proof:
            raise UnreadableError("the archive has another password")
        seal = hmac.new(keys[key_size : 2 * key_size], digestmod="sha1")
        left = max(0, member.compress_size - salt_size - PROOF - CODE)
        with block_cipher(keys[:key_size]) as encipher:
            for mask in masks(encipher):
                piece = stream.read(min(left, len(mask)))
                if not piece:
                    break
                left -= len(piece)
                seal.update(piece)
                yield crossed(piece, mask)
        if left or not hmac.compare_digest(seal.digest()[:CODE], stream.read(CODE)):
            raise UnreadableError("its authentication code is wrong, so the archive was changed after it was made")


def stretched(password: bytes, salt: bytes, size: int) -> bytes:
    """Make keys of a password, with PBKDF2; from Python 3.12 on hashlib has it only where there is an OpenSSL."""
    try:
        from hashlib import pbkdf2_hmac  # noqa: PLC0415  # a Python may be built without it
    except ImportError:
        return stretched_by_cryptography(password, salt, size)
    return pbkdf2_hmac("sha1", password, salt, ROUNDS, size)


def stretched_by_cryptography(password: bytes, salt: bytes, size: int) -> bytes:
    try:
        from cryptography.hazmat.primitives.hashes import SHA1  # noqa: PLC0415  # as in block_cipher
        from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC  # noqa: PLC0415
    except ImportError as error:
        raise UnreadableError(NO_AES) from error
    return PBKDF2HMAC(SHA1(), size, salt, ROUNDS).derive(password)  # noqa: S303  # WinZip's AES has no other


def start_of_content(stream: Any, member: ZipInfo) -> int:
    stream.seek(member.header_offset)
    header = stream.read(HEADER)
    if len(header) != HEADER or header[:4] != b"PK\x03\x04":
        raise BadZipFile("there is no file where its directory says")
    return member.header_offset + HEADER + little(header[26:28]) + little(header[28:])


def masks(encipher: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """Yield the key stream: counters from 1 on, their low byte first, each enciphered."""
    # All counters of a piece are one long number: so a piece takes a few operations, not one for each block.
    each = little((b"\x01" + bytes(AES_BLOCK - 1)) * LANES)
    counters = little(b"".join(number.to_bytes(AES_BLOCK, "little") for number in range(1, LANES + 1)))
    while True:
        yield encipher(counters.to_bytes(AES_BLOCK * LANES, "little"))
        counters += LANES * each


def crossed(piece: bytes, mask: bytes) -> bytes:
    return (little(piece) ^ little(mask[: len(piece)])).to_bytes(len(piece), "little")


def little(data: bytes) -> int:
    return int.from_bytes(data, "little")


def block_cipher(key: bytes) -> AbstractContextManager[Callable[[bytes], bytes]]:
    """Offer AES on blocks, by the cryptography package where there is one."""
    try:
        # Only this needs it, and it is slow to import.
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415
    except ImportError:
        return openssl_cipher(key)
    return nullcontext(Cipher(algorithms.AES(key), modes.ECB()).encryptor().update)  # noqa: S305  # counters, each once


@contextmanager
def openssl_cipher(key: bytes) -> Iterator[Callable[[bytes], bytes]]:
    """Offer AES on blocks, by the OpenSSL that Python itself is linked to; the image demisto/python3 has no other."""
    library = openssl()
    context = ctypes.c_void_p(library.EVP_CIPHER_CTX_new())

    def encipher(blocks: bytes) -> bytes:
        written, room = ctypes.c_int(), ctypes.create_string_buffer(len(blocks) + AES_BLOCK)
        if library.EVP_EncryptUpdate(context, room, ctypes.byref(written), blocks, len(blocks)) != 1:
            raise UnreadableError(NO_AES)
        return room.raw[: written.value]

    try:
        kind = ctypes.c_void_p(getattr(library, f"EVP_aes_{8 * len(key)}_ecb")())
        if library.EVP_EncryptInit_ex(context, kind, None, key, None) != 1:
            raise UnreadableError(NO_AES)
        yield encipher
    finally:
        library.EVP_CIPHER_CTX_free(context)


def openssl() -> Any:
    try:
        import _hashlib  # noqa: PLC0415  # a Python may be built without it

        library = ctypes.CDLL(getattr(_hashlib, "__file__", None))  # finds what _hashlib is linked to as well
        for name in ("EVP_CIPHER_CTX_new", "EVP_aes_128_ecb", "EVP_aes_192_ecb", "EVP_aes_256_ecb"):
            getattr(library, name).restype = ctypes.c_void_p
    except (ImportError, AttributeError, OSError) as error:
        raise UnreadableError(NO_AES) from error
    return library


NO_AES = "this Python has neither the cryptography package nor an OpenSSL to open it with"


def inflated(pieces: Iterator[bytes], method: int) -> Iterator[bytes]:
    """Undo the compression, never more than a piece of it at a time."""
    if method == STORED:
        yield from pieces
        return
    if method != DEFLATED:
        raise UnreadableError(f"its compression method {method} is not known here")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in pieces:
        rest = piece
        while rest and not inflater.eof:
            try:
                yield inflater.decompress(rest, CHUNK)
            except zlib.error:
                for _ in pieces:  # if somebody changed it, the end tells that more truly
                    pass
                raise
            rest = inflater.unconsumed_tail
    yield inflater.flush()
    if not inflater.eof:
        raise EOFError("it ends too early")


""" COMMANDS: SANDBOX """

SCORES = {"noRisk": 1, "low": 2, "medium": 2, "high": 3}
PASSWORD_MAX = 128
ARGUMENTS_MAX = 1024
FORM = {
    "document_password": ("documentPassword", PASSWORD_MAX),
    "archive_password": ("archivePassword", PASSWORD_MAX),
    "arguments": ("arguments", ARGUMENTS_MAX),
}
BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
BASE64_SHORTEST = 8


def submit_file_to_sandbox_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Fetch a file from an address and submit it."""
    form = sandbox_form(args)
    name = base_name(str(args.get("file_name") or args.get("filename") or ""))
    if not name:
        raise DemistoException("The file has no name; give file_name.")
    file = Path(f"sample-{demisto.uniqueFile()}")
    try:
        client.save_sample(args["file_url"].strip(), file)
        outputs, left = submit(client, file, name, form)
    finally:
        file.unlink(missing_ok=True)
    return submitted("VisionOne.Submit_File_to_Sandbox", [outputs], left)


def submit_file_entry_to_sandbox_command(client: Client, args: dict[str, Any]) -> list:
    """Submit files of the War Room."""
    form, entry_ids = sandbox_form(args), words(args["entry_id"])
    if not entry_ids:
        raise DemistoException("No file is named; give entry_id.")
    files = {entry_id: war_room_file(entry_id) for entry_id in entry_ids}
    outputs, left, problems = [], "", []
    for entry_id, (file, name) in files.items():
        try:
            one, left = submit(client, file, name, form)
        except DemistoException as error:
            problems.append(error)
        else:
            outputs.append({**one, "entry_id": entry_id, "file_path": str(file)})
    if problems and not outputs:
        raise problems[0]
    return [
        submitted("VisionOne.Submit_File_Entry_to_Sandbox", outputs, left),
        *(error_entry(f"{len(problems)} of {len(files)} files were not submitted: {error}") for error in problems[:1]),
    ]


def submit(client: Client, file: Path, name: str, form: dict[str, str]) -> tuple[dict, str]:
    submission, left = client.submit_file(file, name, form)
    outputs = {
        "message": f"{name} was submitted to the sandbox.",
        "code": 202,
        "task_id": submission.get("id"),
        "digest": submission.get("digest"),
        "arguments": submission.get("arguments"),
        "filename": name,
    }
    return {key: value for key, value in outputs.items() if value is not None}, left


def submitted(prefix: str, outputs: list[dict], left: str) -> CommandResults:
    rows = [{"File": one["filename"], "Task": one["task_id"], **(one.get("digest") or {})} for one in outputs]
    more = f"\nThe sandbox takes {left} more submissions today." if left else ""
    return CommandResults(
        outputs_prefix=prefix,
        outputs_key_field="task_id",
        outputs=outputs,
        readable_output=tableToMarkdown("Submitted to the sandbox", rows, headers=["File", "Task", "sha256"]) + more,
        raw_response=outputs,
    )


def war_room_file(entry_id: str) -> tuple[Path, str]:
    try:
        found = demisto.getFilePath(entry_id)
    except Exception as error:  # each server raises its own kind for an entry without a file
        raise DemistoException(f"The War Room entry {entry_id} holds no file: {error}") from error
    return Path(found["path"]), str(found["name"])


def sandbox_form(args: dict[str, Any]) -> dict[str, str]:
    """Return passwords and arguments as Vision One wants them, in Base64 and never twice in it."""
    form = {}
    for argument, (field, longest) in FORM.items():
        if value := str(args.get(argument) or ""):
            plain = decoded(value, str(args.get("encoding") or "auto"), argument)
            if len(plain) > longest:
                raise DemistoException(f"{argument} has {len(plain)} bytes; Vision One takes {longest}.")
            form[field] = b64encode(plain).decode()
    return form


def decoded(value: str, encoding: str, argument: str) -> bytes:
    """Return a value that is plain or Base64 as bytes.

    >>> decoded("infected", "auto", "archive_password"), decoded("aW5mZWN0ZWQ=", "auto", "archive_password")
    (b'infected', b'infected')
    """
    if encoding == "plain":
        return value.encode()
    try:
        plain = b64decode(value, validate=True)
    except (Base64Error, ValueError):
        plain = b""
    if encoding == "base64":
        if not plain:
            raise DemistoException(f"{argument} is not Base64; correct it, or give encoding=plain.")
        return plain
    readable = len(value) >= BASE64_SHORTEST and BASE64.fullmatch(value) and plain and plain.isascii()
    return plain if readable and plain.decode().isprintable() else value.encode()


def submit_urls_to_sandbox_command(client: Client, args: dict[str, Any]) -> list:
    """Submit addresses."""
    urls = listed_values(args["urls"])
    if not urls:
        raise DemistoException("No address is named; give urls.")
    rows: list[dict] = []
    for some in batches(urls):
        try:
            items = client.post_each("sandbox/urls/analyze", [{"url": url} for url in some])
        except DemistoException as error:
            if not any(row["task_id"] for row in rows):
                raise
            items = failed_items(error, len(some))
        rows += [url_answer(url, item) for url, item in zip(some, items, strict=True)]
    told = ("message", "unknown")
    accepted = [{key: value for key, value in row.items() if key not in told} for row in rows if row["task_id"]]
    refused = [(f"{row['url']}: {row['message']}", row["unknown"]) for row in rows if not row["task_id"]]
    shown = CommandResults(
        outputs_prefix="VisionOne.Submit_Urls_to_Sandbox",
        outputs_key_field="task_id",
        outputs=accepted,
        readable_output=table_of("Submitted to the sandbox", rows, ("url", "task_id", "status", "message")),
        raw_response=rows,
    )
    text = told_of("Submit to sandbox", refused, len(rows))
    return [shown, *([error_entry(text)] if text else [])]


def url_answer(url: str, item: dict) -> dict:
    body = item.get("body") or {}
    status = int(item.get("status") or 0)
    task_id = str(body.get("id") or "") if status and status < 300 else ""
    message = "" if task_id else error_text(body.get("error") or {}) or f"status {status}, no reason given"
    return {
        "url": url,
        "id": task_id,
        "task_id": task_id,
        "status": status,
        "digest": body.get("digest") or {},
        "message": message,
        "unknown": bool(item.get("unknown")),
    }


def get_file_analysis_status_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Say how submissions stand."""
    outputs = [snake(client.get(path_of(SUBMISSION, task_id))) for task_id in read_task_ids(args, SUBMISSION_ID)]
    columns = ("id", "action", "status", "created_date_time", "last_action_date_time", "is_cached", "error")
    return CommandResults(
        outputs_prefix="VisionOne.File_Analysis_Status",
        outputs_key_field="id",
        outputs=outputs,
        readable_output=table_of("Sandbox submissions", outputs, columns),
        raw_response=outputs,
    )


def get_file_analysis_result_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Show what the sandbox found."""
    waiting = not_yet(client, "trendmicro-visionone-get-file-analysis-result", args, "report_id")
    if waiting:
        return waiting
    result = client.get(path_of(ANALYSIS, read_id(args, "report_id", SUBMISSION_ID)))
    return show_result("VisionOne.File_Analysis_Result", "id", snake(result), result, client.reliability)


def not_yet(client: Client, command: str, args: dict[str, Any], argument: str) -> CommandResults | None:
    """Return the next look when an analysis still runs and may be waited for; one that failed is an error."""
    submission_id = read_id(args, argument, SUBMISSION_ID)
    try:
        task = client.get(path_of(SUBMISSION, submission_id))
    except DemistoException as error:
        if status_of(error) != 404:
            raise
        return None  # the ID of a result that had no submission of that ID
    if task["status"] == "running" and (patience := patience_of(args)):
        return wait_quietly(command, args, patience)
    if task["status"] != "succeeded":
        raise DemistoException(analysis_sentence(task))
    return None


def analysis_sentence(task: dict) -> str:
    if task["status"] == "running":
        return (
            f"The sandbox still analyzes {task['id']}; wait for it with "
            "!trendmicro-visionone-run-sandbox-submission-polling."
        )
    reason = error_text(task.get("error") or {}).rstrip(".")
    return f"The sandbox's analysis of {task['id']} failed{': ' if reason else ''}{reason}."


def run_sandbox_submission_polling_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Wait until a submission is analyzed, and show what was found."""
    task_id = read_id(args, "task_id", SUBMISSION_ID)
    task = client.get(path_of(SUBMISSION, task_id))
    if task["status"] == "failed":
        raise DemistoException(analysis_sentence(task))
    if task["status"] != "succeeded":
        return still_analyzed(task, args)
    report_id = str(task.get("resourceLocation") or task_id).rstrip("/").rsplit("/", 1)[-1]
    result = client.get(path_of(ANALYSIS, report_id))
    outputs = {
        "message": f"Risk level {result.get('riskLevel')}.",
        "status_code": 200,
        "code": 200,
        "status": task["status"],
        "task_id": task_id,
        "report_id": report_id,
        **{ours: result[wire] for ours, wire in POLLED_WORDS.items() if result.get(wire) is not None},
    }
    return show_result("VisionOne.Sandbox_Submission_Polling", "task_id", outputs, result, client.reliability)


POLLED_WORDS = {
    "type": "type",
    "digest": "digest",
    "risk_level": "riskLevel",
    "analysis_completion_time": "analysisCompletionDateTime",
    "detection_name_list": "detectionNames",
    "threat_type_list": "threatTypes",
    "file_type": "trueFileType",
}


def still_analyzed(task: dict, args: dict[str, Any]) -> CommandResults:
    """Say once that an analysis runs, and look again if that is wanted."""
    later = again("trendmicro-visionone-run-sandbox-submission-polling", {**args, "seen": "yes"}, args)
    polls, told = argToBoolean(args.get("polling", True)), bool(args.get("seen"))
    known = {"task_id": task["id"], "report_id": task["id"], "status": task["status"], "code": 200, "status_code": 200}
    return CommandResults(
        outputs_prefix="VisionOne.Sandbox_Submission_Polling",
        outputs_key_field="task_id",
        outputs=None if told else known,
        readable_output="" if told else f"The sandbox analyzes {task['id']}; status {task['status']}.",
        scheduled_command=later if polls else None,
    )


def show_result(prefix: str, key: str, outputs: dict, result: dict, reliability: str) -> CommandResults:
    """Show a result of the sandbox with the score that it stands for."""
    score = score_of(result, reliability)
    rating = {"Score": risk_score(result), "Vendor": BRAND, "Reliability": reliability}
    outputs["DBotScore"] = {**rating, "Indicator": score.indicator} if score else rating
    row = {
        "Type": result.get("type"),
        "Risk": result.get("riskLevel"),
        "Detections": result.get("detectionNames"),
        "Threats": result.get("threatTypes"),
        "True file type": result.get("trueFileType"),
        "SHA-256": (result.get("digest") or {}).get("sha256"),
        "Completed": result.get("analysisCompletionDateTime"),
    }
    return CommandResults(
        outputs_prefix=prefix,
        outputs_key_field=key,
        outputs=outputs,
        indicator=indicator_of(result, score) if score else None,
        readable_output=tableToMarkdown("Sandbox result", row, headers=list(row), removeNull=True),
        raw_response=result,
    )


def risk_score(result: dict) -> int:
    return SCORES.get(str(result.get("riskLevel")), 0)


def score_of(result: dict, reliability: str) -> Any:
    """Return the score of what was analyzed, unless the sandbox does not say what it was."""
    digest = result.get("digest") or {}
    is_url = result.get("type") == "url"
    subject = result.get("url") if is_url else digest.get("sha256") or digest.get("sha1")
    if not subject:
        return None
    return Common.DBotScore(
        indicator=subject,
        indicator_type=DBotScoreType.URL if is_url else DBotScoreType.FILE,
        integration_name=BRAND,
        score=risk_score(result),
        reliability=reliability,
        malicious_description=", ".join(result.get("detectionNames") or ()) or None,
    )


def indicator_of(result: dict, score: Any) -> Any:
    if result.get("type") == "url":
        return Common.URL(url=score.indicator, dbot_score=score)
    digest = result.get("digest") or {}
    return Common.File(dbot_score=score, md5=digest.get("md5"), sha1=digest.get("sha1"), sha256=digest.get("sha256"))


class Artifact(NamedTuple):
    """A file that the sandbox makes of an analysis."""

    command: str
    path: str
    outputs: str
    file: str
    what: str


REPORT = Artifact(
    command="trendmicro-visionone-download-analysis-report",
    path=f"{ANALYSIS}/report",
    outputs="VisionOne.Download_Analysis_Report",
    file="sandbox_report_{}.pdf",
    what="report",
)
PACKAGE = Artifact(
    command="trendmicro-visionone-download-investigation-package",
    path=f"{ANALYSIS}/investigationPackage",
    outputs="VisionOne.Download_Investigation_Package",
    file="sandbox_package_{}.zip",
    what="investigation package",
)


def download_artifact_command(client: Client, args: dict[str, Any], *, artifact: Artifact) -> list:
    """Save a file that the sandbox made in the War Room."""
    waiting = not_yet(client, artifact.command, args, "submission_id")
    if waiting:
        return [waiting]
    submission_id = read_id(args, "submission_id", SUBMISSION_ID)
    name = artifact.file.format(submission_id)
    file = Path(f"sandbox-{demisto.uniqueFile()}")
    try:
        size = client.save(path_of(artifact.path, submission_id), file)
        entry = file_result_existing_file(str(file), name)
    finally:
        file.unlink(missing_ok=True)
    message = f"The {artifact.what} of {submission_id} is saved as {name} ({size} bytes)."
    outputs = {"submission_id": submission_id, "result_code": 200, "message": message, "file_name": name}
    shown = CommandResults(
        outputs_prefix=artifact.outputs, outputs_key_field="submission_id", outputs=outputs, readable_output=message
    )
    return [shown, entry]


def download_suspicious_object_list_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Show which suspicious objects the sandbox saw."""
    waiting = not_yet(client, "trendmicro-visionone-download-suspicious-object-list", args, "submission_id")
    if waiting:
        return waiting
    submission_id = read_id(args, "submission_id", SUBMISSION_ID)
    try:
        records = list(client.records(path_of(f"{ANALYSIS}/suspiciousObjects", submission_id)))
    except DemistoException as error:
        if status_of(error) != 404:
            raise
        records = []
    outputs = [{**list_object(record), "submission_id": submission_id} for record in records]
    columns = ("type", "value", "risk_level", "root_sha1", "expired_date_time")
    text = table_of("Suspicious objects", outputs, columns)
    return CommandResults(
        outputs_prefix="VisionOne.Download_Suspicious_Object_list",
        outputs_key_field=["submission_id", "type", "value"],
        outputs=outputs,
        readable_output=text if outputs else f"The sandbox names no suspicious object of {submission_id}.",
        raw_response=outputs,
    )


def get_file_analysis_report_command(client: Client, args: dict[str, Any]) -> Any:
    """Bring what an older form asked for by its kind; each kind has a command of its own now."""
    run = {
        "vaReport": partial(download_artifact_command, artifact=REPORT),
        "investigationPackage": partial(download_artifact_command, artifact=PACKAGE),
        "suspiciousObject": download_suspicious_object_list_command,
    }.get(str(args["type"]))
    if not run:
        raise DemistoException(f"type is {args['type']!r}; use vaReport, investigationPackage or suspiciousObject.")
    return run(client, {"submission_id": read_id(args, "report_id", SUBMISSION_ID)})


""" COMMANDS: ACTIVITY """

TOPS = (50, 100, 500, 1000, 5000)


class Activity(NamedTuple):
    """A kind of activity data, and where its records and their number are written."""

    path: str
    outputs: str
    key: str
    counts: tuple[str, ...]
    count: str
    title: str
    columns: tuple[str, ...]


ENDPOINT_ACTIVITY = Activity(
    path="search/endpointActivities",
    outputs="VisionOne.Endpoint_Activity_Data",
    key="uuid",
    counts=("VisionOne.Endpoint_Activity_Data_Count", "VisionOne.Endpoint_Activity_Count"),
    count="endpoint_activity_count",
    title="Endpoint activity",
    columns=("event_time_d_t", "endpoint_host_name", "logon_user", "process_cmd", "object_cmd", "object_file_path"),
)
EMAIL_ACTIVITY = Activity(
    path="search/emailActivities",
    outputs="VisionOne.Email_Activity_Data",
    key="msg_uuid",
    counts=("VisionOne.Email_Activity_Data_Count", "VisionOne.Email_Activity_Count"),
    count="email_activity_count",
    title="Email activity",
    columns=("mailbox", "mail_msg_subject", "mail_from_addresses", "mail_to_addresses", "mail_msg_id", "msg_uuid"),
)


def get_activity_command(client: Client, args: dict[str, Any], *, activity: Activity) -> CommandResults:
    """Search activity data."""
    everything = argToBoolean(args.get("fetch_all") or False)
    name = "fetch_max_count" if everything else "top"
    limit = whole(args.get(name) or (5000 if everything else 50), name)
    top = next((size for size in TOPS if size >= limit), TOPS[-1])
    found = client.records(activity.path, {**search_params(client, args), "top": top}, search_header(args))
    outputs = [snake(record) for record in islice(found, limit)]
    return CommandResults(
        outputs_prefix=activity.outputs,
        outputs_key_field=activity.key,
        outputs=outputs,
        readable_output=table_of(f"{activity.title}: {len(outputs)} records", outputs, activity.columns),
        raw_response=outputs,
    )


def count_activity_command(client: Client, args: dict[str, Any], *, activity: Activity) -> CommandResults:
    """Count activity data."""
    params = {**search_params(client, args), "mode": "countOnly"}
    count = client.get(activity.path, params, search_header(args)).get("totalCount", 0)
    return CommandResults(
        outputs={place: {activity.count: count} for place in activity.counts},
        readable_output=f"{activity.title}: {count} records fit.",
        raw_response={activity.count: count},
    )


def search_params(client: Client, args: dict[str, Any]) -> dict[str, str]:
    now = client.now()
    params = {
        "startDateTime": wire_time(moment_of(args["start"], now, "start")) if args.get("start") else "",
        "endDateTime": wire_time(moment_of(args["end"], now, "end")) if args.get("end") else "",
        "select": ",".join(words(args.get("select"))),
    }
    return {key: value for key, value in params.items() if value}


def search_header(args: dict[str, Any]) -> dict[str, Any]:
    """Return the search: as given, or made of fields and values."""
    if query := str(args.get("query") or "").strip():
        return {"TMV1-Query": query.encode()}
    fields = read_object(args.get("fields"), "fields")
    if not fields:
        raise DemistoException(
            'Nothing is searched for; give fields, such as {"endpointHostName":"FIN-LT-042"}, or query.'
        )
    operator = str(args.get("query_op") or "and").lower()
    if operator not in {"and", "or"}:
        raise DemistoException(f"query_op is {operator!r}; use and, or or.")
    terms = [search_term(field, value) for field, value in fields.items()]
    return {"TMV1-Query": f" {operator} ".join(terms).encode()}


def field_name(name: str) -> str:
    """Return the name of a field, which is nothing but a name."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", name):
        raise DemistoException(f"{shortened(name)} is no field to search by; give one such as endpointHostName.")
    return name


def search_term(field: str, value: Any) -> str:
    """Return one condition of a search; a value cannot end it."""
    values = value if isinstance(value, list) else [value]
    escaped = (str(one).replace("\\", "\\\\").replace('"', '\\"') for one in values)
    terms = [f'{field_name(field)}:"{one}"' for one in escaped]
    return terms[0] if len(terms) == 1 else f"({' or '.join(terms)})"


""" COMMANDS: WORKBENCH ALERTS """

STATUS = {"open": "Open", "in_progress": "In Progress", "closed": "Closed"}
# What a status meant together with findings, in the older form.
OLDER_STATUS = {
    "new": ("open", ""),
    "resolved_true_positive": ("closed", "true_positive"),
    "resolved_false_positive": ("closed", "false_positive"),
}
FINDINGS = {
    "no_findings": "No Findings",
    "noteworthy": "Noteworthy",
    "true_positive": "True Positive",
    "false_positive": "False Positive",
    "benign_true_positive": "Benign True Positive",
    "other_findings": "Other Findings",
}


def get_alert_details_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Show a workbench alert as it is now."""
    alert, etag = client.alert(read_id(args, "workbench_id", ALERT_ID))
    row = {
        "ID": alert.get("id"),
        "Model": alert.get("model"),
        "Severity": alert.get("severity"),
        "Score": alert.get("score"),
        "Status": alert.get("status"),
        "Findings": alert.get("investigationResult"),
        "Endpoints": host_names(alert),
        "Created": alert.get("createdDateTime"),
        "Link": alert.get("workbenchLink"),
    }
    return CommandResults(
        outputs_prefix="VisionOne.Alert_Details",
        outputs_key_field="alert.id",
        outputs={"etag": etag, "alert": snake(alert)},
        readable_output=tableToMarkdown("Workbench alert", row, headers=list(row), removeNull=True),
        raw_response=alert,
    )


def update_status_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Set an alert's status, findings or both."""
    workbench_id, given = read_id(args, "workbench_id", ALERT_ID), str(args.get("status") or "")
    status, finding = OLDER_STATUS.get(given.strip().lower(), (given, ""))
    changes = {
        "status": chosen(STATUS, status, "status"),
        "investigationResult": chosen(FINDINGS, args.get("inv_result") or finding, "inv_result"),
    }
    changes = {key: value for key, value in changes.items() if value}
    if not changes:
        raise DemistoException("Nothing to change; give status, inv_result or both.")
    changed = apply_changes(client, workbench_id, changes, args.get("if_match") or "")
    words = " and ".join(changes.values())
    message = f"Alert {workbench_id} is now {words}." if changed else f"Alert {workbench_id} was {words} already."
    return CommandResults(
        outputs_prefix="VisionOne.Update_Status",
        outputs_key_field="Workbench_Id",
        outputs={"Workbench_Id": workbench_id, "code": "SUCCESS", "message": message},
        readable_output=message,
    )


def apply_changes(client: Client, workbench_id: str, changes: dict, etag: str) -> bool:
    """Change an alert unless it is so already; when someone else was quicker, look again, once."""
    if etag:
        client.change_alert(workbench_id, changes, etag)
        return True
    for last in (False, True):
        alert, etag = client.alert(workbench_id)
        if all(alert.get(key) == value for key, value in changes.items()):
            return False
        try:
            client.change_alert(workbench_id, changes, etag)
        except DemistoException as error:
            if last or status_of(error) != 412:
                raise
        else:
            return True
    return False


def add_note_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Write a note on an alert, unless an earlier call with the same key has done so."""
    workbench_id, key = read_id(args, "workbench_id", ALERT_ID), key_of(args)
    mark = f"[ref {key}]" if key else ""
    params = {"startDateTime": look_from(client, args), "top": 200}
    notes = client.records(path_of(NOTES, workbench_id), params) if mark else ()
    note_id = next((str(note["id"]) for note in notes if mark in str(note.get("content"))), "")
    message = f"Note {note_id} is on alert {workbench_id} already."
    if not note_id:
        note_id = client.add_note(workbench_id, marked(args["content"], mark, glue="\n\n"))
        message = f"Note {note_id} was added to alert {workbench_id}."
    return CommandResults(
        outputs_prefix="VisionOne.Add_Note",
        outputs_key_field=["Workbench_Id", "note_id"],
        outputs={"Workbench_Id": workbench_id, "code": "SUCCESS", "message": message, "note_id": note_id},
        readable_output=message,
    )


def list_alerts_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Show the workbench alerts that fit, the newest first."""
    now, limit = client.now(), whole(args.get("limit") or 50, "limit")
    query = {
        "startDateTime": wire_time(moment_of(args.get("start") or "7 days", now, "start")),
        "endDateTime": wire_time(moment_of(args["end"], now, "end")) if args.get("end") else "",
        "orderBy": "createdDateTime desc",
    }
    known = {name: args.get(name) for name in ("severities", "statuses", "providers", "models")}
    wanted = " and ".join(part for part in (alert_filter(known), str(args.get("filter") or "").strip()) if part)
    header = {"TMV1-Filter": wanted.encode()} if wanted else {}
    found = client.records(ALERTS, {key: value for key, value in query.items() if value}, header)
    outputs = [snake(record) for record in islice(found, limit)]
    columns = ("id", "model", "severity", "score", "status", "investigation_result", "created_date_time")
    return CommandResults(
        outputs_prefix="VisionOne.Alert",
        outputs_key_field="id",
        outputs=outputs,
        readable_output=table_of("Workbench alerts", outputs, columns),
        raw_response=outputs,
    )


def list_notes_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Show the notes on an alert, the oldest first."""
    workbench_id = read_id(args, "workbench_id", ALERT_ID)
    outputs = notes_on(client, workbench_id)[: whole(args.get("limit") or 200, "limit")]
    columns = ("id", "creator_name", "created_date_time", "last_updated_date_time", "content")
    return CommandResults(
        outputs_prefix="VisionOne.Note",
        outputs_key_field=["workbench_id", "id"],
        outputs=outputs,
        readable_output=table_of(f"Notes on {workbench_id}", outputs, columns),
        raw_response=outputs,
    )


def notes_on(client: Client, workbench_id: str) -> list[dict]:
    records = client.records(path_of(NOTES, workbench_id), {"orderBy": "createdDateTime asc", "top": 200})
    return [{"workbench_id": workbench_id, **snake(record), "id": str(record.get("id"))} for record in records]


def edit_note_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Change a note's text; when someone else was quicker, look again, once."""
    workbench_id, note_id = read_id(args, "workbench_id", ALERT_ID), read_id(args, "note_id", NOTE_ID)
    content = args["content"]
    for last in (False, True):
        note, etag = client.note(workbench_id, note_id)
        if note.get("content") == content:
            return note_result(workbench_id, f"Note {note_id} on alert {workbench_id} reads so already.", note_id)
        try:
            client.change_note(workbench_id, note_id, content, etag)
        except DemistoException as error:
            if last or status_of(error) != 412:
                raise
        else:
            break
    return note_result(workbench_id, f"Note {note_id} on alert {workbench_id} was changed.", note_id)


def delete_notes_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Delete notes; one that is gone already is no error."""
    workbench_id = read_id(args, "workbench_id", ALERT_ID)
    note_ids = [checked_id(one, "note_id", NOTE_ID) for one in words(args["note_id"])]
    if not note_ids:
        raise DemistoException("No note is named; give note_id.")
    there = {note["id"] for note in notes_on(client, workbench_id)}
    if left := [note_id for note_id in note_ids if note_id in there]:
        client.delete_notes(workbench_id, left)
    gone = [note_id for note_id in note_ids if note_id not in there]
    told = [f"Deleted from alert {workbench_id}: {', '.join(left)}." if left else ""]
    told += [f"Not on alert {workbench_id}, so there was nothing to delete: {', '.join(gone)}." if gone else ""]
    return note_result(workbench_id, " ".join(filter(None, told)), note_ids, "VisionOne.Delete_Note")


def note_result(workbench_id: str, message: str, note_id: Any, prefix: str = "VisionOne.Edit_Note") -> CommandResults:
    return CommandResults(
        outputs_prefix=prefix,
        outputs_key_field=["Workbench_Id", "note_id"],
        outputs={"Workbench_Id": workbench_id, "code": "SUCCESS", "message": message, "note_id": note_id},
        readable_output=message,
    )


def get_techniques_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Show observed attack techniques, the newest first."""
    now, limit = client.now(), whole(args.get("top") or 50, "top")
    moments = {"detected_start": "detectedStartDateTime", "detected_end": "detectedEndDateTime",
               "ingested_start": "ingestedStartDateTime", "ingested_end": "ingestedEndDateTime"}  # fmt: skip
    query: dict[str, Any] = {
        wire: wire_time(moment_of(args[ours], now, ours)) for ours, wire in moments.items() if args.get(ours)
    }
    fields, operator = read_object(args.get("fields"), "fields"), str(args.get("query_op") or "and").lower()
    if operator not in {"and", "or"}:
        raise DemistoException(f"query_op is {operator!r}; use and, or or.")
    wanted = f" {operator} ".join(f"{field_name(name)} eq {quoted(value)}" for name, value in fields.items())
    query["top"] = next((size for size in (50, 100, 200) if size >= limit), 200)
    found = client.records("oat/detections", query, {"TMV1-Filter": wanted.encode()} if wanted else {})
    outputs = [{**snake(record), "id": record.get("uuid")} for record in islice(found, limit)]
    rows = [
        {
            "Detected": one.get("detected_date_time"),
            "Entity": one.get("entity_name"),
            "Filters": [each.get("name") for each in one.get("filters") or ()],
            "Techniques": [name for each in one.get("filters") or () for name in each.get("mitre_technique_ids") or ()],
            "ID": one["id"],
        }
        for one in outputs
    ]
    return CommandResults(
        outputs_prefix="VisionOne.Get_Observed_Attack_Techniques",
        outputs_key_field="id",
        outputs=outputs,
        readable_output=tableToMarkdown("Observed attack techniques", rows, removeNull=True),
        raw_response=outputs,
    )


""" COMMANDS: CUSTOM SCRIPTS """

SCRIPT_TYPES = {"bash": "bash", "powershell": "powershell"}


def get_custom_script_list_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Show the custom scripts that can be run."""
    asked = {"fileName": args.get("filename"), "fileType": chosen(SCRIPT_TYPES, args.get("filetype"), "filetype")}
    operator = str(args.get("query_op") or "and").lower()
    if operator not in {"and", "or"}:
        raise DemistoException(f"query_op is {operator!r}; use and, or or.")
    outputs = custom_scripts(client, f" {operator} ".join(f"{k} eq {quoted(v)}" for k, v in asked.items() if v))
    return CommandResults(
        outputs_prefix="VisionOne.Get_Custom_Script_List",
        outputs_key_field="id",
        outputs=outputs,
        readable_output=table_of("Custom scripts", outputs, ("id", "filename", "filetype", "description")),
        raw_response=outputs,
    )


def custom_scripts(client: Client, wanted: str) -> list[dict]:
    records = client.records(SCRIPTS, {"top": 200, **({"filter": wanted} if wanted else {})})
    return [
        {
            "id": record.get("id"),
            "filename": record.get("fileName"),
            "filetype": record.get("fileType"),
            "description": record.get("description") or "",
        }
        for record in records
    ]


def add_custom_script_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Store a script, unless it is stored already under this name and with this text."""
    script = script_of(args)
    same = custom_scripts(client, f"fileName eq {quoted(script['fileName'])}")
    known = next((one["id"] for one in same if client.script_text(one["id"]) == script["text"]), "")
    script_id = known or client.write_script(SCRIPTS, script)
    name = script["fileName"]
    message = f"{name} is stored already as {script_id}." if known else f"{name} is stored as {script_id}."
    return script_result("VisionOne.Add_Custom_Script", script_id, message)


def update_custom_script_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Put another text in the place of a script's."""
    script_id = read_id(args, "script_id", SCRIPT_ID)
    client.write_script(path_of(f"{SCRIPT}/update", script_id), script_of(args))
    return script_result("VisionOne.Update_Custom_Script", script_id, f"Script {script_id} was updated.")


def delete_custom_script_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Delete a script; one that is gone already is no error."""
    script_id = read_id(args, "script_id", SCRIPT_ID)
    message = f"Script {script_id} was deleted."
    try:
        client.delete_script(script_id)
    except DemistoException as error:
        if status_of(error) != 404:
            raise
        message = f"There is no script {script_id}, so there was nothing to delete."
    return script_result("VisionOne.Delete_Custom_Script", script_id, message)


def fenced(text: str) -> str:
    """Put a text in a fence of Markdown that is longer than any in it."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}"


def download_custom_script_command(client: Client, args: dict[str, Any]) -> CommandResults:
    """Show the text of a script."""
    script_id = read_id(args, "script_id", SCRIPT_ID)
    text = client.script_text(script_id)
    return CommandResults(
        outputs_prefix="VisionOne.Download_Custom_Script",
        outputs_key_field="id",
        outputs={"id": script_id, "text": text},
        readable_output=f"### Script {script_id}\n{fenced(text)}",
        raw_response=text,
    )


def script_of(args: dict[str, Any]) -> dict[str, str]:
    return {
        "fileName": args["filename"].strip(),
        "fileType": chosen(SCRIPT_TYPES, args["filetype"], "filetype"),
        "text": args["script_contents"],
        "description": str(args.get("description") or ""),
    }


def script_result(prefix: str, script_id: str, message: str) -> CommandResults:
    return CommandResults(
        outputs_prefix=prefix,
        outputs_key_field="id",
        outputs={"id": script_id, "status": "SUCCESS", "message": message},
        readable_output=message,
    )


""" COMMANDS: GENERIC """

GOOD, SUSPECT, BAD = 1, 2, 3
LIST_SCORES = {"high": BAD, "medium": SUSPECT, "low": SUSPECT}
HASHES = {32: "md5", 40: "sha1", 64: "sha256"}


class Opinion(NamedTuple):
    """What Vision One thinks of an indicator, and why."""

    score: int
    why: str
    digest: dict


def endpoint_command(client: Client, args: dict[str, Any]) -> list:
    """Say in XSOAR's common form what Vision One knows about endpoints."""
    names = [name for key in ("id", "ip", "hostname") for name in words(args.get(key))]
    if not names:
        raise DemistoException("No endpoint is named; give id, ip or hostname.")
    results = []
    for entry in get_endpoint_info_command(client, {"endpoint": names}):
        outputs = getattr(entry, "outputs", None)
        results += [common_endpoint(one) for one in outputs or ()] if outputs else [entry]
    return results


def common_endpoint(one: dict) -> CommandResults:
    def value(key: str) -> Any:
        found = (one.get(key) or {}).get("value")
        return found[0] if isinstance(found, list) and len(found) == 1 else found

    status = {"connected": "Online", "disconnected": "Offline"}.get(str(one.get("connectivity")), "Unknown")
    isolated = {"on": "Yes", "off": "No"}.get(str(one.get("isolation_status")))
    endpoint = Common.Endpoint(
        id=one["agent_guid"],
        hostname=value("endpoint_name"),
        ip_address=value("ip"),
        mac_address=value("mac_address"),
        os=one.get("os_name"),
        os_version=one.get("os_version"),
        status=status,
        is_isolated=isolated,
        vendor=BRAND,
    )
    return CommandResults(
        indicator=endpoint,
        readable_output=tableToMarkdown("Endpoint", endpoint_row(one), removeNull=True),
        raw_response=one,
    )


def reputation_command(client: Client, args: dict[str, Any], *, kind: str) -> list:
    """Say what Vision One's lists and sandbox make of indicators."""
    values = listed_values(args[kind])
    no_hashes = [one for one in values if kind == "file" and not is_hash(one)]
    errors = [f"{shortened(one)} is no MD5, SHA-1 or SHA-256; give a hash." for one in no_hashes]
    if errors and no_hashes == values:
        raise DemistoException(errors[0])
    known = [one for one in values if one not in no_hashes]
    results = [rated(kind, one, opinion_of(client, kind, one), client.reliability) for one in known]
    return [*results, *(error_entry(error) for error in errors)]


def is_hash(value: str) -> bool:
    return len(value) in HASHES and bool(re.fullmatch("[0-9a-fA-F]+", value))


def opinion_of(client: Client, kind: str, value: str) -> Opinion:
    """Ask in this order: what people put on the suspicious list, the sandbox, what people called good."""
    wire = HASHES[len(value)] if kind == "file" else kind
    object_type = {"sha1": "file_sha1", "sha256": "file_sha256"}.get(wire, wire)
    asked = {"object_type": object_type, "object_value": value}
    listable = object_type in OBJECT_TYPES
    for one in listed(client, SUSPICIOUS, asked) if listable else ():
        if covered(asked, one):
            score = BAD if one.get("scan_action") == "block" else LIST_SCORES.get(str(one.get("risk_level")), SUSPECT)
            why = f"on the suspicious object list, risk {one.get('risk_level')}, {one.get('scan_action')} when seen"
            return Opinion(score=score, why=why, digest={})
    if kind == "file":
        params = {
            "filter": f"{wire} eq {quoted(value.lower())}",
            "top": 50,
            "orderBy": "analysisCompletionDateTime desc",
        }
        if result := next(client.records(ANALYSES, params), None):
            names = ", ".join(result.get("detectionNames") or ())
            why = f"the sandbox found {result.get('riskLevel')}{': ' if names else ''}{names}"
            return Opinion(score=risk_score(result), why=why, digest=result.get("digest") or {})
    for one in listed(client, EXCEPTIONS, asked) if listable else ():
        if covered(asked, one):
            return Opinion(score=GOOD, why="on the exception list", digest={})
    return Opinion(score=0, why="not known to lists and sandbox", digest={})


def rated(kind: str, value: str, opinion: Opinion, reliability: str) -> CommandResults:
    score = Common.DBotScore(
        indicator=value,
        indicator_type=getattr(DBotScoreType, kind.upper()),
        integration_name=BRAND,
        score=opinion.score,
        reliability=reliability,
        malicious_description=opinion.why if opinion.score == BAD else None,
    )
    hashes = {name: opinion.digest.get(name) for name in HASHES.values()}
    indicators = {
        "ip": lambda: Common.IP(ip=value, dbot_score=score),
        "url": lambda: Common.URL(url=value, dbot_score=score),
        "domain": lambda: Common.Domain(domain=value, dbot_score=score),
        "file": lambda: Common.File(dbot_score=score, **{**hashes, HASHES.get(len(value), "sha1"): value}),
    }
    word = ("unknown", "good", "suspicious", "bad")[opinion.score]
    row = {"Indicator": value, "Verdict": word, "Why": opinion.why}
    return CommandResults(
        indicator=indicators[kind](),
        readable_output=tableToMarkdown("Vision One's opinion", row, headers=list(row)),
        raw_response={"indicator": value, "score": opinion.score, "why": opinion.why},
    )


""" MIRRORING """

DIRECTIONS = {"Incoming": "In", "Outgoing": "Out", "Incoming And Outgoing": "Both"}
MIRRORED = {"status": "How the alert stands: Open, In Progress or Closed.",
            "investigationResult": "What the investigation found."}  # fmt: skip
OWNER = "owner"
CLOSED = "Closed"
DONE = 2  # XSOAR's number of a closed incident
CLOSE_REASONS = {"False Positive": "False Positive"}  # the only one that says the same in both
FINDING_REASONS = {"False Positive": "False Positive", "True Positive": "Resolved", "Benign True Positive": "Resolved"}
NOTE_MARK = re.compile(r"\[ref xsoar/\S+\]")
ALERTS_WATCHED = 100
ALERTS_REMEMBERED = 5000


def mirror_fields(params: dict[str, Any], alert_id: str) -> dict[str, Any]:
    """Return what makes an incident a mirror of its alert, if it is to be one."""
    direction = DIRECTIONS.get(str(params.get("mirror_direction")))
    if not direction:
        return {}
    return {
        "dbotMirrorId": alert_id,
        "dbotMirrorDirection": direction,
        "dbotMirrorInstance": demisto.integrationInstance(),
        "dbotMirrorTags": words(params.get("note_tag") or "visionone"),
    }


def get_mapping_fields_command(_client: Client, _args: dict[str, Any]) -> Any:
    """Name what of an alert can be changed from outside."""
    fields = SchemeTypeMapping(type_name="Vision One Workbench Alert")
    for name, description in MIRRORED.items():
        fields.add_field(name, description)
    fields.add_field(OWNER, "Who works on it. Vision One takes no owner from outside, so a new one is told in a note.")
    return GetMappingFieldsResponse([fields])


def get_modified_remote_data_command(client: Client, args: dict[str, Any]) -> Any:
    """Name the alerts that changed, and those not closed that got a note: a note does not touch its alert."""
    since = wire_time(read_time(GetModifiedRemoteDataArgs(args).last_update) - timedelta(minutes=1))
    changed = {"startDateTime": since, "dateTimeTarget": "updatedDateTime", "orderBy": "updatedDateTime asc"}
    found = [record["id"] for record in client.records(ALERTS, changed) if is_alert(record)]
    lately = {"startDateTime": wire_time(client.now() - timedelta(days=30)), "orderBy": "createdDateTime desc"}
    worked = client.records(ALERTS, lately, {"TMV1-Filter": "status eq 'Open' or status eq 'In Progress'"})
    for record in islice(filter(lambda one: is_alert(one) and is_part(one["id"]), worked), ALERTS_WATCHED):
        path = path_of(NOTES, record["id"])
        if record["id"] not in found and client.get(path, {"startDateTime": since, "top": 50}).get("items"):
            found.append(str(record["id"]))
    return GetModifiedRemoteDataResponse(found)


def get_remote_data_command(client: Client, args: dict[str, Any]) -> Any:
    """Return an alert as it is now, the notes that are new, and that the incident is to be closed or opened again."""
    asked = GetRemoteDataArgs(args)
    alert_id = checked_id(asked.remote_incident_id, "The mirrored ID", ALERT_ID)
    alert, _ = client.alert(alert_id)
    entries = [note_entry(note) for note in new_notes(client, alert_id)]
    if argToBoolean(demisto.params().get("close_incident") or False):
        entries.append(closing_entry(alert))
    owner = new_owner(client, alert_id, alert)
    return GetRemoteDataResponse(
        {**with_observables(alert), **owner}, entries
    )  # as it was fetched, since the same mapper reads it


def new_notes(client: Client, alert_id: str) -> list[dict]:
    """Return the notes that are new here, without those that were written from here; each is returned once."""
    last = remembered("notes_seen", alert_id) or 0
    notes = [note for note in notes_on(client, alert_id) if int(note["id"]) > last]
    if notes or last:
        remember("notes_seen", alert_id, max([last, *(int(note["id"]) for note in notes)]))
    return [note for note in notes if not NOTE_MARK.search(str(note.get("content")))]


def new_owner(client: Client, alert_id: str, alert: dict) -> dict:
    """Return the owner that an alert has got since this was last looked at; one taken away stays the incident's."""
    owner_ids, known = alert.get("ownerIds") or [], remembered("owners", alert_id) or {}
    if owner_ids == known.get("there", []):
        return {}
    name = next(filter(None, (account_name(client, owner_id) for owner_id in owner_ids)), "")
    if name or not owner_ids:
        remember("owners", alert_id, {"there": owner_ids, "here": name or known.get("here", "")})
    return {OWNER: name} if name else {}


def account_name(client: Client, account_id: str) -> str:
    """Return an account's mail address, or nothing when there is no such account or the key may not see it."""
    if not is_part(account_id):
        return ""
    try:
        account = client.get(path_of("iam/accounts/{}", account_id))
    except DemistoException as error:
        if status_of(error) not in {403, 404}:
            raise
        return ""
    return str(account.get("email") or account.get("name") or "")


def remembered(what: str, alert_id: str) -> Any:
    return ((demisto.getIntegrationContext() or {}).get(what) or {}).get(alert_id)


def remember(what: str, alert_id: str, value: Any) -> None:
    """Keep what is known of an alert from one run to the next; of many alerts, those looked at last."""
    context = demisto.getIntegrationContext() or {}
    known = {key: one for key, one in (context.get(what) or {}).items() if key != alert_id}
    kept = dict(list({**known, alert_id: value}.items())[-ALERTS_REMEMBERED:])
    demisto.setIntegrationContext({**context, what: kept})


def note_entry(note: dict) -> dict:
    who = note.get("creator_name") or note.get("creator_mail_address") or "somebody"
    text = f"{who} noted on the alert in Vision One, {note.get('created_date_time')}:\n\n{note.get('content')}"
    return {"Type": EntryType.NOTE, "ContentsFormat": EntryFormat.TEXT, "Contents": text, "Note": True}


def closing_entry(alert: dict) -> dict:
    contents: dict[str, Any] = {"dbotIncidentReopen": True}
    if alert.get("status") == CLOSED:
        finding = str(alert.get("investigationResult"))
        contents = {
            "dbotIncidentClose": True,
            "closeReason": FINDING_REASONS.get(finding, "Other"),
            "closeNotes": f"Closed in Vision One: {finding}.",
        }
    return {"Type": EntryType.NOTE, "ContentsFormat": EntryFormat.JSON, "Contents": contents}


def update_remote_system_command(client: Client, args: dict[str, Any]) -> str:
    """Bring what changed in the incident to its alert: a field that changed here wins, the others stay as they are."""
    asked = UpdateRemoteSystemArgs(args)
    params = demisto.params()
    # Nobody types this command, so it is not among those that change something; the setting holds all the same.
    if argToBoolean(params.get("read_only") or False):
        raise DemistoException("this instance is read-only, so nothing is mirrored out.")
    alert_id, delta = checked_id(asked.remote_incident_id, "The mirrored ID", ALERT_ID), dict(asked.delta or {})
    changes = {name: str(delta[name]) for name in MIRRORED if delta.get(name)}
    if asked.inc_status == DONE and argToBoolean(params.get("close_alert") or False):
        reason = CLOSE_REASONS.get(str((asked.data or {}).get("closeReason")))
        changes = {**({"investigationResult": reason} if reason else {}), **changes, "status": CLOSED}
    if asked.incident_changed and changes:
        apply_changes(client, alert_id, changes, "")
    if asked.incident_changed and OWNER in delta:
        tell_owner(client, alert_id, str(delta[OWNER] or ""))
    for entry in asked.entries or ():
        mirror_note(client, alert_id, entry)
    return alert_id


def tell_owner(client: Client, alert_id: str, owner: str) -> None:
    """Write who works on the incident as a note, once; the alert's own owner comes in again when it changes."""
    if owner == (remembered("owners", alert_id) or {}).get("here", ""):
        return  # it came from there, or was told before
    alert, _ = client.alert(alert_id)
    client.add_note(alert_id, f"Owner in XSOAR: {owner or 'nobody'}\n\n[ref xsoar/owner]")
    remember("owners", alert_id, {"there": alert.get("ownerIds") or [], "here": owner})


def mirror_note(client: Client, alert_id: str, entry: dict) -> None:
    """Write an entry as a note, once, with a mark by which it is not taken for a new one when it comes back."""
    mark = f"[ref xsoar/{entry.get('id')}]"
    if not any(mark in str(note.get("content")) for note in notes_on(client, alert_id)):
        who = entry.get("user") or "DBot"
        client.add_note(alert_id, f"{who} in XSOAR:\n\n{entry.get('contents')}\n\n{mark}")


""" COMMANDS """

CHECK_STATUS = "trendmicro-visionone-check-status"
DOWNLOAD_INFORMATION = "trendmicro-visionone-download-information-for-collected-forensic-file"
COLLECT_AND_DOWNLOAD = "trendmicro-visionone-collect-and-download-file"


class Command(NamedTuple):
    """A command: what it runs, what the API key's role needs for it, and whether it changes something."""

    run: Callable[[Client, dict[str, Any]], Any]
    needs: tuple[Permission, ...]
    changes: bool = False
    uses: tuple[Permission, ...] = ()  # what some calls need beside


def reading(run: Callable, *needs: Permission) -> Command:
    return Command(run=run, needs=needs)


def changing(run: Callable, *needs: Permission, uses: tuple[Permission, ...] = ()) -> Command:
    return Command(run=run, needs=needs, changes=True, uses=uses)


def responding(action: ResponseAction) -> Command:
    # Tasks are read too when a call has an idempotency_key, and the inventory when an endpoint is named by an address.
    inventory = (VIEW_ENDPOINTS,) if "endpoint" in action.kind.arguments else ()
    return changing(partial(respond_command, action=action), action.needs, VIEW_TASKS, uses=inventory)


def editing(edit: ListEdit) -> Command:
    # The list is read too when its objects are to be counted.
    return changing(partial(edit_list_command, edit=edit), MANAGE_LISTS, uses=(VIEW_LISTS,))


COMMANDS: dict[str, Command] = {
    "trendmicro-visionone-get-endpoint-info": reading(get_endpoint_info_command, VIEW_ENDPOINTS),
    "trendmicro-visionone-isolate-endpoint": responding(ISOLATE),
    "trendmicro-visionone-restore-endpoint-connection": responding(RESTORE),
    "trendmicro-visionone-collect-forensic-file": responding(COLLECT),
    COLLECT_AND_DOWNLOAD: changing(
        collect_and_download_file_command, COLLECT_FILES, VIEW_TASKS, uses=(VIEW_ENDPOINTS,)
    ),
    "trendmicro-visionone-terminate-process": responding(TERMINATE),
    CHECK_STATUS: reading(check_status_command, VIEW_TASKS),
    "trendmicro-visionone-check-task-status": reading(check_status_command, VIEW_TASKS),
    DOWNLOAD_INFORMATION: reading(download_information_command, VIEW_TASKS),
    "trendmicro-visionone-quarantine-email-message": responding(QUARANTINE_EMAIL),
    "trendmicro-visionone-delete-email-message": responding(DELETE_EMAIL),
    "trendmicro-visionone-restore-email-message": responding(RESTORE_EMAIL),
    "trendmicro-visionone-add-to-block-list": responding(BLOCK),
    "trendmicro-visionone-remove-from-block-list": responding(UNBLOCK),
    "trendmicro-visionone-get-block-list": reading(get_block_list_command, VIEW_TASKS),
    "trendmicro-visionone-add-objects-to-exception-list": editing(ADD_EXCEPTIONS),
    "trendmicro-visionone-delete-objects-from-exception-list": editing(DELETE_EXCEPTIONS),
    "trendmicro-visionone-get-exception-list": reading(get_exception_list_command, VIEW_LISTS),
    "trendmicro-visionone-add-objects-to-suspicious-list": editing(ADD_SUSPICIOUS),
    "trendmicro-visionone-delete-objects-from-suspicious-list": editing(DELETE_SUSPICIOUS),
    "trendmicro-visionone-get-suspicious-list": reading(get_suspicious_list_command, VIEW_LISTS),
    "trendmicro-visionone-submit-file-to-sandbox": changing(submit_file_to_sandbox_command, SUBMIT_SAMPLES),
    "trendmicro-visionone-submit-file-entry-to-sandbox": changing(submit_file_entry_to_sandbox_command, SUBMIT_SAMPLES),
    "trendmicro-visionone-submit-urls-to-sandbox": changing(submit_urls_to_sandbox_command, SUBMIT_SAMPLES),
    "trendmicro-visionone-get-file-analysis-status": reading(get_file_analysis_status_command, VIEW_SANDBOX),
    "trendmicro-visionone-get-file-analysis-result": reading(get_file_analysis_result_command, VIEW_SANDBOX),
    "trendmicro-visionone-run-sandbox-submission-polling": reading(
        run_sandbox_submission_polling_command, VIEW_SANDBOX
    ),
    "trendmicro-visionone-get-file-analysis-report": reading(get_file_analysis_report_command, VIEW_SANDBOX),
    REPORT.command: reading(partial(download_artifact_command, artifact=REPORT), VIEW_SANDBOX),
    PACKAGE.command: reading(partial(download_artifact_command, artifact=PACKAGE), VIEW_SANDBOX),
    "trendmicro-visionone-download-suspicious-object-list": reading(
        download_suspicious_object_list_command, VIEW_SANDBOX
    ),
    "trendmicro-visionone-enable-user-account": responding(ENABLE_ACCOUNT),
    "trendmicro-visionone-disable-user-account": responding(DISABLE_ACCOUNT),
    "trendmicro-visionone-force-signout": responding(SIGN_OUT),
    "trendmicro-visionone-force-password-reset": responding(RESET_PASSWORD),
    "trendmicro-visionone-get-endpoint-activity-data": reading(
        partial(get_activity_command, activity=ENDPOINT_ACTIVITY), VIEW_ACTIVITY
    ),
    "trendmicro-visionone-get-endpoint-activity-data-count": reading(
        partial(count_activity_command, activity=ENDPOINT_ACTIVITY), VIEW_ACTIVITY
    ),
    "trendmicro-visionone-get-email-activity-data": reading(
        partial(get_activity_command, activity=EMAIL_ACTIVITY), VIEW_ACTIVITY
    ),
    "trendmicro-visionone-get-email-activity-data-count": reading(
        partial(count_activity_command, activity=EMAIL_ACTIVITY), VIEW_ACTIVITY
    ),
    "trendmicro-visionone-get-alert-details": reading(get_alert_details_command, VIEW_ALERTS),
    "trendmicro-visionone-update-status": changing(update_status_command, CHANGE_ALERTS, VIEW_ALERTS),
    "trendmicro-visionone-add-note": changing(add_note_command, CHANGE_ALERTS, VIEW_ALERTS),
    "trendmicro-visionone-list-alerts": reading(list_alerts_command, VIEW_ALERTS),
    "trendmicro-visionone-list-notes": reading(list_notes_command, VIEW_ALERTS),
    "trendmicro-visionone-edit-note": changing(edit_note_command, CHANGE_ALERTS, VIEW_ALERTS),
    "trendmicro-visionone-delete-notes": changing(delete_notes_command, CHANGE_ALERTS, VIEW_ALERTS),
    "trendmicro-visionone-start-malware-scan": responding(SCAN),
    "trendmicro-visionone-run-custom-script": responding(RUN_SCRIPT),
    "trendmicro-visionone-get-custom-script-list": reading(get_custom_script_list_command, VIEW_TASKS),
    "trendmicro-visionone-add-custom-script": changing(add_custom_script_command, MANAGE_SCRIPTS, VIEW_TASKS),
    "trendmicro-visionone-update-custom-script": changing(update_custom_script_command, MANAGE_SCRIPTS),
    "trendmicro-visionone-delete-custom-script": changing(delete_custom_script_command, MANAGE_SCRIPTS),
    "trendmicro-visionone-download-custom-script": reading(download_custom_script_command, VIEW_TASKS),
    "trendmicro-visionone-get-observed-attack-techniques": reading(get_techniques_command, VIEW_TECHNIQUES),
    "endpoint": reading(endpoint_command, VIEW_ENDPOINTS),
    "file": reading(partial(reputation_command, kind="file"), VIEW_LISTS, VIEW_SANDBOX),
    "ip": reading(partial(reputation_command, kind="ip"), VIEW_LISTS),
    "url": reading(partial(reputation_command, kind="url"), VIEW_LISTS),
    "domain": reading(partial(reputation_command, kind="domain"), VIEW_LISTS),
    "get-mapping-fields": reading(get_mapping_fields_command, VIEW_ALERTS),
    "get-modified-remote-data": reading(get_modified_remote_data_command, VIEW_ALERTS),
    "get-remote-data": reading(get_remote_data_command, VIEW_ALERTS, VIEW_PEOPLE),
    "update-remote-system": reading(update_remote_system_command, CHANGE_ALERTS, VIEW_ALERTS),
}


""" FETCH """

SEVERITY = {"critical": 4, "high": 3, "medium": 2, "low": 1}
AND_ABOVE = " and above"
LOOK_BACK_MINUTES = 15
UNITS = {"minute": 1, "hour": 60, "day": 1440, "week": 10080, "month": 43200}
RECORD_MOST = 2 * MEBIBYTE  # what an incident holds of an alert; of a larger one it has the beginning of each long part
RECORD_CUT = MEBIBYTE
FETCH_MOST = 64 * MEBIBYTE  # for all of a fetch; the next one goes on
DETAILS_MOST = 65_536
LONGEST_ID = 200
LONGEST_NAME = 600
LONGEST_ESCAPE = 6  # characters of JSON that one of a text can be
SMALLEST_PART = 200
ODD_MOST = 5000  # ids of alerts whose time says nothing, that are remembered


def fetch_incidents(client: Client, params: dict[str, Any], last_run: dict, now: datetime) -> tuple[dict, list[dict]]:
    """Return what to remember, and the next alerts as incidents, oldest first.

    The cursor is the newest creation time seen, never beyond the tenant's own time. A fetch also looks back from it,
    for alerts that Vision One shows late, and leaves out those whose ids it remembers; not in a backlog so old that
    nothing of it can still be late. An alert without a time, or with one that cannot be, moves nothing.
    """
    limit = arg_to_number(params.get("max_fetch")) or 50
    look_back = timedelta(minutes=arg_to_number(params.get("look_back") or LOOK_BACK_MINUTES))
    cursor = cursor_of(client, params, last_run, now)
    start = cursor if last_run.get("behind") else cursor - look_back
    seen: dict[str, str] = dict(last_run.get("seen") or {})
    odd: dict[str, None] = dict.fromkeys(last_run.get("odd") or ())
    incidents: list[dict] = []
    room = FETCH_MOST
    for record in alerts_since(client, params, start, now):
        key, created = record_id(record), created_time(record)
        is_known = key in seen or key in odd
        odd.pop(key, None)
        if created and start <= created <= client.latest(now):
            seen[key] = wire_time(created)
            cursor = max(cursor, created)
        elif key not in seen:
            odd[key] = None
        if is_known:
            continue
        incidents.append(
            {**incident_of(with_mode(record, params), now), **(mirror_fields(params, key) if is_alert(record) else {})}
        )
        room -= len(incidents[-1]["rawJSON"])
        if len(incidents) >= limit or room <= 0:
            break
    oldest = wire_time(cursor - look_back)
    seen = {key: created for key, created in seen.items() if created >= oldest}
    behind = (len(incidents) >= limit or room <= 0) and cursor < client.latest(now) - look_back - CLOCKS_DIFFER
    return {"cursor": wire_time(cursor), "seen": seen, "odd": list(odd)[-ODD_MOST:], "behind": behind}, incidents


def cursor_of(client: Client, params: dict[str, Any], last_run: dict, now: datetime) -> datetime:
    """Return where to go on; a cursor from a time that has not come is set back to the tenant's."""
    cursor = (
        read_time(last_run["cursor"])
        if last_run.get("cursor")
        else start_of(params.get("first_fetch") or "3 days", now)
    )
    cursor = cursor.replace(microsecond=0)
    if cursor <= now:
        return cursor
    client.ask_time()  # one of the two clocks is wrong, or an alert's time was
    return min(cursor, client.latest(now))


def alerts_since(client: Client, params: dict[str, Any], start: datetime, now: datetime) -> Iterator[Any]:
    """Read the alerts that were created since a time, oldest first.

    Where the pages lead in a circle, it is asked again from the last alert's time on; a second with more alerts than a
    page holds is then said to be incomplete.
    """
    wanted = alert_filter(params)
    header = {"TMV1-Filter": wanted} if wanted else {}
    query = {"dateTimeTarget": "createdDateTime", "orderBy": "createdDateTime asc"}
    while True:
        reached, last, found = start, None, False
        try:
            for record in client.records(ALERTS, {"startDateTime": wire_time(start), **query}, header, doubting=True):
                created, found = created_time(record), True
                if created and created >= start:
                    last = created
                    reached = max(reached, created) if created <= client.latest(now) else reached
                yield record
        except EndlessError as error:
            if not found:
                raise
            reached = reached if reached > start else last or start
            if reached == start and error.is_whole:
                return
            if reached == start:
                yield Incomplete(since=start, why=str(error))
                reached += timedelta(seconds=1)
            if last is None:
                return
            start = reached
        else:
            return


class Incomplete(NamedTuple):
    """Stands for alerts that a list did not give: an incident says so."""

    since: datetime
    why: str

    @property
    def id(self) -> str:
        """One for each day, so that a list that stays like this is said once a day."""
        return f"incomplete {self.since:%Y-%m-%d}"

    def incident(self) -> dict:
        second = wire_time(self.since)
        return {
            "name": f"Alerts of Vision One could not be read ({second})",
            "occurred": second,
            "severity": SEVERITY["medium"],
            "details": f"{self.why} Alerts that were created at {second} may be missing here; look in Vision One.",
            "rawJSON": json.dumps({"createdDateTime": second, "why": self.why}),
            "dbotMirrorId": self.id,
        }


def alert_filter(params: dict[str, Any]) -> str:
    """Return the filter that lets Vision One choose, so that nothing is read in vain."""
    choices = {
        "severity eq {}": severities(argToList(params.get("severities"))),
        "status eq {}": argToList(params.get("statuses")),
        "alertProvider eq {}": argToList(params.get("providers")),
        "contains(model, {})": words(params.get("models")),
    }
    groups = [" or ".join(form.format(quoted(one)) for one in values) for form, values in choices.items() if values]
    return " and ".join(f"({group})" for group in groups)


def severities(chosen: list[str]) -> list[str]:
    """Return the severities that were chosen, one by one or as "high and above".

    >>> severities(["low", "high and above"])
    ['critical', 'high', 'low']
    """
    least = [SEVERITY[one.removesuffix(AND_ABOVE)] for one in chosen if one.endswith(AND_ABOVE)]
    return [name for name, rank in SEVERITY.items() if name in chosen or any(rank >= one for one in least)]


ASK = "ask"  # the rule for responses; the script VisionOneResponseMode knows it, too


def incident_of(record: Any, now: datetime) -> dict:
    """Make an incident of one record of any shape; its raw JSON is kept unchanged, unless it is too large."""
    if isinstance(record, Incomplete):
        return record.incident()
    raw, left_out = raw_json(with_observables(record))
    alert = record if isinstance(record, dict) else {}
    created = created_time(record)
    description = said(alert.get("description"))
    incident = {
        "name": incident_name(alert),
        "occurred": wire_time(created or now),
        "severity": SEVERITY.get(said(alert.get("severity")).lower(), 0),
        "details": description[:DETAILS_MOST] + ("…" if len(description) > DETAILS_MOST else "") + left_out,
        "rawJSON": raw,
        "dbotMirrorId": record_id(record),
    }
    if not (created and alert.get("id") and alert.get("model")):
        incident["details"] += " (Vision One's record lacks its id, model or time of creation; see the raw JSON.)"
    return incident


def with_mode(record: Any, params: dict[str, Any]) -> Any:
    """Return a record with what responses to it may do, where the instance says other than to ask."""
    mode = str(params.get("respond") or ASK).lower()
    return {**record, "xsoarRespond": mode} if isinstance(record, dict) and mode != ASK else record


OBSERVABLE_AS = {
    IPV4: "ip",
    IPV6: "ip",
    NETWORK: "ip",
    DOMAIN: "domain",
    URL: "url",
    MAIL_ADDRESS: "email_sender",
    SHA1: "file_sha1",
    SHA256: "file_sha256",
}


def with_observables(record: Any) -> Any:
    """Add what our one reader makes of an alert's indicators, as `observables`; the mapper takes them from there."""
    indicators = record.get("indicators") if isinstance(record, dict) else None
    if not isinstance(indicators, list):
        return record
    observed = [one for one in indicators if isinstance(one, dict) and one.get("type") in OBSERVABLE_AS.values()]
    return {**record, "observables": [found for one in observed for found in observables_in(one)]}


def observables_in(indicator: dict) -> Iterator[dict]:
    """Read the values of an indicator; one that cannot be read stays as it came, and says why."""
    for value in listed_values(indicator.get("value")):
        try:
            found = observable_of(value)
        except UnreadableObservableError as error:
            yield {"type": indicator["type"], "value": value, "unreadable": str(error)}
        else:
            yield {"type": OBSERVABLE_AS[found.type], "value": found.value}


def raw_json(record: Any) -> tuple[str, str]:
    """Return a record as text, and what to say when parts of it were left out."""
    if isinstance(record, Unparsed):
        return str(record), " (Vision One's record cannot be read as JSON or is too large; its text was kept.)"
    text = dumped(record)
    if 0 < len(text) <= RECORD_MOST:
        return text, ""
    said = f"has {len(text) / MEBIBYTE:.1f} MiB" if text else "is nested too deep"
    return dumped(
        beginning(record, RECORD_CUT)
    ), f" (The alert {said}: its long parts were cut; read them in Vision One.)"


def dumped(value: Any) -> str:
    """Write a value as JSON; nothing when it is nested too deep for that."""
    try:
        return json.dumps(value, sort_keys=False)
    except RecursionError:
        return ""


def beginning(value: Any, most: int) -> Any:
    """Return a value with so many characters of JSON at most: short parts whole, of the long ones the beginning."""
    size = len(dumped(value)) or None
    if size and size <= most:
        return value
    if isinstance(value, str):
        return f"{value[: most // LONGEST_ESCAPE]}… ({len(value)} characters)"
    if not isinstance(value, dict | list) or size is None:
        return "… (left out)"
    is_object = isinstance(value, dict)
    parts = list(value.items()) if is_object else list(enumerate(value))
    room, kept = most, {}
    for key, part in sorted(parts, key=lambda item: len(dumped(item[1]))) if is_object else parts:
        if room <= SMALLEST_PART:
            break
        kept[key] = beginning(part, room // 2)
        room -= len(dumped([key, kept[key]]))
    return {str(key)[:LONGEST_ID]: kept[key] for key, _ in parts if key in kept} if is_object else list(kept.values())


def incident_name(alert: dict) -> str:
    hosts = host_names(alert)
    place = f" on {hosts[0]}" if hosts else ""
    more = f" and {len(hosts) - 1} more" if len(hosts) > 1 else ""
    return f"{said(alert.get('model')) or 'Vision One alert without a model'}{place}{more}"[:LONGEST_NAME]


def host_names(alert: dict) -> list[str]:
    scope = alert.get("impactScope")
    entities = scope.get("entities") if isinstance(scope, dict) else None
    values = [one.get("entityValue") for one in entities if isinstance(one, dict)] if isinstance(entities, list) else []
    return [said(value["name"]) for value in values if isinstance(value, dict) and value.get("name")]


def said(value: Any) -> str:
    """Return any value as text."""
    return value if isinstance(value, str) else "" if value is None else dumped(value)


def is_alert(record: Any) -> bool:
    """Say whether a record is one that can be asked for by its id."""
    return isinstance(record, dict) and isinstance(record.get("id"), str) and 0 < len(record["id"]) <= LONGEST_ID


def record_id(record: Any) -> str:
    """Return an alert's id, or for a record without one, a name made of its content."""
    if isinstance(record, Incomplete) or is_alert(record):
        return record.id if isinstance(record, Incomplete) else record["id"]
    known = record.get("id") if isinstance(record, dict) else None
    if isinstance(known, int) and known:
        return dumped(known)[:LONGEST_ID]
    text = dumped(record) or repr(list(record))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def created_time(record: Any) -> datetime | None:
    """Return when a record says that it was created; nothing when that is no time."""
    text = record.get("createdDateTime") if isinstance(record, dict) else ""
    try:
        return read_time(str(text)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError, RecursionError):
        return None


def start_of(first_fetch: str, now: datetime) -> datetime:
    """Read "3 days", "12 hours" or a time."""
    return moment_of(first_fetch, now, "The first fetch time")


def check_instance(client: Client, params: dict[str, Any], now: datetime) -> str:
    """Try the connection, what a fetch needs when fetching is on, and everything that can be read."""
    client.get("healthcheck/connectivity")
    unused = () if DIRECTIONS.get(str(params.get("mirror_direction"))) in {"In", "Both"} else (VIEW_PEOPLE,)
    tried = [permission for permission in PERMISSIONS if permission.probe and permission not in unused]
    missing = [permission for permission in tried if not allowed(client, permission.probe)]
    if argToBoolean(params.get("isFetch") or False) and VIEW_ALERTS not in missing:
        fetch_incidents(client, {**params, "max_fetch": 1}, {}, now)
    if not missing:
        return "ok"
    lines = [f"{permission.name}: needed by {', '.join(commands_needing(permission))}." for permission in missing]
    first = (
        "The connection works, but the role of the API key lacks what the lines below name; all other commands can "
        "be used. Permissions to act cannot be tried by reading; the help lists them."
    )
    return "\n".join((first, *lines))


def allowed(client: Client, probe: tuple[str, dict, dict]) -> bool:
    """Say whether a read is allowed; errors that are not about permissions count as allowed."""
    try:
        client.get(*probe)
    except DemistoException as error:
        return status_of(error) != 403
    return True


def commands_needing(permission: Permission) -> list[str]:
    return [name for name, command in COMMANDS.items() if permission in command.needs]


""" HELPERS """

LOOK_FOR_DAYS = 7
CLOCKS_DIFFER = timedelta(minutes=10)
MASKED = "********"
NEXT_PATH = re.compile(r",\s*(?=[A-Za-z]:[\\/]|/|\\\\|%)")


def key_of(args: dict[str, Any]) -> str:
    """Return the name of a keyed call as it is left in Vision One, so that the same call can be found again."""
    key = str(args.get("idempotency_key") or "").strip()
    readable = re.fullmatch(r"[\w.:/@#-]{1,64}", key)
    return key if readable or not key else sha256(key.encode()).hexdigest()[:32]


def mark_of(one: Target, key: str) -> str:
    """Return the mark that a keyed call leaves on what it began for one target."""
    about = sha256(json.dumps(one.wire(), sort_keys=True).encode()).hexdigest()[:8]
    return f"[ref {key} {about}]" if key else ""


def marked(text: str, mark: str, *, glue: str = " ", longest: int | None = None) -> str:
    room = longest - len(mark) - len(glue) if longest and mark else longest
    return glue.join(part for part in (text[:room], mark) if part)


def look_from(client: Client, args: dict[str, Any]) -> str:
    """Return from when on an earlier call with the same key can have happened."""
    since = args.get("idempotency_since")
    start = read_time(since) - CLOCKS_DIFFER if since else client.now() - timedelta(days=LOOK_FOR_DAYS)
    return wire_time(start)


def parsed(text: str, argument: str) -> Any:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise DemistoException(
            f"{argument} is not JSON: {error}; give a list of objects, or the flat arguments."
        ) from error


def read_paths(value: Any) -> list[str]:
    """Read file paths; a comma inside a path does not part it."""
    if isinstance(value, str) and not value.lstrip().startswith("["):
        return [path.strip() for path in NEXT_PATH.split(value) if path.strip()]
    return [str(path) for path in argToList(value)]


def paired(left: list[str], right: list[str], lefts: str, rights: str) -> list[tuple[Any, Any]]:
    """Pair one by one; a single one of either goes with all of the other."""
    if len(left) == 1 or len(right) == 1:
        return [(one, other) for one in left for other in right]
    if len(left) != len(right):
        raise DemistoException(
            f"{len(left)} {lefts} cannot be paired with {len(right)} {rights}; give as many of both, or one of either."
        )
    return list(zip(left, right, strict=True))


def words(value: Any) -> list[str]:
    """Return the values of a list argument, each once, without blanks."""
    return list(dict.fromkeys(word for one in argToList(value) if (word := str(one).strip())))


def read_object(value: Any, argument: str) -> dict:
    """Return the argument as an object when it is one, or text of one."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = parsed(value, argument)
    return value if isinstance(value, dict) else {}


def read_task_ids(args: dict[str, Any], kind: IdForm = TASK_ID) -> list[str]:
    argument = "task_id" if args.get("task_id") else "actionId"
    task_ids = [checked_id(one, argument, kind) for one in words(args.get(argument))]
    if not task_ids:
        raise DemistoException("No response task is named; give task_id.")
    return task_ids


def chosen(words: dict[str, str], value: Any, argument: str) -> str:
    """Return Vision One's word for one of ours; both are understood."""
    if not value:
        return ""
    word = words.get(str(value).strip().lower().replace(" ", "_"))
    if not word:
        raise DemistoException(f"{argument} is {value!r}; use one of {', '.join(words)}.")
    return word


def quoted(value: Any) -> str:
    text = str(value).replace("'", "''")
    return f"'{text}'"


def batches(items: list, size: int = TARGETS_PER_CALL) -> Iterator[list]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def whole(value: Any, argument: str) -> int:
    text = str(value).strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        raise DemistoException(f"{argument} is {shortened(value)}; give a whole number.")
    return int(text)


def table_of(title: str, rows: list[dict], columns: Iterable[str]) -> str:
    """Show the columns of some rows, under names that people read."""
    names = list(columns)
    shown = [{name: row.get(name) for name in names} for row in rows]
    return tableToMarkdown(title, shown, headers=names, headerTransform=string_to_table_header, removeNull=True)


def moment_of(text: str, now: datetime, what: str) -> datetime:
    """Read a span that ends now, such as 3 days, or a time."""
    span = re.fullmatch(r"\s*(\d+)\s*(minute|hour|day|week|month)s?\s*(ago)?\s*", str(text), re.IGNORECASE)
    if span:
        return now - timedelta(minutes=int(span[1]) * UNITS[span[2].lower()])
    try:
        return read_time(str(text))
    except ValueError as error:
        raise DemistoException(
            f"{what} is {text!r}; use a span such as 3 days, or a time such as 2031-02-03T04:05:06Z."
        ) from error


def snake(value: Any) -> Any:
    """Return a record with the keys that context paths have.

    >>> snake({"agentGuid": "g", "ip": {"value": ["192.0.2.1"], "updatedDateTime": "t"}})
    {'agent_guid': 'g', 'ip': {'value': ['192.0.2.1'], 'updated_date_time': 't'}}
    >>> snake({"eventTimeDT": "t", "fileSha1": "s"})
    {'event_time_d_t': 't', 'file_sha1': 's'}
    """
    if isinstance(value, dict):
        return {re.sub(r"(?<!^)(?=[A-Z])", "_", key).lower(): snake(one) for key, one in value.items()}
    if isinstance(value, list):
        return [snake(one) for one in value]
    return value


def base_name(path: str) -> str:
    return re.split(r"[\\/]", path)[-1]


def wire_time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"


def read_time(text: str) -> datetime:
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def status_of(error: DemistoException) -> int:
    return getattr(getattr(error, "res", None), "status_code", 0)


def error_entry(message: str) -> dict:
    return {"Type": entryTypes["error"], "ContentsFormat": formats["text"], "Contents": message}


def make_client(params: dict[str, Any]) -> Client:
    key = params.get("apikey") or {}
    client = Client(
        params["url"],
        key.get("password", "") if isinstance(key, dict) else str(key),
        verify=not argToBoolean(params.get("insecure") or False),
        proxy=argToBoolean(params.get("proxy") or False),
    )
    client.reliability = params.get("integrationReliability") or DBotScoreReliability.B
    client.collect_days = whole(params.get("collect_days") or COLLECT_DAYS, "The days to ask for a file")
    if client.collect_days < 1:
        raise DemistoException(f"The days to ask for a file are {client.collect_days}; give a whole number from 1 on.")
    client.read_only = argToBoolean(params.get("read_only") or False)
    return client


""" MAIN """


def run(name: str, params: dict[str, Any]) -> None:
    client = make_client(params)
    client.needs = needs_of(name)
    if name == "test-module":
        return_results(check_instance(client, params, client.now()))
    elif name == "fetch-incidents":
        next_run, incidents = fetch_incidents(client, params, demisto.getLastRun() or {}, client.now())
        demisto.setLastRun(next_run)
        demisto.incidents(incidents)
    elif name in COMMANDS:
        command = COMMANDS[name]
        if command.changes and argToBoolean(params.get("read_only") or False):
            raise DemistoException("this instance is read-only, so nothing in Vision One was changed by it.")
        return_results(command.run(client, demisto.args()))
    else:
        raise NotImplementedError("this integration has no such command.")


def needs_of(name: str) -> tuple[Permission, ...]:
    """Return what a run may ask for: the connection test tries every read."""
    if name == "test-module":
        return tuple(permission for permission in PERMISSIONS if permission.reads)
    if name == "fetch-incidents":
        return (VIEW_ALERTS,)
    return (*COMMANDS[name].needs, *COMMANDS[name].uses) if name in COMMANDS else ()


def main() -> None:
    try:
        run(demisto.command(), demisto.params())
    except Exception as error:  # noqa: BLE001  # the one place: XSOAR expects every failure as an error entry
        return_error(f"{demisto.command()}: {error}")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
