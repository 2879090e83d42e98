"""The built-in commands about people: who there is, which roles, and whose an incident is."""

from collections.abc import Mapping
from dataclasses import replace

from warroom.model.errors import InvalidInputError, NotFoundError
from warroom.model.json import Json, JsonObject
from warroom.model.user import Role, User
from warroom.services.commands.word_list import words_of
from warroom.services.execution.call import Call, Outcome
from warroom.services.execution.fields import known_people, with_fields
from warroom.services.execution.server import Builtin, Server, text_entry

TRUE = frozenset({"true", "yes"})
AS_OURS = {"administrator": "admin", "read-only": "reader"}  # XSOAR's names of roles
NO_SHIFTS = "Nobody is on call: there are no shifts here. Leave onCall out."


async def get_users(server: Server, call: Call) -> Outcome:
    """Return the users who may sign in: all, those of some roles, those who are signed in, or the caller."""
    args = call.args
    if _is_set(args.get("onCall")):
        raise InvalidInputError(NO_SHIFTS)
    roles = {AS_OURS.get(name.casefold(), name.casefold()) for name in words_of(args.get("roles"))}
    found = [
        user
        for user in await server.users.users()
        if not user.disabled
        and (not roles or user.role.label in roles)
        and (not _is_set(args.get("current")) or user.name == call.origin.actor)
    ]
    if _is_set(args.get("online")):
        found = [user for user in found if await _is_signed_in(server, user)]
    told: list[Json] = [as_xsoar(user) for user in found]
    seen: list[Json] = [{name: user[name] for name in SHOWN} for user in told]
    said = f"{len(told)} user{'' if len(told) == 1 else 's'}: {', '.join(user.name for user in found)}."
    return Outcome(raw=[text_entry(said, told) | {"EntryContext": {"DemistoUsers": seen}}])


SHOWN = ("id", "username", "name", "email", "roles")


async def get_user_by_username(server: Server, call: Call) -> Outcome:
    """Return one user."""
    name = str(call.args.get("username") or "")
    if not name:
        raise InvalidInputError("getUserByUsername needs username. Write username=NAME.")
    user = await find_user(server, name)
    if user is None:
        raise NotFoundError(f"There is no user {name!r}.")
    return Outcome(raw=[text_entry(f"{user.name} is {user.role.label}.", as_xsoar(user))])


async def get_roles(_server: Server, _call: Call) -> Outcome:
    """Return the roles; there are no others than these, and they have no shifts."""
    roles: list[Json] = [{"id": role.label, "name": role.label, "shifts": []} for role in Role]
    said = f"Roles: {', '.join(role.label for role in Role)}."
    return Outcome(raw=[text_entry(said, roles) | {"EntryContext": {"DemistoRoles": roles}}])


async def set_owner(server: Server, call: Call) -> Outcome:
    """Make a user the owner of the call's incident; without one, it has none."""
    wanted: dict[str, Json] = {"owner": call.args.get("owner") or ""}
    values = await known_people(server.catalogue, server.users, wanted, call.origin.actor)
    changed = replace(with_fields(server.catalogue, call.incident, values), modified=server.now)
    said = f"{changed.owner} owns" if changed.owner else "Nobody owns"
    return Outcome(raw=[text_entry(f"{said} incident {changed.id}.")], incident=changed)


async def find_user(server: Server, username: str, mail: str = "") -> User | None:
    """Return the user of a name or, without one, of a mail address."""
    for user in await server.users.users():
        if (
            username.casefold() == user.name.casefold()
            if username
            else mail and mail.casefold() == user.mail.casefold()
        ):
            return user
    return None


def as_xsoar(user: User) -> JsonObject:
    """Describe a user as XSOAR's server does to a script; of the rest, such as a phone number, nothing is known."""
    return {
        "id": user.name,
        "username": user.name,
        "name": user.display_name or user.name,
        "email": user.mail,
        "phone": "",
        "roles": {"demisto": [user.role.label]},
        "allRoles": [user.role.label],
        "defaultAdmin": user.role is Role.ADMIN,
        "isAway": False,
        "disabled": user.disabled,
    }


async def _is_signed_in(server: Server, user: User) -> bool:
    return any(session.expires > server.now for session in await server.users.sessions(user.name))


def _is_set(value: Json) -> bool:
    return value is True or str(value or "").lower() in TRUE


PEOPLE: Mapping[str, Builtin] = {
    "getRoles": get_roles,
    "getUserByUsername": get_user_by_username,
    "getUsers": get_users,
    "setOwner": set_owner,
}
