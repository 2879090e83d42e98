from pathlib import Path
from typing import Any

import pytest

from warroom.content.catalogue import Catalogue
from warroom.content.integration import ON_ENDPOINT, Code, Integration, Param, Script
from warroom.content.lint import Finding, Language, check_code
from warroom.content.lint.code import certain_obstacle, obstacles
from warroom.content.pack import Pack
from warroom.model.errors import Location

LANGUAGE = Language(is_importable=lambda name: name in {"json", "sys"})
API_MODULE = Script(id="LampApiModule", name="LampApiModule", code=Code(text="", sha256=""))
CATALOGUE = Catalogue([Pack(id="A", name="A", version="1", path=Path("A"), scripts={API_MODULE.id: API_MODULE})])


def code(text: str, **more: Any) -> Code:
    return Code(text=text, sha256="", **more)


@pytest.mark.parametrize(
    ("given", "rules", "certain"),
    [
        (code("import json\nfrom CommonServerPython import *\nimport demistomock as demisto"), [], False),
        (code("from LampApiModule import *"), [], False),
        (code("from OtherApiModule import *"), ["missing-module"], True),
        (code("import json, wick"), ["missing-module"], True),
        (code("print 'a'"), ["syntax-error"], True),
        (code("print 'a'", subtype="python2"), ["syntax-error"], True),
        (code("import json", subtype="python2"), ["old-python"], False),
        (code("import urlparse, wick", subtype="python2"), ["old-python", "old-python", "missing-module"], True),
        (code("$x", language="powershell"), ["foreign-language"], True),
        (code("return 1", language="javascript"), [], False),
        (code("return 1", language="javascript", subtype=ON_ENDPOINT), ["foreign-language"], True),
    ],
)
def test_what_keeps_code_from_running_is_found_without_running_it(given: Code, rules: list[str], certain: bool) -> None:
    found = obstacles(given, CATALOGUE, LANGUAGE)
    assert [one.rule.value for one in found] == rules
    script = Script(id="S", name="S", code=given)
    assert (certain_obstacle(script, CATALOGUE, LANGUAGE) is not None) is certain


def test_an_obstacle_says_what_why_and_what_to_do() -> None:
    [missing] = obstacles(code("import wick", docker_image="lamps:1"), CATALOGUE, LANGUAGE)
    assert missing.why == "imports `wick`, which cannot be imported here; its file asks for the image lamps:1"
    assert missing.advice == "make its environment: warroom pack environments make lamps"
    [elsewhere] = obstacles(code("", language="javascript", subtype=ON_ENDPOINT), CATALOGUE, LANGUAGE)
    assert elsewhere.why == "is made for XSOAR's agent on an endpoint (D2), which does not exist here"
    [old] = obstacles(code("print 1", subtype="python2"), CATALOGUE, LANGUAGE)
    assert old.advice == "port it to Python 3"
    assert old.why.endswith("since it is written for Python 2")


@pytest.mark.parametrize(
    ("text", "image", "advice"),
    [
        ("import wick", "lamps:1", []),
        ("import json", "lamps:1", ["add what the environment of its image lacks: warroom pack environments"]),
        ("import json", "lamps:2", []),
        ("import wick", "lamps:2", ["make its environment: warroom pack environments make lamps"]),
        ("import wick", "", ["install `wick` where warroom's workers run"]),
    ],
)
def test_code_finds_the_modules_of_its_images_environment_and_no_others(
    text: str, image: str, advice: list[str]
) -> None:
    catalogue = Catalogue(CATALOGUE.packs, {"lamps:1": frozenset({"wick"})}.get)
    assert [one.advice for one in obstacles(code(text, docker_image=image), catalogue, LANGUAGE)] == advice


def found_in(**items: object) -> list[Finding]:
    pack = Pack(id="P", name="P", version="1", path=Path("P"), **items)  # type: ignore[arg-type]  # as the dataclass has them
    return check_code(pack, CATALOGUE, LANGUAGE)


@pytest.mark.parametrize(
    ("at", "place"),
    [
        (Location(Path("S.py")), "S.py:2"),
        (Location(Path("S.yml"), 7), "S.yml:9"),
        (Location(Path("S.yml")), "S.yml"),
    ],
)
def test_a_finding_is_where_the_line_is(at: Location, place: str) -> None:
    script = Script(id="S", name="S", code=Code(text="\nimport wick", sha256="", at=at), at=Location(Path("S.yml"), 1))
    [finding] = found_in(scripts={"S": script})
    assert str(finding.at) == place
    assert finding.message.startswith("The script `S` imports `wick`")


def test_parameters_of_types_that_xsoar_does_not_have_are_named() -> None:
    params = tuple(Param(name=f"p{kind}", kind=kind) for kind in (0, 3, 8, 17, 99))
    item = Integration(id="I", name="I", code=code(""), params=params)
    findings = found_in(integrations={"I": item})
    assert [(one.rule.value, one.severity.value) for one in findings] == [("unknown-parameter-type", "error")] * 2
    assert "parameter `p3` of type 3, which XSOAR does not have; give it one of 0, 1, 4," in findings[0].message
