"""Which items lack modules, read from their code."""

import pytest

from warroom.content.integration import Code, Integration, Script
from warroom.services.packs.modules import Lacking, lacking_modules
from warroom.testing.code import python_code

SHARED = {"CommonServerPython": python_code("import base_lib"), "CloudApiModule": python_code("import cloud_lib")}
THERE = {"demisto/has": {"json", "bs4", "base_lib"}}


def script(text: str, image: str = "demisto/has:1", **fields: str) -> Script:
    return Script(id="Probe", name="Probe", code=python_code(text, docker_image=image, **fields))


def lacks(item: Script | Integration) -> list[Lacking]:
    return lacking_modules([item], SHARED, lambda image: THERE.get(image.partition(":")[0], set()))


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        ("import bs4, json, demistomock", ()),
        ("import bs4, tld, lxml.etree", ("lxml", "tld")),
        ("from CommonServerPython import *\nimport tld", ("tld",)),
        ("from CloudApiModule import *", ("cloud_lib",)),
        ("try:\n    import tld\nexcept ImportError:\n    tld = None", ()),
        ("import urllib2", ()),
        ("print 'x'", ()),
    ],
)
def test_what_is_not_there_is_lacking_also_below_shared_code(text: str, modules: tuple[str, ...]) -> None:
    assert [one.modules for one in lacks(script(text))] == ([modules] if modules else [])


def test_each_image_has_modules_of_its_own() -> None:
    [lacking] = lacks(script("import bs4", "demisto/other:2"))
    assert (lacking.item, lacking.docker_image, lacking.is_integration) == ("Probe", "demisto/other:2", False)
    assert lacks(script("import bs4")) == []


def test_an_integration_is_told_apart_from_a_script() -> None:
    item = Integration(id="Probe", name="The probe", code=python_code("import tld"))
    [lacking] = lacks(item)
    assert (lacking.item, lacking.is_integration, lacking.modules) == ("The probe", True, ("tld",))


@pytest.mark.parametrize("language", ["javascript", "powershell"])
def test_other_languages_import_nothing(language: str) -> None:
    code = Code(text="import tld", sha256="x", language=language)
    assert lacks(Script(id="Probe", name="Probe", code=code)) == []
