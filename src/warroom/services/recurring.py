"""What an instance makes the runtime do again and again."""

from warroom.content.catalogue import Catalogue
from warroom.model.instance import IntegrationInstance
from warroom.model.plan import Leg


def recurring(instance: IntegrationInstance, catalogue: Catalogue) -> tuple[Leg, ...]:
    """The first leg of each line of work that goes on while the instance is switched on; each leg queues its next."""
    if not instance.enabled:
        return ()
    kinds = ["fetch"] if instance.fetch else []
    integration = catalogue.find_integration(instance.integration)
    if integration and (integration.mirrors_in or integration.mirrors_out):
        kinds.append("mirror")
    return tuple(Leg(kind=kind, target=instance.id) for kind in kinds)
