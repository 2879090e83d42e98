"""What code asks of the web, over real sockets of this machine."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.packs.base.service import Handler, Server, running
from visionone_sim.tls import make_certificates
from warroom.model.errors import ForbiddenError, InvalidInputError, UnavailableError, WarroomError
from warroom.outbound.requests_of_code import LARGEST_BODY, Asker
from warroom.services.ports.outgoing import HttpAnswer, HttpRequest


@pytest.fixture
def service() -> Iterator[Server]:
    with running() as server:
        yield server


async def ask(service: Server, path: str, *others: str, **request: Any) -> HttpAnswer:
    """Ask the service, which is allowed, as are the other origins."""
    return await Asker({}).ask(HttpRequest(url=f"{service.origin}{path}", **request), [service.origin, *others])


def redirect(target: str, status: int = 302) -> Any:
    return lambda handler: handler.answer(status, Location=target)


async def test_an_answer_comes_with_status_headers_and_text(service: Server) -> None:
    service.routes["/a"] = lambda handler: handler.answer(
        201, "é".encode("latin-1"), content_type="text/plain; charset=latin-1", X_One_Id="7"
    )
    answer = await ask(service, "/a?q=1")
    assert (answer.status, answer.reason, answer.body) == (201, "Created", "é")
    assert (answer.headers["X-One-Id"], answer.headers["Content-Type"]) == (["7"], ["text/plain; charset=latin-1"])
    assert (service.asked[0].method, service.asked[0].path) == ("GET", "/a?q=1")


async def test_a_request_carries_what_it_was_given(service: Server) -> None:
    headers = {"X-Key": ["k"], "Host": ["evil.example"], "Accept": ["a", "b"]}
    await ask(service, "/a", method="POST", headers=headers, body="bödy", user="ann", password="pass:word")
    [asked] = service.asked
    assert (asked.method, asked.body) == ("POST", "bödy".encode())
    assert (asked.headers["x-key"], asked.headers["authorization"]) == ("k", "Basic YW5uOnBhc3M6d29yZA==")
    assert asked.headers["host"] == service.origin.removeprefix("http://")


@pytest.mark.parametrize("status", [404, 500, 403])
async def test_an_answer_of_any_status_is_an_answer(service: Server, status: int) -> None:
    service.routes["/a"] = lambda handler: handler.answer(status, b"no")
    answer = await ask(service, "/a")
    assert (answer.status, answer.body) == (status, "no")


async def test_the_body_goes_into_a_file_where_one_is_named(service: Server, tmp_path: Path) -> None:
    service.routes["/a"] = lambda handler: handler.answer(200, bytes(range(256)) * 100)
    answer = await ask(service, "/a", into=tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == bytes(range(256)) * 100
    assert answer.body == ""


@pytest.mark.parametrize("status", [403, 500])
async def test_an_error_page_becomes_no_file(service: Server, tmp_path: Path, status: int) -> None:
    service.routes["/a"] = lambda handler: handler.answer(status, b"an error page")
    with pytest.raises(UnavailableError, match=f"/a answered {status} [A-Z].*; no file was saved") as error:
        await ask(service, "/a?key=secret", into=tmp_path / "file")
    assert not (tmp_path / "file").exists()
    assert "secret" not in str(error.value)


# Where a request may go


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "[::1]", "0.0.0.0", "169.254.169.254", "[::ffff:127.0.0.1]"]
)
async def test_this_machine_and_its_link_are_refused(host: str) -> None:
    with pytest.raises(ForbiddenError, match=r"is refused; `warroom serve --allow-origin http://.*` allows it"):
        await Asker({}).ask(HttpRequest(url=f"http://{host}:9/a"), ["http://127.0.0.1:10", "https://127.0.0.1:9"])


async def test_a_redirect_to_this_machine_is_refused_too(service: Server) -> None:
    with running() as inner:
        service.routes["/a"] = redirect(f"{inner.origin}/secret")
        with pytest.raises(ForbiddenError):
            await ask(service, "/a")
        assert inner.asked == []


async def test_a_redirect_takes_no_key_to_another_origin(service: Server) -> None:
    with running() as other:
        service.routes["/a"] = redirect(f"{other.origin}/b", 307)
        other.routes["/b"] = lambda handler: handler.answer(200, b"there")
        headers = {"Authorization": ["key"], "Cookie": ["c"], "Accept": ["x"]}
        answer = await ask(service, "/a", other.origin, method="POST", body="text", headers=headers, user="ann")
        [asked] = other.asked
    assert answer.body == "there"
    assert (asked.method, asked.body, asked.headers["accept"]) == ("POST", b"text", "x")
    assert not {"authorization", "cookie"} & set(asked.headers)


async def test_a_redirect_within_an_origin_keeps_them(service: Server) -> None:
    service.routes["/a"] = redirect("/b")
    service.routes["/b"] = lambda handler: handler.answer(200, b"there")
    await ask(service, "/a", method="POST", body="text", headers={"X-Key": ["k"]})
    assert (service.asked[1].method, service.asked[1].body, service.asked[1].headers["x-key"]) == ("GET", b"", "k")


async def test_redirects_have_an_end(service: Server) -> None:
    service.routes["/a"] = redirect("/a?key=secret")
    with pytest.raises(UnavailableError, match="redirects more than 10 times") as error:
        await ask(service, "/a?key=secret")
    assert "secret" not in str(error.value)


# What goes wrong


@pytest.mark.parametrize(
    ("url", "error", "said"),
    [
        ("", InvalidInputError, "is not an address of the web"),
        ("file:///etc/passwd", InvalidInputError, "is not an address of the web"),
        ("ftp://127.0.0.1/a", InvalidInputError, "is not an address of the web"),
        ("http://no-such-host.invalid/a?key=secret", UnavailableError, "no-such-host.invalid has no address"),
        ("https://ann:secret@/x", InvalidInputError, "is not an address of the web"),
        ("http://127.0.0.1:99999/", InvalidInputError, "is not an address of the web"),
        ("http://a\x00b/", InvalidInputError, "is not an address of the web"),
        ("http://\ud800/", InvalidInputError, "is not an address of the web"),
        ("http://\u2488/", InvalidInputError, "is not an address of the web"),
    ],
)
async def test_an_address_that_leads_nowhere_is_told(url: str, error: type[WarroomError], said: str) -> None:
    with pytest.raises(error, match=said) as raised:
        await Asker({}).ask(HttpRequest(url=url), [])
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "given",
    [
        {"method": "GE T"},
        {"headers": {"X-A": ["a\r\nb: c"]}},
        {"headers": {"é": ["x"]}},
        {"method": ""},
        {"method": "GÉT"},
        {"headers": {"Authorization": ["Bearer secret\n"]}},
        {"headers": {"X secret": ["a"]}},
    ],
)
async def test_a_request_that_cannot_be_made_is_refused(service: Server, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="cannot be made") as raised:
        await ask(service, "/a", **given)
    assert service.asked == []
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "charset",
    ["no-such-thing", "undefined", "idna", "punycode", "unicode_escape", "raw-unicode-escape", "rot13", "hex"],
)
async def test_an_answer_in_an_encoding_that_cannot_be_read_is_read_as_utf_8(service: Server, charset: str) -> None:
    service.routes["/a"] = lambda handler: handler.answer(
        200, "é".encode() + b"-\xfe", content_type=f"text/plain; charset={charset}"
    )
    assert (await ask(service, "/a")).body == "é-\ufffd"


@pytest.mark.parametrize("target", ["http://[", "http://127.0.0.1:99999/"])
async def test_a_redirect_to_no_address_is_told(service: Server, target: str) -> None:
    service.routes["/a"] = redirect(target)
    with pytest.raises(WarroomError, match="is not an address"):
        await ask(service, "/a")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"REQUESTS_CA_BUNDLE": "/no/such/bundle"}, r"certificates to trust cannot be read .*REQUESTS_CA_BUNDLE"),
        ({"HTTP_PROXY": "ftp://ann:secret@127.0.0.1:9"}, "The proxy ftp://127.0.0.1:9 cannot be used"),
        ({"HTTP_PROXY": "socks5://127.0.0.1:9"}, "cannot be used"),
    ],
)
async def test_a_setting_that_cannot_be_used_is_told(service: Server, setting: dict[str, str], said: str) -> None:
    with pytest.raises(UnavailableError, match=said) as raised:
        await Asker(setting).ask(HttpRequest(url=f"{service.origin}/a", proxy=True), [service.origin])
    assert "secret" not in str(raised.value)


async def test_a_service_that_is_not_there_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UnavailableError, match=f"{origin} does not answer"):
            await Asker({}).ask(HttpRequest(url=origin), [origin])


async def test_an_answer_that_breaks_off_is_told(service: Server) -> None:
    service.routes["/a"] = lambda handler: handler.break_off(b"half", 100)
    with pytest.raises(UnavailableError, match="broke off"):
        await ask(service, "/a")


async def test_a_text_over_the_limit_is_refused(service: Server) -> None:
    service.routes["/a"] = lambda handler: handler.answer(200, b"x" * (LARGEST_BODY + 1))
    with pytest.raises(UnavailableError, match="is longer than 10,485,760 bytes; ask for it with SaveToFile"):
        await ask(service, "/a")


async def test_a_proxy_is_asked_where_the_request_says_so(service: Server) -> None:
    def proxied(handler: Handler) -> None:
        handler.answer(200, b"by the proxy")

    service.routes["http://127.0.0.1:9/a"] = proxied
    asker = Asker({"HTTP_PROXY": service.origin.removeprefix("http://")})  # as curl and requests read it, too
    answer = await asker.ask(HttpRequest(url="http://127.0.0.1:9/a", proxy=True), ["http://127.0.0.1:9"])
    assert answer.body == "by the proxy"
    with pytest.raises(UnavailableError):
        await asker.ask(HttpRequest(url="http://127.0.0.1:9/a"), ["http://127.0.0.1:9"])


async def test_a_redirect_to_the_other_scheme_has_the_proxy_of_that_scheme(service: Server, tmp_path: Path) -> None:
    files = make_certificates(tmp_path, "localhost")
    service.routes["http://127.0.0.1:9/b"] = lambda handler: handler.answer(200, b"by the proxy")
    with running() as secure:
        secure.speak_tls(files.chain, files.key)
        secure.routes["/a"] = redirect("http://127.0.0.1:9/b")
        origin = f"https://localhost:{secure.server_port}"
        request = HttpRequest(url=f"{origin}/a", proxy=True, verify=False)
        answer = await Asker({"HTTP_PROXY": service.origin}).ask(request, [origin, "http://127.0.0.1:9"])
    assert answer.body == "by the proxy"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_a_certificate_is_checked_against_the_name_that_was_asked(tmp_path: Path, host: str) -> None:
    files = make_certificates(tmp_path, "localhost")
    with running() as service:
        service.speak_tls(files.chain, files.key)
        service.routes["/a"] = lambda handler: handler.answer(200, b"there")
        origin = f"https://{host}:{service.server_port}"
        request = HttpRequest(url=f"{origin}/a")
        trusting = Asker({"REQUESTS_CA_BUNDLE": str(files.authority)})
        with pytest.raises(UnavailableError, match=r"does not answer .*CERTIFICATE_VERIFY_FAILED"):
            await Asker({}).ask(request, [origin])
        assert (await Asker({}).ask(replace(request, verify=False), [origin])).body == "there"
        if host == "localhost":
            assert (await trusting.ask(request, [origin])).body == "there"


async def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    files = make_certificates(tmp_path, "localhost")
    with running() as service:
        service.speak_tls(files.chain, files.key)
        origin = f"https://127.1:{service.server_port}"  # another way to write the address, which is in no certificate
        with pytest.raises(UnavailableError, match="CERTIFICATE_VERIFY_FAILED"):
            await Asker({"REQUESTS_CA_BUNDLE": str(files.authority)}).ask(HttpRequest(url=origin), [origin])
        assert service.asked == []


async def test_a_form_carries_fields_and_a_file(service: Server, tmp_path: Path) -> None:
    (tmp_path / "stored").write_bytes(b"\x00dump")
    service.routes["/up"] = redirect("/form", 307)
    service.routes["/form"] = lambda handler: handler.answer(200, b"taken")
    form = {"fields": {"note": "é", "n": "1"}, "file": tmp_path / "stored", "file_name": "a dump.bin"}
    answer = await ask(service, "/up", method="POST", **form)
    asked = service.asked[-1]
    assert (answer.body, asked.path) == ("taken", "/form")
    assert asked.headers["content-type"].startswith("multipart/form-data; boundary=")
    for part in (
        b'name="note"\r\n\r\n\xc3\xa9\r\n',
        b'name="n"\r\n\r\n1\r\n',
        b'name="file"; filename="a dump.bin"',
        b"\x00dump",
    ):
        assert part in asked.body


async def test_a_form_may_have_fields_alone(service: Server) -> None:
    await ask(service, "/form", method="POST", fields={"n": "1"})
    assert b'name="n"\r\n\r\n1\r\n' in service.asked[0].body
