"""BaseClient against a real service."""

import json
import os
import socket
import time
from types import ModuleType
from typing import Any

import pytest

from tests.packs.base.demisto_object import Demisto
from tests.packs.base.service import Handler, Server


def _json(data: Any, status: int = 200) -> Any:
    return lambda handler: handler.answer(status, json.dumps(data).encode(), Content_Type="application/json")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _client(csp: ModuleType, service: Server, **options: Any) -> Any:
    return csp.BaseClient(f"{service.origin}/api", **options)


def test_a_request_carries_headers_parameters_and_json(csp: ModuleType, service: Server) -> None:
    service.answers("/api/hosts", _json({"ok": True}))
    client = _client(csp, service, headers={"Authorization": "Bearer t"})
    assert client._http_request("POST", "/hosts", params={"top": 5}, json_data={"a": 1}) == {"ok": True}
    [asked] = service.asked
    assert (asked.method, asked.path, json.loads(asked.body)) == ("POST", "/api/hosts?top=5", {"a": 1})
    assert asked.headers["authorization"] == "Bearer t"


def test_headers_of_a_request_replace_those_of_the_client(csp: ModuleType, service: Server) -> None:
    service.answers("/other", _json({}))
    client = _client(csp, service, headers={"X-Client": "1"})
    client._http_request("GET", full_url=f"{service.origin}/other", headers={"X-Request": "1"})
    assert "x-request" in service.asked[0].headers
    assert "x-client" not in service.asked[0].headers


@pytest.mark.parametrize(("form", "expected"), [("json", {"a": 1}), ("text", '{"a": 1}'), ("content", b'{"a": 1}')])
def test_the_answer_has_the_wanted_form(csp: ModuleType, service: Server, form: str, expected: Any) -> None:
    service.answers("/api/x", _json({"a": 1}))
    assert _client(csp, service)._http_request("GET", "x", resp_type=form) == expected


def test_the_answer_may_be_the_response_or_xml(csp: ModuleType, service: Server) -> None:
    service.answers("/api/x", lambda handler: handler.answer(200, b"<a><b>1</b></a>"))
    client = _client(csp, service)
    assert client._http_request("GET", "x", resp_type="response").status_code == 200
    assert client._http_request("GET", "x", resp_type="xml").find("b").text == "1"


def test_an_error_says_status_reason_and_what_the_service_says(csp: ModuleType, service: Server) -> None:
    service.answers("/api/x", _json({"error": {"code": "Forbidden", "message": "No rôle"}}, 403))
    with pytest.raises(csp.DemistoException) as caught:
        _client(csp, service)._http_request("GET", "x?token=secret")
    assert str(caught.value).splitlines() == [
        "Error in API call [403] - Forbidden",
        '{"error": {"code": "Forbidden", "message": "No rôle"}}',
    ]
    assert caught.value.res.status_code == 403


def test_the_accepted_codes_may_be_chosen(csp: ModuleType, service: Server) -> None:
    service.answers("/api/x", _json([{"status": 202}], 207))
    service.answers("/api/y", _json({}, 200))
    client = _client(csp, service, ok_codes=(207,))
    assert client._http_request("POST", "x") == [{"status": 202}]
    with pytest.raises(csp.DemistoException, match=r"\[200\] - OK"):
        client._http_request("GET", "y")
    assert client._http_request("GET", "y", ok_codes=(200,)) == {}


def test_an_error_may_be_handled_by_the_caller(csp: ModuleType, service: Server) -> None:
    def explain(response: Any) -> None:
        raise csp.DemistoException(f"Ours: {response.status_code}", res=response)

    with pytest.raises(csp.DemistoException, match="Ours: 404"):
        _client(csp, service)._http_request("GET", "none", error_handler=explain)


def test_an_empty_answer_is_returned_when_asked_for(csp: ModuleType, service: Server) -> None:
    service.answers("/api/x", lambda handler: handler.answer(204))
    client = _client(csp, service)
    assert client._http_request("DELETE", "x", return_empty_response=True).status_code == 204
    with pytest.raises(csp.DemistoException, match=r"Failed to parse json object from response \[204\]: it is empty"):
        client._http_request("DELETE", "x")


def test_a_busy_service_is_asked_again_after_the_time_it_says(csp: ModuleType, service: Server) -> None:
    service.answers("/api/x", lambda handler: handler.answer(429, b"", Retry_After="1"), _json({"a": 1}))
    began = time.monotonic()
    answer = _client(csp, service)._http_request("POST", "x", retries=2, status_list_to_retry=[429], backoff_factor=0)
    assert answer == {"a": 1}
    assert time.monotonic() - began >= 1
    assert len(service.asked) == 2


def test_a_service_that_stays_busy_is_an_error_with_its_answer(csp: ModuleType, service: Server) -> None:
    service.answers("/api/x", _json({"m": "still busy"}, 503))
    client = _client(csp, service)
    with pytest.raises(csp.DemistoException, match=r"(?s)\[503\].*still busy"):
        client._http_request("GET", "x", retries=2, status_list_to_retry=[503], backoff_factor=0)
    assert len(service.asked) == 3


