from tests.packs.base.service import running
from warroom.outbound.web import Web
from warroom.services.ports.outgoing import HttpRequest


async def test_the_web_is_asked_with_the_surroundings_of_code() -> None:
    with running() as proxy:
        proxy.routes["http://127.0.0.1:9/a"] = lambda handler: handler.answer(200, b"by the proxy")
        request = HttpRequest(url="http://127.0.0.1:9/a", proxy=True)
        answer = await Web({"http_proxy": proxy.origin}).ask(request, ["http://127.0.0.1:9"])
    assert answer.body == "by the proxy"
