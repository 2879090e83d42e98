"""Users, their sessions and API keys as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, bindparam, delete, select, update

from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.user import ApiKey, Session, SetupToken, User
from warroom.services.ports.users import EditKey, EditUser, UserEvent, refuse_without_admin
from warroom.store import events, kinds
from warroom.store.body import micros, moment, plain, read, text_of
from warroom.store.reader import Reader, Rows
from warroom.store.sql import Row, Upsert, run
from warroom.store.tables import ACCOUNT, ACCOUNT_SESSION, API_KEY, SETUP_TOKEN
from warroom.store.writer import Writer

SAVE_USER = Upsert(table=ACCOUNT)
SAVE_SESSION = Upsert(table=ACCOUNT_SESSION)
SAVE_KEY = Upsert(table=API_KEY)
SAVE_SETUP = Upsert(table=SETUP_TOKEN)

_USERS = select(ACCOUNT).order_by(ACCOUNT.c.name)
_USER = select(ACCOUNT).where(ACCOUNT.c.name == bindparam("name"))
_SESSION = (
    select(*ACCOUNT_SESSION.columns, *ACCOUNT.columns)
    .join(ACCOUNT, ACCOUNT.c.name == ACCOUNT_SESSION.c.account)
    .where(ACCOUNT_SESSION.c.token_hash == bindparam("hash"))
)
_SESSIONS = (
    select(ACCOUNT_SESSION)
    .where(ACCOUNT_SESSION.c.account == bindparam("name"))
    .order_by(ACCOUNT_SESSION.c.created, ACCOUNT_SESSION.c.token_hash)
)
_TOUCH = (
    update(ACCOUNT_SESSION).where(ACCOUNT_SESSION.c.token_hash == bindparam("hash")).values(last_seen=bindparam("now"))
)
_END = delete(ACCOUNT_SESSION).where(ACCOUNT_SESSION.c.token_hash == bindparam("hash"))
_END_ALL = delete(ACCOUNT_SESSION).where(ACCOUNT_SESSION.c.account == bindparam("name"))
_FORGET = delete(ACCOUNT_SESSION).where(ACCOUNT_SESSION.c.expires <= bindparam("now"))
_KEYS = select(API_KEY).order_by(API_KEY.c.created, API_KEY.c.id)
_KEY = select(API_KEY).where(API_KEY.c.id == bindparam("id"))
_KEY_OF_HASH = select(API_KEY).where(API_KEY.c.hash == bindparam("hash"))
_SETUP = select(SETUP_TOKEN)
_NO_SETUP = delete(SETUP_TOKEN)


@dataclass(frozen=True, slots=True)
class SqlUsers:
    """Implements the UserStore port with the store's own writer and reader."""

    writer: Writer
    reader: Reader

    async def users(self) -> Sequence[User]:
        return await self.reader.ask(_everybody)

    async def user(self, name: str) -> User:
        return await self.reader.look(_one_user, name)

    async def add_user(self, user: User, event: UserEvent) -> None:
        await self.writer.step(partial(_add_user, user=user, event=event))

    async def edit_user(
        self, name: str, edit: EditUser, event: UserEvent | None = None, *, end_sessions: bool = False
    ) -> User:
        step = partial(_edit_user, name=name, edit=edit, event=event, end_sessions=end_sessions)
        return await self.writer.step(step)

    async def offer_setup(self, setup: SetupToken) -> bool:
        return await self.writer.step(partial(_offer_setup, setup=setup))

    async def set_up(self, token_hash: str, user: User, event: UserEvent) -> None:
        await self.writer.step(partial(_set_up, token_hash=token_hash, user=user, event=event))

    async def add_session(self, session: Session, event: UserEvent) -> None:
        await self.writer.step(partial(_add_session, session=session, event=event))

    async def session(self, token_hash: str) -> tuple[Session, User]:
        return await self.reader.look(_one_session, token_hash)

    async def sessions(self, user: str) -> Sequence[Session]:
        return await self.reader.look(_sessions_of, user)

    async def touch_session(self, token_hash: str, at: datetime) -> None:
        await self.writer.step(partial(run, statement=_TOUCH, hash=token_hash, now=micros(at)))

    async def end_sessions(self, token_hashes: Sequence[str], event: UserEvent) -> None:
        await self.writer.step(partial(_end_sessions, token_hashes=token_hashes, event=event))

    async def keys(self) -> Sequence[ApiKey]:
        return await self.reader.ask(_all_keys)

    async def key(self, hash: str) -> ApiKey:  # noqa: A002  # as the port calls it
        return await self.reader.look(_key_of_hash, hash)

    async def add_key(self, key: ApiKey, event: UserEvent) -> None:
        await self.writer.step(partial(_save_key, key=key, event=event))

    async def edit_key(self, key: str, edit: EditKey, event: UserEvent | None = None) -> ApiKey:
        return await self.writer.step(partial(_edit_key, key_id=key, edit=edit, event=event))

    async def tell(self, event: UserEvent) -> None:
        await self.writer.step(partial(_tell, event=event))


# -- users --------------------------------------------------------------------------------------------------------


