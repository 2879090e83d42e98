"""Draws the endpoints of a company: mixed systems and products, one of them offline."""

from dataclasses import dataclass
from random import Random
from typing import Literal

from visionone_sim.tenant.endpoints import Endpoint, OsName, Process, ProductCode
from visionone_sim.tenant.ids import draw_uuid


@dataclass(frozen=True, slots=True)
class Post:
    """One place in the company for an endpoint."""

    prefix: str
    kind: Literal["desktop", "server"]
    os_name: OsName
    product_code: ProductCode
    connected: bool = True


POSTS = (
    Post("FIN-LT", "desktop", "Windows", "xes"),
    Post("HR-LT", "desktop", "Windows", "xes"),
    Post("ENG-WS", "desktop", "Windows", "xes"),
    Post("LEG-LT", "desktop", "Windows", "sao"),
    Post("ART-MB", "desktop", "macOS", "xes"),
    Post("SAL-LT", "desktop", "Windows", "xes", connected=False),
    Post("FILE-SRV", "server", "Windows", "sds"),
    Post("WEB-SRV", "server", "Linux", "xes"),
    Post("DB-SRV", "server", "Linux", "sds"),
)

SYSTEMS: dict[tuple[OsName, str], tuple[tuple[str, str], ...]] = {
    ("Windows", "desktop"): (
        ("10.0.22631", "Windows 11 Pro (64 bit) build 22631"),
        ("10.0.19045", "Windows 10 Enterprise (64 bit) build 19045"),
    ),
    ("Windows", "server"): (("10.0.20348", "Windows Server 2022 (64 bit) build 20348"),),
    ("Linux", "server"): (
        ("5.14.0-427", "Red Hat Enterprise Linux 9 (64 bit)"),
        ("6.1.0-21", "Debian GNU/Linux 12 (64 bit)"),
    ),
    ("macOS", "desktop"): (("14.5", "macOS Sonoma 14.5"),),
}

ORDINARY_PROGRAMS: dict[OsName, tuple[tuple[str, str], ...]] = {
    "Windows": (("C:\\Windows\\", "explorer.exe"), ("C:\\Windows\\System32\\", "svchost.exe")),
    "Linux": (("/usr/sbin/", "sshd"), ("/usr/lib/systemd/", "systemd-journald")),
    "macOS": (("/System/Library/CoreServices/", "Finder"),),
}

FIRST_LETTERS = "abcdefghijklmnoprst"
SURNAMES = (
    "lopez", "okafor", "lindqvist", "marchetti", "haddad", "novak", "ishida", "brandt",
    "kowalski", "pereira", "achterberg", "dimitrov", "farrell", "nyberg", "sandoval", "whitlock",
)  # fmt: skip
COMPANIES = ("ALPENWERK", "HARBORLINE", "NORDVIK", "QUILLANE", "SOLTERRA")


def draw_fleet(rng: Random, copies: int = 1) -> list[Endpoint]:
    """Return endpoints for each post, with names, users and addresses of their own."""
    company = rng.choice(COMPANIES)
    posts = POSTS * copies
    surnames = [
        name + ("" if turn == 0 else str(turn)) for turn in range(copies) for name in rng.sample(SURNAMES, len(POSTS))
    ]
    numbers = rng.sample(range(100, 1000 * copies), len(posts))
    network = f"10.{rng.randint(16, 239)}"
    return [
        _draw_endpoint(
            rng, post, f"{post.prefix}-{number}", rf"{company}\{rng.choice(FIRST_LETTERS)}{surname}", network
        )
        for post, surname, number in zip(posts, surnames, numbers, strict=True)
    ]


def _draw_endpoint(rng: Random, post: Post, name: str, account: str, network: str) -> Endpoint:
    version, description = rng.choice(SYSTEMS[post.os_name, post.kind])
    return Endpoint(
        agent_guid=draw_uuid(rng),
        name=name,
        kind=post.kind,
        os_name=post.os_name,
        os_version=version,
        os_description=description,
        product_code=post.product_code,
        installed_product_codes=(post.product_code,),
        login_accounts=(account,),
        macs=("02:" + ":".join(f"{rng.randrange(256):02x}" for _ in range(5)),),
        ips=(f"{network}.{rng.randrange(1, 255)}.{rng.randrange(1, 255)}",),
        policy_name="Servers" if post.kind == "server" else "Workstations",
        connected=post.connected,
        processes=tuple(
            Process(
                pid=rng.randrange(400, 1000), name=program, path=folder + program, sha1=f"{rng.getrandbits(160):040x}"
            )
            for folder, program in ORDINARY_PROGRAMS[post.os_name]
        ),
    )
