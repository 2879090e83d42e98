import pytest

from warroom.services.ports.search import LONGEST, needles, searched_text, words_in
from warroom.testing.samples import an_incident


@pytest.mark.parametrize("field", ["name", "details", "owner", "type"])
def test_what_a_person_reads_can_be_found(field: str) -> None:
    incident = an_incident(1, **{field: "Some Thing"})
    assert all(needle in searched_text(incident) for needle in needles("some thin"))


def test_fields_are_searched_however_deep_they_are() -> None:
    incident = an_incident(1, custom_fields={"a": [{"b": {"c": "Deep"}}], "n": 7.5, "no": None, "yes": True})
    assert " deep" in searched_text(incident)
    assert " true" not in searched_text(incident)


def test_an_alert_of_a_megabyte_takes_a_bounded_place() -> None:
    assert len(searched_text(an_incident(1, details="word " * 200_000))) <= LONGEST


@pytest.mark.parametrize("text", ["", "\0\ud800", "_%_", "“”", "—"])
def test_a_text_without_words_has_none(text: str) -> None:
    assert words_in(text) == []
