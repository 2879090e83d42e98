from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.world import an_instance, lab
from warroom.content.catalogue import Catalogue
from warroom.content.pack import Pack
from warroom.services.instances.recurring import recurring


@pytest.mark.parametrize(
    ("fetches", "mirrors_in", "mirrors_out", "enabled", "kinds"),
    [
        (True, False, False, True, ["fetch"]),
        (True, True, False, True, ["fetch", "mirror"]),
        (False, False, True, True, ["mirror"]),
        (False, False, False, True, []),
        (True, True, True, False, []),
    ],
)
def test_an_instance_that_is_on_fetches_and_mirrors_as_its_integration_can(
    *, fetches: bool, mirrors_in: bool, mirrors_out: bool, enabled: bool, kinds: list[str]
) -> None:
    integration = replace(lab(), mirrors_in=mirrors_in, mirrors_out=mirrors_out)
    pack = Pack(id="p", name="p", version="1", path=Path("p"), integrations={"Lab": integration})
    jobs = recurring(an_instance(fetch=fetches, enabled=enabled), Catalogue([pack]))
    assert [job.kind for job in jobs] == kinds
    assert {job.target for job in jobs} <= {"id-lab-1"}


def test_an_instance_whose_pack_is_gone_still_fetches() -> None:
    assert [job.kind for job in recurring(an_instance(fetch=True), Catalogue([]))] == ["fetch"]
