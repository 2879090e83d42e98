import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.model.json import Json
from warroom.services.secrecy.masking import MANY, MASK, Mask, secrets_in, secrets_of, without_query

SIGNED = "https://files.example/a.zip?X-Amz-Date=20260105T090000Z&X-Amz-Signature=0a1b2c&x=1"


def test_a_known_secret_is_masked_wherever_it_stands() -> None:
    mask = Mask(["s3cret"])
    assert mask.text("GET ?key=s3cret failed (s3cret)") == f"GET ?key={MASK} failed ({MASK})"
    assert mask.tree({"a": ["x s3cret", {"s3cret": 1}]}) == {"a": [f"x {MASK}", {MASK: 1}]}


def test_of_two_secrets_the_longer_one_is_masked_whole() -> None:
    assert Mask(["abcd", "abcdefgh"]).text("abcdefgh abcd") == f"{MASK} {MASK}"


@pytest.mark.parametrize("before", ["", "u:", "me:", "joe:"])
@pytest.mark.parametrize("after", ["", "!", "!!"])
@pytest.mark.parametrize("encoded", [b64encode, urlsafe_b64encode])
def test_a_secret_inside_of_base64_is_masked(before: str, after: str, encoded: Callable[[bytes], bytes]) -> None:
    secret = "??>>~~ s3cret\xff"
    told = Mask([secret]).in_every_spelling().text(encoded(f"{before}{secret}{after}".encode()).decode())
    assert MASK in told
    assert len(told.replace(MASK, "")) <= 2 * len(before) + 2 * len(after) + 4


def test_the_lines_of_a_secret_and_its_other_spellings_are_masked() -> None:
    mask = Mask(["-- KEY --\n0123abcd\n{\n"]).in_every_spelling()
    assert mask.text("> -- KEY --\n>   0123abcd\n> {") == f"> {MASK}\n>   {MASK}\n> {{"
    assert mask.text("-- KEY -- 0123abcd {") == MASK
    assert Mask(["s3cret"]).in_every_spelling().text(b"s3cret".hex()) == MASK


def test_thousands_of_secrets_are_masked_like_a_few_and_in_no_more_than_a_moment() -> None:
    mask = Mask(f"pw-{number}-abcdef" for number in range(10_000))
    began = time.process_time()
    assert mask.tree([f"x pw-{number}-abcdef" for number in range(0, 10_000, 7)]) == [f"x {MASK}"] * 1_429
    assert mask.text("pw-7-abcde " * 20_000) == "pw-7-abcde " * 20_000
    assert time.process_time() - began < 3


@given(st.lists(st.text("ab", min_size=4, max_size=9)), st.text("ab"))
def test_many_secrets_hide_exactly_what_each_of_them_would(secrets: list[str], text: str) -> None:
    others = [f"other{number}" for number in range(MANY + 1)]
    assert Mask([*secrets, *others]).text(text) == Mask(secrets).text(text)


def test_a_very_short_secret_does_not_blank_out_ordinary_text() -> None:
    assert Mask(["a", ""]).text("a cat") == "a cat"


@pytest.mark.parametrize(
    "key", ["password", "Passwd", "client_secret", "apiKey", "X-API-Key", "api key", "access_token", "Authorization",
            "cookie", "Set-Cookie", "private_key"]
)  # fmt: skip
def test_what_stands_under_a_key_that_names_a_secret_is_masked(key: str) -> None:
    assert Mask().tree({key: "hunter2"}) == {key: MASK}


@pytest.mark.parametrize("key", ["name", "tokens_used", "author", "monkey", "compass"])
def test_an_ordinary_key_is_left_alone(key: str) -> None:
    assert Mask().tree({key: "hunter2"}) == {key: "hunter2"}


def test_a_secret_in_a_list_or_an_object_under_its_key_is_masked_too() -> None:
    tree = {"passwords": ["a1", {"old": "b2", "set": True}], "secret": {"value": "c3"}}
    assert Mask().tree(tree) == {"passwords": [MASK, {"old": MASK, "set": True}], "secret": {"value": MASK}}


@pytest.mark.parametrize("value", ["", None, True, 90])
def test_a_value_that_tells_nothing_stays_under_a_secret_key(value: Json) -> None:
    assert Mask().tree({"password": value}) == {"password": value}


