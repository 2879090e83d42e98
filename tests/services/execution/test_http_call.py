from pathlib import Path
from typing import Any

import pytest

from warroom.model.errors import InvalidInputError
from warroom.services.execution.http_call import answer_of, read_form, read_request, with_file
from warroom.services.ports.outgoing import HttpAnswer, HttpRequest


def test_a_request_is_read_whole() -> None:
    asked = {
        "Method": "post",
        "Headers": {"Accept": ["a", "b"], "X-One": "1"},
        "Cookies": [{"Name": "c", "Value": "v"}, {"Name": "d"}, "odd"],
        "Body": "text",
        "Username": "ann",
        "Password": "geheim",
    }
    read = read_request({"url": " http://a.example/ ", "request": asked, "insecure": "true", "proxy": True})
    assert read == HttpRequest(
        url="http://a.example/",
        method="POST",
        headers={"Accept": ["a", "b"], "X-One": ["1"], "Cookie": ["c=v; d="]},
        body="text",
        user="ann",
        password="geheim",
        verify=False,
        proxy=True,
    )
    assert "geheim" not in repr(read)


@pytest.mark.parametrize("args", [{}, {"request": None}, {"request": {"Body": None, "Headers": None}}])
def test_what_is_not_given_is_as_usual(args: Any) -> None:
    assert read_request({"url": "http://a.example/", **args}) == HttpRequest(url="http://a.example/")


@pytest.mark.parametrize("asked", ["GET", [1], {"Headers": "Accept: a"}])
def test_a_request_of_another_shape_is_refused(asked: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"of http is an object such as \{"):
        read_request({"url": "http://a.example/", "request": asked})


def test_a_file_is_named_for_the_answer_only_where_it_is_asked_for(tmp_path: Path) -> None:
    request = HttpRequest(url="http://a.example/")
    assert with_file(request, {"request": {}}, tmp_path, "7") == (request, "")
    filed, file_id = with_file(request, {"request": {"SaveToFile": True}}, tmp_path, "7")
    assert filed.into == tmp_path / f"7_{file_id}"


def test_an_answer_is_told_in_xsoars_words() -> None:
    answer = HttpAnswer(status=404, reason="Not Found", headers={"Set-Cookie": ["a=b; Path=/", "c"]}, body="no")
    told = {
        "StatusCode": 404,
        "Status": "404 Not Found",
        "Headers": {"Set-Cookie": ["a=b; Path=/", "c"]},
        "Body": "no",
        "Cookies": [{"Name": "a", "Value": "b"}, {"Name": "c", "Value": ""}],
    }
    assert answer_of(answer, "") == told
    assert answer_of(answer, "id-1") == {**told, "Path": "id-1"}


def test_a_form_is_read_and_chooses_its_own_boundary() -> None:
    asked = {"Headers": {"content-type": ["multipart/form-data"], "X-One": ["1"]}, "Body": "left out"}
    form = read_form({"url": "http://a.example/", "request": asked, "fields": {"a": "b", "n": 1, "o": {"x": True}}})
    fields = {"a": "b", "n": "1", "o": '{"x": true}'}
    assert form == HttpRequest(url="http://a.example/", method="POST", headers={"X-One": ["1"]}, fields=fields)
    assert read_form({"url": "u", "request": {"Method": "PUT"}}).method == "PUT"
    with pytest.raises(InvalidInputError, match="The fourth argument of httpMultipart"):
        read_form({"url": "u", "fields": "a=b"})
