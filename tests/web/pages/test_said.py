from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from warroom.model.entry import Entry, EntryFormat, EntryType, StoredFile
from warroom.model.ids import EntryId, IncidentId, PlanId, TaskKey
from warroom.model.json import Json
from warroom.services.secrecy.masking import MASK
from warroom.web.pages.said import LONGEST_BODY, Said, number_of, quoted, remedy_for, said_of
from warroom.web.tables import as_table

ENTRY = Entry(
    id=EntryId("4@7"),
    incident=IncidentId("7"),
    created=datetime(2026, 11, 24, tzinfo=UTC),
    actor="ada",
    contents="Hello.",
)


def one(**changes: Any) -> Said:
    return said_of([replace(ENTRY, **changes)])[0]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "event"),
        ({"note": True}, "note"),
        ({"command": "Print"}, "command"),
        ({"type": EntryType.ERROR, "command": "Print"}, "error"),
        ({"file": StoredFile(name="a", size=1, md5="", sha1="", sha256="")}, "file"),
    ],
)
def test_an_entry_looks_like_what_it_is(changes: dict[str, Any], kind: str) -> None:
    assert one(**changes).kind == kind


def test_markdown_is_rendered_and_its_headings_are_of_one_level() -> None:
    assert "<h3>Endpoints</h3>" in one(human_readable="# Endpoints").body


def test_plain_text_stays_text() -> None:
    assert one(contents="**not bold** <b>").body == "<pre>**not bold** &lt;b&gt;</pre>"


def test_a_table_without_readable_text_is_drawn() -> None:
    body = one(format=EntryFormat.TABLE, contents=[{"host": "FIN-1"}, {"state": "a|b"}]).body
    assert "<table>" in body
    assert "a|b" in body


def test_other_values_are_shown_as_json() -> None:
    assert "FIN-1" in one(format=EntryFormat.JSON, contents={"host": "FIN-1"}).body


def test_html_of_old_content_is_shown_without_its_tags() -> None:
    assert one(format=EntryFormat.HTML, contents="<p onclick=x>Hi<script>1</script></p>").body == "<pre>Hi</pre>"


def test_what_is_too_long_is_cut_and_says_so() -> None:
    said = one(contents="a" * (LONGEST_BODY + 1))
    assert said.is_cut
    assert len(said.body) < LONGEST_BODY + 100


def test_what_playbooks_do_is_said_by_the_playbook() -> None:
    assert one(actor="DBot").author == "playbook"
    assert one().author == "ada"


def test_a_command_is_shown_with_what_it_was_given() -> None:
    entry = replace(ENTRY, command="Print", plan=PlanId("p"), task=TaskKey("1"))
    (said,) = said_of([entry], {(PlanId("p"), TaskKey("1")): {"value": "two words", "times": 3}})
    assert said.typed == '!Print value="two words" times=3'


def again(value: Json) -> str:
    entry = replace(ENTRY, command="isolate", instance="lab-2", plan=PlanId("p"), task=TaskKey("1"))
    (said,) = said_of([entry], {(PlanId("p"), TaskKey("1")): {"endpoint": value}})
    return said.again


def test_it_is_run_again_where_it_ran_and_on_what_it_was_run_on() -> None:
    assert (
        again(["https://a.example/x", "b.example"])
        == '!isolate endpoint=["https://a.example/x", "b.example"] using=lab-2'
    )
    assert again("x" * 5000) == f"!isolate endpoint={'x' * 5000} using=lab-2"


def test_what_would_not_be_the_same_is_not_offered_again() -> None:
    assert again("A\rB") == ""
    assert again(f"key {MASK}") == ""


def test_only_errors_have_a_remedy() -> None:
    assert one(type=EntryType.ERROR, contents="failed: 403 Forbidden").remedy == remedy_for("403")
    assert not one(contents="403").remedy


@pytest.mark.parametrize(("error", "says"), [("[401]", "valid API key"), ("429", "Wait"), ("odd", "Correct")])
def test_a_remedy_says_what_now(error: str, says: str) -> None:
    assert says in remedy_for(error)


def test_quotes_are_chosen_so_that_the_text_can_be_typed_again() -> None:
    assert quoted('say "hi"') == "'say \"hi\"'"
    assert quoted("") == '""'
    assert quoted("<${Secret}@evil.example>") == "\"<${.='${Secret}'}@evil.example>\""


def test_what_is_no_list_of_objects_is_no_table() -> None:
    assert not as_table(["a", "b"])
    assert not as_table([])


def test_the_number_is_the_place_in_the_war_room() -> None:
    assert number_of(ENTRY) == 4


def test_what_code_left_is_to_be_unfolded_and_is_no_longer_than_a_page_takes() -> None:
    assert one().code_output == []
    (trace, log) = one(trace="at \u202eline 7", log="x" * 2 * LONGEST_BODY).code_output
    assert trace == ("Where the code failed", "at line 7")
    assert (log[0], len(log[1]) < LONGEST_BODY + 100) == ("What the code printed", True)