@pytest.mark.parametrize(
    "link",
    [
        SIGNED,
        "https://files.example/a.zip?sv=2026&sig=abc%3D",
        "http://127.0.0.1:8080/_files/7?expires=1767600000&sig=0a1b",
        "https://storage.example/a?X-Goog-Signature=9f",
    ],
)
def test_a_signed_link_loses_its_query_in_any_text(link: str) -> None:
    head = link.partition("?")[0]
    assert Mask().text(f"| [file]({link}) | at {link}\nnext") == f"| [file]({head}?…) | at {head}?…\nnext"


@pytest.mark.parametrize("piece", ["https://", "https://a?", "https://a?x&", "https://a?x=1;sig"])
def test_links_without_end_cost_no_more_than_their_length(piece: str) -> None:
    text = piece * 30_000
    began = time.process_time()
    assert Mask().text(text) == text
    assert time.process_time() - began < 5  # seconds; it was hours when each link was tried to the end of the text


def test_a_link_without_a_signature_stays_whole() -> None:
    link = "https://portal.example/index.html#/app/xdr?workbenchId=WB-1&design=x&resig=1"
    assert Mask().text(f"see {link}") == f"see {link}"


def test_a_download_location_loses_any_query() -> None:
    tree = {"resourceLocation": "https://f.example/a?k=1", "resource_location": "https://f.example/b"}
    assert Mask().tree(tree) == {
        "resourceLocation": "https://f.example/a?…",
        "resource_location": "https://f.example/b",
    }


def test_secrets_under_their_keys_can_be_looked_for_elsewhere() -> None:
    tree = {"file": {"name": "a.zip", "password": "v1rus"}, "apikeys": ["k-1", {"x": "k-2"}]}
    assert list(secrets_in(tree)) == ["v1rus", "k-1", "k-2"]
    assert Mask(["first"]).also(secrets_in(tree)).text("first v1rus") == f"{MASK} {MASK}"


def test_a_link_without_a_query_is_not_changed() -> None:
    assert without_query("https://f.example/a") == "https://f.example/a"


RESET = {"VisionOne.Force_Password_Reset(val.task_id == obj.task_id)": [{"account": "bob@corp", "task_id": "00000007"}]}


def test_what_is_done_with_passwords_is_no_secret() -> None:
    assert Mask().tree(RESET) == RESET
    assert list(secrets_in(RESET)) == []
    assert Mask(secrets_in(RESET)).text("| bob@corp | 00000007 |") == "| bob@corp | 00000007 |"


@pytest.mark.parametrize(
    "key",
    ["Password_Reset", "passwordChange", "Passwords-Changed", "password_policy", "secret rotation", "ApiKeyExpiry"],
)
def test_an_object_under_it_is_looked_into_and_a_text_is_a_secret(key: str) -> None:
    inside = {"user": "bob", "new_password": "hunter2"}
    assert Mask().tree({key: inside}) == {key: {"user": "bob", "new_password": MASK}}
    assert list(secrets_in({key: [inside]})) == ["hunter2"]
    assert Mask().tree({key: "hunter2"}) == {key: MASK}
    assert Mask().tree({key: ["hunter2", {"user": "bob"}]}) == {key: [MASK, {"user": MASK}]}
    assert list(secrets_in({key: "hunter2"})) == ["hunter2"]


@pytest.mark.parametrize(
    "key", ["password_reset_token", "Secret(val.id == obj.id)", "reset_password", "password (plain)"]
)
def test_a_secret_stays_one_whatever_stands_around_its_name(key: str) -> None:
    assert Mask().tree({key: {"value": "hunter2"}}) == {key: {"value": MASK}}


def test_by_what_outputs_are_told_apart_makes_no_secret_of_them() -> None:
    outputs = {"Login(val.api_key == obj.api_key)": {"user": "bob", "api_key": "k-123456"}}
    assert Mask().tree(outputs) == {"Login(val.api_key == obj.api_key)": {"user": "bob", "api_key": MASK}}


@pytest.mark.parametrize(
    "value", ["true", "None", "never", "N/A", "unknown", "2026-11-29T10:00:00Z", "2026-11-29", "Expired"]
)
def test_a_word_that_says_nothing_is_hidden_under_its_key_only(value: str) -> None:
    row = {"password": value, "active": value}
    assert Mask(secrets_in(row)).tree(row) == {"password": MASK, "active": value}


def test_an_argument_in_json_is_a_secret_as_a_whole_and_in_what_its_keys_name() -> None:
    text = '[{"task_id": "00000007", "password": "virus"}]'
    assert secrets_of(text) == [text, "virus"]
    assert secrets_of("{no json") == ["{no json"]
    assert secrets_of("[1, 2]") == ["[1, 2]"]
