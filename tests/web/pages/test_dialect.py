from warroom.model.user import Actor, Role
from warroom.web.pages.dialect import can
from warroom.web.pages.page import TEMPLATES


def test_what_a_role_may_is_the_table_of_permissions() -> None:
    responder = Actor(name="rita", role=Role.RESPONDER)
    assert can(responder, "answer_tasks")
    assert not can(responder, "manage_users")


def test_templates_know_the_filters() -> None:
    made = TEMPLATES.env.from_string("{{ name|one_line(3) }} {{ count|size }}").render(name="abcdef", count=1500)
    assert made == "abc… 1.5 kB"
