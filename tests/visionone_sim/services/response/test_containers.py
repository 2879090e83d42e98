import httpx
import pytest

from tests.visionone_sim.answers import codes, task_ids
from visionone_sim.testing import RunningTwin


@pytest.mark.parametrize("action", ["isolate", "restore", "terminate"])
def test_a_pod_is_acted_on(twin: RunningTwin, client: httpx.Client, action: str) -> None:
    pod = {"kubernetesClusterId": "c-1", "kubernetesPodId": "p-1", "description": "IR-9"}
    answer = client.post(f"/response/containers/{action}", json=[pod, {"kubernetesClusterId": "c-1"}])
    assert codes(answer) == [None, "BadRequest"]
    twin.clock.advance(5)
    task = client.get(f"/response/tasks/{task_ids(answer)[0]}").json()
    assert (task["status"], task["action"], task["kubernetesPodId"]) == ("succeeded", f"{action}Container", "p-1")


def test_a_task_of_another_clusters_kind_can_be_ended(client: httpx.Client) -> None:
    workload = {"amazonEcsClusterId": "e-1", "amazonEcsTaskId": "t-1"}
    assert codes(client.post("/response/containers/terminate", json=[workload])) == [None]
