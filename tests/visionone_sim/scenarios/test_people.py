from visionone_sim.scenarios.people import Letter, deliver, mail_address, mailboxes
from visionone_sim.testing import RunningTwin


def test_desk_workers_are_in_both_directories_and_admins_of_servers_in_one(twin: RunningTwin) -> None:
    for endpoint in twin.tenant.endpoints.values():
        (account,) = endpoint.login_accounts
        known = [each.iam for each in twin.tenant.directory.named(account)]
        assert known == (["OPAD", "AAD"] if endpoint.kind == "desktop" else ["OPAD"])


def test_each_mailbox_holds_ordinary_mail(twin: RunningTwin) -> None:
    for mail_box in mailboxes(twin.tenant):
        assert sum(message.mail_box == mail_box for message in twin.tenant.mail.values()) >= 2


def test_a_letter_reaches_each_recipient_and_is_recorded(twin: RunningTwin) -> None:
    before = len(twin.tenant.telemetry.activities["emailActivities"])
    letter = Letter(
        subject="Hi", sender="a@x.example", recipients=("b@y", "c@y"), sent=twin.clock.now(), message_id="<9@x>"
    )
    copies = deliver(twin.tenant, letter)
    assert [copy.mail_box for copy in twin.tenant.mail.copies("<9@x>", None)] == ["b@y", "c@y"]
    assert len({copy.unique_id for copy in copies}) == 2
    assert len(twin.tenant.telemetry.activities["emailActivities"]) == before + 2


def test_an_address_follows_from_the_account() -> None:
    assert mail_address("FIN\\ana") == "ana@fin.example"
