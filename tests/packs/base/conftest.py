"""The pack's content, a demisto object to run it on, and a service to ask."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.packs.base.content import Content
from tests.packs.base.demisto_object import Demisto
from tests.packs.base.service import Server, running


@pytest.fixture
def demisto() -> Demisto:
    return Demisto()


@pytest.fixture
def content(demisto: Demisto, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Content:
    monkeypatch.chdir(tmp_path)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    return Content(demisto, monkeypatch)


@pytest.fixture
def csp(content: Content) -> ModuleType:
    """CommonServerPython."""
    return content.library


@pytest.fixture
def service() -> Iterator[Server]:
    with running() as server:
        yield server
