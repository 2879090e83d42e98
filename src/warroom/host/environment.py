import os
from collections.abc import Mapping

INHERITED = ("PATH", "LANG", "TZ")
DEFAULTS = {"PATH": os.defpath, "LANG": "C.UTF-8"}


def worker_environment(ours: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """What a worker may know of our environment: next to nothing, plus what was given on purpose.

    >>> worker_environment({"PATH": "/bin", "WARROOM_SECRET_KEY": "k"}, {"REQUESTS_CA_BUNDLE": "/ca.pem"})
    {'PATH': '/bin', 'LANG': 'C.UTF-8', 'REQUESTS_CA_BUNDLE': '/ca.pem'}
    """
    inherited = {name: ours[name] for name in INHERITED if name in ours}
    return {**DEFAULTS, **inherited, **given}
