import pytest

from warroom.host.guest.xml_as_json import xml_as_json


def test_names_come_without_their_namespaces() -> None:
    text = '<s:Envelope xmlns:s="urn:s"><s:Body a="1">x</s:Body></s:Envelope>'
    assert xml_as_json(text) == {"Envelope": {"Body": {"#text": "x", "-a": "1"}}}


def test_several_of_a_name_are_a_list() -> None:
    assert xml_as_json("<a><b>1</b><b>2</b><b><c/></b></a>") == {"a": {"b": ["1", "2", {"c": ""}]}}


@pytest.mark.parametrize("text", ["", "x", "<a>", "<a></b>"])
def test_what_is_no_xml_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="The text is no XML: "):
        xml_as_json(text)
