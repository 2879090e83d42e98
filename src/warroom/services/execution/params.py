"""An instance's settings as its code sees them."""

from warroom.content.integration import Integration, ParamKind
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json


def params_of(integration: Integration, instance: IntegrationInstance) -> dict[str, Json]:
    """Return the instance's settings as its code sees them: defaults filled in, credentials as XSOAR shapes them."""
    params: dict[str, Json] = {}
    for param in integration.params:
        value = instance.params.get(param.name, param.default_value)
        secret = instance.secrets.get(param.name)
        if param.kind == ParamKind.CREDENTIALS:
            params[param.name] = {"identifier": value or "", "password": secret or "", "credentials": {}}
        elif param.kind == ParamKind.BOOLEAN:
            params[param.name] = str(value).lower() == "true"
        else:
            params[param.name] = secret if secret is not None else value
    return params
