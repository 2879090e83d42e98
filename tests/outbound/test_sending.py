from tests.outbound.hook import hook
from tests.outbound.mailbox import mailbox
from tests.outbound.notice import HOSTILE
from warroom.outbound.sending import Post


async def test_an_address_decides_how_it_is_sent_and_the_link_leads_to_the_console() -> None:
    with mailbox() as box, hook() as there:
        post = Post(smtp=f"smtp://127.0.0.1:{box.port}", public_url="https://w.example/")
        await post.send("mailto:soc@example.com", "json", HOSTILE, "id1")
        await post.send(there.url, "json", HOSTILE, "id2")
    assert "https://w.example/tasks" in box.mails[0].get_content()
    assert (there.asked[0]["url"], there.asked[0]["id"]) == ("https://w.example/tasks", "id2")


def test_an_address_is_named_without_what_is_secret_of_it() -> None:
    assert Post().name("mailto:soc@example.com") == "mailto:soc@example.com"
    assert Post().name("https://hooks.example/services/T0/B0/xyz") == "hooks.example"
