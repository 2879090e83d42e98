from tests.services.world import an_instance
from warroom.content.integration import Integration, Param
from warroom.services.execution.params import params_of
from warroom.testing.code import python_code


def test_settings_reach_the_code_as_xsoar_shapes_them() -> None:
    params = (
        Param(name="url", kind=0, default_value="https://api.example"),
        Param(name="apikey", kind=4),
        Param(name="insecure", kind=8),
        Param(name="proxy", kind=8, default_value="TRUE"),
        Param(name="login", kind=9),
        Param(name="limit", kind=0, default_value="50"),
    )
    integration = Integration(id="Lab", name="Lab", code=python_code(""), params=params)
    instance = an_instance(params={"limit": "10", "login": "ana"}, secrets={"apikey": "k", "login": "pw"})
    assert params_of(integration, instance) == {
        "url": "https://api.example",
        "apikey": "k",
        "insecure": False,
        "proxy": True,
        "login": {"identifier": "ana", "password": "pw", "credentials": {}},
        "limit": "10",
    }
