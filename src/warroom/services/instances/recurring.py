"""The recurring work of an instance."""

from warroom.content.catalogue import Catalogue
from warroom.model.instance import IntegrationInstance
from warroom.model.plan import QueueJob


def recurring(instance: IntegrationInstance, catalogue: Catalogue) -> tuple[QueueJob, ...]:
    """Return the first job of each recurring job of an enabled instance; each job queues the next one."""
    if not instance.enabled:
        return ()
    kinds = ["fetch"] if instance.fetch else []
    integration = catalogue.find_integration(instance.integration)
    if integration and (integration.mirrors_in or integration.mirrors_out):
        kinds.append("mirror")
    return tuple(QueueJob(kind=kind, target=instance.id) for kind in kinds)
