from types import ModuleType

import pytest


def test_a_table_has_a_title_headers_and_rows(csp: ModuleType) -> None:
    table = csp.tableToMarkdown("Hosts", [{"b": 1, "a": "x"}, {"b": None, "a": "y"}])
    assert table == "### Hosts\n|a|b|\n|---|---|\n| x | 1 |\n| y |  |\n"


def test_headers_choose_order_and_text(csp: ModuleType) -> None:
    rows = {"host_name": "x", "secret": 1, "ip": "y"}
    table = csp.tableToMarkdown("T", rows, ["ip", "host_name"], headerTransform=csp.string_to_table_header)
    assert table == "### T\n|Ip|Host Name|\n|---|---|\n| y | x |\n"


def test_headers_keep_the_order_of_the_data_when_not_sorted(csp: ModuleType) -> None:
    assert "|b|a|" in csp.tableToMarkdown("T", {"b": 1, "a": 2}, sort_headers=False)


@pytest.mark.parametrize("nothing", [None, [], {}, ""])
def test_nothing_has_no_entries(csp: ModuleType, nothing: object) -> None:
    assert csp.tableToMarkdown("T", nothing) == "### T\n**No entries.**\n"


def test_a_table_may_have_no_title_but_metadata(csp: ModuleType) -> None:
    assert csp.tableToMarkdown(None, {"a": 1}, metadata="Page 1") == "Page 1\n|a|\n|---|\n| 1 |\n"


def test_a_column_without_values_goes_but_zero_and_false_are_values(csp: ModuleType) -> None:
    rows = [{"a": None, "b": 0, "c": False, "d": ""}, {"a": [], "b": 0, "c": False, "d": {}}]
    assert csp.tableToMarkdown("T", rows, removeNull=True) == (
        "### T\n|b|c|\n|---|---|\n| 0 | False |\n| 0 | False |\n"
    )


def test_pipes_and_line_breaks_stay_in_their_cell(csp: ModuleType) -> None:
    table = csp.tableToMarkdown("T", [{"a|x": "one|two\r\nthree\nfour`"}])
    assert table.splitlines()[1:] == [r"|a\|x|", "|---|", r"| one\|two<br>three<br>four\` |"]


def test_a_list_of_plain_values_is_one_column(csp: ModuleType) -> None:
    assert csp.tableToMarkdown("T", ["x", "y"], "Name") == "### T\n|Name|\n|---|\n| x |\n| y |\n"


def test_nested_values_are_shown_in_their_cell(csp: ModuleType) -> None:
    assert "| k: v<br>n: 1 |" in csp.tableToMarkdown("T", [{"a": {"k": "v", "n": 1}}])
    assert "| x,<br>y |" in csp.tableToMarkdown("T", [{"a": ["x", "y"]}])
    assert '"k": 1' in csp.tableToMarkdown("T", [{"a": [{"k": 1}]}])


def test_urls_become_links_also_when_nested(csp: ModuleType) -> None:
    row = {"link": "https://a.example", "links": ["https://b.example"], "deep": {"u": "https://c.example"}, "none": ""}
    table = csp.tableToMarkdown("T", row, url_keys=["link", "links", "deep.u", "none"])
    for url in ("https://a.example", "https://b.example", "https://c.example"):
        assert f"[{url}]({url})" in table
    assert row["link"] == "https://a.example", "the caller's data is not changed"


def test_dates_are_written_out(csp: ModuleType) -> None:
    table = csp.tableToMarkdown("T", {"at": 1714564800000, "on": "2024-05-01T12:00:00Z"}, date_fields=["at", "on"])
    assert table.splitlines()[-1] == "| 2024-05-01 12:00:00 | 2024-05-01 12:00:00 |"


def test_a_column_may_be_transformed(csp: ModuleType) -> None:
    transform = csp.JsonTransformer(keys=["name"], is_nested=True)
    row = {"a": {"x": {"name": "deep", "other": 1}, "name": "top"}}
    table = csp.tableToMarkdown("T", row, json_transform_mapping={"a": transform})
    assert "**name**: deep" in table
    assert "**name**: top" in table
    assert "other" not in table


def test_an_outline_indents_what_is_below(csp: ModuleType) -> None:
    table = csp.tableToMarkdown("T", {"a": {"k": {"v": 1}}}, is_auto_json_transform=True)
    assert "| **k**:<br>    **v**: 1 |" in table
    assert list(csp.JsonTransformer().json_to_path_generator({"a": {"b": 1}})) == [(["a", "b"], 1)]


def test_markdown_signs_are_escaped(csp: ModuleType) -> None:
    assert csp.stringEscapeMD("a_[b]|c") == r"a\_\[b\]\|c"
    assert csp.stringEscapeMD("a_[b]|c", minimal_escaping=True) == r"a_[b]\|c"


def test_older_context_is_nested_and_renamed(csp: ModuleType) -> None:
    data = [{"host.name": "x", "host.ip": "", "n": 1}]
    context = csp.createContext(data, id="n", keyTransform=str.upper, removeNull=True)
    assert context == [{"ID": 1, "HOST": {"NAME": "x"}, "N": 1}]


def test_xml_becomes_json_and_xml_again(csp: ModuleType) -> None:
    xml = '<a xmlns="urn:x" id="1"><b>x</b><b>y</b><c/></a>'
    assert csp.json.loads(csp.xml2json(xml)) == {"a": {"@id": "1", "b": ["x", "y"], "c": None}}
    assert csp.json2xml(csp.xml2json(xml)) == b'<a id="1"><b>x</b><b>y</b><c /></a>'


def test_xml_with_entities_is_refused(csp: ModuleType) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "xx">]><a>&x;</a>'
    with pytest.raises(csp.DemistoException, match="declares entities"):
        csp.xml2json(bomb)


def test_a_table_by_its_old_name(csp: ModuleType) -> None:
    rows, columns = [{"a": 1, "b": None}], ["b", "a"]
    assert csp.tblToMd("T", rows, columns, str.upper) == csp.tableToMarkdown("T", rows, columns, str.upper)
