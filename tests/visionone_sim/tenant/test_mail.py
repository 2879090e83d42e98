from datetime import UTC, datetime

from visionone_sim.tenant.mail import MailStore, Message


def message(unique_id: str, mail_box: str, message_id: str = "<1@x>") -> Message:
    return Message(
        unique_id=unique_id,
        message_id=message_id,
        mail_box=mail_box,
        subject="Hello",
        sender="a@x.example",
        recipients=(mail_box,),
        sent=datetime(2031, 2, 3, tzinfo=UTC),
        organization_id="o",
    )


def test_copies_are_found_in_one_mailbox_or_in_all() -> None:
    store = MailStore()
    for copy in (message("u1", "a@y"), message("u2", "b@y"), message("u3", "a@y", "<2@x>")):
        store.deliver(copy)
    assert [copy.unique_id for copy in store.copies("<1@x>", None)] == ["u1", "u2"]
    assert [copy.unique_id for copy in store.copies("<1@x>", "B@y")] == ["u2"]
    assert store.copies("<3@x>", None) == []


def test_a_message_that_is_delivered_again_is_no_second_copy() -> None:
    store = MailStore()
    store.deliver(message("u1", "a@y"))
    store.deliver(message("u1", "a@y"))
    assert len(store.copies("<1@x>", None)) == 1


def test_a_message_can_be_marked() -> None:
    store = MailStore()
    store.deliver(message("u1", "a@y"))
    store.mark("u1", "quarantined")
    assert store["u1"].state == "quarantined"


def test_a_message_that_has_another_id_now_is_no_copy_of_the_old_one() -> None:
    store = MailStore()
    store.deliver(message("u1", "a@y"))
    store.deliver(message("u1", "a@y", "<2@x>"))
    assert store.copies("<1@x>", None) == []
    assert [copy.unique_id for copy in store.copies("<2@x>", None)] == ["u1"]


def test_a_message_that_is_removed_is_gone_from_all_sides() -> None:
    store = MailStore()
    for copy in (message("u1", "a@y"), message("u2", "b@y")):
        store.deliver(copy)
    store.remove("u1")
    assert (list(store), [copy.unique_id for copy in store.copies("<1@x>", None)]) == (["u2"], ["u2"])
