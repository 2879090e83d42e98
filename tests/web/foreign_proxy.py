"""Proxies of other makers, run from the very files of the how-to, with their ports and certificate put in."""

import datetime as dt
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.acceptance.waiting import until

NAME = "console.example"
FILES = Path(__file__).parents[2] / "docs" / "howto" / "proxies"
WHOLE_NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/log; worker_processes 1;
events {{ }}
http {{
    access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b;
    fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a proxy runs: its folder with the certificate, its port, and the console's."""

    folder: Path
    port: int
    upstream: int

    @property
    def certificate(self) -> Path:
        return self.folder / "console.pem"

    @property
    def key(self) -> Path:
        return self.folder / "console.key"

    @property
    def both(self) -> Path:
        return self.folder / "both.pem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy that runs: its public address, and whom to trust."""

    port: int
    trusted: ssl.SSLContext

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.port}"


def _nginx(place: Place) -> list[str]:
    changed = {
        "listen 443": f"listen 127.0.0.1:{place.port}",
        "127.0.0.1:8765": f"127.0.0.1:{place.upstream}",
        "/etc/nginx/console.example.pem": str(place.certificate),
        "/etc/nginx/console.example.key": str(place.key),
    }
    (place.folder / "site.conf").write_text(_given("nginx.conf", changed))
    (place.folder / "nginx.conf").write_text(WHOLE_NGINX.format(folder=place.folder))
    return ["-p", str(place.folder), "-e", str(place.folder / "log"), "-c", str(place.folder / "nginx.conf")]


def _caddy(place: Place) -> list[str]:
    changed = {
        "\nconsole.example {": f"\n{{\n\tadmin off\n\tauto_https disable_redirects\n\tdefault_bind 127.0.0.1\n}}\n"
        f"https://{NAME}:{place.port} {{",
        "127.0.0.1:8765": f"127.0.0.1:{place.upstream}",
        "/etc/caddy/console.example.pem": str(place.certificate),
        "/etc/caddy/console.example.key": str(place.key),
    }
    (place.folder / "Caddyfile").write_text(_given("Caddyfile", changed))
    return ["run", "--config", str(place.folder / "Caddyfile"), "--adapter", "caddyfile"]


def _haproxy(place: Place) -> list[str]:
    changed = {
        "bind :443": f"bind 127.0.0.1:{place.port}",
        "127.0.0.1:8765": f"127.0.0.1:{place.upstream}",
        "/etc/haproxy/console.example.pem": str(place.both),
    }
    (place.folder / "haproxy.cfg").write_text(_given("haproxy.cfg", changed))
    return ["-db", "-f", str(place.folder / "haproxy.cfg")]


PROXIES: Mapping[str, Callable[[Place], list[str]]] = {"nginx": _nginx, "caddy": _caddy, "haproxy": _haproxy}


def _given(name: str, changed: Mapping[str, str]) -> str:
    """Return the how-to's file with what is different here; all of it has to be in the file."""
    text = (FILES / name).read_text()
    for before, after in changed.items():
        assert before in text, f"{name} has no {before!r}."
        text = text.replace(before, after)
    return text


@contextmanager
def run_proxy(kind: str, folder: Path, port: int, upstream: int) -> Iterator[Proxy]:
    """Run a proxy on a port before the console; a test of one that is not installed says so, and is skipped."""
    program = shutil.which(kind) or shutil.which(kind, path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip(
            f"UNTESTED here: there is no {kind}. Install the package {kind}; the how-to's file is tried with it."
        )
    place = Place(folder=folder, port=port, upstream=upstream)
    trusted = _certify(place)
    environment = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [program, *PROXIES[kind](place)], stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=environment
        )
    try:
        until(lambda: process.poll() is not None or _listens(place.port), f"{kind} listens")
        assert process.poll() is None, (folder / "said").read_text()
        yield Proxy(port=place.port, trusted=trusted)
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a port that is free."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def _certify(place: Place) -> ssl.SSLContext:
    """Make a certificate for the console's name; gives who trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    place.certificate.write_bytes(certificate)
    place.key.write_bytes(secret)
    place.both.write_bytes(certificate + secret)
    return ssl.create_default_context(cafile=str(place.certificate))
