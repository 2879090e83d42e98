import pytest

from tests.host.lab import PID, Lab
from warroom.testing.code import python_code

PATCHES = {
    "a builtin": ("import builtins; builtins.len = lambda _: 7", "len([])", 0),
    "a new builtin": ("import builtins; builtins.leak = 1", "'leak' in dir(__import__('builtins'))", False),
    "a builtin that is gone": ("import builtins; del builtins.sorted", "sorted([2, 1])", [1, 2]),
    "a function of a module": ("import json; json.dumps = str", "__import__('json').dumps('x')", '"x"'),
    "the clock": ("import time; time.sleep = None", "__import__('time').sleep(0)", None),
    "a method": ("import requests; requests.Session.get = None", "__import__('requests').Session.get is None", False),
    "certificates": (
        "import ssl; ssl._create_default_https_context = 1",
        "__import__('ssl')._create_default_https_context == 1",
        False,
    ),
    "an exit": ("import sys; sys.exit = None", "__import__('sys').exit is None", False),
    "the environment": ("import os; os.environ = {}", "__import__('os').environ['TZ']", "UTC"),
    "the zone": (
        "import os, time; os.environ['TZ'] = 'Asia/Tokyo'; time.tzset()",
        "__import__('time').localtime(0).tm_hour",
        0,
    ),
    "how deep": ("import sys; sys.setrecursionlimit(50_000)", "__import__('sys').getrecursionlimit()", 1000),
}


@pytest.mark.parametrize(("patch", "look", "value"), PATCHES.values(), ids=PATCHES)
async def test_what_a_run_patches_is_as_it_was_in_the_next_one(lab: Lab, patch: str, look: str, value: object) -> None:
    [first] = await lab.results(f"import requests; {PID}")
    assert await lab.results(f"demisto_before = demisto.results\n{patch}\nimport os\ndemisto_before(os.getpid())") == [
        first
    ]
    assert await lab.results(f"demisto.results({look}); {PID}") == [value, first]


async def test_a_module_of_a_pack_is_put_back_too(lab: Lab) -> None:
    modules = {"CommonServerPython": "def shown(): return 'whole'"}
    code = {name: python_code(text) for name, text in modules.items()}
    patch = "import CommonServerPython as csp\ncsp.shown = lambda: 'patched'\ndemisto.results(csp.shown())"
    assert await lab.results(patch, modules=code) == ["patched"]
    assert await lab.results("import CommonServerPython as csp\ndemisto.results(csp.shown())", modules=code) == [
        "whole"
    ]
    assert await lab.results("demisto.results(shown())", modules=code) == ["whole"]


async def test_a_part_of_a_package_that_was_imported_stays(lab: Lab) -> None:
    await lab.results("import logging\nimport logging.handlers")
    assert await lab.results("import logging.handlers\ndemisto.results(logging.handlers.__name__)") == [
        "logging.handlers"
    ]


async def test_what_lies_inside_of_an_object_stays_until_the_worker_ends(lab: Lab) -> None:
    """It is said in docs/reference/surroundings.md: of what an object holds no copy is kept."""
    await lab.results(
        "import requests; requests.adapters.DEFAULT_RETRIES; import warnings; warnings.simplefilter('error')"
    )
    assert await lab.results("import warnings; demisto.results(warnings.filters[0][0])") == ["error"]
