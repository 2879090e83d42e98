from collections.abc import Callable
from pathlib import Path

import pytest

from tests.host.lab import PID, Lab
from warroom.host.environment import SURROUNDINGS, worker_environment

HOSTS = {
    "TZ": "Asia/Tokyo",
    "LANG": "de_DE.ISO-8859-1",
    "LC_ALL": "tr_TR.UTF-8",
    "HTTPS_PROXY": "http://ours:3128",
    "http_proxy": "http://ours:3128",
    "HOME": "/nowhere",
}


async def test_nothing_of_our_environment_reaches_a_worker(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARROOM_SECRET_KEY", "key")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    [names] = await lab.results("import os; demisto.results(sorted(os.environ))")
    proxies = {"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"}
    assert set(names) == {"PATH", "LANG", "LC_ALL", "TZ", "HOME", "TMPDIR", *proxies}


async def test_code_finds_the_surroundings_of_an_xsoar_image_whatever_ours_are(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in HOSTS.items():
        monkeypatch.setenv(name, value)
    text = """
        import datetime, locale, os, sys, tempfile, time
        demisto.results({
            "proxies": [os.environ[name] for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")],
            "hour": time.localtime(0).tm_hour,
            "zone": time.tzname[0],
            "naive": str(datetime.datetime.fromtimestamp(0)),
            "locale": locale.setlocale(locale.LC_ALL, ""),
            "encodings": [sys.getfilesystemencoding(), locale.getpreferredencoding(False), sys.stdout.encoding],
            "month": time.strftime("%B", time.gmtime(0)),
            "home": os.path.expanduser("~") == os.getcwd() == tempfile.gettempdir(),
        })
        with open(os.path.expanduser("~/.cache"), "w") as file:
            file.write("Stra\u00dfe")
        """
    [found] = await lab.results(text)
    assert found == {
        "proxies": ["", "", "", ""],
        "hour": 0,
        "zone": "UTC",
        "naive": "1970-01-01 00:00:00",
        "locale": "C.UTF-8",
        "encodings": ["utf-8", "utf-8", "utf-8"],
        "month": "January",
        "home": True,
    }


async def test_an_operator_may_set_proxies_for_code(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(environment={"https_proxy": "http://proxy:3128", "REQUESTS_CA_BUNDLE": "/ca.pem"})
    names = ("HTTPS_PROXY", "HTTP_PROXY", "REQUESTS_CA_BUNDLE")
    text = f"import os; demisto.results([os.environ.get(name) for name in {names}])"
    assert await lab.results(text) == [["http://proxy:3128", "", "/ca.pem"]]


def what_others_read(pid: int) -> bytes:
    return b"".join(Path(f"/proc/{pid}/{place}").read_bytes() for place in ("cmdline", "environ"))


async def test_secrets_are_in_no_place_that_other_processes_can_read(lab: Lab) -> None:
    [pid] = await lab.results(PID, params={"password": "hunter2"}, args={"token": "hunter2"})
    assert b"guest" in what_others_read(pid)
    assert b"hunter2" not in what_others_read(pid)


async def test_installed_packages_can_be_imported(lab: Lab) -> None:
    assert await lab.results("import requests; demisto.results(requests.__name__)") == ["requests"]


def test_what_is_given_on_purpose_wins() -> None:
    made = worker_environment({"PATH": "/bin", "HOME": "/h"}, {"PATH": "/opt"})
    assert {**made, **SURROUNDINGS} == made
    assert (made["PATH"], made["LANG"], len(made)) == ("/opt", "C.UTF-8", len(SURROUNDINGS) + 1)


def test_a_zone_that_is_given_on_purpose_wins_too() -> None:
    assert worker_environment({}, {"TZ": "Asia/Tokyo", "HTTP_PROXY": "p", "http_proxy": "q"}) == {
        **worker_environment({}, {}),
        "TZ": "Asia/Tokyo",
        "HTTP_PROXY": "p",
        "http_proxy": "q",
    }
