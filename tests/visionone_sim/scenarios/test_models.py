from visionone_sim.scenarios.models import CREDENTIAL_DUMPING, MODELS, OTHERS


def test_a_company_day_has_twelve_models_and_one_of_them_dumps_credentials() -> None:
    dumping = [
        model
        for model in (CREDENTIAL_DUMPING, *OTHERS)
        if any(technique.removeprefix("V9.").split(".")[0] == "T1003" for technique in model.techniques)
    ]
    assert len({model.name for model in (CREDENTIAL_DUMPING, *OTHERS)}) == 12
    assert dumping == [CREDENTIAL_DUMPING]
    assert {"T1003.001", "V9.T1003.001"} == set(CREDENTIAL_DUMPING.techniques)


def test_another_model_speaks_of_lsass_without_dumping_it() -> None:
    speaking = [model.key for model in OTHERS if "lsass" in str(model)]
    assert speaking == ["masquerade"]


def test_severities_reach_from_low_to_critical_and_entities_differ() -> None:
    assert {model.severity for model in MODELS.values()} == {"low", "medium", "high", "critical"}
    kinds = {kind for model in MODELS.values() for kind in model.entities}
    assert kinds == {"host", "account", "emailAddress", "container", "cloudIdentity"}


def test_every_model_is_found_by_its_key() -> None:
    assert all(MODELS[key].key == key for key in MODELS)
