"""Observables in typed commands: values whole, types told, and what is refused stops nothing else."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from tests.packs.visionone.live_pack import INTEGRATION, OBSERVABLES, PACK
from visionone_sim.testing import RunningTwin
from warroom.content.load import load_pack
from warroom.services.packs.packing import build_pack

ADD, EXCEPT, BLOCK = "add-objects-to-suspicious-list", "add-objects-to-exception-list", "add-to-block-list"
URLS = [
    "https://cdn.example/a,b.js",
    "https://bad.example/x?y=1,2,3#4,5",
    "https://bad.example/r,https://good.example/",
]


def held(twin: RunningTwin, command: str) -> list[str]:
    twin.clock.advance(60)
    twin.tenant.settle()
    objects = twin.tenant.objects
    if command == ADD:
        return [one.item.value for one in objects.suspicious(twin.clock.now())]
    return [one.item.value for one in (objects.excepted() if command == EXCEPT else objects.blocked())]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("command", [ADD, EXCEPT, BLOCK])
@pytest.mark.parametrize("form", [str, lambda url: [url], lambda url: json.dumps([url])], ids=["text", "list", "json"])
def test_a_url_with_a_comma_stays_whole(xsoar: Any, twin: RunningTwin, command: str, url: str, form: Any) -> None:
    ran = xsoar.run(command, object_value=form(url))

    assert ran.errors == []
    assert held(twin, command) == [url]


def test_several_urls_are_parted_by_lines_or_blanks(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.run(ADD, object_value=", ".join(URLS))
    assert sorted(held(twin, ADD)) == sorted(URLS)

    xsoar.run(EXCEPT, object_value="known.example\n192.0.2.7")
    assert sorted(held(twin, EXCEPT)) == ["192.0.2.7", "known.example"]


@pytest.mark.parametrize("command", [ADD, EXCEPT, BLOCK])
def test_what_cannot_be_read_is_named_and_the_rest_is_done(xsoar: Any, twin: RunningTwin, command: str) -> None:
    ran = xsoar.run(command, object_value="bad.example, what is this, 192.0.2.0/24, 192.0.2.66")

    assert sorted(held(twin, command)) == ["192.0.2.66", "bad.example"]
    [error] = ran.errors
    assert "was refused for 2 of 4" in error
    assert "What 'what is this' is cannot be told from its form; give object_type." in error
    assert "192.0.2.0/24 is a network, which no list of Vision One takes." in error


def test_a_json_list_says_the_rest_as_well(xsoar: Any, twin: RunningTwin) -> None:
    ran = xsoar.run(ADD, block_objects=[{"object_value": "?"}, {"object_value": "bad.example", "risk_level": "low"}])

    assert held(twin, ADD) == ["bad.example"]
    assert "What '?' is cannot be told from its form" in ran.errors[0]


@pytest.mark.parametrize("command", ["get-exception-list", "get-suspicious-list", "get-block-list"])
def test_a_list_is_asked_for_what_can_be_read(xsoar: Any, twin: RunningTwin, command: str) -> None:
    before = {"get-exception-list": EXCEPT, "get-suspicious-list": ADD, "get-block-list": BLOCK}[command]
    xsoar.run(before, object_value=URLS[0])
    held(twin, before)

    ran = xsoar.run(command, object_value=[URLS[0], "?", "https://cdn.example/a"])

    paths = ("VisionOne.Exception_Object", "VisionOne.Suspicious_Object", "VisionOne.Blocked_Object")
    [found] = next(filter(None, map(ran.context, paths)))
    assert (found["value"], found["covers"]) == (URLS[0], [URLS[0]])
    assert ran.errors == ["What '?' is cannot be told from its form; give object_type."]


@pytest.mark.parametrize("url", URLS)
def test_a_url_goes_to_the_sandbox_whole(xsoar: Any, twin: RunningTwin, url: str) -> None:
    xsoar.run("submit-urls-to-sandbox", urls=url)

    [asked] = twin.requests.to("/sandbox/urls/analyze")
    assert asked.targets == [{"url": url}]


def test_a_reputation_is_that_of_the_whole_url(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.run(EXCEPT, object_value="https://cdn.example/a")

    ran = xsoar.run("url", url="https://cdn.example/a,b.js")

    [score] = ran.context("DBotScore")
    assert (score["Indicator"], score["Score"]) == ("https://cdn.example/a,b.js", 0)


def test_a_hash_that_is_none_does_not_hide_the_others(xsoar: Any) -> None:
    ran = xsoar.run("file", file=f"{'a' * 40},nonsense")

    assert len(ran.context("DBotScore")) == 1
    assert ran.errors == ["'nonsense' is no MD5, SHA-1 or SHA-256; give a hash."]


def test_a_message_id_with_a_comma_stays_whole(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.run("quarantine-email-message", message_id="<a,b@mail.example>,<c@mail.example>")

    [asked] = twin.requests.to("/emails/quarantine")
    assert [one["messageId"] for one in asked.targets] == ["<a,b@mail.example>", "<c@mail.example>"]


def test_a_mapped_link_local_address_is_not_fetched_from(xsoar: Any) -> None:
    ran = xsoar.run("submit-file-to-sandbox", file_url="http://[::ffff:169.254.169.254]/x", file_name="x")

    assert "an address of this machine or its link" in ran.errors[0]


def names(path: Path) -> set[str]:
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    return found


SCRIPT = PACK / "Scripts" / "VisionOneObservables" / "VisionOneObservables.py"


@pytest.mark.parametrize("code", [INTEGRATION / "VisionOneResponse.py", SCRIPT], ids=lambda path: path.stem)
def test_code_and_module_can_be_merged_because_no_name_is_in_both(code: Path) -> None:
    assert names(code) & names(OBSERVABLES) == set()


def test_the_pack_for_xsoar_has_the_module_inside(tmp_path: Path) -> None:
    built, _ = build_pack(PACK, tmp_path, "xsoar")
    pack = load_pack(built)

    for code in (pack.integrations["VisionOneResponse"].code.text, pack.scripts["VisionOneObservables"].code.text):
        assert "from ObservablesApiModule" not in code.replace("### GENERATED CODE ###: from ObservablesApiModule", "")
        assert code.count("def observable_of(") == 1
        compile(code, "built", "exec")


@pytest.mark.parametrize(
    "value", ["boss@company.example", "x@mail.company.example", "company.example", "https://intra.company.example/x"]
)
def test_what_belongs_to_a_mail_domain_of_our_own_is_left_out_by_name(xsoar: Any, value: str) -> None:
    values = [value, "bad.example", "x@notcompany.example"]

    ran = xsoar.script("VisionOneObservables", values=values, own="Anna@COMPANY.example", key="Left")

    assert ran.context("Left") == ["bad.example", "x@notcompany.example"]
    assert "company.example is a domain of our own" in ran.readable
