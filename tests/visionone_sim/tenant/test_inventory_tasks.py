from datetime import UTC, datetime

from visionone_sim.tenant.inventory_tasks import InventoryTask, InventoryTasks


def test_tasks_are_kept_in_their_order() -> None:
    tasks = InventoryTasks()
    for name in ("b", "a"):
        tasks.add(InventoryTask(id=name, action="export", created=datetime(2031, 2, 3, tzinfo=UTC)))
    assert (list(tasks), len(tasks), tasks["a"].action) == (["b", "a"], 2, "export")
