"""What the sandbox finds: by what the tenant knows to be bad, by marks in a sample, and by its type."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

import pyzipper

from visionone_sim.tenant.objects import ObjectType

SandboxRisk: TypeAlias = Literal["high", "medium", "low", "noRisk"]
RISKS: tuple[SandboxRisk, ...] = ("high", "medium", "low", "noRisk")

# A sample that holds such a mark gets this verdict, so that a test needs no real malware.
MARK = b"visionone-sim-verdict:"
# The harmless text that antivirus products agreed to call a virus, in two halves so that none calls this file one.
TEST_VIRUS = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE"

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "WIN32 EXE"),
    (b"%PDF", "PDF"),
    (b"\x7fELF", "ELF"),
    (b"\xd0\xcf\x11\xe0", "OLE"),
    (b"PK\x03\x04", "ZIP"),
    (b"MDMP", "MINIDUMP"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
)
NOT_ANALYZED = frozenset({"PNG", "JPEG", "GIF", "EMPTY"})
THREATS: dict[SandboxRisk, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "high": (("VAN_DROPPER.SIM",), ("Malware", "C&C callback")),
    "medium": (("VAN_SUSPICIOUS.SIM",), ("Suspicious behaviour",)),
    "low": (("VAN_GRAYWARE.SIM",), ("Grayware",)),
    "noRisk": ((), ()),
}


class UnreadableSampleError(Exception):
    """The sandbox cannot look into the sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    risk: SandboxRisk
    true_file_type: str | None = None
    contacts: tuple[tuple[ObjectType, str], ...] = ()
    """Objects that a bad sample was seen to use."""

    @property
    def detection_names(self) -> tuple[str, ...]:
        return THREATS[self.risk][0]

    @property
    def threat_types(self) -> tuple[str, ...]:
        return THREATS[self.risk][1]


def true_type(content: bytes) -> str:
    """Name the type of a file by its first bytes."""
    if not content:
        return "EMPTY"
    return next((name for magic, name in MAGIC if content.startswith(magic)), "TEXT" if _is_text(content) else "DATA")


def judge_file(content: bytes, *, known: SandboxRisk | None, archive_password: str | None) -> Verdict:
    """Look at a file; raises UnreadableSampleError for types and archives that the sandbox cannot open."""
    kind = true_type(content)
    if kind in NOT_ANALYZED:
        raise UnreadableSampleError(f"Files of the type {kind} are not analyzed.")
    risk = known or _marked_risk([content, *_members(content, archive_password)])
    return Verdict(risk=risk, true_file_type=kind)


def judge_url(url: str, *, known: SandboxRisk | None) -> Verdict:
    """Look at the page behind a URL."""
    return Verdict(risk=known or _marked_risk([url.encode()]))


def domain_of(url: str) -> str | None:
    """Return the host of a URL, if it has one.

    >>> domain_of("https://bad.example/x")
    'bad.example'
    """
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _marked_risk(samples: list[bytes]) -> SandboxRisk:
    for risk in RISKS:
        if any(MARK + risk.encode() in sample for sample in samples):
            return risk
    return "high" if any(TEST_VIRUS in sample for sample in samples) else "noRisk"


def _members(content: bytes, password: str | None) -> Iterator[bytes]:
    """Yield the files inside an archive, which a wrong password keeps shut."""
    if not content.startswith(b"PK\x03\x04"):
        return
    try:
        with pyzipper.AESZipFile(io.BytesIO(content)) as archive:
            archive.setpassword(password.encode() if password else None)
            yield from (archive.read(info)[:1_000_000] for info in archive.infolist()[:50] if info.file_size < 10**8)
    except RuntimeError as error:
        raise UnreadableSampleError("The archive needs its password.") from error
    except (zipfile.BadZipFile, pyzipper.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise UnreadableSampleError("The archive is damaged.") from error


def _is_text(content: bytes) -> bool:
    return b"\0" not in content[:4096]
