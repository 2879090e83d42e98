import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from warroom.model.errors import ConflictError
from warroom.store import migrations
from warroom.store.engine import writing_engine
from warroom.store.migrate import migrate
from warroom.store.tables import METADATA


@pytest.fixture(params=["sqlite", pytest.param("empty_postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine = writing_engine(request.getfixturevalue(f"{request.param}_url"))
    yield engine
    engine.dispose()


def test_the_history_leads_to_the_tables_of_the_code(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        opts = {"compare_server_default": True, "include_name": _is_ours}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, METADATA) == []


def _is_ours(name: str | None, *_: object) -> bool:
    """Leave out what a full-text index is made of."""
    return name != "lexemes" and not (name or "").startswith("incident_search")


def test_a_database_that_is_up_to_date_is_left_alone(engine: Engine) -> None:
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE counter SET value = 5"))
    migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT min(value) FROM counter")).scalar_one() == 5


def test_a_newer_database_is_refused_in_a_sentence(engine: Engine) -> None:
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConflictError, match=r"made by a newer version of warroom .*9999"):
        migrate(engine)


def test_intents_of_the_first_tables_keep_their_command(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        body = json.dumps({"command": "isolate", "idempotency_key": "", "done": None})
        statement = text("INSERT INTO intent (work_plan, key, attempt, began, body) VALUES ('p1', '1', 1, 0, :body)")
        connection.execute(statement, {"body": body})
    migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT command, actor FROM intent")).one() == ("isolate", "DBot")


def test_incidents_of_earlier_tables_are_found_by_their_words_and_owners(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    body = json.dumps({"owner": "ana", "details": "by Taskmgr.exe", "custom_fields": {"host": "FIN-LT-543"}})
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        for number in range(1, 3):
            values = {"number": number, "body": body if number == 1 else None, "blob": None if number == 1 else "ab"}
            statement = "INSERT INTO incident (number, name, folded, type, severity, status, body, blob) VALUES"
            connection.execute(text(f"{statement} (:number, 'Dump', 'dump', 'Malware', 1, 0, :body, :blob)"), values)
    migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT owner FROM incident ORDER BY number")).scalars().all() == ["ana", ""]
        words = connection.execute(text("SELECT words FROM incident_words ORDER BY number")).scalars().all()
        assert words == [" 1 dump malware ana host fin lt 543 by taskmgr exe", " 2 dump malware"]
        if engine.dialect.name == "sqlite":
            found = "SELECT rowid FROM incident_search WHERE incident_search MATCH '\"fin lt 5\"*'"
            assert connection.execute(text(found)).scalars().all() == [1]


def test_incidents_of_earlier_tables_stay_the_records_of_what_has_their_instances_name(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        statement = (
            "INSERT INTO incident (number, name, folded, type, severity, status, mirror_instance, mirror_id, body)"
            " VALUES (:number, 'Dump', 'dump', 'Malware', 1, 0, :instance, :remote, '{}')"
        )
        rows = [("lab", "WB-1"), ("lab", "WB-2"), ("other", "WB-1"), (None, None)]
        for number, (instance, remote) in enumerate(rows, start=1):
            connection.execute(text(statement), {"number": number, "instance": instance, "remote": remote})
    migrate(engine)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT mirror_source, mirror_id FROM incident ORDER BY number")).all()
        assert [tuple(row) for row in found] == rows


def typed_text(name: str, **args: str) -> str:
    """A typed command as it was kept until revision 0007."""
    start = {"id": "0", "taskid": "0", "type": "start", "task": {"id": "0", "name": ""}, "nexttasks": {"#none#": ["1"]}}
    task = {
        "id": "1",
        "taskid": "1",
        "type": "regular",
        "task": {"id": "1", "version": -1, "name": f"!{name}", "iscommand": False, "script": f"|||{name}", "brand": ""},
        "scriptarguments": {key: {"simple": value} for key, value in args.items()},
        "nexttasks": {},
    }
    tasks = {"0": start, "1": task}
    book = {"id": f"!{name}", "version": -1, "name": f"!{name}", "starttaskid": "0", "tasks": tasks}
    return json.dumps(book, ensure_ascii=False, sort_keys=True)


def plan_body(name: str, content: str) -> str:
    frame = {"playbook": name, "name": name, "content": content, "inputs": {}, "scope": ""}
    return json.dumps({"frame": frame, "wake_at": None, "error": "", "sealed": ""}, separators=(",", ":"))


def write_earlier_rows(connection: Connection, plans: Mapping[str, str | None]) -> None:
    """Write content and plans as the tables before revision 8 hold them."""
    texts = {
        "c1": typed_text("isolate", endpoint="FIN \ud83d", using="lab"),
        "c2": "id: Collect\nname: '!Collect'",
        "c3": '{"id": "!mine", "name": "!mine", "starttaskid": "0", "tasks": {"0": {"id": "0", "type": "start"}}}',
    }
    for sha256, body in texts.items():
        kept = {"sha256": sha256, "body": body.encode("utf-8", "backslashreplace").decode()}
        connection.execute(text("INSERT INTO content (sha256, text) VALUES (:sha256, :body)"), kept)
    insert = "INSERT INTO work_plan (id, incident, state, epoch, signal, created, body, blob) VALUES"
    for plan, row in plans.items():
        values = {"id": plan, "body": row, "blob": None if row else "ab"}
        connection.execute(text(f"{insert} (:id, 1, 'completed', 1, 0, 0, :body, :blob)"), values)


@pytest.mark.parametrize("large", [False, True])
def test_typed_commands_of_earlier_tables_become_values_of_their_plans(engine: Engine, *, large: bool) -> None:
    """A plan whose body is too large for its row goes on reading the text."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    plans: dict[str, str | None] = {
        "p1": plan_body("!isolate", "c1"),
        "p2": plan_body("Collect", "c2"),
        "p4": plan_body("!mine", "c3"),
        "p3": None if large else "{}",
    }
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        write_earlier_rows(connection, plans)
    migrate(engine)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT sha256 FROM content ORDER BY sha256")).scalars().all()
        bodies = {row.id: row.body for row in connection.execute(text("SELECT id, body FROM work_plan"))}
    assert kept == (["c1", "c2", "c3"] if large else ["c2", "c3"])
    assert (bodies["p2"], bodies["p3"], bodies["p4"]) == (plans["p2"], plans["p3"], plans["p4"])
    typed = json.loads(bodies["p1"])
    assert (typed["kind"], typed["frame"]["content"]) == ("command", "")
    assert typed["command"] == {"name": "isolate", "args": {"endpoint": "FIN \ud83d", "using": "lab"}}


def test_files_and_revisions_carry_the_same_numbers() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    files = sorted(path.stem[1:5] for path in (Path(migrations.__file__).parent / "versions").glob("r*.py"))
    assert files == sorted(revision.revision for revision in script.walk_revisions())
    assert script.get_current_head() == files[-1]


def test_a_database_that_is_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'warroom.db'}"
    engine = writing_engine(url)
    migrate(engine)
    engine.dispose()
    look = (
        "import sys; from warroom.store.engine import writing_engine; from warroom.store.migrate import migrate;"
        f" migrate(writing_engine({url!r})); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0
