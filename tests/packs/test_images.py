"""Every module of a pack can be imported with nothing but what its Docker image holds."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

PACKS = Path(__file__).parents[2] / "Packs"
# What can be imported in each image beside Python itself, after the lists of packages that Palo Alto publishes.
PYTHON3 = frozenset((
    "certifi", "charset_normalizer", "dateparser", "dateutil", "deepmerge", "defusedxml", "filelock", "funcy",
    "idna", "more_itertools", "olefile", "packaging", "pip", "pytz", "regex", "requests", "requests_file",
    "setuptools", "six", "socks", "sockshandler", "tldextract", "tzlocal", "urllib3", "wheel", "yaml",
))  # fmt: skip
PY3_TOOLS = PYTHON3 | frozenset((
    "aiohttp", "arrow", "attrs", "bs4", "cffi", "Crypto", "Cryptodome", "cryptography", "dns", "emoji", "exifread",
    "feedparser", "geopy", "gql", "httpx", "imapclient", "imap_tools", "jmespath", "json2html", "langdetect",
    "ldap3", "mailparser", "markdownify", "minio", "opensearchpy", "paho", "pydantic", "pymongo", "pyzipper",
    "requests_oauthlib", "requests_toolbelt", "simplejson", "stix2", "stomp", "taxii2client", "tld", "toml",
    "tweepy", "xlrd",
))  # fmt: skip
IMAGES = {"demisto/python3:3.12.13.10116658": PYTHON3, "demisto/py3-tools:1.0.0.13597103": PY3_TOOLS}
# An import that meets nothing else: it runs in a process of its own, where no test has imported anything yet.
IMPORTER = """
import importlib.util, json, sys
from pathlib import Path

asked = json.load(sys.stdin)
allowed = {*sys.stdlib_module_names, *asked["packages"], *asked["beside"]}


class Fence:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in allowed:
            raise ModuleNotFoundError(f"{name} is not in the image")


sys.meta_path.insert(0, Fence())
sys.path[:0] = asked["beside_folders"]
module = Path(asked["module"])
name = f"of_the_pack_{module.stem}"  # a script of ours is called http
spec = importlib.util.spec_from_file_location(name, module)
sys.modules[name] = found = importlib.util.module_from_spec(spec)
spec.loader.exec_module(found)
"""
MOCK = """
def __getattr__(name):
    return lambda *args, **kwargs: {}
"""


def images() -> dict[Path, str]:
    """The image of each module in Python, as the yml beside it says."""
    found = {}
    for path in [*PACKS.glob("*/Integrations/*/*.yml"), *PACKS.glob("*/Scripts/*/*.yml")]:
        item = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        code = item["script"] if isinstance(item["script"], dict) else item
        if code["type"] == "python":
            found[path.with_suffix(".py")] = code["dockerimage"]
    return found


MODULES = images()


def imported(module: Path, packages: frozenset[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Import a module as its image would, with a mute `demisto` and our CommonServerPython beside it."""
    (folder / "demistomock.py").write_text(MOCK, encoding="utf-8")
    library = [PACKS / "WarroomBase" / "Scripts" / name for name in ("CommonServerPython", "CommonServerUserPython")]
    places = [*library, *(PACKS / "ApiModules" / "Scripts").iterdir()]
    shared = [place.name for place in places]
    folders = [str(folder), *map(str, places)]
    beside = ["demistomock", *shared]
    asked = {"packages": sorted(packages), "beside": beside, "beside_folders": folders, "module": str(module)}
    command = [sys.executable, "-c", IMPORTER]
    return subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False, cwd=folder)


@pytest.mark.parametrize("module", sorted(MODULES), ids=lambda module: module.stem)
def test_a_module_needs_only_what_its_image_has(module: Path, tmp_path: Path) -> None:
    done = imported(module, IMAGES[MODULES[module]], tmp_path)

    assert done.returncode == 0, done.stderr


def test_a_package_that_the_image_lacks_is_found(tmp_path: Path) -> None:
    module = (
        PACKS / "VisionOneResponse" / "Scripts" / "VisionOneVerifyCollectedFile" / "VisionOneVerifyCollectedFile.py"
    )

    done = imported(module, PYTHON3, tmp_path)

    assert "pyzipper is not in the image" in done.stderr


def test_every_image_of_the_table_is_in_use() -> None:
    assert set(MODULES.values()) == set(IMAGES)
