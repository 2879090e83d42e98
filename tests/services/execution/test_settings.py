from warroom.services.execution.settings import DEFAULT_TIMEOUT, Settings


def test_nothing_on_this_machine_is_asked_and_a_run_ends_unless_an_operator_says_otherwise() -> None:
    assert Settings() == Settings(allowed_origins=(), timeout=DEFAULT_TIMEOUT, public_url="")
