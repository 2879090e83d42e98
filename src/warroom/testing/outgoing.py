"""A web of a table, which makes no connection."""

from collections.abc import Collection, Mapping

from warroom.model.errors import UnavailableError
from warroom.services.ports.outgoing import HttpAnswer, HttpRequest


class FakeOutgoing:
    """Implements the Outgoing port: answers by address; `asked` holds the requests, `allowed` the last origins."""

    def __init__(self, answers: Mapping[str, HttpAnswer] | None = None) -> None:
        self.answers = dict(answers or {})
        self.asked: list[HttpRequest] = []
        self.allowed: Collection[str] = ()

    async def ask(self, request: HttpRequest, allowed: Collection[str]) -> HttpAnswer:
        self.asked.append(request)
        self.allowed = allowed
        if request.url not in self.answers:
            raise UnavailableError(f"{request.url} is not in the table of the fake web.")
        answer = self.answers[request.url]
        if request.into is None:
            return answer
        request.into.write_text(answer.body, encoding="utf-8")
        return HttpAnswer(status=answer.status, reason=answer.reason, headers=answer.headers)
