import json
import tracemalloc
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.packs.base.content import Content, load
from tests.packs.base.demisto_object import Demisto
from tests.packs.base.service import Handler, Server
from warroom.web.markdown import html_of

MEBIBYTE = 1024 * 1024
LINK = "?X-Amz-Signature=0123456789abcdef&X-Amz-Expires=60&host=WIN-HOST-7"


@pytest.fixture
def allowed(demisto: Demisto, service: Server) -> Server:
    """The service, its origin allowed by the settings."""
    demisto.callingContext["context"]["HttpAllowedOrigins"] = [service.origin]
    return service


def _get(content: Content, url: str, **args: Any) -> Any:
    [entry] = content.run("http", method="GET", url=url, **args)
    return entry


def _saved(content: Content, url: str, **args: Any) -> Any:
    return _get(content, url, saveAsFile="yes", **args)


def test_an_answer_goes_to_the_context(content: Content, allowed: Server) -> None:
    body = b'{"a": "\xc3\xa4"}'
    allowed.answers("/x", lambda handler: handler.answer(201, body, Content_Type="application/json; charset=utf-8"))
    entry = _get(content, f"{allowed.origin}/x", parse_response_as="json")
    context = entry["EntryContext"]["HttpRequest.Response"]
    assert (context["StatusCode"], context["ParsedBody"], context["Body"]) == (201, {"a": "ä"}, body.decode())
    assert context["Headers"]["Content-Length"] == str(len(body))


def test_an_answer_may_be_parsed_as_xml_or_not_at_all(content: Content, allowed: Server) -> None:
    allowed.answers("/x", lambda handler: handler.answer(200, b"<a><b>1</b></a>"))
    parsed = _get(content, f"{allowed.origin}/x", parse_response_as="xml")
    assert parsed["EntryContext"]["HttpRequest.Response"]["ParsedBody"] == {"a": {"b": "1"}}
    assert _get(content, f"{allowed.origin}/x", parse_response_as="json")["Type"] == 4
    raw = _get(content, f"{allowed.origin}/x", parse_response_as="raw")
    assert "ParsedBody" not in raw["EntryContext"]["HttpRequest.Response"]


@pytest.mark.parametrize(
    "headers", ['{"X-One": "1", "X-Two": "a,b"}', "X-One:1,X-Two: a,b", {"X-One": 1, "X-Two": "a,b"}]
)
def test_a_request_has_method_headers_and_body(content: Content, allowed: Server, headers: Any) -> None:
    allowed.answers("/x", lambda handler: handler.answer(200))
    content.run(
        "http",
        method="post",
        url=f"{allowed.origin}/x",
        headers=headers,
        body={"a": "ä"},
        request_content_type="json",
        response_content_type="application/pdf",
        username="user",
        password="word",
    )
    [asked] = allowed.asked
    assert (asked.method, json.loads(asked.body)) == ("POST", {"a": "ä"})
    wanted = {
        "x-one": "1",
        "x-two": "a,b",
        "content-type": "application/json",
        "accept": "application/pdf",
        "authorization": "Basic dXNlcjp3b3Jk",
    }
    assert wanted.items() <= asked.headers.items()


def test_headers_that_cannot_be_read_are_refused(content: Content, allowed: Server) -> None:
    entry = _get(content, f"{allowed.origin}/x", headers="no colon")
    assert entry["Contents"].startswith("http: The headers are neither JSON nor key1:value1,key2:value2")
    assert allowed.asked == []


@pytest.mark.parametrize(
    ("path", "given", "disposition", "name"),
    [
        ("/files/dump.zip", "lsass.dmp", 'attachment; filename="other.zip"', "lsass.dmp"),
        ("/files/dump.zip", None, 'attachment; filename="a b.zip"', "a b.zip"),
        ("/files/dump.zip", None, "attachment; filename*=UTF-8''b%C3%A4.zip", "bä.zip"),
        ("/files/dump%20x.zip", None, None, "dump x.zip"),
        ("/files/", None, None, "http-file"),
        ("/files/dump.zip", None, 'attachment; filename="..\\\\..\\\\evil.zip"', "evil.zip"),
        ("/files/dump.zip", "../../evil.zip", None, "evil.zip"),
        ("/files/dump.zip", "..", None, "dump.zip"),
    ],
)
def test_a_saved_file_has_the_best_name(
    content: Content, allowed: Server, path: str, given: str | None, disposition: str | None, name: str
) -> None:
    headers = {"Content_Disposition": disposition} if disposition else {}
    allowed.answers(path, lambda handler: handler.answer(200, b"data", **headers))
    entry = _saved(content, f"{allowed.origin}{path}{LINK}", filename=given)
    assert (entry["Type"], entry["File"]) == (3, name)
    assert Path(f"42_{entry['FileID']}").read_bytes() == b"data"


