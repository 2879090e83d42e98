"""The twin alone, an instance added, served: as the how-to says, until the evidence is there."""

import pytest

from tests.acceptance.folder import INSTANCE, Folder, options_for
from tests.acceptance.waiting import until
from visionone_sim.testing import start_twin

pytestmark = pytest.mark.acceptance


def test_what_the_how_to_says_ends_with_evidence(folder: Folder) -> None:
    with start_twin("credential-dumping", speed=20) as twin:
        key = folder.home.parent / "key"
        key.write_text(twin.api_key, encoding="utf-8")
        settings = ("--param", f"url={twin.url}", "--param", "isFetch=true", "--secret", f"apikey=@{key}")
        folder.command("instance", "add", INSTANCE, "--integration", "VisionOneResponse", *settings, "--allow-origin")
        options = options_for(twin.url)
        with folder.served(*options[: options.index("--allow-origin")]) as server:
            server.ready()
            until(lambda: folder.call("evidence.list"), "the evidence is in the War Room")
            (instance,) = folder.call("instance.list")
    assert instance["local_origins"] == {twin.url: True}
