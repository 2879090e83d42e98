from datetime import UTC, datetime

from visionone_sim.recorder import KEPT_REQUESTS, Recorder, SeenRequest


def seen(path: str, method: str = "GET") -> SeenRequest:
    time = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
    return SeenRequest(method=method, path=path, query="", filter=None, body=None, status=200, time=time)


def test_requests_are_found_by_the_end_of_their_path() -> None:
    recorder = Recorder()
    recorder.add(seen("/v3.0/workbench/alerts"))
    recorder.add(seen("/v3.0/workbench/alerts/WB-1/notes", "POST"))
    assert [request.method for request in recorder.to("/notes")] == ["POST"]
    assert not recorder.to("/notes", method="GET")


def test_only_the_newest_are_kept_but_all_are_counted() -> None:
    recorder = Recorder()
    for number in range(KEPT_REQUESTS + 2):
        recorder.add(seen(f"/{number}"))
    assert (len(recorder), recorder.total, next(iter(recorder)).path) == (KEPT_REQUESTS, KEPT_REQUESTS + 2, "/2")


def test_a_recorder_can_forget() -> None:
    recorder = Recorder()
    recorder.add(seen("/a"))
    recorder.clear()
    assert (list(recorder), recorder.total) == ([], 0)
