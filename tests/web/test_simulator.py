from warroom.web.simulator import SimulatedTenant


def test_the_key_of_a_tenant_does_not_stand_in_what_is_printed_of_it() -> None:
    assert "s3cret" not in repr(SimulatedTenant(url="http://127.0.0.1:9", api_key="s3cret"))
