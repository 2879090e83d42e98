"""An instance's settings as its code sees them, and what of a call must not be shown."""

from warroom.content.integration import Integration, ParamKind
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json
from warroom.services.commands.targets import CommandTarget, Target
from warroom.services.execution.call import Call
from warroom.services.secrecy.masking import secrets_of


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


def secrets_of_call(target: Target, call: Call) -> list[str]:
    """Return what must not be shown of a call: its instance's secrets, and its arguments that are secret."""
    secrets = list(target.instance.secrets.values()) if isinstance(target, CommandTarget) else []
    secret_args = {item.name for item in target.arguments if item.secret} & set(call.args)
    return secrets + [text for name in secret_args for text in secrets_of(call.args[name])]
