"""Mail to a real server over a socket: STARTTLS and a password, refusals for now and for good, a cut line."""

import socket
import ssl
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.outbound.mailbox import NAME, PASSWORD, Mailbox, mailbox
from tests.outbound.notice import HOSTILE
from visionone_sim.tls import make_certificates
from warroom.outbound.mail import Server, send, written
from warroom.services.ports.notices import SendError, Sent


def a_mail() -> EmailMessage:
    return written("warroom@example.com", "soc@example.com", HOSTILE, "https://w.example/tasks", "id1")


def at(box: Mailbox, password: str = "", name: str = "") -> Server:
    return Server(url=f"smtp://{name}{'@' if name else ''}127.0.0.1:{box.port}", password=password, seconds=5)


def ended(server: Server) -> tuple[Sent, str]:
    with pytest.raises(SendError) as failed:
        send(server, a_mail())
    return failed.value.ended, str(failed.value)


def test_a_mail_arrives_and_a_hostile_title_adds_no_header() -> None:
    with mailbox() as box:
        send(at(box), a_mail())
        (mail,) = box.mails
    assert mail["Subject"] == "[warroom] Dump on FIN Bcc: eve@example.com <!channel>"
    assert (mail["To"], mail["Bcc"], mail["Message-ID"]) == ("soc@example.com", None, "<id1@warroom>")
    assert mail.get_content_type() == "text/plain"
    assert "https://w.example/tasks" in mail.get_content()
    assert "\x1b" not in mail.get_content()


def test_a_server_that_wants_it_gets_starttls_and_the_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = make_certificates(tmp_path, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)
    with mailbox(context) as box:
        assert ended(at(box, PASSWORD, NAME))[0] is Sent.REFUSED  # nobody vouches for its certificate
        monkeypatch.setenv("SSL_CERT_FILE", str(files.authority))
        send(at(box, PASSWORD, NAME), a_mail())
        assert ended(at(box, "wrong", NAME)) == (Sent.REFUSED, "127.0.0.1 answers with SMTP 535.")
        assert len(box.mails) == 1


def test_a_password_is_not_sent_in_the_clear() -> None:
    with mailbox() as box:
        state, said = ended(at(box, PASSWORD, NAME))
    assert (state, "offers no STARTTLS" in said, box.mails) == (Sent.REFUSED, True, [])


@pytest.mark.parametrize(("says", "state"), [("451 later", Sent.WAITING), ("554 never", Sent.REFUSED)])
def test_a_refusal_for_now_comes_again_and_one_for_good_does_not(says: str, state: Sent) -> None:
    with mailbox() as box:
        box.refuses.append(says)
        assert ended(at(box)) == (state, f"127.0.0.1 answers with SMTP {says[:3]}.")


def test_what_is_cut_off_may_have_arrived() -> None:
    with mailbox() as box:
        box.hangs_up = True
        assert ended(at(box))[0] is Sent.UNKNOWN


def test_a_server_that_is_not_there_is_asked_again_and_none_at_all_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert ended(Server(url=f"smtp://127.0.0.1:{taken.getsockname()[1]}"))[0] is Sent.WAITING
    assert "notify_smtp" in ended(Server(url=""))[1]