def test_a_dropped_connection_is_asked_again_only_with_retries(csp: ModuleType, service: Server) -> None:
    def drop(handler: Handler) -> None:
        handler.close_connection = True

    service.answers("/api/x", drop, _json({"a": 1}))
    client = _client(csp, service)
    with pytest.raises(csp.DemistoException, match=r"^Connection Error - 127\.0\.0\.1:\d+ could not be reached"):
        client._http_request("GET", "x")
    service.answers("/api/x", drop, _json({"a": 1}))
    assert client._http_request("GET", "x", retries=1, backoff_factor=0) == {"a": 1}


def test_an_action_whose_answer_is_lost_is_not_repeated(csp: ModuleType, service: Server) -> None:
    def drop(handler: Handler) -> None:
        handler.close_connection = True

    service.answers("/api/x", drop)
    with pytest.raises(csp.DemistoException, match="Connection Error"):
        _client(csp, service)._http_request("POST", "x", retries=3, backoff_factor=0)
    assert len(service.asked) == 1


DOUBT = "\nIt may have been done all the same: look there before you try again."


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, "dropped"])
def test_a_write_whose_answer_is_lost_may_have_been_done(
    csp: ModuleType, service: Server, method: str, status: int | str
) -> None:
    def drop(handler: Handler) -> None:
        handler.close_connection = True

    service.answers("/api/x", drop if isinstance(status, str) else _json({"m": "sorry"}, status))
    with pytest.raises(csp.DemistoException) as caught:
        _client(csp, service)._http_request(method, "x")
    assert str(caught.value).endswith(DOUBT) == (method != "GET")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429])
def test_a_write_that_was_refused_was_not_done(csp: ModuleType, service: Server, status: int) -> None:
    service.answers("/api/x", _json({"m": "no"}, status))
    with pytest.raises(csp.DemistoException) as caught:
        _client(csp, service)._http_request("POST", "x")
    assert DOUBT not in str(caught.value)


def test_a_write_that_was_never_sent_was_not_done(csp: ModuleType) -> None:
    client = csp.BaseClient(f"http://127.0.0.1:{_free_port()}")
    with pytest.raises(csp.DemistoException) as caught:
        client._http_request("POST", "x")
    assert "could not be reached" in str(caught.value)
    assert DOUBT not in str(caught.value)


def test_retries_that_a_client_sets_for_itself_stay(csp: ModuleType, service: Server) -> None:
    service.answers("/api/x", lambda handler: handler.answer(503), _json({"a": 1}))
    client = _client(csp, service)
    client._implement_retry(retries=1, status_list_to_retry=[503], backoff_factor=0)
    assert client._http_request("GET", "x") == {"a": 1}


def test_retries_of_one_request_do_not_stay_with_the_client(csp: ModuleType, service: Server) -> None:
    service.answers("/api/x", _json({"m": "busy"}, 503))
    client = _client(csp, service)
    for retries, asked in ((1, 2), (0, 3)):
        with pytest.raises(csp.DemistoException):
            client._http_request("POST", "x", retries=retries, status_list_to_retry=[503], backoff_factor=0)
        assert len(service.asked) == asked


def test_a_service_that_is_not_there_is_named_without_the_query(csp: ModuleType) -> None:
    client = csp.BaseClient(f"http://127.0.0.1:{_free_port()}")
    with pytest.raises(csp.DemistoException) as caught:
        client._http_request("GET", "x", params={"token": "geheim"})
    assert "could not be reached" in str(caught.value)
    assert "geheim" not in str(caught.value)
    assert caught.value.error_type == csp.ErrorTypes.CONNECTION_ERROR


def test_a_slow_service_is_not_waited_for_longer_than_the_timeout(csp: ModuleType, service: Server) -> None:
    release = csp.socket.socketpair()
    service.answers("/api/x", lambda _handler: release[0].recv(1))
    try:
        with pytest.raises(csp.DemistoException, match="Read Timeout Error"):
            _client(csp, service, timeout=0.1)._http_request("GET", "x")
    finally:
        release[1].send(b"x")
        for end in release:
            end.close()


def test_the_next_client_uses_the_same_connection(csp: ModuleType, service: Server) -> None:
    service.answers("/api/x", _json({}))
    for _command in range(3):
        _client(csp, service)._http_request("GET", "x")
    assert len({asked.connection for asked in service.asked}) == 1


def test_clients_share_connections_but_no_cookies(csp: ModuleType, service: Server) -> None:
    service.answers("/api/x", lambda handler: handler.answer(200, b"{}", Set_Cookie="session=1"))
    for _command in range(2):
        _client(csp, service)._http_request("GET", "x")
    assert "cookie" not in service.asked[1].headers


