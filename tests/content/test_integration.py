import pytest

from warroom.content.integration import Param


@pytest.mark.parametrize(("kind", "is_secret"), [(0, False), (4, True), (8, False), (9, True), (14, True), (15, False)])
def test_encrypted_texts_credentials_and_certificates_are_secret(kind: int, is_secret: bool) -> None:
    assert Param(name="x", kind=kind).is_secret is is_secret