def _user_row(user: User) -> Row:
    return (user.name, micros(user.created), text_of(kinds.USER, user, f"User {user.name}"))


def _user_from(row: Row) -> User:
    name, created, text = row
    return read(kinds.USER, text, name=name, created=moment(created))


def _everybody(db: Rows) -> list[User]:
    return [_user_from(row) for row in db.of(_USERS)]


def _one_user(db: Rows, name: str) -> User:
    return _user_of(db.of(_USER, name=plain(name)), name)


def _user_of(rows: Sequence[Row], name: str) -> User:
    if not rows:
        raise NotFoundError(f"There is no user {name}.")
    return _user_from(rows[0])


def _add_user(connection: Connection, user: User, event: UserEvent) -> None:
    if run(connection, _USER, name=user.name):
        raise ConflictError(f"There is a user {user.name} already. Choose another name.")
    SAVE_USER.write(connection, [_user_row(user)])
    _tell(connection, event)


def _edit_user(
    connection: Connection, name: str, edit: EditUser, event: UserEvent | None, *, end_sessions: bool
) -> User:
    before = _user_of(run(connection, _USER, name=plain(name)), name)
    after = edit(before)
    if (after.role, after.disabled) != (before.role, before.disabled):
        others = [_user_from(row) for row in run(connection, _USERS) if row[0] != name]
        refuse_without_admin([*others, after])
    SAVE_USER.write(connection, [_user_row(after)])
    if end_sessions:
        run(connection, _END_ALL, name=name)
    if event:
        _tell(connection, event)
    return after


def _offer_setup(connection: Connection, setup: SetupToken) -> bool:
    run(connection, _NO_SETUP)
    if run(connection, _USERS):
        return False
    SAVE_SETUP.write(connection, [(setup.token_hash, micros(setup.expires))])
    return True


def _set_up(connection: Connection, token_hash: str, user: User, event: UserEvent) -> None:
    if run(connection, _USERS):
        raise ConflictError("The first admin was made already. Sign in, or ask an admin for a user.")
    now = micros(event.at)
    if not any(offered == token_hash and now < expires for offered, expires in run(connection, _SETUP)):
        raise NotFoundError("There is no such set-up token.")
    run(connection, _NO_SETUP)
    SAVE_USER.write(connection, [_user_row(user)])
    _tell(connection, event)


# -- sessions -----------------------------------------------------------------------------------------------------


def _session_row(session: Session) -> Row:
    times = (session.created, session.expires, session.last_seen)
    return (session.token_hash, session.user, *map(micros, times), text_of(kinds.SESSION, session, "A session"))


def _session_from(row: Row) -> Session:
    token_hash, user, created, expires, last_seen, text = row
    times = {"created": moment(created), "expires": moment(expires), "last_seen": moment(last_seen)}
    return read(kinds.SESSION, text, user=user, token_hash=token_hash, **times)


def _add_session(connection: Connection, session: Session, event: UserEvent) -> None:
    run(connection, _FORGET, now=micros(event.at))
    SAVE_SESSION.write(connection, [_session_row(session)])
    _tell(connection, event)


def _one_session(db: Rows, token_hash: str) -> tuple[Session, User]:
    for row in db.of(_SESSION, hash=token_hash):
        width = len(ACCOUNT_SESSION.columns)
        return _session_from(row[:width]), _user_from(row[width:])
    raise NotFoundError("There is no such session.")


def _sessions_of(db: Rows, user: str) -> list[Session]:
    return [_session_from(row) for row in db.of(_SESSIONS, name=plain(user))]


def _end_sessions(connection: Connection, token_hashes: Sequence[str], event: UserEvent) -> None:
    for token_hash in token_hashes:
        run(connection, _END, hash=token_hash)
    _tell(connection, event)


# -- API keys -----------------------------------------------------------------------------------------------------


def _key_row(key: ApiKey) -> Row:
    return (key.id, key.hash, micros(key.created), text_of(kinds.API_KEY, key, f"API key {key.name}"))


def _key_from(row: Row) -> ApiKey:
    key, hash_, created, text = row
    return read(kinds.API_KEY, text, id=key, hash=hash_, created=moment(created))


def _all_keys(db: Rows) -> list[ApiKey]:
    return [_key_from(row) for row in db.of(_KEYS)]


def _key_of_hash(db: Rows, hash_: str) -> ApiKey:
    for row in db.of(_KEY_OF_HASH, hash=hash_):
        return _key_from(row)
    raise NotFoundError("There is no such API key.")


def _save_key(connection: Connection, key: ApiKey, event: UserEvent | None) -> None:
    SAVE_KEY.write(connection, [_key_row(key)])
    if event:
        _tell(connection, event)


def _edit_key(connection: Connection, key_id: str, edit: EditKey, event: UserEvent | None) -> ApiKey:
    rows = run(connection, _KEY, id=key_id)
    if not rows:
        raise NotFoundError(f"There is no API key {key_id}.")
    after = edit(_key_from(rows[0]))
    _save_key(connection, after, event)
    return after


def _tell(connection: Connection, event: UserEvent) -> None:
    events.append(connection, event.new_event, event.actor, event.at)