def test_parameters_may_be_quoted_in_another_way(csp: ModuleType, service: Server) -> None:
    service.answers("/api/x", _json({}))
    _client(csp, service)._http_request("GET", "x", params={"q": "a b"}, params_parser=csp.urllib.parse.quote)
    assert service.asked[0].path == "/api/x?q=a%20b"


def test_the_proxy_switch_is_obeyed(csp: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "proxy.example:3128")
    csp.BaseClient("https://a.example", proxy=True)
    assert os.environ["https_proxy"] == "http://proxy.example:3128"
    csp.BaseClient("https://a.example", proxy=False)
    assert not {"HTTP_PROXY", "https_proxy"} & set(os.environ)


def test_proxies_come_from_the_instance_and_the_environment(
    csp: ModuleType, demisto: Demisto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/own.pem")
    demisto.parameters = {"proxy": True, "insecure": True}
    assert csp.handle_proxy() == {"http": "", "https": "http://proxy.example:3128"}
    assert "REQUESTS_CA_BUNDLE" not in os.environ
    demisto.parameters = {"proxy": False}
    assert csp.handle_proxy() == {}
    assert "https_proxy" not in os.environ


def test_calls_are_counted_by_how_they_went(csp: ModuleType, service: Server, demisto: Demisto) -> None:
    service.answers("/api/x", _json({}), _json({}, 401))
    client = _client(csp, service)
    client._http_request("GET", "x", with_metrics=True)
    with pytest.raises(csp.DemistoException):
        client._http_request("GET", "x", with_metrics=True)
    client._return_execution_metrics_results()
    assert demisto.returned[0]["Type"] == 19
    assert demisto.returned[0]["APIExecutionMetrics"] == [
        {"Type": "Successful", "APICallsCount": 1},
        {"Type": "AuthError", "APICallsCount": 1},
    ]


def test_counts_are_attributes_too(csp: ModuleType) -> None:
    metrics = csp.ExecutionMetrics(success=2)
    metrics.success += 1
    metrics.timeout_error += 1
    assert (metrics.success, metrics.quota_error) == (3, 0)
    assert metrics.get_metric_list() == [
        {"Type": "Successful", "APICallsCount": 3},
        {"Type": "TimeoutError", "APICallsCount": 1},
    ]


def test_one_request_needs_no_client_of_its_own(csp: ModuleType, service: Server) -> None:
    service.answers("/api/x", _json({"a": 1}))
    assert csp.generic_http_request("GET", f"{service.origin}/api", url_suffix="x") == {"a": 1}


CLIMBING = [
    "hosts/../../admin",
    "../admin",
    "..",
    "hosts/..",
    "hosts/%2e%2e/admin",
    "hosts/.%2E/admin",
    "hosts/..%2fadmin",
    "hosts%2f..%2fadmin",
    "hosts/%252e%252e/admin",
    "hosts/%25252e%25252e%25252fadmin",
    "hosts/..\\admin",
    "hosts\\..\\admin",
    "hosts/..%5cadmin",
    "hosts/..;/admin",
    "hosts/..;a=b/admin",
    "hosts/.\t./admin",
    "hosts/.\r\n./admin",
    "hosts/.%00./admin",
    "hosts/\uff0e\uff0e/admin",
    "hosts/\u2025/admin",
]


@pytest.mark.parametrize("path", CLIMBING)
@pytest.mark.parametrize("whole", [False, True])
def test_a_path_that_climbs_is_refused_in_one_sentence(
    csp: ModuleType, service: Server, path: str, whole: bool
) -> None:
    where = {"full_url": f"{service.origin}/api/{path}"} if whole else {"url_suffix": path}
    with pytest.raises(csp.DemistoException, match=r"^The path '.*' leads out of where it begins, so it was not asked"):
        _client(csp, service)._http_request("GET", **where)
    with pytest.raises(csp.DemistoException, match="leads out of where it begins"):
        csp.generic_http_request("GET", f"{service.origin}/api", url_suffix=path)
    assert service.asked == []


@pytest.mark.parametrize(
    "path",
    [
        "hosts/a..b",
        "hosts/..a",
        "hosts/...",
        "hosts/./x",
        "hosts/.well-known",
        "hosts/a%2fb",
        "hosts/100%",
        "hosts/x?next=../y",
        "hosts/x#../y",
        "hosts/a\\b",
    ],
)
def test_a_path_that_only_looks_so_is_asked_for(csp: ModuleType, service: Server, path: str) -> None:
    with pytest.raises(csp.DemistoException, match=r"\[404\]"):
        _client(csp, service)._http_request("GET", path)
    assert len(service.asked) == 1


def test_a_path_of_another_service_is_asked_for_as_it_was_given(csp: ModuleType, service: Server) -> None:
    service.answers("/y", _json({"a": 1}))
    client = csp.BaseClient("https://elsewhere.example/api")
    assert client._http_request("GET", full_url=f"{service.origin}/x/../y") == {"a": 1}
