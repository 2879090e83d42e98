import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509

from visionone_sim.tls import make_certificates


def test_a_client_that_trusts_the_authority_trusts_the_host(tmp_path: Path) -> None:
    files = make_certificates(tmp_path, "twin.example")
    context = ssl.create_default_context(cafile=str(files.authority))
    assert context.cert_store_stats()["x509_ca"] == 1
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    certificate = x509.load_pem_x509_certificate(files.chain.read_bytes())
    certificate.verify_directly_issued_by(authority)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "twin.example"])
def test_the_certificate_names_this_machine_and_the_host(tmp_path: Path, host: str) -> None:
    certificate = x509.load_pem_x509_certificate(make_certificates(tmp_path, host).chain.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    texts = {str(name.value) for name in names}
    assert texts == {"localhost", "127.0.0.1", "::1"} | ({host} - {"0.0.0.0"})


def test_only_the_owner_reads_the_key(tmp_path: Path) -> None:
    assert stat.S_IMODE(make_certificates(tmp_path, "127.0.0.1").key.stat().st_mode) == 0o600
