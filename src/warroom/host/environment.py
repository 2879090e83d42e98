import os
from collections.abc import Iterator, Mapping
from types import MappingProxyType

PROXIES = ("http_proxy", "https_proxy")
# As in XSOAR's images: dates and sort orders must not depend on this machine's settings.
SURROUNDINGS: Mapping[str, str] = MappingProxyType(
    {
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "HOME": "/tmp",  # noqa: S108  # each run gets a folder of its own
        **{name: "" for proxy in PROXIES for name in (proxy, proxy.upper())},  # content deletes them without asking
    }
)


def worker_environment(ours: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of pack code: our PATH, the variables of XSOAR's images, and the configured ones.

    >>> made = worker_environment({"PATH": "/bin", "TZ": "Asia/Tokyo", "HTTPS_PROXY": "p"}, {"http_proxy": "q"})
    >>> made["PATH"], made["TZ"], made["HTTPS_PROXY"], made["HTTP_PROXY"]
    ('/bin', 'UTC', '', 'q')
    """
    return {"PATH": ours.get("PATH", os.defpath), **SURROUNDINGS, **dict(_in_both_cases(given)), **given}


def _in_both_cases(given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each proxy under both names: programs look for one or the other."""
    for name, value in given.items():
        if name.lower() in PROXIES:
            yield name.lower(), value
            yield name.upper(), value
