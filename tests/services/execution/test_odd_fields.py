from dataclasses import replace

import pytest

from warroom.content.catalogue import Catalogue
from warroom.model.errors import InvalidInputError
from warroom.model.incident import Label, Mirror
from warroom.model.json import Json
from warroom.services.execution.fields import with_fields
from warroom.testing.samples import an_incident

EMPTY = Catalogue([])
MIRRORED = replace(an_incident(), mirror=Mirror(instance="v1", id="WB-7", direction="Both", tags=("old",)))


@pytest.mark.parametrize(
    ("written", "labels"),
    [
        ('[{"Email/from":"a@b.example"}]', [("Email/from", "a@b.example")]),
        ('[{"id":"1234"},{"type":"new"}]', [("id", "1234"), ("type", "new")]),
        ('[{"type":"Host","value":7}]', [("Host", "7")]),
        ('{"a": true, "b": "x"}', [("a", "true"), ("b", "x")]),
        ([{"a": "1"}], [("a", "1")]),
        ("test=true, b = 2", [("test", "true"), ("b", "2")]),
        ("newbug", [("newbug", "newbug")]),
        ("[]", []),
        ("", []),
    ],
)
def test_labels_are_read_as_content_writes_them(written: Json, labels: list[tuple[str, str]]) -> None:
    had = replace(an_incident(), labels=(Label(type="was", value="here"),))
    found = [Label(type=kind, value=value) for kind, value in labels]
    assert with_fields(EMPTY, had, {"labels": written}).labels == tuple(found)
    assert with_fields(EMPTY, had, {"addLabels": written}).labels == (*had.labels, *found)


def test_a_label_that_is_there_is_not_added_again() -> None:
    had = replace(an_incident(), labels=(Label(type="a", value="1"),))
    more = with_fields(EMPTY, had, {"addLabels": '[{"a": "1"}, {"a": "2"}]'}).labels
    assert more == (Label(type="a", value="1"), Label(type="a", value="2"))


@pytest.mark.parametrize(
    ("written", "kept"), [("In", "In"), ("out", "Out"), ("BOTH", "Both"), ("", ""), ("None", ""), (None, "")]
)
def test_the_direction_of_mirroring_can_be_changed(written: Json, kept: str) -> None:
    changed = with_fields(EMPTY, MIRRORED, {"dbotMirrorDirection": written}).mirror
    assert changed == replace(MIRRORED.mirror, direction=kept)  # type: ignore[type-var]  # there is one
    assert with_fields(EMPTY, an_incident(), {"dbotMirrorDirection": ""}).mirror is None


def test_so_can_the_tags_and_what_stays_may_be_said_again() -> None:
    said: dict[str, Json] = {"dbotMirrorId": "WB-7", "dbotMirrorInstance": "v1", "dbotMirrorTags": "note, send"}
    changed = with_fields(EMPTY, MIRRORED, said).mirror
    assert changed == Mirror(instance="v1", id="WB-7", direction="Both", tags=("note", "send"))


@pytest.mark.parametrize(
    ("name", "value", "mirrored", "said"),
    [
        ("labels", "[1]", False, 'labels takes labels such as [{"Email/from": "a@b.example"}], not 1.'),
        ("addLabels", '[{"a"', False, "addLabels is not JSON"),
        ("dbotMirrorDirection", "Sideways", True, "dbotMirrorDirection is In, Out, Both or empty"),
        ("dbotMirrorDirection", "Out", False, "came from no record"),
        ("dbotMirrorTags", "x", False, "came from no record"),
        ("dbotMirrorId", "WB-8", True, "dbotMirrorId says which record incident 1 came from, and stays 'WB-7'."),
        ("dbotMirrorId", "WB-8", False, "stays 'empty'."),
        ("dbotMirrorInstance", "other", True, "stays 'v1'."),
    ],
)
def test_what_would_change_another_record_or_none_is_refused(name: str, value: Json, mirrored: bool, said: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        with_fields(EMPTY, MIRRORED if mirrored else an_incident(), {name: value})
    assert said in str(caught.value)
