"""Ids that look like the vendor's, from the tenant's own source of chance."""

import uuid
from random import Random


def draw_uuid(rng: Random) -> str:
    """Return a random UUID, the same again for the same seed."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))
