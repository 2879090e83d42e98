import uuid
from random import Random

from visionone_sim.tenant.ids import draw_uuid


def test_ids_are_uuids_and_the_same_again_for_a_seed() -> None:
    first = draw_uuid(Random(1))
    assert first == draw_uuid(Random(1)) != draw_uuid(Random(2))
    assert uuid.UUID(first).version == 4
