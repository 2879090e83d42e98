"""A time-stamp authority of openssl's, behind a web server on this machine."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SETTINGS = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
"""
REQUEST = """
[req]
distinguished_name = name
prompt = no
x509_extensions = stamps
[name]
CN = An authority of the tests
[stamps]
extendedKeyUsage = critical, timeStamping
basicConstraints = CA:TRUE
"""


class Authority:
    """What a test asks and changes; `answer` takes the place of openssl's when it is set."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.certificate = folder / "tsa.pem"
        self.status = 200
        self.answer: bytes | None = None
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(SETTINGS.format(folder=folder))
        (folder / "req.cnf").write_text(REQUEST)
        key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tsa.key"
        openssl(f"req -x509 {key} -days 2 -config req.cnf -out tsa.pem", folder)

    def stamp(self, query: bytes) -> bytes:
        if self.answer is not None:
            return self.answer
        (self.folder / "query.tsq").write_bytes(query)
        openssl("ts -reply -config tsa.cnf -section here -queryfile query.tsq -out reply.tsr", self.folder)
        return (self.folder / "reply.tsr").read_bytes()


def openssl(words: str, folder: Path, *, refuses: bool = False) -> str:
    """Run openssl in a folder; with `refuses` it must end with an error."""
    done = subprocess.run(["openssl", *words.split()], cwd=folder, capture_output=True, text=True, check=False)
    assert bool(done.returncode) == refuses, done.stderr
    return done.stdout


@contextmanager
def authority(folder: Path) -> Iterator[tuple[str, Authority]]:
    """Serve an authority; gives its address and what stands behind it."""
    behind = Authority(folder)

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            answer = behind.stamp(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(behind.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/stamps", behind
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