def test_a_big_file_passes_with_flat_memory(content: Content, allowed: Server) -> None:
    size = 64
    block = bytes(MEBIBYTE)

    def send(handler: Handler) -> None:
        handler.answer(200, b"", Content_Length=str(size * MEBIBYTE))
        for _block in range(size):
            handler.wfile.write(block)

    allowed.answers("/dump", send)
    _saved(content, f"{allowed.origin}/none")  # whatever is loaded once is loaded before the measurement
    tracemalloc.start()
    try:
        entry = _saved(content, f"{allowed.origin}/dump")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert Path(f"42_{entry['FileID']}").stat().st_size == size * MEBIBYTE
    assert peak < 10 * MEBIBYTE


def _broken_chunk(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"400\r\nonly a part")
    handler.close_connection = True


@pytest.mark.parametrize("answer", [lambda handler: handler.break_off(b"only a part", 1000), _broken_chunk])
@pytest.mark.parametrize("save", ["yes", "no"])
def test_a_body_that_breaks_off_is_an_error_and_leaves_no_file(
    content: Content, allowed: Server, tmp_path: Path, answer: Any, save: str
) -> None:
    allowed.answers("/dump", answer)
    entry = _get(content, f"{allowed.origin}/dump{LINK}", saveAsFile=save)
    assert entry["Type"] == 4
    assert f"The answer of {allowed.origin} broke off after" in entry["Contents"]
    assert "0123456789abcdef" not in str(entry)
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_is_too_long_for_the_context_is_refused(content: Content, allowed: Server) -> None:
    allowed.answers("/dump", lambda handler: handler.answer(200, bytes(11 * MEBIBYTE)))
    assert "save it with saveAsFile=yes" in _get(content, f"{allowed.origin}/dump")["Contents"]


@pytest.mark.parametrize("status", [404, 403, 500, 304])
def test_what_is_not_2xx_is_an_error_with_a_short_excerpt(
    content: Content, allowed: Server, tmp_path: Path, status: int
) -> None:
    said = b"" if status == 304 else b"The link has expired. " * 1000
    allowed.answers("/dump", lambda handler: handler.answer(status, said))
    entry = _saved(content, f"{allowed.origin}/dump{LINK}")
    assert entry["Type"] == 4
    assert f"http: {allowed.origin}/dump answered {status}" in entry["Contents"]
    assert status == 304 or "The link has expired." in entry["Contents"]
    assert len(entry["Contents"]) < 700
    assert list(tmp_path.iterdir()) == []


def test_a_service_that_repeats_the_link_does_not_give_it_away(content: Content, allowed: Server) -> None:
    def repeat(handler: Handler) -> None:
        query = handler.path.partition("?")[2]
        said = f"no http://x.example/y?{query} {query.replace('&', '&amp;')} 0123456789abcdef WIN-HOST-7"
        handler.answer(403, said.encode())

    allowed.answers("/dump", repeat)
    entry = _get(content, f"{allowed.origin}/dump{LINK}")
    for secret in ("0123456789abcdef", "X-Amz-Signature", "WIN-HOST-7"):
        assert secret not in str(entry)


def test_a_result_loses_the_link_but_no_data(content: Content, allowed: Server, demisto: Demisto) -> None:
    def repeat(handler: Handler) -> None:
        said = f"asked {handler.path} 0123456789abcdef on WIN-HOST-7, next http://x.example/?page=2"
        handler.answer(200, said.encode(), Link=f"<{handler.path}>")

    allowed.answers("/x", repeat)
    entry = _get(content, f"{allowed.origin}/x{LINK}")
    body = entry["EntryContext"]["HttpRequest.Response"]["Body"]
    assert body == "asked /x?<redacted> <redacted> on WIN-HOST-7, next http://x.example/?page=2"
    for secret in ("0123456789abcdef", "X-Amz-Expires"):
        assert secret not in str(entry) + str(demisto.log)


def test_user_and_password_of_an_address_are_not_shown(content: Content, allowed: Server) -> None:
    entry = _get(content, allowed.origin.replace("//", "//user:pa@ss@") + "/none")
    assert entry["Type"] == 4
    assert "pa@ss" not in entry["Contents"]
    assert "ss@" not in entry["Contents"]


def test_a_lost_connection_is_tried_again_as_often_as_asked(content: Content, allowed: Server) -> None:
    allowed.answers(
        "/dump",
        lambda handler: handler.break_off(b"only a part", 1000),
        lambda handler: handler.answer(503),
        lambda handler: handler.answer(200, b"whole"),
    )
    entry = _saved(content, f"{allowed.origin}/dump", retry_count="2", timeout_between_retries="0")
    assert Path(f"42_{entry['FileID']}").read_bytes() == b"whole"
    assert len(allowed.asked) == 3


def test_the_last_attempt_tells_what_happened(content: Content, allowed: Server) -> None:
    allowed.answers("/x", lambda handler: handler.answer(503, b"maintenance"))
    entry = _get(content, f"{allowed.origin}/x", retry_count="1", timeout_between_retries="0")
    assert "answered 503 Service Unavailable.\nmaintenance" in entry["Contents"]
    assert len(allowed.asked) == 2


