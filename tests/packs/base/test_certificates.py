"""Certificates that nobody here trusts, and the switches that say what to do about them."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.packs.base.content import Content
from tests.packs.base.demisto_object import Demisto
from tests.packs.base.service import Server, running
from visionone_sim.tls import CertificateFiles, make_certificates


@pytest.fixture
def files(tmp_path_factory: pytest.TempPathFactory) -> CertificateFiles:
    return make_certificates(tmp_path_factory.mktemp("certificates"), "127.0.0.1")


@pytest.fixture
def secure(files: CertificateFiles, demisto: Demisto) -> Iterator[Server]:
    with running() as server:
        server.speak_tls(files.chain, files.key)
        server.answers("/x", lambda handler: handler.answer(200, b'{"a": 1}'))
        demisto.callingContext["context"]["HttpAllowedOrigins"] = [server.origin]
        yield server


def _ask(csp: ModuleType, server: Server, **options: Any) -> Any:
    return csp.BaseClient(server.origin, **options)._http_request("GET", "x")


def test_a_certificate_that_is_not_trusted_is_refused(csp: ModuleType, secure: Server) -> None:
    with pytest.raises(csp.DemistoException, match="SSL Certificate Verification Failed") as caught:
        _ask(csp, secure)
    assert "Trust any certificate" in str(caught.value)
    assert caught.value.error_type == csp.ErrorTypes.SSL_ERROR
    assert secure.asked == []


def test_any_certificate_is_trusted_when_told_so_but_only_then(csp: ModuleType, secure: Server) -> None:
    assert _ask(csp, secure, verify=False) == {"a": 1}
    with pytest.raises(csp.DemistoException, match="SSL Certificate Verification Failed"):
        _ask(csp, secure, verify=True)


def test_an_authority_of_ones_own_is_trusted(
    csp: ModuleType, secure: Server, files: CertificateFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(files.authority))
    assert _ask(csp, secure) == {"a": 1}


@pytest.mark.parametrize("switch", ["insecure", "unsecure"])
def test_http_trusts_any_certificate_only_when_told_so(content: Content, secure: Server, switch: str) -> None:
    [refused] = content.run("http", url=f"{secure.origin}/x?token=geheim")
    assert f"The certificate of {secure.origin} is not trusted" in refused["Contents"]
    [answer] = content.run("http", url=f"{secure.origin}/x", **{switch: "yes"})
    assert answer["Contents"]["Body"] == '{"a": 1}'


def test_http_trusts_an_authority_of_ones_own(
    content: Content, secure: Server, files: CertificateFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(files.authority))
    [entry] = content.run("http", url=f"{secure.origin}/x", saveAsFile="yes", filename="a.json")
    assert Path(f"42_{entry['FileID']}").read_bytes() == b'{"a": 1}'
