from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from visionone_sim.errors import AccessDeniedError
from visionone_sim.tenant.links import LinkSigner

EXPIRES = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
SIGNER = LinkSigner(b"secret")


def parts(path: str) -> tuple[str, str]:
    query = parse_qs(urlsplit(path).query)
    return query["expires"][0], query["sig"][0]


def test_a_link_says_when_it_expires() -> None:
    path = SIGNER.path("00000001", EXPIRES)
    assert path.startswith("/_files/00000001?")
    assert SIGNER.expiry("00000001", *parts(path)) == EXPIRES


@pytest.mark.parametrize("expires", ["1", "", "-1", "1e9", "\u0663", "9" * 400])
def test_a_later_expiry_cannot_be_written_in(expires: str) -> None:
    _, signature = parts(SIGNER.path("00000001", EXPIRES))
    with pytest.raises(AccessDeniedError):
        SIGNER.expiry("00000001", expires, signature)


def test_a_signature_is_for_one_file_of_one_tenant() -> None:
    expires, signature = parts(SIGNER.path("00000001", EXPIRES))
    for signer, task_id in ((SIGNER, "00000002"), (LinkSigner(b"other"), "00000001")):
        with pytest.raises(AccessDeniedError):
            signer.expiry(task_id, expires, signature)
    with pytest.raises(AccessDeniedError):
        SIGNER.expiry("00000001", expires, "é")
