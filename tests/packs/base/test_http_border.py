"""Where http goes and where it does not."""

import socket
from typing import Any

import pytest

from tests.packs.base.content import Content, load
from tests.packs.base.demisto_object import Demisto
from tests.packs.base.service import Handler, Server, running


def _allow(demisto: Demisto, *origins: str) -> None:
    demisto.callingContext["context"]["HttpAllowedOrigins"] = list(origins)


def _get(content: Content, url: str, **args: Any) -> Any:
    [entry] = content.run("http", url=url, **args)
    return entry


def _redirect(to: str, status: int = 302) -> Any:
    return lambda handler: handler.answer(status, b"", Location=to)


def test_loopback_is_refused_before_anything_is_sent(content: Content, service: Server) -> None:
    entry = _get(content, f"{service.origin}/x?token=geheim")
    assert entry["Type"] == 4
    assert entry["Contents"].startswith(f"http: {service.origin} leads to 127.0.0.1, an address of this machine")
    assert f"`warroom serve --allow-origin {service.origin}` allows it" in entry["Contents"]
    assert "geheim" not in entry["Contents"]
    assert service.asked == []


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.1.2.3",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "[fe80::1]",
        "[::ffff:169.254.169.254]",
    ],
)
def test_every_spelling_of_this_machine_and_its_link_is_refused(content: Content, host: str) -> None:
    entry = _get(content, f"http://{host}/latest/meta-data")
    assert "an address of this machine or its link, and is refused" in entry["Contents"]


@pytest.mark.parametrize("url", ["ftp://a.example/x", "file:///etc/passwd", "a.example/x", "http://", "http://[x/", ""])
def test_what_is_no_web_address_is_refused(content: Content, url: str) -> None:
    assert "is not an address of the web" in _get(content, url)["Contents"]


def test_an_allowed_origin_is_asked(content: Content, demisto: Demisto, service: Server) -> None:
    _allow(demisto, service.origin.upper())
    service.answers("/x", lambda handler: handler.answer(200, b"fine"))
    assert _get(content, f"{service.origin}/x")["Contents"]["Body"] == "fine"


def test_only_the_port_that_is_allowed_is_asked(content: Content, demisto: Demisto, service: Server) -> None:
    _allow(demisto, "http://127.0.0.1:1")
    assert "is refused" in _get(content, f"{service.origin}/x")["Contents"]
    assert service.asked == []


def test_a_redirect_to_loopback_is_refused(content: Content, demisto: Demisto, service: Server) -> None:
    with running() as inner:
        _allow(demisto, service.origin)
        service.answers("/x", _redirect(f"{inner.origin}/secret?token=geheim"))
        entry = _get(content, f"{service.origin}/x")
        assert f"{inner.origin} leads to 127.0.0.1" in entry["Contents"]
        assert "geheim" not in entry["Contents"]
        assert inner.asked == []


def test_a_redirect_within_the_origin_is_followed(content: Content, demisto: Demisto, service: Server) -> None:
    _allow(demisto, service.origin)
    service.answers("/x", _redirect("/y"))
    service.answers("/y", lambda handler: handler.answer(200, b"fine"))
    entry = _get(content, f"{service.origin}/x", headers="X-Key:1", username="u", password="p")
    assert entry["Contents"]["URL"] == f"{service.origin}/y"
    assert "authorization" in service.asked[1].headers
    assert service.asked[1].headers["x-key"] == "1"


def test_keys_do_not_go_to_another_origin(content: Content, demisto: Demisto, service: Server) -> None:
    with running() as other:
        _allow(demisto, service.origin, other.origin)
        service.answers("/x", _redirect(f"{other.origin}/y"))
        other.answers("/y", lambda handler: handler.answer(200, b"fine"))
        headers = '{"X-Api-Key": "1", "Accept": "text/plain", "Cookie": "a=b"}'
        _get(content, f"{service.origin}/x", headers=headers, username="u", password="p")
        [asked] = other.asked
        assert asked.headers["accept"] == "text/plain"
        assert not {"x-api-key", "authorization", "cookie"} & set(asked.headers)


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
def test_a_redirect_keeps_or_drops_the_body_as_its_status_says(
    content: Content, demisto: Demisto, service: Server, status: int, method: str
) -> None:
    _allow(demisto, service.origin)
    service.answers("/x", _redirect("/y", status))
    service.answers("/y", lambda handler: handler.answer(200))
    _get(content, f"{service.origin}/x", method="POST", body="data")
    assert (service.asked[1].method, service.asked[1].body) == (method, b"data" if method == "POST" else b"")


def test_redirects_come_to_an_end(content: Content, demisto: Demisto, service: Server) -> None:
    _allow(demisto, service.origin)
    service.answers("/x", _redirect("/x"))
    assert "redirects more than 10 times" in _get(content, f"{service.origin}/x")["Contents"]
    assert len(service.asked) == 10


def test_a_name_without_an_address_is_told(content: Content) -> None:
    assert "nowhere.invalid has no address" in _get(content, "http://nowhere.invalid/x?y=z")["Contents"]


def test_an_origin_that_nobody_serves_is_told_without_its_query(content: Content, demisto: Demisto) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{probe.getsockname()[1]}"
    _allow(demisto, origin)
    entry = _get(content, f"{origin}/x?token=geheim")
    assert f"{origin} could not be reached" in entry["Contents"]
    assert "geheim" not in entry["Contents"]


def test_a_name_that_moves_after_the_look_up_is_refused_at_the_connection(
    content: Content, service: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look-up answers with a public address, the one that connects with loopback."""
    script = load("http", "http_script")
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def moving(host: str, *args: Any, **kwargs: Any) -> Any:
        looked_up.append(host)
        if len(looked_up) == 1:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80))]
        return real("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", moving)
    url = f"http://moving.example:{service.server_port}/x"
    with pytest.raises(content.library.DemistoException, match=r"leads to 127\.0\.0\.1"):
        script.run({"url": url}, [])
    assert len(looked_up) == 2
    assert service.asked == []


def test_proxies_of_the_environment_are_used_only_when_asked(
    content: Content, demisto: Demisto, service: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def through_proxy(handler: Handler) -> None:
        handler.answer(200, b"through the proxy")

    with running() as proxy:
        monkeypatch.setenv("http_proxy", proxy.origin)
        proxy.routes["http://192.0.2.7/x"] = through_proxy
        service.answers("/x", lambda handler: handler.answer(200, b"directly"))
        _allow(demisto, service.origin)
        assert _get(content, "http://192.0.2.7/x", proxy="yes")["Contents"]["Body"] == "through the proxy"
        assert _get(content, f"{service.origin}/x", proxy="no")["Contents"]["Body"] == "directly"
