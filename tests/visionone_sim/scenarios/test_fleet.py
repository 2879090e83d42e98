from random import Random

from visionone_sim.scenarios.fleet import POSTS, draw_fleet


def test_names_and_ids_are_drawn_anew_and_all_different() -> None:
    first, second = draw_fleet(Random(1)), draw_fleet(Random(2))
    assert len({endpoint.agent_guid for endpoint in first + second}) == 2 * len(POSTS)
    assert len({endpoint.name for endpoint in first}) == len(POSTS)
    assert draw_fleet(Random(1)) == first


def test_every_fleet_has_what_a_playbook_must_decide_on() -> None:
    fleet = draw_fleet(Random(3))
    assert {endpoint.os_name for endpoint in fleet} == {"Windows", "Linux", "macOS"}
    assert {endpoint.product_code for endpoint in fleet} == {"xes", "sao", "sds"}
    assert [endpoint.connected for endpoint in fleet].count(False) == 1


def test_a_windows_name_fits_into_netbios() -> None:
    assert max(len(endpoint.name) for endpoint in draw_fleet(Random(4))) <= 15
