from tests.web.test_permissions import ROUTES
from warroom.doors.table import OPERATIONS
from warroom.services.people.access import MINIMUM
from warroom.web.api.rows import ROWS

# For everybody; what is another's, or not for oneself to change, is for an admin, as services say.
ONES_OWN = {"session.list", "session.end", "user.change"}


def test_a_route_is_for_whom_the_operation_is() -> None:
    rows = [row for row in ROWS if row.operation not in ONES_OWN]
    found = {f"{row.method} {row.path}": MINIMUM[OPERATIONS[row.operation].permission] for row in rows}
    assert found == {name: ROUTES[name].role for name in found}


def test_a_read_is_asked_for_with_get_or_hands_over_what_is_looked_at() -> None:
    wrong = [row.id for row in ROWS if row.method == "GET" and not OPERATIONS[row.operation].is_read]
    assert wrong == []