def test_a_file_is_asked_for_as_it_is(content: Content, allowed: Server) -> None:
    allowed.answers("/x", lambda handler: handler.answer(200, b"data"))
    _saved(content, f"{allowed.origin}/x")
    _get(content, f"{allowed.origin}/x")
    usual = content.library.requests.utils.default_headers()["Accept-Encoding"]  # more of them from Python 3.14 on
    assert usual.startswith("gzip, deflate")
    assert [asked.headers["accept-encoding"] for asked in allowed.asked] == ["identity", usual]


def test_a_body_is_counted_even_where_the_library_does_not(content: Content) -> None:
    script = load("http", "http_script")
    response = content.library.requests.Response()
    response.url, response.request = (
        "https://a.example/x",
        content.library.requests.Request("GET", "https://a.example/x").prepare(),
    )
    response.headers["Content-Length"], response.raw = "5", BytesIO(b"four")
    with pytest.raises(script.LostError, match="has 4 bytes, not the promised 5"):
        list(script.pieces(response))


def test_an_empty_file_is_a_file(content: Content, allowed: Server) -> None:
    allowed.answers("/empty.txt", lambda handler: handler.answer(200))
    entry = _saved(content, f"{allowed.origin}/empty.txt")
    assert Path(f"42_{entry['FileID']}").read_bytes() == b""


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain; charset=utf-8", "Straße".encode()),
        ("text/plain; charset=iso-8859-1", "Straße".encode("latin-1")),
        ("text/plain; charset=windows-1252", "Straße".encode("cp1252")),
        ("text/plain; charset=utf-16", "Straße".encode("utf-16")),
        ("text/plain", "Straße".encode()),
        ("text/plain", "Straße".encode("latin-1")),
        ("", "Straße".encode()),
        ("application/octet-stream", "Straße".encode()),
        ("text/plain; charset=klingon", "Straße".encode()),
        ("text/plain; charset=base64", "Straße".encode()),
        ("text/plain; charset=undefined", "Straße".encode()),
        ("text/plain; charset=", "Straße".encode()),
        ("text/plain; charset=ascii", "Straße".encode()),
        ("text/plain; charset=iso-8859-1", "\ufeffStraße".encode()),
        ("text/plain", "\ufeffStraße".encode("utf-16-le")),
        ("text/plain", "\ufeffStraße".encode("utf-32-be")),
        ("application/json", "Straße".encode()),
    ],
)
def test_a_text_is_read_whatever_is_said_of_its_encoding(
    content: Content, allowed: Server, kind: str, body: bytes
) -> None:
    headers = {"Content_Type": kind} if kind else {}
    allowed.answers("/x", lambda handler: handler.answer(200, body, **headers))
    entry = _get(content, f"{allowed.origin}/x")
    assert entry["EntryContext"]["HttpRequest.Response"]["Body"] == "Straße"
    assert entry["HumanReadable"].endswith("```\nStraße\n```")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-32-be"])
def test_json_is_read_in_each_of_its_encodings(content: Content, allowed: Server, encoding: str) -> None:
    body = '{"a": "Straße"}'.encode(encoding)
    allowed.answers("/x", lambda handler: handler.answer(200, body, Content_Type="application/json"))
    entry = _get(content, f"{allowed.origin}/x", parse_response_as="json")
    assert entry["EntryContext"]["HttpRequest.Response"]["ParsedBody"] == {"a": "Straße"}


def test_the_beginning_of_an_error_may_end_within_a_character(content: Content, allowed: Server) -> None:
    allowed.answers("/x", lambda handler: handler.answer(500, ("ß" * 5000).encode()[1:]))
    assert "answered 500" in _get(content, f"{allowed.origin}/x")["Contents"]
    allowed.answers("/x", lambda handler: handler.answer(500, b"x" + ("ß" * 5000).encode()))
    assert "xßßß" in _get(content, f"{allowed.origin}/x")["Contents"]


def test_a_name_in_a_header_is_read_as_it_was_sent(content: Content, allowed: Server) -> None:
    sent = 'attachment; filename="Straße.txt"'.encode().decode("latin-1")
    allowed.answers("/x", lambda handler: handler.answer(200, b"x", Content_Disposition=sent))
    assert _saved(content, f"{allowed.origin}/x")["File"] == "Straße.txt"


@pytest.mark.parametrize("body", ["# no *heading*", "```\n<a@b>\n```", r"C:\Users\bob\.aws", "[x](http://y) |a|"])
def test_a_body_is_shown_as_it_is(content: Content, allowed: Server, body: str) -> None:
    allowed.answers("/x", lambda handler: handler.answer(200, body.encode()))
    shown = html_of(_get(content, f"{allowed.origin}/x")["HumanReadable"])
    assert f"<pre><code>{escape(body, quote=False)}\n</code></pre>" in shown
