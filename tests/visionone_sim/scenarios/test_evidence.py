from visionone_sim.scenarios.models import MODELS
from visionone_sim.testing import RunningTwin


def test_a_detection_leaves_a_process_a_record_and_a_technique_that_agree(twin: RunningTwin) -> None:
    endpoint = next(each for each in twin.tenant.endpoints.values() if each.os_name == "Windows")
    twin.raise_alert("beacon", endpoints=(endpoint.name,))
    process = twin.tenant.endpoints[endpoint.agent_guid].processes[-1]
    now = twin.clock.now()
    (record,) = twin.tenant.telemetry.activities["endpointActivities"].between(now, now)
    assert (record["processFilePath"], record["processPid"]) == (process.path, process.pid)
    assert record["processFileHashSha1"] == process.sha1
    assert record["dpt"] == 443
    (observation,) = twin.tenant.telemetry.observations.between(now, now)
    (found,) = observation.document["filters"]
    assert found["mitreTechniqueIds"] == ["T1071.001"]
    assert observation.document["detail"] == record


def test_the_background_leaves_alerts_only(twin: RunningTwin) -> None:
    before = len(twin.tenant.telemetry.observations)
    twin.story.make_noise()
    assert len(twin.tenant.telemetry.observations) == before


def test_every_model_says_which_tactic_it_is(twin: RunningTwin) -> None:
    assert all(model.tactics for model in MODELS.values())
